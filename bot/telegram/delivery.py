"""What is said to a chat arrives: retried through floods, failures and lost connections, unless the chat is gone.

The one place that sends and edits. One chat's flood wait holds up that chat alone. Knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from telegram import Bot, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.failures import chat_is_gone, message_is_gone, seconds, surely_lost
from bot.telegram.html import plain

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
_PACE = 1 / 28  # seconds between messages of all chats: Telegram allows about thirty a second
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between attempts


class To(NamedTuple):
    """Where to: a chat, and a topic of it."""

    chat: int
    thread: int | None = None


def budget_of(to: To) -> str:
    """Whose budget a language model's tokens count against: the chat's, all its topics together."""
    return f"telegram:{to.chat}"


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
        reply = _reply(reply_to)

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
        placed: Callable[[int | None, bool], None] = lambda message, unsure: None,
    ) -> int:
        """Make a final answer arrive once, in `message` if there is one, and return where it stands. Raises Gone.

        Where it may have arrived already (`unsure`), a short message, `anchor`, goes first and is edited into it: an
        edit can be repeated, so the answer stands at most twice, and says so: `html(True)`. `placed` is told of every
        message that is to hold the answer before it does, and whether another may hold it.
        """
        while True:
            if message is not None:
                try:
                    await self.edit(to, message, html(unsure), keyboard)
                    return message
                except NoSuchMessage:
                    message = None
                    placed(None, unsure)
            try:
                first = (anchor, None) if unsure else (html(False), keyboard)
                message = await self.send(to, *first, reply_to)
                placed(message, unsure)
                if not unsure:
                    return message
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
        reply = _reply(reply_to)
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

    async def pressed(self, query: str, words: str | None = None) -> None:
        """End a button's waiting circle. One that is too old is past answering."""
        for pause in (0.0, 0.5, 1.0, 2.0):
            await asyncio.sleep(pause)
            try:
                await self._bot.answer_callback_query(query, words)
                return
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
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
                if "not modified" in str(error).lower():
                    return None  # type: ignore[return-value]  # an edit, which gives nothing
                if repeatable and message_is_gone(error):
                    raise NoSuchMessage(str(error)) from error
                if mode and not chat_is_gone(error):
                    _LOG.warning("sent as plain text, because Telegram refused the markup: %s", error)
                    text, mode = plain(html), None
                    continue
                _LOG.error("Telegram refuses a message: %s", error)
                raise Gone(str(error)) from error
            except InvalidToken:
                raise
            except TelegramError as error:
                if not repeatable and not surely_lost(error):
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
        self._until[chat] = max(self._until.get(chat, 0.0), time.monotonic() + seconds(error))

    def _migrated(self, chat: int, error: ChatMigrated) -> None:
        self._new_ids[chat] = error.new_chat_id
        self._moved(chat, error.new_chat_id)


def _reply(to: int | None) -> ReplyParameters | None:
    return ReplyParameters(to, allow_sending_without_reply=True) if to is not None else None
