"""How much one person, or one group, may ask: token buckets. Pure but for the clock that is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_MANY = 10_000  # buckets from which full ones are dropped


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` questions at once, one more every `seconds`."""

    burst: int
    seconds: float


PERSON = Rate(30, 3.0)
GROUP = Rate(60, 1.0)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    told: bool = False


class Limits:
    """A bucket for each person and each group, full at first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, int], _Bucket] = {}

    def take(self, user: int, group: int | None) -> tuple[float, bool]:
        """(seconds to wait, whether to say so). (0, False) when the question may be asked.

        It is said once in each dry spell: who sends five hundred questions gets one sentence, not five hundred.
        """
        keys = [(("user", user), PERSON)] + ([(("group", group), GROUP)] if group is not None else [])
        buckets = [(self._bucket(key, rate), rate) for key, rate in keys]
        wait = max((1 - bucket.level) * rate.seconds for bucket, rate in buckets)
        if wait <= 0:
            for bucket, _ in buckets:
                bucket.level -= 1
                bucket.told = False
            return 0.0, False
        dry = [bucket for bucket, _ in buckets if bucket.level < 1]
        tell = not any(bucket.told for bucket in dry)
        for bucket in dry:
            bucket.told = True
        return wait, tell

    def _bucket(self, key: tuple[str, int], rate: Rate) -> _Bucket:
        now = self._clock()
        if len(self._buckets) > _MANY:
            longest = PERSON.burst * PERSON.seconds, GROUP.burst * GROUP.seconds
            self._buckets = {k: b for k, b in self._buckets.items() if now - b.at < max(longest)}
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        bucket.level = min(float(rate.burst), bucket.level + (now - bucket.at) / rate.seconds)
        bucket.at = now
        return bucket
