"""Where answers are worked out: a few threads, a line before them with an end, and a limit on each answer's time.

Knows nothing of questions or chats: whoever waits keeps at most one place for each chat, so the line is fair to chats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
_THREADS = 64  # at most, those included that were given up


class Busy(Exception):
    """The line is full."""


class Place:
    """A place in the line. `ahead` is how many are before it, 0 when it is being worked on."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        waiting = self._line.waiting
        return waiting.index(self) + 1 if self in waiting else 0


class Line:
    """`n` answers at a time, at most `most` waiting, each of at most `seconds`."""

    def __init__(self, n: int = 2, most: int = 500, seconds: float = 60.0) -> None:
        self.waiting: list[Place] = []
        self._free = asyncio.Semaphore(n)
        self._most, self.seconds = most, seconds
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="answer")

    async def run(self, work: Callable[[], T], placed: Callable[[Place], None] = lambda _: None) -> T:
        """Run `work` in a thread when its turn comes; `placed` gets its place in the line at once.

        Raises Busy when the line is full, TimeoutError when the work takes too long, and what the work raises.
        Cancelling gives up the place, or the result; a thread that has begun ends by itself and keeps its slot until
        then.
        """
        if len(self.waiting) >= self._most:
            raise Busy
        place = Place(self)
        self.waiting.append(place)
        placed(place)
        try:
            await self._free.acquire()
        finally:
            self.waiting.remove(place)
        held = True

        def release(_: object) -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()

        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        future.add_done_callback(release)
        future.add_done_callback(_retrieve)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self.seconds)
        except TimeoutError:
            release(None)  # the thread is lost for as long as it hangs; the slot is not
            raise

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def _retrieve(future: asyncio.Future[T]) -> None:
    """So that a failure that nobody waits for any more is not reported as never retrieved."""
    with suppress(asyncio.CancelledError):
        future.exception()
