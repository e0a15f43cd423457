"""What a test holds: a Bot API server on a port of this machine, the people who write to the bot, what it answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from evals.telegram_api.faults import Faults
from evals.telegram_api.people import People
from evals.telegram_api.refusal import Json
from evals.telegram_api.sent import Sent, snapshot
from evals.telegram_api.server import Call, Server
from evals.telegram_api.webhook import Webhook
from evals.telegram_api.world import BOT_USERNAME, Chat, Query, User, World

TOKEN = "123456789:TEST-abcdefghijklmnopqrstuvwxyz_0123"
_Found = TypeVar("_Found")


class Emulator(People):
    """The Telegram Bot API for one bot: strict as Telegram is, on 127.0.0.1, in a thread of its own.

    Args:
        token: the bot's.
        privacy: of the messages in groups, let only those through that are meant for the bot, as bots have it by
            default. Without it everything arrives: a bot must know by itself what is meant for it.
        username: the bot's.
    """

    def __init__(self, token: str = TOKEN, privacy: bool = False, username: str = BOT_USERNAME) -> None:
        bot = User(int(token.partition(":")[0]), "Dateline", username, is_bot=True)
        super().__init__(World(bot, privacy))
        self.token = token
        self.bot = bot
        self.faults = Faults()
        self._server = Server(token, self.world, self.faults)

    def __enter__(self) -> Emulator:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is to be."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """`base_url` for python-telegram-bot."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """`base_file_url` for python-telegram-bot."""
        return f"{self.url}/file/bot"

    @property
    def clock(self) -> Callable[[], float]:
        """What tells the time, in seconds since 1970: dates of messages, ages of queries. To be set, or `time.time`."""
        return self.world.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self.world.clock = clock

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in the order in which they came."""
        return list(self._server.calls)

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    @property
    def webhook(self) -> Webhook:
        """What setWebhook set, and every attempt to push to it; `webhook.retry` may be set."""
        return self._server.delivery.pusher.webhook

    @property
    def polling(self) -> bool:
        """Whether the bot waits in getUpdates."""
        return self._server.delivery.polling

    @property
    def stalls(self) -> float:
        """The longest time, in seconds, from the answer to a getUpdates to the next one; 0 before there were two."""
        return max(self._server.delivery.gaps, default=0.0)

    @property
    def fetched_after(self) -> float:
        """The longest time, in seconds, from an update's coming to its first being fetched."""
        with self.world.lock:
            return max(self.world.updates.waits, default=0.0)

    def forget_stalls(self) -> None:
        """Measure `stalls` and `fetched_after` from now on, as after a restart of the bot."""
        self._server.result(self._forget_stalls())

    async def _forget_stalls(self) -> None:
        self._server.delivery.forget_gaps()

    @property
    def pending(self) -> list[int]:
        """The numbers of the updates that the bot has not confirmed."""
        with self.world.lock:
            return [each.id for each in self.world.updates.pending]

    def push(self, update: Json) -> int | None:
        """Queue a raw update; its number, or None where the bot does not want its kind.

        One with an `update_id` that was given out before is delivered again.
        """
        with self.world.lock:
            return self.world.updates.add(update)

    def sent(self, chat: Chat | User | int | None = None, deleted: bool = False) -> list[Sent]:
        """The bot's messages as they look now, oldest first: in a chat, or in all."""
        with self.world.lock:
            chats = list(self.world.chats.values()) if chat is None else [self.chat(chat)]
            found = [
                snapshot(message)
                for each in chats
                for message in each.messages.values()
                if message.sender == self.bot or (message.sender is None and message.sent)
            ]
        return [each for each in found if deleted or not each.deleted]

    def last(self, chat: Chat | User | int) -> Sent:
        """The bot's last message in a chat.

        Raises:
            AssertionError: there is none.
        """
        sent = self.sent(chat)
        assert sent, f"the bot has said nothing there{self._what_there_was()}"
        return sent[-1]

    def actions(self, chat: Chat | User | int) -> list[Json]:
        """The chat actions ("typing") and drafts in a chat, with topic and date."""
        with self.world.lock:
            return [each for each in self.world.actions if each["chat"] == self.chat(chat).id]

    def query(self, id: str) -> Query:
        """A pressed button; its `answer` is None until the bot gives one, then has `text` and `show_alert`."""
        return self.world.queries[id]

    def commands(self, scope: str = '{"type": "default"}') -> list[Json] | None:
        """What setMyCommands set, by the scope's JSON (with `language_code` in it where one was given), or None."""
        with self.world.lock:
            found: list[Json] | None = self.world.profile.get(("commands", scope))
            return found

    def erase(self, chat: Chat | User | int, message: Sent | int) -> None:
        """Somebody deletes a message; the bot is not told."""
        with self.world.lock:
            number = message if isinstance(message, int) else message.message_id
            self.chat(chat).messages[number].deleted = True

    def block(self, user: User) -> None:
        """The user blocks the bot."""
        self.set_status(self.chat(user), "kicked", user)

    def unblock(self, user: User) -> None:
        """The user takes it back."""
        self.set_status(self.chat(user), "member", user)

    def kick(self, chat: Chat) -> None:
        """The bot is thrown out of a group."""
        self.set_status(chat, "kicked", self.world.users[min(chat.administrators)])

    def wait(self, condition: Callable[[], _Found], seconds: float = 10.0) -> _Found:
        """Ask again and again until the answer is true; that answer.

        Raises:
            AssertionError: it was not in time; the message says what was sent and called.
        """
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s{self._what_there_was()}")
            time.sleep(0.01)
        return found

    def _what_there_was(self) -> str:
        said = [f"\n  {each.chat_id}/{each.message_id}: {each.text!r}" for each in self.sent()[-10:]]
        calls = [each for each in self.calls if each.method.lower() != "getupdates"][-15:]
        done = [f"\n  {each.method} {each.params} -> {each.code} {each.description}" for each in calls]
        waiting = f"\nupdates not confirmed: {self.pending[:20]}"
        return "\nthe bot's messages:" + "".join(said) + "\nits last calls:" + "".join(done) + waiting
