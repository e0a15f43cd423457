"""How updates reach the bot: getUpdates that waits, or the webhook. One of the two at a time.

Lives in the emulator's loop; the queue is `evals/telegram_api/updates.py`.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Json, Refusal
from evals.telegram_api.webhook import Pusher, kinds_of
from evals.telegram_api.world import World

LONGEST_POLL = 50.0  # seconds
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Delivery:
    """One bot's updates on their way. Everything but `__init__` runs in the emulator's loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pusher = Pusher(world, self._end_poll)
        self.gaps: list[float] = []  # seconds from each answer of getUpdates to the next call
        self._answered: float | None = None
        self._poll: asyncio.Future[str] | None = None  # of the one that waits; resolved with why it must end
        self._new = asyncio.Event()

    @property
    def polling(self) -> bool:
        """Whether a getUpdates is waiting now."""
        return self._poll is not None

    def woken(self) -> None:
        """There is a new update."""
        self._new.set()
        self.pusher.push_more()

    def forget_gaps(self) -> None:
        """Measure anew."""
        self.gaps.clear()
        self.world.updates.waits.clear()
        self._answered = None

    async def get_updates(self, params: Params, gone: asyncio.Event) -> list[Json]:
        """getUpdates.

        Args:
            params: the call's.
            gone: set when the client has hung up.

        Raises:
            Refusal: 409 when a webhook is set, or another poll or a setWebhook ends this one.
        """
        if self._answered is not None:
            self.gaps.append(time.monotonic() - self._answered)
            self._answered = None
        if self.pusher.webhook.url:
            raise Refusal(409, f"Conflict: {WEBHOOK_ACTIVE}")
        await self._hung_up()
        self._end_poll(OTHER_POLL)
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = ended
        deadline = time.monotonic() + min(max(float(params.integer("timeout")), 0.0), LONGEST_POLL)
        try:
            with self.world.lock:
                self.world.updates.allow(kinds_of(params))
                self.world.updates.confirm(params.integer("offset"))
            while True:
                self._new.clear()
                with self.world.lock:
                    if gone.is_set():
                        return []
                    found = self.world.updates.take(min(max(params.integer("limit", 100), 1), 100))
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return found
                waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(each.wait()) for each in (self._new, gone)]
                await asyncio.wait([*waits, ended], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
                if ended.done():
                    raise Refusal(409, f"Conflict: {ended.result()}")
        finally:
            if self._poll is ended:
                self._poll = None
                self._answered = time.monotonic()

    async def _hung_up(self) -> None:
        """Give an older poll whose client has hung up a moment to be known as such: it is no other poller's."""
        for _ in range(20):
            if self._poll is None:
                return
            await asyncio.sleep(0.01)

    def _end_poll(self, reason: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    async def close(self) -> None:
        """End what waits and what is in the air."""
        self._end_poll("the emulator stops")
        await self.pusher.close()
