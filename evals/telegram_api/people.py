"""What people do in the emulated world: write, edit, press buttons, send files, block. Each makes its update.

Knows nothing of HTTP; `evals/telegram_api/emulator.py` is what a test holds.
"""

from __future__ import annotations

import itertools

from evals.telegram_api.formatting import fixed
from evals.telegram_api.profile import member
from evals.telegram_api.refusal import Json
from evals.telegram_api.sent import Sent
from evals.telegram_api.utf16 import Offsets
from evals.telegram_api.world import Chat, Message, Query, User, World, find_button

GENERAL_TOPIC = 1


class People:
    """The users' side of a world. Chats are given as a `Chat`, a `User` (their private chat) or an id."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._users = itertools.count(5_000_000_001)  # beyond 32 bits, as new accounts are
        self._groups = itertools.count(1)

    def user(self, name: str, username: str | None = None, language: str | None = "en") -> User:
        """A person, who has not yet written to the bot."""
        with self.world.lock:
            user = User(next(self._users), name, username, language)
            self.world.users[user.id] = user
            private = Chat(user.id, "private", first_name=name, username=username, started=False)
            self.world.add_chat(private)
            return user

    def group(self, title: str, topics: bool = False, basic: bool = False, admin: bool = False) -> Chat:
        """A group with the bot in it: a supergroup, or a basic group. `admin`: the bot is one of its administrators."""
        number = next(self._groups)
        kind, id = ("group", -4_000_000_000 - number) if basic else ("supergroup", -1_002_000_000_000 - number)
        with self.world.lock:
            chat = Chat(id, kind, title=title, is_forum=topics, status="administrator" if admin else "member")
            owner = self.user(f"Owner of {title}")
            chat.members.add(owner.id)
            chat.administrators.add(owner.id)
            created = {"group_chat_created": True} if basic else {"supergroup_chat_created": True}
            self.world.post(self.world.add_chat(chat), owner, created)
            return chat

    def channel(self, title: str, username: str | None = None) -> Chat:
        """A channel with the bot as an administrator."""
        with self.world.lock:
            id = -1_003_000_000_000 - next(self._groups)
            return self.world.add_chat(Chat(id, "channel", title=title, username=username, status="administrator"))

    def topic(self, chat: Chat, name: str, number: int | None = None) -> int:
        """Open a topic in a forum; its `message_thread_id`."""
        with self.world.lock:
            assert chat.is_forum, f"{chat.title} has no topics"
            return self.world.topic(chat, name, self.world.users[min(chat.administrators)], number)

    def chat(self, where: Chat | User | int | None, user: User | None = None) -> Chat:
        """The chat that is meant; by default the user's own."""
        where = user if where is None else where
        assert where is not None, "a chat or a user is needed"
        return where if isinstance(where, Chat) else self.world.chats[where if isinstance(where, int) else where.id]

    def say(
        self,
        user: User,
        text: str,
        chat: Chat | User | int | None = None,
        thread: int | None = None,
        reply_to: Sent | int | None = None,
        date: int | None = None,
    ) -> int:
        """Write a message; its id. Entities are found as Telegram finds them.

        Args:
            user: who writes.
            text: what.
            chat: where; by default in private.
            thread: the topic, opened where it is not.
            reply_to: a message of that chat.
            date: when, by default now.
        """
        kept = fixed(text, [])
        body: Json = {"text": kept.text} | ({"entities": kept.entities} if kept.entities else {})
        return self._write(user, body, chat, thread, reply_to, date)

    def document(
        self,
        user: User,
        data: bytes,
        name: str,
        mime: str = "application/octet-stream",
        caption: str = "",
        size: int | None = None,
        chat: Chat | User | int | None = None,
        thread: int | None = None,
        reply_to: Sent | int | None = None,
    ) -> int:
        """Send a file; the message's id. `size`: what Telegram says of it, by default the truth."""
        with self.world.lock:
            body: Json = {"document": self.world.add_file(data, name, mime, size).as_dict()}
        if caption:
            kept = fixed(caption, [])
            body |= {"caption": kept.text} | ({"caption_entities": kept.entities} if kept.entities else {})
        return self._write(user, body, chat, thread, reply_to, None)

    def _write(
        self,
        user: User,
        body: Json,
        where: Chat | User | int | None,
        thread: int | None,
        reply_to: Sent | int | None,
        date: int | None,
    ) -> int:
        with self.world.lock:
            chat = self.chat(where, user)
            if chat.private:
                assert chat.status != "kicked", f"{user.first_name} has blocked the bot and must unblock it first"
                chat.started = True
            if thread is not None and thread not in chat.topics and thread != GENERAL_TOPIC:
                self.topic(chat, f"Topic {thread}", thread)
            quoted = chat.messages[reply_to if isinstance(reply_to, int) else reply_to.message_id] if reply_to else None
            topic = None if thread == GENERAL_TOPIC else thread
            if topic is None and quoted:
                topic = quoted.thread if chat.is_forum else reply_chain(chat, quoted)
            sender = None if chat.type == "channel" else user
            message = self.world.post(chat, sender, body, thread=topic, reply_to=quoted, date=date)
            self._tell("channel_post" if chat.type == "channel" else "message", message)
            return message.id

    def _tell(self, kind: str, message: Message) -> None:
        """Make the update of a message, unless privacy keeps it from the bot."""
        chat = message.chat
        if not chat.private and chat.status not in ("member", "administrator", "restricted"):
            return
        private = self.world.privacy and chat.status != "administrator" and chat.type in ("group", "supergroup")
        if private and not self._meant_for_bot(message):
            return
        self.world.updates.add({kind: message.as_dict()})

    def _meant_for_bot(self, message: Message) -> bool:
        """What reaches a bot in privacy mode: commands (not another bot's), replies to it, mentions of it."""
        if message.reply_to and message.reply_to.sender == self.world.bot:
            return True
        name = "entities" if "text" in message.body else "caption_entities"
        text = str(message.body.get("text", message.body.get("caption", "")))
        offsets, me = Offsets(text), f"@{self.world.bot.username}".lower()
        for entity in message.body.get(name, ()):
            words = offsets.piece(entity["offset"], entity["length"]).lower()
            if entity["type"] == "bot_command" and ("@" not in words or words.endswith(me)):
                return True
            if entity["type"] == "mention" and words == me:
                return True
        return False

    def edit(self, user: User, message_id: int, text: str, chat: Chat | User | int | None = None) -> None:
        """Edit one's message."""
        with self.world.lock:
            message = self.chat(chat, user).messages[message_id]
            assert message.sender in (user, None), "one edits only one's own messages"
            kept = fixed(text, [])
            message.body = {"text": kept.text} | ({"entities": kept.entities} if kept.entities else {})
            message.edit_date = self.world.now()
            self._tell("edited_channel_post" if message.sender is None else "edited_message", message)

    def press(
        self,
        user: User,
        message: Sent | int,
        button: str,
        chat: Chat | User | int | None = None,
        forged: bool = False,
        inaccessible: bool = False,
    ) -> str:
        """Press an inline button; the id of its callback query.

        Args:
            user: who presses.
            message: the bot's.
            button: the button's data, or its text.
            chat: where the message is, unless a `Sent` says it; by default the private chat.
            forged: `button` is data that need not be on the message (clients can send anything).
            inaccessible: the bot is told of the message's chat and id only, as for a very old one.
        """
        with self.world.lock:
            where = self.chat(message.chat_id if isinstance(message, Sent) else chat, user)
            pressed = where.messages[message if isinstance(message, int) else message.message_id]
            assert not pressed.deleted, "the message is gone"
            data = button if forged else find_button(pressed, button).get("callback_data")
            assert data is not None, f"{button!r} opens a link, it asks the bot nothing"
            id = str(4_382_000_000_000_000_000 + next(self.world.numbers))
            self.world.queries[id] = Query(id, user, pressed, data, self.world.clock())
            gone = {"chat": where.as_dict(), "message_id": pressed.id, "date": 0}
            query = {
                "id": id,
                "from": user.as_dict(),
                "message": gone if inaccessible else pressed.as_dict(),
                "chat_instance": str(where.id * 7919),
                "data": data,
            }
            self.world.updates.add({"callback_query": query})
            return id

    def set_status(self, chat: Chat, status: str, by: User) -> None:
        """Change what the bot is in a chat, and tell it so by `my_chat_member`."""
        with self.world.lock:
            old, chat.status = chat.status, status
            changed = {
                "chat": chat.as_dict(),
                "from": by.as_dict(),
                "date": self.world.now(),
                "old_chat_member": member(self.world, self.world.bot.id, old),
                "new_chat_member": member(self.world, self.world.bot.id, status),
            }
            self.world.updates.add({"my_chat_member": changed})

    def migrate(self, chat: Chat) -> Chat:
        """Make a basic group a supergroup: another chat with another id; the old one refuses every call."""
        assert chat.type == "group", "only a basic group becomes a supergroup"
        with self.world.lock:
            new = self.group(chat.title or "", admin=chat.status == "administrator")
            owner = self.world.users[min(chat.administrators)]
            new.members |= chat.members
            told = self.world.post(chat, owner, {"migrate_to_chat_id": new.id})
            self.world.updates.add({"message": told.as_dict()})
            chat.migrated_to = new.id
            told = self.world.post(new, owner, {"migrate_from_chat_id": chat.id})
            self.world.updates.add({"message": told.as_dict()})
            return new


def reply_chain(chat: Chat, quoted: Message) -> int | None:
    """What a reply in a supergroup without topics carries as `message_thread_id`: the chain's first message."""
    return (quoted.thread or quoted.id) if chat.type == "supergroup" else None
