"""From readings to claims: what is said, and what is cited for it. Pure.

The surest answer is said if it is sure enough, and up to two others that are nearly as sure. The same fact from several
articles is one claim with several citations, copies of one text being one source.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import Citation, Claim
from bot.evidence import key
from bot.reader import Reading

_MOST_CLAIMS = 3
_MOST_CITATIONS = 5  # of one claim
_SECOND_BEST = 0.75  # of the best probability: what a further answer needs to be said too
_BACKING = 0.5  # of a claim's probability: what a further source's sentence needs to be cited for it,
_SURE = 2.0  # or else this margin, in log-odds: that it is a weaker answer than the first does not make it none


def claims(readings: Sequence[Reading], caution: float) -> list[Claim]:
    """Claims from `readings`, the surest first; none where the surest is less probable than `caution`."""
    if not readings or readings[0].probability < caution:
        return []
    needed = max(caution, _SECOND_BEST * readings[0].probability)
    said: list[list[Reading]] = []
    for reading in readings:
        same = next((some for some in said if _one_fact(some[0], reading)), None)
        if same is None:
            if reading.probability >= needed and len(said) < _MOST_CLAIMS:
                said.append([reading])
        elif _backs(reading, same[0]) and all(_apart(reading, other) for other in same):
            same.append(reading)
    return [_claim(same[:_MOST_CITATIONS]) for same in said]


def _one_fact(one: Reading, other: Reading) -> bool:
    """Whether both give the same words, or one of them some of the other's: "Musk", "Elon Musk"."""
    first, second = key(one.answer).split(), key(other.answer).split()
    short, long = sorted((first, second), key=len)
    return first == second or any(
        short == long[at : at + len(short)] for at in range(len(long) - len(short) + 1) if short
    )


def _backs(reading: Reading, first: Reading) -> bool:
    """Whether a sentence with the words of a claim is sure enough to be cited for it."""
    return reading.probability >= _BACKING * first.probability or reading.margin >= _SURE


def _apart(one: Reading, other: Reading) -> bool:
    """Whether two readings are of different sources: an article backs a claim once, and so do all copies of one."""
    return one.source != other.source


def _claim(same: Sequence[Reading]) -> Claim:
    return Claim(
        text=" ".join(same[0].text.split()),
        citations=tuple(Citation(reading.article, reading.start, reading.end, reading.also) for reading in same),
        answer=same[0].answer,
        score=same[0].probability,
    )
