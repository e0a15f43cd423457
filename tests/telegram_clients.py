"""The real client, python-telegram-bot, turned to an emulator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from evals.telegram_api.emulator import Emulator

Step = Callable[[Bot], Awaitable[Any]]


def client(api: Emulator, token: str = "", read_timeout: float = 20.0) -> Bot:
    """A bot, to be used as an asynchronous context manager, with time-outs that a busy machine can keep."""

    def request() -> HTTPXRequest:
        return HTTPXRequest(read_timeout=read_timeout, connect_timeout=20.0, pool_timeout=20.0, write_timeout=20.0)

    return Bot(
        token or api.token,
        base_url=api.base_url,
        base_file_url=api.base_file_url,
        request=request(),
        get_updates_request=request(),
    )


def play(api: Emulator, *steps: Step, token: str = "") -> list[Any]:
    """What a real client gets for each step, one after another; an error of Telegram's is a result."""

    async def run() -> list[Any]:
        results: list[Any] = []
        async with client(api, token) as bot:
            for step in steps:
                try:
                    results.append(await step(bot))
                except TelegramError as error:
                    results.append(error)
        return results

    return asyncio.run(run())
