"""Who there is and what was said: users, chats, topics, messages, callback queries, files.

Knows nothing of HTTP and of the methods' parameters. One lock guards it: the emulator's thread answers the bot while
the test's thread speaks as the users.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from evals.telegram_api.refusal import Json
from evals.telegram_api.updates import Updates

BOT_USERNAME = "dateline_test_bot"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, or the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def as_dict(self) -> Json:
        """A `User`."""
        optional = {"username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | present(optional)


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat (its id is its user's), group, supergroup or channel, with everything that was said in it.

    `status` is the bot's: member, administrator, left or kicked; in a private chat kicked is blocked.
    """

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    is_forum: bool = False
    status: str = "member"
    started: bool = True  # whether the user ever wrote to the bot
    migrated_to: int | None = None
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    administrators: set[int] = field(default_factory=set)

    @property
    def private(self) -> bool:
        """Whether it is a chat of the bot with one user."""
        return self.type == "private"

    def as_dict(self) -> Json:
        """A `Chat`."""
        optional = {"title": self.title, "username": self.username, "first_name": self.first_name}
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type} | present(optional) | forum


@dataclass(slots=True, eq=False)
class Message:
    """A message as it now is. `sent` holds the parameters of the call that gave it its present look."""

    chat: Chat
    id: int
    sender: User | None
    date: int
    body: Json  # text and entities, document and caption, or a service message's field
    thread: int | None = None
    reply_to: Message | None = None
    reply_markup: Json | None = None
    edit_date: int | None = None
    deleted: bool = False
    sent: Json = field(default_factory=dict)
    dropped_entities: int = 0
    edits: list[Any] = field(default_factory=list)  # its earlier looks, as `Sent`

    def as_dict(self, quoted: bool = False) -> Json:
        """A `Message`; a quoted one does not quote in turn."""
        out: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.as_dict()}
        if self.sender:
            out["from"] = self.sender.as_dict()
        else:
            out["sender_chat"] = self.chat.as_dict()
        if self.thread is not None:
            out["message_thread_id"] = self.thread
            if self.chat.is_forum:
                out["is_topic_message"] = True
        # In a topic, what replies to nothing is shown as a reply to the message that opened the topic.
        opened = self.chat.messages.get(self.thread) if self.chat.is_forum and self.thread else None
        reply_to = self.reply_to or (opened if opened is not self else None)
        if reply_to and not quoted and not reply_to.deleted:
            out["reply_to_message"] = reply_to.as_dict(quoted=True)
        if self.edit_date:
            out["edit_date"] = self.edit_date
        if self.reply_markup and "inline_keyboard" in self.reply_markup:
            out["reply_markup"] = self.reply_markup
        return out | self.body


@dataclass(slots=True)
class Query:
    """A pressed button, and the bot's answer to it."""

    id: str
    user: User
    message: Message
    data: str
    asked: float  # by the world's clock
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file on Telegram's side. `size` may be more than there are bytes: a test need not make 20 MB to speak of."""

    id: str
    unique_id: str
    name: str
    mime: str
    data: bytes
    size: int

    def as_dict(self) -> Json:
        """A `Document`."""
        named = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}
        return named | present({"file_name": self.name, "mime_type": self.mime})

    @property
    def path(self) -> str:
        """Where it is downloaded, below `/file/bot<token>/`."""
        return f"documents/file_{self.unique_id}{'.' + self.name.rpartition('.')[2] if '.' in self.name else ''}"


class World:
    """Everything, under one lock (`with world.lock`)."""

    def __init__(self, bot: User, privacy: bool = False) -> None:
        self.privacy = privacy
        self.lock = threading.RLock()
        self.clock: Callable[[], float] = time.time
        self.bot = bot
        self.updates = Updates()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.files: dict[str, File] = {}
        self.profile: dict[tuple[str, str], Any] = {}  # (what, scope and language) of commands, names, descriptions
        self.actions: list[Json] = []  # every chat action and draft, with its date
        self._private_ids = itertools.count(1)
        self.numbers = itertools.count(1)

    def now(self) -> int:
        """The date of what happens now."""
        return int(self.clock())

    def add_chat(self, chat: Chat) -> Chat:
        """Make a chat known."""
        self.chats[chat.id] = chat
        return chat

    def post(self, chat: Chat, sender: User | None, body: Json, **rest: Any) -> Message:
        """Put a message into a chat. Ids run through all private chats and basic groups, but start anew in others."""
        shared = chat.type in ("private", "group")
        number = next(self._private_ids) if shared else max(chat.messages, default=0) + 1
        message = Message(chat, number, sender, rest.pop("date", None) or self.now(), body, **rest)
        chat.messages[number] = message
        if sender:
            chat.members.add(sender.id)
        return message

    def topic(self, chat: Chat, name: str, creator: User, number: int | None = None) -> int:
        """Open a topic in a forum; its number is that of the message that says so.

        Args:
            number: one that the chat has not used yet, else the next one.
        """
        if number is not None and number > max(chat.messages, default=0) + 1:
            filler = number - 1  # message ids only ever grow: those between are of messages the bot did not see
            chat.messages[filler] = Message(chat, filler, creator, self.now(), {"text": "…"}, deleted=True)
        message = self.post(chat, creator, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        message.thread = message.id
        chat.topics[message.id] = name
        return message.id

    def add_file(self, data: bytes, name: str, mime: str, size: int | None = None) -> File:
        """Keep a file."""
        unique = f"AgAD{next(self.numbers):06d}"
        file = File(f"BQACAgIAAxkBAAI-{unique}", unique, name, mime, data, len(data) if size is None else size)
        self.files[file.id] = file
        return file


def present(values: Json) -> Json:
    """Without what is None."""
    return {name: value for name, value in values.items() if value is not None}


def find_button(message: Message, wanted: str) -> Json:
    """The inline button with this data or this text.

    Raises:
        AssertionError: there is none; the message names those there are.
    """
    rows: Iterable[list[Json]] = (message.reply_markup or {}).get("inline_keyboard", ())
    buttons = [button for row in rows for button in row]
    for field_name in ("callback_data", "text"):
        for button in buttons:
            if button.get(field_name) == wanted:
                return button
    raise AssertionError(f"no button {wanted!r} on message {message.id}: {buttons}")
