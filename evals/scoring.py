"""Exact match, F1 and ranks, as the field defines them. Pure.

Normalisation and F1 follow the official SQuAD 1.1 script (Rajpurkar et al., 2016): lower case, no punctuation, no
articles, white space folded.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from statistics import fmean

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_CURLY = str.maketrans("‘’“”–—", "''\"\"--")  # news is typeset, the answers often are not


def normalise(text: str) -> str:
    """`text` as SQuAD compares it; curly quotes and dashes count as their plain forms."""
    bare = text.translate(_CURLY).lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(predicted: str, answers: Iterable[str]) -> float:
    """1.0 when `predicted` equals one of `answers` after normalisation, else 0.0."""
    return float(any(normalise(predicted) == normalise(answer) for answer in answers))


def f1(predicted: str, answers: Iterable[str]) -> float:
    """The greatest token F1 of `predicted` with any of `answers`; 0.0 when there are none."""
    return max((_f1(normalise(predicted).split(), normalise(answer).split()) for answer in answers), default=0.0)


def _f1(predicted: list[str], answer: list[str]) -> float:
    if not predicted or not answer:
        return float(predicted == answer)
    common = sum((Counter(predicted) & Counter(answer)).values())
    return 2 * common / (len(predicted) + len(answer))


def overlap(text: str, reference: str) -> tuple[float, float, float]:
    """(precision, recall, F1) of the normalised words of `text` against those of `reference` (ROUGE-1, Lin, 2004)."""
    own, wanted = normalise(text).split(), normalise(reference).split()
    common = sum((Counter(own) & Counter(wanted)).values())
    precision, recall = common / (len(own) or 1), common / (len(wanted) or 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether one of `answers` stands in `text`, whole words, after normalisation."""
    padded = f" {normalise(text)} "
    return any(f" {wanted} " in padded for answer in answers if (wanted := normalise(answer)))


def rank(ranked: Iterable[str], gold: Collection[str]) -> int | None:
    """The place, from 1, of the first of `gold` among the distinct items of `ranked`; None when it is not there."""
    distinct = dict.fromkeys(ranked)
    return next((place for place, item in enumerate(distinct, 1) if item in gold), None)


def hits_at(ranks: Sequence[int | None], k: int) -> float:
    """The share of questions whose article is among the first `k`."""
    return fmean(place is not None and place <= k for place in ranks)


def mrr(ranks: Sequence[int | None]) -> float:
    """Mean reciprocal rank; what was not found counts zero."""
    return fmean(0.0 if place is None else 1 / place for place in ranks)
