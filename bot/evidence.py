"""What all passages say together: from candidate answers to readings with calibrated probabilities. Pure.

A candidate's strength is its margin and how well its passage was retrieved. Candidates with the same words support one
another, as independent sources do: of copies of one text, one counts. The few weights, and what a strength means as a
probability, are fitted by models/fit_scale.py.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.reader import Reading
from bot.spans import Candidate, distinct
from bot.wording import Wanted, fits

_LEAST_SHARE = 0.05  # of the best passage's score
_FAR = 5.0  # between the strengths of two answers: beyond, the second is no rival
_MOST = 12.0  # of a margin, either way: beyond, it tells no more


@dataclass(frozen=True, slots=True)
class Scale:
    """Fitted weights.

    A strength is `margin` x margin + `retrieved` x log(score / best score), less `mistyped` where the words are not of
    the kind asked for, more `titled` where they stand in the article's headline: it says which words win. The
    probability that their strongest sentence answers is sigmoid(`sure` x its margin + `lead` x the distance of the
    summed strengths to the next words' + `support` x what the other sentences add + `bias`): it does not ask how well
    the passage was retrieved, which says little where there are few articles.
    """

    margin: float
    retrieved: float
    mistyped: float
    titled: float
    sure: float
    lead: float
    support: float
    bias: float

    @property
    def of_chance(self) -> tuple[float, float, float, float]:
        return self.sure, self.lead, self.support, self.bias

    @classmethod
    def read(cls, path: Path) -> Scale:
        """Raises OSError, ValueError or TypeError where the file is not one."""
        return cls(**{name: float(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()})

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences that answer with the same words, the strongest first, each with its strength.

    `total` is the logarithm of their summed exponentials, `lead` how far that is ahead of the next words', or behind
    the best.
    """

    sentences: tuple[tuple[float, Candidate], ...]
    total: float
    lead: float

    def chance(self, scale: Scale) -> float:
        """The probability that the strongest sentence answers."""
        return _sigmoid(float(sum(weight * value for weight, value in zip(scale.of_chance, self.signs, strict=True))))

    @property
    def signs(self) -> tuple[float, float, float, float]:
        """What the probability is made of, in the order of `Scale.of_chance`."""
        strongest, candidate = self.sentences[0]
        return _bounded(candidate.margin), self.lead, self.total - strongest, 1.0


def ranked(candidates: Sequence[Candidate], kind: Wanted, scale: Scale) -> list[Words]:
    """The answers given, the strongest first; empty when nothing was read."""
    made = distinct(candidates)
    best = max((candidate.found.score for candidate in made), default=0.0)
    together: dict[str, list[tuple[float, Candidate]]] = defaultdict(list)
    for candidate in made:
        together[key(candidate.answer)].append((strength(candidate, best, kind, scale), candidate))
    groups = [tuple(sorted(some, key=lambda item: -item[0])) for some in together.values()]
    totals = sorted(((_log_sum(_independent(group)), group) for group in groups), key=lambda item: -item[0])
    out = []
    for place, (total, group) in enumerate(totals):
        other = totals[1 if place == 0 else 0][0] if len(totals) > 1 else -math.inf
        out.append(Words(group, total, max(-_FAR, min(_FAR, total - other))))
    return out


def _independent(group: Sequence[tuple[float, Candidate]]) -> list[float]:
    """The strengths of sentences, the strongest first, less those of articles that are copies of an earlier one."""
    of: dict[str, str] = {}
    return [own for own, one in group if of.setdefault(one.found.source, one.found.article.id) == one.found.article.id]


def weighed(candidates: Sequence[Candidate], kind: Wanted, scale: Scale) -> list[Reading]:
    """The readings of all sentences, the surest first; empty when nothing was read.

    Weaker words are never surer than stronger ones, nor a weaker sentence than the strongest with the same words.
    """
    readings, most = list[Reading](), 1.0
    for words in ranked(candidates, kind, scale):
        most = min(most, words.chance(scale))
        for own, candidate in words.sentences:
            chance = most * math.exp(own - words.sentences[0][0])
            readings.append(candidate.reading(chance))
    return sorted(readings, key=lambda reading: -reading.probability)


def strength(candidate: Candidate, best: float, kind: Wanted, scale: Scale) -> float:
    """How strongly one sentence speaks for its words, in log-odds of the model's kind."""
    share = candidate.found.score / best if best > 0 else 1.0
    value = scale.margin * _bounded(candidate.margin) + scale.retrieved * math.log(max(share, _LEAST_SHARE))
    if not fits(candidate.answer, kind):
        value -= scale.mistyped
    words = key(candidate.answer)
    if words and f" {words} " in f" {key(candidate.found.article.title)} ":
        value += scale.titled
    return value


def key(words: str) -> str:
    """The same for answers that differ in case, punctuation or articles only."""
    bare = re.sub(r"[^\w\s%$€£.]|\.(?!\d)", "", words.casefold())
    return " ".join(word for word in bare.split() if word not in ("a", "an", "the"))


def _bounded(margin: float) -> float:
    return max(-_MOST, min(_MOST, margin))


def _log_sum(values: Sequence[float]) -> float:
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
