"""While an answer is worked out: typing, and after two seconds one message that says what is happening."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.telegram.delivery import Delivery, To

_PLACEHOLDER = 2.0  # seconds without an answer, after which it is said what is happening
_REFRESH = 8.0  # seconds between edits of that, where it changed
_TYPING = 4.5  # seconds; Telegram shows it for five


@dataclass(slots=True)
class Placeholder:
    """The message that will become the answer, if there is one."""

    message: int | None


@asynccontextmanager
async def waiting(
    delivery: Delivery,
    to: To,
    reply_to: int | None,
    message: int | None,
    status: Callable[[], str],
    placed: Callable[[int], None],
    keyboard: InlineKeyboardMarkup | None,
) -> AsyncIterator[Placeholder]:
    """Show `status()` until the body ends, in `message` if there is one; `placed` is told of a new one.

    When the body ends nothing is under way any more that could come after the answer.
    """
    placeholder = Placeholder(message)
    over = asyncio.Event()
    typing = asyncio.create_task(_typing(delivery, to, over))
    telling = asyncio.create_task(_tell(delivery, to, reply_to, placeholder, status, placed, over, keyboard))
    try:
        yield placeholder
    finally:
        over.set()
        await asyncio.gather(typing, telling, return_exceptions=True)


async def _typing(delivery: Delivery, to: To, over: asyncio.Event) -> None:
    while not over.is_set():
        sending = asyncio.create_task(delivery.typing(to))  # not waited for: the answer is not to wait for it either
        await _slept(_TYPING, over)
        if not sending.done():
            sending.cancel()


async def _tell(
    delivery: Delivery,
    to: To,
    reply_to: int | None,
    placeholder: Placeholder,
    status: Callable[[], str],
    placed: Callable[[int], None],
    over: asyncio.Event,
    keyboard: InlineKeyboardMarkup | None,
) -> None:
    said = ""
    while not await _slept(_REFRESH if said else _PLACEHOLDER, over):
        words = status()
        if placeholder.message is None:
            placeholder.message = await delivery.try_send(to, words, reply_to, keyboard)
            if placeholder.message is not None:
                placed(placeholder.message)
        elif words != said:
            await delivery.try_edit(to, placeholder.message, words, keyboard)
        said = words


async def _slept(seconds: float, over: asyncio.Event) -> bool:
    """Whether it was over before the time was up."""
    try:
        await asyncio.wait_for(over.wait(), seconds)
    except TimeoutError:
        return False
    return True
