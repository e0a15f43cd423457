"""What is said to a chat arrives: retried through floods, failures and lost connections, unless the chat is gone.

The one place that sends and edits. One chat's flood wait holds up that chat alone. Knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple, TypeVar

import httpx
from telegram import Bot, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram.html import plain

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
_PACE = 1 / 28  # seconds between messages of all chats: Telegram allows about thirty a second
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between attempts
_GONE = (
    "chat not found", "user not found", "not enough rights", "have no rights", "chat_write_forbidden", "topic_closed",
    "topic_deleted", "message thread not found", "need administrator rights", "peer_id_invalid", "group is deactivated",
    "chat_restricted", "user is deactivated",
)  # fmt: skip
_NO_SUCH_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message not found")


class To(NamedTuple):
    """Where to: a chat, and a topic of it."""

    chat: int
    thread: int | None = None


class Gone(Exception):
    """The chat is no more, or does not want to hear from the bot."""


class Unsure(Exception):
    """The connection broke after the message was sent: it may have arrived."""


class NoSuchMessage(Exception):
    """The message to be edited is not there."""


class Delivery:
    """Sends and edits through one bot. `moved(old, new)` is told when a group became a supergroup."""

    def __init__(self, bot: Bot, moved: Callable[[int, int], None] = lambda old, new: None) -> None:
        self._bot = bot
        self._moved = moved
        self._until: dict[int, float] = {}  # by chat: when its flood wait ends
        self._new_ids: dict[int, int] = {}
        self._next = 0.0
        self.sent = self.retried = 0

    async def send(
        self, to: To, html: str, keyboard: InlineKeyboardMarkup | None = None, reply_to: int | None = None
    ) -> int:
        """Send a message and return its id. Raises Gone, and Unsure when it may have arrived."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to is not None else None

        async def attempt(chat: int, text: str, mode: str | None) -> int:
            message = await self._bot.send_message(
                chat, text, parse_mode=mode, message_thread_id=to.thread, reply_parameters=reply, reply_markup=keyboard
            )
            return message.message_id

        return await self._persist(to.chat, html, attempt, repeatable=False)

    async def edit(self, to: To, message: int, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Make a message say this; whether it did already does not matter. Raises Gone and NoSuchMessage."""

        async def attempt(chat: int, text: str, mode: str | None) -> None:
            await self._bot.edit_message_text(text, chat, message, parse_mode=mode, reply_markup=keyboard)

        await self._persist(to.chat, html, attempt, repeatable=True)

    async def arrive(
        self,
        to: To,
        html: Callable[[bool], str],
        keyboard: InlineKeyboardMarkup | None,
        *,
        anchor: str,
        reply_to: int | None = None,
        message: int | None = None,
        unsure: bool = False,
        placed: Callable[[int | None], None] = lambda message: None,
    ) -> int:
        """Make a final answer arrive once, in `message` if there is one, and return where it stands. Raises Gone.

        Where it may have arrived already (`unsure`), a short message, `anchor`, goes first and is edited into it: an
        edit can be repeated, so the answer stands at most twice, and says so: `html(True)`. `placed` is told of every
        message that is to hold the answer before it does.
        """
        while True:
            if message is not None:
                try:
                    await self.edit(to, message, html(unsure), keyboard)
                    return message
                except NoSuchMessage:
                    message = None
                    placed(None)
            try:
                if not unsure:
                    message = await self.send(to, html(False), keyboard, reply_to)
                    placed(message)
                    return message
                message = await self.send(to, anchor, None, reply_to)
                placed(message)
            except Unsure:
                unsure = True

    async def try_edit(self, to: To, message: int, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """An edit that may be lost: of progress, or of a keyboard."""
        await self._once(to.chat, lambda chat: self._bot.edit_message_text(html, chat, message, reply_markup=keyboard))

    async def try_keyboard(self, to: To, message: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Exchange a message's buttons, if it goes."""
        await self._once(
            to.chat, lambda chat: self._bot.edit_message_reply_markup(chat, message, reply_markup=keyboard)
        )

    async def try_send(
        self, to: To, html: str, reply_to: int | None = None, keyboard: InlineKeyboardMarkup | None = None
    ) -> int | None:
        """A message that may be lost. None when it was, or may have been."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to is not None else None
        send = self._bot.send_message
        sent = await self._once(
            to.chat,
            lambda chat: send(chat, html, message_thread_id=to.thread, reply_parameters=reply, reply_markup=keyboard),
        )
        return sent.message_id if sent is not None else None

    async def typing(self, to: To) -> None:
        """Show that something is being written."""
        act = self._bot.send_chat_action
        await self._once(to.chat, lambda chat: act(chat, ChatAction.TYPING, message_thread_id=to.thread))

    async def pressed(self, query: str, words: str | None = None, alert: bool = False) -> None:
        """End a button's waiting circle. One that is too old is past answering."""
        for pause in (0.0, 0.5, 1.0, 2.0):
            await asyncio.sleep(pause)
            try:
                await self._bot.answer_callback_query(query, words, show_alert=alert)
                return
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
            except (BadRequest, Forbidden, InvalidToken) as error:
                _LOG.debug("a pressed button is not answered: %s", error)
                return
            except TelegramError as error:
                _LOG.debug("a pressed button is answered again: %s", error)

    async def _once(self, chat: int, call: Callable[[int], Awaitable[T]]) -> T | None:
        """One attempt at something that may be lost: dropped while the chat is in a flood wait."""
        chat = self._new_ids.get(chat, chat)
        if self._until.get(chat, 0.0) > time.monotonic():
            return None
        try:
            return await call(chat)
        except RetryAfter as error:
            self._wait(chat, error)
        except ChatMigrated as error:
            self._migrated(chat, error)
        except TelegramError as error:
            _LOG.debug("dropped: %s", error)
        return None

    async def _persist(
        self, chat: int, html: str, call: Callable[[int, str, str | None], Awaitable[T]], *, repeatable: bool
    ) -> T:
        """Call until it succeeds."""
        mode: str | None
        text, mode, pause = html, ParseMode.HTML, _FIRST_PAUSE
        while True:
            chat = self._new_ids.get(chat, chat)
            await self._turn(chat)
            try:
                result = await call(chat, text, mode)
                self.sent += 1
                return result
            except RetryAfter as error:
                self._wait(chat, error)
            except ChatMigrated as error:
                self._migrated(chat, error)
            except Forbidden as error:
                raise Gone(str(error)) from error
            except BadRequest as error:
                what = str(error).lower()
                if "not modified" in what:
                    return None  # type: ignore[return-value]  # an edit, which gives nothing
                if repeatable and any(words in what for words in _NO_SUCH_MESSAGE):
                    raise NoSuchMessage(str(error)) from error
                if mode and not any(words in what for words in _GONE):
                    _LOG.warning("sent as plain text, because Telegram refused the markup: %s", error)
                    text, mode = plain(html), None
                    continue
                _LOG.error("Telegram refuses a message: %s", error)
                raise Gone(str(error)) from error
            except InvalidToken:
                raise
            except TelegramError as error:
                if not repeatable and not _surely_lost(error):
                    raise Unsure(str(error)) from error
                _LOG.info("tried again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            self.retried += 1

    async def _turn(self, chat: int) -> None:
        """Wait for the chat's flood wait to end, and for a slot among all messages."""
        while (left := self._until.get(chat, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(left)
        self._until.pop(chat, None)
        now = time.monotonic()
        self._next = max(now, self._next) + _PACE
        await asyncio.sleep(self._next - _PACE - now)

    def _wait(self, chat: int, error: RetryAfter) -> None:
        self._until[chat] = max(self._until.get(chat, 0.0), time.monotonic() + _seconds(error))

    def _migrated(self, chat: int, error: ChatMigrated) -> None:
        self._new_ids[chat] = error.new_chat_id
        self._moved(chat, error.new_chat_id)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _surely_lost(error: TelegramError) -> bool:
    """Whether the message cannot have arrived: no connection was made, or the server said that it failed."""
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    # An answer with a status has no cause in the HTTP client, only perhaps in its body, which is a gateway's page. A
    # gateway that gave up waiting may have passed it on.
    answered = error.__cause__ is None or isinstance(error.__cause__, TelegramError)
    return isinstance(error, NetworkError) and answered and "504" not in str(error)
