"""How well one sentence answers one question, as a row of numbers. Pure; the encoder's cosines are handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.wording import Wanted, Word, matches, offers, stems, wanted, words

NAMES = (
    "cosine",  # question with sentence
    "clause_cosine",  # question with the clause of the sentence that is nearest
    "cosine_in_context",  # question with the sentence, its headline and the sentence before it
    "passage_cosine",  # question with the whole passage, as retrieved
    "covered",  # share of the question's content words that the sentence has
    "covered_in_context",  # that the sentence, the one before it and the headline have
    "covered_in_passage",  # that the passage and the headline have
    "names_covered",  # share of the question's names and numbers that the sentence has
    "names_missing",  # share that neither passage nor headline has
    "plain_missing",  # share of the other content words that neither has
    "offers_wanted",  # a typed question, and the sentence holds something new of that type
    "lacks_wanted",  # a typed question, and it holds nothing of that type
    "brief",  # fewer than six words: a heading or a fragment
    "asks",  # the sentence is itself a question
)


class Asked:
    """A question prepared once for many sentences."""

    def __init__(self, question: str) -> None:
        self.words = _distinct(words(question))
        self.stems = frozenset(word.stem for word in self.words)
        self.wanted = wanted(question)
        self.names = [word for word in self.words if word.is_name]
        self.plain = [word for word in self.words if not word.is_name]
        self._same: dict[str, dict[str, bool]] = {word.stem: {} for word in self.words}

    def share(self, wanted_words: list[Word], there: frozenset[str], empty: float = 1.0) -> float:
        """The share of `wanted_words`, of this question, that stand among the stems `there` in some form."""
        if not wanted_words:
            return empty
        return sum(self._stands(word.stem, there) for word in wanted_words) / len(wanted_words)

    def _stands(self, asked: str, there: frozenset[str]) -> bool:
        if asked in there:
            return True
        same = self._same[asked]
        for stem in there:
            if stem not in same:
                same[stem] = matches(asked, stem)
            if same[stem]:
                return True
        return False


def features(
    asked: Asked, sentence: str, before: str, passage: str, title: str, cosines: Sequence[float]
) -> NDArray[np.float64]:
    """Shape (len(NAMES),). `cosines` are the first four features, in order."""
    own = stems(sentence)
    context = own | stems(before) | stems(title)
    around = context | stems(passage)
    typed = asked.wanted is not Wanted.OTHER
    offered = typed and offers(sentence, asked.wanted, asked.stems)
    return np.array(
        [
            *cosines,
            asked.share(asked.words, own),
            asked.share(asked.words, context),
            asked.share(asked.words, around),
            asked.share(asked.names, own, empty=0.5),
            1 - asked.share(asked.names, around),
            1 - asked.share(asked.plain, around),
            float(offered),
            float(typed and not offered),
            float(len(sentence.split()) < 6),
            float(sentence.rstrip("\"'”’ ").endswith("?")),
        ]
    )


_CLAUSE = re.compile(
    r"[,;:]\s+|\s[–—-]\s"
    r"|\s(?=(?:as|that|which|who|after|before|because|although|though|while|when|since|and|but|until|if)\s)"
)
_LEAST_CLAUSE = 4  # words


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence and each two that follow one another; the sentence itself where it has but one.

    A long sentence says several things, and its embedding is none of them.
    """
    parts = _CLAUSE.split(sentence)
    pairs = [f"{a} {b}" for a, b in pairwise(parts)]
    return [part for part in dict.fromkeys([*parts, *pairs]) if len(part.split()) >= _LEAST_CLAUSE] or [sentence]


def _distinct(found: list[Word]) -> list[Word]:
    return list({word.stem: word for word in found}.values())
