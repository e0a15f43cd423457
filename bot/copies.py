"""Of copies of one text, one is cited: the rest are only named beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evidence import key
from bot.reader import Reading

_AS_SURE = 0.5  # of the probability that another copy's sentence has


def of_one_copy(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, the surest first, with those of copies left out where the copy that is cited says it too.

    The copy cited is the one with the surest reading. What only another copy says stays, as that copy's.
    """
    cited: dict[str, str] = {}
    for reading in readings:
        cited.setdefault(reading.source, reading.article.id)
    chance: dict[tuple[str, str], float] = {}
    for reading in readings:
        if reading.article.id == cited[reading.source]:
            chance.setdefault((reading.source, key(reading.answer)), reading.probability)
    return [
        reading
        for reading in readings
        if reading.article.id == cited[reading.source]
        or chance.get((reading.source, key(reading.answer)), 0.0) < _AS_SURE * reading.probability
    ]
