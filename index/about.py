"""What an article as a whole says to a question: the names it mentions, what it opens with, the company it keeps.

The evidence that no single passage holds; each function gives it by article id, 0 where there is none. Pure: knows
nothing of engines or storage.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.query_terms import named, query_terms
from index.stemming import snowball

LEAD = 1_000  # characters: the opening of a story, which says what it is about, and a round-up's does not
_SATURATION = 1.2  # BM25's k1: how soon more of the same word stops counting
_LEAST_STEM = 4  # characters: what is shorter, and every number, is matched as a whole word


class Word:
    """A word of a question, found in lower-case text wherever a word begins with its stem."""

    def __init__(self, word: str, holding: Callable[[str], int], passages: int, is_name: bool = False) -> None:
        """`holding` says how many of all `passages` have a word of a stem."""
        stem = snowball(word)
        begins = _beginning(word, stem)
        self.is_name = is_name
        self.rarity = _idf(holding(stem), passages)
        self._whole = len(begins) < _LEAST_STEM or word[0].isdigit()
        self._part = word if self._whole else begins

    def count(self, text: str, most: int | None = None) -> int:
        """How often `text` has it, no further than `most`. Searched by `str.find`: no pattern is compiled a query."""
        found, at = 0, text.find(self._part)
        while at >= 0 and found != most:
            end = at + len(self._part)
            opens = at == 0 or not text[at - 1].isalnum()
            found += opens and not (self._whole and text[end : end + 1].isalnum())
            at = text.find(self._part, end)
        return found


def words_of(question: str, holding: Callable[[str], int], passages: int) -> list[Word]:
    """The telling words of `question`, with how rare each is among the index's `passages`."""
    names = named(question)
    return [Word(term, holding, passages, term in names) for term in query_terms(question)]


def nearness(question: NDArray[np.float32], vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
    """The cosine of the question to each article's mean vector; all of unit length.

    Tells the article that is about the question from the round-up that mentions it.
    """
    return {article: float(question @ vector) for article, vector in vectors.items()}


def mentions(words: Sequence[Word], texts: Mapping[str, str]) -> dict[str, float]:
    """The share of the question's names and numbers that each lower-case text has, a rare one counting for more.

    The article that answers mentions all who are involved, though seldom in one passage.
    """
    names = [word for word in words if word.is_name]
    total = sum(name.rarity for name in names) or 1.0
    return {
        article: sum(name.rarity for name in names if name.count(text, most=1)) / total
        for article, text in texts.items()
    }


def opening(words: Sequence[Word], texts: Mapping[str, str]) -> dict[str, float]:
    """How much of the question each lower-case text says in its first lines: rarity times saturated count, summed."""
    scores: dict[str, float] = {}
    for article, text in texts.items():
        counts = [(word.rarity, word.count(text[:LEAD])) for word in words]
        scores[article] = sum(rarity * count / (count + _SATURATION) for rarity, count in counts)
    return scores


def company(best: Iterable[str], vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
    """The cosine of each article to the mean of the `best`: articles on one event support one another.

    Pseudo-relevance feedback (Rocchio, 1971). Empty where no vector of `best` is known.
    """
    known = [vectors[article] for article in best if article in vectors]
    if not known:
        return {}
    centre = np.mean(known, axis=0)
    centre /= max(float(np.linalg.norm(centre)), 1e-12)
    return nearness(centre, vectors)


def _beginning(word: str, stem: str) -> str:
    """What the forms of a word have in common; a stem ends in "i" where the word has y or ies."""
    same = next((n for n, (a, b) in enumerate(zip(word, stem, strict=False)) if a != b), min(len(word), len(stem)))
    return word[:same].removesuffix("i") if word != stem else word


def _idf(holding: int, passages: int) -> float:
    """BM25's inverse document frequency; never below zero."""
    return math.log1p((max(passages - holding, 0) + 0.5) / (holding + 0.5))
