"""Feeds on a schedule: added, asked for what is new, and read into the index, for as long as the bot runs.

One feed's failure stops no other; a failing one is asked less and less often, but every day. Feeds that are due
together share a build. Knows nothing of chats.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.feed_poll import Poll, look, poll
from bot.feed_table import LEAST_MINUTES, MINUTES, MOST_MINUTES, Feed, FeedTable
from bot.ingest import Ingested, Intake, Stage
from bot.state import State
from bot.visible import one_line
from index.errors import DatelineError, UsageError
from index.records import domain, web_url

log = logging.getLogger(__name__)
DAY = 86_400.0
TICK = 15.0  # seconds between two looks at what is due
_AFTER_A_FAULT = 300.0
_LONGEST_WAIT = 7 * DAY  # that a server may ask for
_ROUND = 8  # feeds that share a build
_AT_ONCE = 3  # readers


class FeedRefused(DatelineError):
    """A feed that cannot be added, because it cannot be read."""


def backoff(minutes: int, failures: int, chance: float) -> float:
    """Seconds until a feed is asked again that failed `failures` times in a row: doubling, a day at most.

    `chance`, from 0 to 1, spreads them by a quarter to either side, so that feeds of one server do not stay together.
    """
    doubled = minutes * 60.0 * 2.0 ** min(failures - 1, 20)
    return min(DAY, min(DAY, doubled) * (0.75 + chance / 2))


class Feeds:
    """The scheduled feeds. `clock` gives seconds since 1970, `chance` a number from 0 to 1."""

    def __init__(
        self, state: State, intake: Intake, *, clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self.table = FeedTable(state)
        self._intake = intake
        self._clock = clock
        self._chance = chance
        self._running: set[str] = set()

    async def add(self, url: str, minutes: int = MINUTES) -> Feed:
        """A new feed, asked for once to see that it is one, and due at once. A page that names a feed will do.

        Raises UsageError for what is no link, a feed that is there already, or an interval out of bounds; FeedRefused
        when it cannot be read, with the reason.
        """
        address = web_url(url)
        if not address:
            raise UsageError("That is not a link: give a feed's address that begins with http:// or https://.")
        if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
            raise UsageError(f"A feed is read every {LEAST_MINUTES} to {MOST_MINUTES:,} minutes, not every {minutes}.")
        found = await look(address, self._intake)
        if found.named:
            address = found.named[0]
            found = await look(address, self._intake)
        if found.reason:
            raise FeedRefused(f"{address} cannot be added: {found.reason}.")
        return self.table.add(address, found.title or domain(address), minutes, self._clock())

    def due(self) -> tuple[Feed, ...]:
        """The feeds to be run now, but for those that are running."""
        return tuple(feed for feed in self.table.due(self._clock()) if feed.url not in self._running)

    async def run(self, feeds: Sequence[Feed], told: Callable[[Stage], None] = lambda stage: None) -> Ingested | None:
        """Ask these feeds for what is new and take it in, in one build. None when nothing was new.

        What fails is kept with its feed, not raised. Raises StateError when that is not possible.
        """
        feeds = [feed for feed in feeds if feed.url not in self._running]
        self._running.update(feed.url for feed in feeds)
        polls: list[tuple[Feed, Poll]] = []
        try:
            gate = asyncio.Semaphore(_AT_ONCE)
            async with asyncio.TaskGroup() as group:
                for feed in feeds:
                    group.create_task(self._poll(feed, gate, polls))
            return await self._take_in(polls, told)
        finally:
            for _, found in polls:
                if found.parsed is not None:
                    found.parsed.close()
            self._running.difference_update(feed.url for feed in feeds)

    async def _poll(self, feed: Feed, gate: asyncio.Semaphore, polls: list[tuple[Feed, Poll]]) -> None:
        async with gate:
            try:
                found = await poll(feed, self.table.seen(feed.url), self._intake)
            except Exception as error:  # whatever it is, the other feeds go on
                log.error("The feed %s could not be read: %s", one_line(feed.url), one_line(repr(error)))
                found = Poll(fault=f"cannot be read ({type(error).__name__})")
        polls.append((feed, found))

    async def _take_in(self, polls: Sequence[tuple[Feed, Poll]], told: Callable[[Stage], None]) -> Ingested | None:
        fresh = [found.parsed for _, found in polls if found.parsed is not None and found.parsed.articles]
        ingested, fault = None, ""
        if fresh:
            try:
                ingested = await self._intake.build([parsed.spool for parsed in fresh], told)
            except DatelineError as error:
                fault = str(error)
        for feed, found in polls:
            self._keep(feed, found, found.fault or (fault if found.parsed in fresh else ""))
        return ingested

    def _keep(self, feed: Feed, found: Poll, fault: str) -> None:
        now, chance = self._clock(), self._chance()
        if fault:
            wait = max(backoff(feed.minutes, feed.failures + 1, chance), min(found.retry_after, _LONGEST_WAIT))
            self.table.failed(feed, now, now + wait, fault)
            return
        next_run = now + feed.minutes * 60 * (0.95 + chance / 10)
        self.table.succeeded(feed, now, next_run, title=found.title, validators=found.validators, entries=found.entries)


async def keep_fed(
    feeds: Feeds,
    *,
    came: Callable[[Ingested], None] = lambda ingested: None,
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
) -> None:
    """Run whatever is due, until cancelled; `came` is told of what was taken in. Never ends of itself."""
    while True:
        pause = TICK
        try:
            due = feeds.due()
            ingested = await feeds.run(due[:_ROUND]) if due else None
            if ingested is not None:
                came(ingested)
            pause = 0.0 if len(due) > _ROUND else TICK
        except Exception as error:  # the database, or a fault of ours: tomorrow's news must still come in
            log.error("The feeds could not be read: %s", one_line(str(error)))
            pause = _AFTER_A_FAULT
        await sleep(pause)
