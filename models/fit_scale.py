"""Fit what the reader's scores mean: `python -m models.fit_scale DATA HOME READER` writes `scale.json` into READER.

The questions are RealTimeQA's dev weeks, asked over the index under HOME on their days. First the weights of a
strength, so that the right words win among all that were read; then, with them, the probability that the winner's
sentence holds the answer. Eight numbers for a thousand questions; figures are of fifths left out in turn.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.desk import Desk
from bot.evidence import Scale, ranked, strength, weighed
from bot.news_reader import NewsReader
from bot.progress import progress
from bot.settings import Settings
from bot.spans import Candidate, distinct
from bot.wording import Wanted
from evals.calibration import calibration_error, equal_mass, surest
from evals.data import NewsQuestion, news_questions
from evals.scoring import f1, holds

_START = Scale(margin=0.5, retrieved=1.0, mistyped=0.5, titled=0.5, sure=0.2, lead=0.4, support=0.8, bias=-2.0)
_WEIGHTS = ("margin", "retrieved", "mistyped", "titled")
_FOLDS = 5
_RIGHT = 0.6  # token F1 from which words count as the answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that was read for it."""

    question: NewsQuestion
    kind: Wanted
    candidates: tuple[Candidate, ...]


def read_all(data: Path, home: Path, folder: Path) -> list[Asked]:
    """Every question retrieved and read; those for which nothing was found are left out."""
    reader = NewsReader(folder)
    out = []
    questions = news_questions(data)
    with closing(Desk.open(Settings(home=home))) as desk, progress() as shown:
        shown.start("reading", len(questions))
        for question in questions:
            meaning, found = desk.found(question.question, question.asked_on)
            if candidates := tuple(distinct(reader.candidates(meaning.text, found))):
                out.append(Asked(question, meaning.wanted, candidates))
            shown.advance()
    return out


def fit_strength(asked: Sequence[Asked]) -> Scale:
    """The weights under which right words are likeliest among all words read (softmax over candidates)."""
    useful = [(one, [f1(c.answer, one.question.answers) >= _RIGHT for c in one.candidates]) for one in asked]
    useful = [(one, right) for one, right in useful if any(right)]
    tables = [(_features(one), np.array(right)) for one, right in useful]

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.01 * float(weights @ weights)
        for features, right in tables:
            scores = features @ weights
            scores -= scores.max()
            chances = np.exp(scores)
            total -= math.log(chances[right].sum() / chances.sum() + 1e-9)
        return total

    start = np.array([getattr(_START, name) for name in _WEIGHTS])
    fitted = minimize(loss, start, method="Nelder-Mead").x
    return replace(_START, **dict(zip(_WEIGHTS, fitted.tolist(), strict=True)))


def _features(one: Asked) -> NDArray[np.float64]:
    """Shape (candidates, weights): each weight's own part of the strength."""
    best = max(candidate.found.score for candidate in one.candidates)
    units = [replace(_START, **{other: float(other == name) for other in _WEIGHTS}) for name in _WEIGHTS]
    return np.array([[strength(c, best, one.kind, unit) for unit in units] for c in one.candidates])


def fit_probability(asked: Sequence[Asked], scale: Scale) -> Scale:
    """`scale` with the weights of the probability, by logistic regression on whether the cited sentence holds the
    answer."""
    rows, right = [], []
    for one in asked:
        first = ranked(one.candidates, one.kind, scale)[0]
        _, cited = first.sentences[0]
        rows.append(first.signs[:-1])
        right.append(holds(cited.found.article.text[cited.start : cited.end], one.question.answers))
    fitted = LogisticRegression(C=10.0).fit(rows, right)
    sure, lead, support = fitted.coef_[0].tolist()
    return replace(scale, sure=sure, lead=lead, support=support, bias=float(fitted.intercept_[0]))


def left_out(asked: Sequence[Asked]) -> tuple[list[tuple[float, bool, float]], float]:
    """(probability, cited right, F1) of each question, by weights fitted without its week; and calibration error."""
    weeks = sorted({one.question.asked_on for one in asked})
    rows = []
    for fold in range(_FOLDS):
        out = set(weeks[fold::_FOLDS])
        rest = [one for one in asked if one.question.asked_on not in out]
        scale = fit_probability(rest, fit_strength(rest))
        for one in asked:
            if one.question.asked_on in out:
                first = weighed(one.candidates, one.kind, scale)[0]
                answers = one.question.answers
                rows.append((first.probability, holds(first.text, answers), f1(first.answer, answers)))
    return rows, calibration_error(equal_mass([row[0] for row in rows], [row[1] for row in rows]))


def main() -> None:
    """Fit, print the figures of what was left out, and write the scale of all questions."""
    parser = argparse.ArgumentParser(description="Fit the reader's scale.")
    for name in ("data", "home", "reader"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    asked = read_all(options.data, options.home, options.reader)
    rows, error = left_out(asked)
    cited, words = (float(np.mean([row[n] for row in rows])) for n in (1, 2))
    sure = surest([row[0] for row in rows], [row[1] for row in rows])
    print(f"left out: cited {cited:.3f}, F1 {words:.3f}, surest fifth {sure:.3f}, calibration error {error:.3f}")
    scale = fit_probability(asked, fit_strength(asked))
    print(scale)
    scale.write(options.reader / "scale.json")


if __name__ == "__main__":
    main()
