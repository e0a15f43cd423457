"""How far scores can be trusted: risk against coverage, reliability, expected calibration error. Pure.

Everywhere `scores` are probabilities from 0 to 1 and `right` says of each whether it came true; both have the same
length. Equal scores keep the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Bin:
    """Some predictions of like score: their mean score, the share that came true, and how many they are."""

    score: float
    right: float
    number: int


def risk_coverage(scores: Sequence[float], right: Sequence[bool], points: int = 100) -> list[tuple[float, float]]:
    """(coverage, share right among what is covered) when only the surest are answered, at most `points` of them.

    The risk is 1 less the share. Questions of equal score are covered together, as one threshold would.
    """
    ranked = _surest_first(scores, right)
    curve, good = [], 0
    for place, (score, true) in enumerate(ranked, 1):
        good += true
        if place == len(ranked) or ranked[place][0] != score:
            curve.append((place / len(ranked), good / place))
    if len(curve) <= points:
        return curve
    kept = {round(n * (len(curve) - 1) / (points - 1)) for n in range(points)}
    return [point for n, point in enumerate(curve) if n in kept]


def surest(scores: Sequence[float], right: Sequence[bool], share: float = 0.2) -> float:
    """The share right among the surest `share` of all; at least one is looked at. 0.0 where there are none."""
    ranked = _surest_first(scores, right)
    return fmean(true for _, true in ranked[: max(1, int(share * len(ranked)))]) if ranked else 0.0


def equal_mass(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Bins that hold as many predictions each, the least sure first (Nguyen and O'Connor, 2015)."""
    ranked = _surest_first(scores, right)[::-1]
    edges = [round(n * len(ranked) / bins) for n in range(bins + 1)]
    return [_bin(ranked[low:high]) for low, high in pairwise(edges) if low < high]


def equal_width(scores: Sequence[float], right: Sequence[bool], bins: int = 15) -> list[Bin]:
    """Bins of equal width over 0 to 1, (low, high], empty ones left out (Guo et al., 2017)."""
    rows = list(zip(scores, right, strict=True))
    # Of 1-based number n: (n-1)/bins < score <= n/bins; a score of 0 goes with the first.
    places = [max(1, ceil(score * bins)) for score, _ in rows]
    grouped = [[row for row, place in zip(rows, places, strict=True) if place == n] for n in range(1, bins + 1)]
    return [_bin(rows) for rows in grouped if rows]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of score and share right, weighted by number; 0.0 of none."""
    total = sum(item.number for item in bins)
    return sum(item.number * abs(item.score - item.right) for item in bins) / total if total else 0.0


def _bin(rows: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(fmean(score for score, _ in rows), fmean(true for _, true in rows), len(rows))


def _surest_first(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, bool]]:
    return sorted(zip(scores, right, strict=True), key=lambda row: -row[0])
