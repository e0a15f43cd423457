"""In what order updates are handled: each chat's one after the other, the chats beside each other.

What must not wait, a pressed button, /cancel and an edit, goes past the line, and so does what takes long and leans on
nothing, such as indexing. Settles each update in the inbox.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram.inbox import Inbox

_PAST_THE_LINE = ("cancel", "add", "addfeed", "reindex", "remove", "forget")
_ENOUGH = 1_000_000  # updates at once: those that wait for their chat cost a task each


class Order(BaseUpdateProcessor):
    """`stop` lets what runs end and begins nothing more; what is left stands in the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(_ENOUGH)
        self._inbox = inbox
        self._locks: dict[int, asyncio.Lock] = {}
        self._users: Counter[int] = Counter()  # of each lock: who holds it and who waits for it
        self._running: set[asyncio.Task[Any]] = set()
        self.stopping = False

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """This chat's turn: first come, first served."""
        lock = self._locks.setdefault(chat, asyncio.Lock())
        self._users[chat] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[chat] -= 1
            if not self._users[chat]:
                del self._users[chat], self._locks[chat]

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, Update)
        chat = update.effective_chat
        try:
            if chat is None or _urgent(update):
                await self._handle(update, coroutine)
            else:
                async with self.turn(chat.id):
                    await self._handle(update, coroutine)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # of one that was never begun; no matter to others

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if self.stopping:
            return
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await coroutine
        finally:
            self._running.discard(task)
        self._inbox.done(update.update_id)

    async def stop(self, grace: float) -> None:
        """Let what runs end within `grace` seconds, then break it off: it is taken up at the next start."""
        self.stopping = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=5)


def _urgent(update: Update) -> bool:
    message = update.message
    if message is None or message.document is not None:
        return True
    command = re.match(r"/(\w+)", message.text or "")
    return command is not None and command[1].lower() in _PAST_THE_LINE
