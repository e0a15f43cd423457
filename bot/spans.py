"""From a reading model's scores to candidate answers: the best span of each sentence of a passage. Pure.

A span's score is its start's plus its end's; less those of the first token, which stands for "no answer here" (Devlin
et al., 2019, as for SQuAD 2.0), it is a margin in log-odds. Knows nothing of retrieval and probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.reader import Reading
from index.retrieve import Found
from index.sentences import sentence_spans

_LONGEST = 30  # tokens of an answer

Scores = NDArray[np.float32]
Places = Sequence[tuple[int, int] | None]  # the characters of the passage that each token stands for, if any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage, characters `start` to `end` of the article, and the `words` in it that answer.

    `rank` is the passage's place among the retrieved, from 0; `margin` are log-odds as the model has them.
    """

    found: Found
    rank: int
    start: int
    end: int
    words: tuple[int, int]
    margin: float

    @property
    def answer(self) -> str:
        return self.found.article.text[slice(*self.words)]

    def reading(self, probability: float) -> Reading:
        """The sentence as what a reader gives, once its probability is known."""
        found = self.found
        return Reading(found.article, self.start, self.end, probability, self.words, self.margin, found.also)


def candidates(found: Found, rank: int, places: Places, starts: Scores, ends: Scores) -> list[Candidate]:
    """The best span of each sentence that the model has read; `starts` and `ends` are of shape (tokens,)."""
    article, offset = found.article, found.passage.start
    null = float(starts[0] + ends[0])
    known = np.array([n for n, span in enumerate(places) if span])
    spans = np.array([span for span in places if span]).reshape(-1, 2)
    made = []
    for start, end in sentence_spans(article.text[offset : found.passage.end]):
        inside = np.flatnonzero((spans[:, 0] >= start) & (spans[:, 1] <= end))
        if not inside.size:
            continue  # beyond the window
        tokens = known[inside]
        first, last, score = best_span(starts[tokens], ends[tokens])
        words = (offset + int(spans[inside[first], 0]), offset + int(spans[inside[last], 1]))
        made.append(Candidate(found, rank, offset + start, offset + end, words, score - null))
    return made


def best_span(starts: Scores, ends: Scores) -> tuple[int, int, float]:
    """The first and last place of the span with the greatest sum of scores, of at most thirty tokens, and that sum."""
    size = len(starts)
    sums = starts[:, None] + ends[None, :]
    allowed = _allowed(1 << (size - 1).bit_length())[:size, :size]
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), size)
    return first, last, float(sums[first, last])


@lru_cache
def _allowed(size: int) -> NDArray[np.bool_]:
    """Which first and last places, of `size` each, make a span; its corners serve all smaller sizes."""
    ordered = np.triu(np.ones((size, size), dtype=np.bool_))
    return ordered & ~np.triu(ordered, _LONGEST)


def distinct(made: Sequence[Candidate]) -> list[Candidate]:
    """Each sentence once, as it was read most surely: passages overlap. The order is kept."""
    surest: dict[tuple[str, int], Candidate] = {}
    for candidate in made:
        key = (candidate.found.article.id, candidate.start)
        if key not in surest or surest[key].margin < candidate.margin:
            surest[key] = candidate
    return list(surest.values())
