"""Fitting the scale: right words win, and the probability is as often right as it says."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np

from bot.spans import Candidate
from bot.wording import Wanted
from evals.data import NewsQuestion
from index.articles import Article
from index.passages import Passage
from index.retrieve import Found
from models.fit_scale import Asked, fit_probability, fit_strength, left_out


def made(seed: int, told: bool) -> Asked:
    """A question whose right words ("ruby") stand in the first of three passages, with a margin that tells or not."""
    chance = random.Random(seed)
    rows = []
    right = chance.random() < 0.6
    for rank, word in enumerate(("ruby" if right else "opal", "jade", "onyx")):
        text = f"It was {word}."
        article = Article(f"{seed}-{rank}", "", "", "", (), None, text)
        margin = chance.gauss(2.0 if told and word == "ruby" else 0.0, 1.0)
        rows.append(Candidate(Found(Passage("", article.id, 0, len(text)), article, 1 / (1 + rank), None), rank, 0,
                              len(text), (7, 7 + len(word)), margin))  # fmt: skip
    day = date(2022, 1, 1) + timedelta(7 * (seed % 20))
    return Asked(NewsQuestion(str(seed), "What was it?", day, ("ruby",), (), ()), Wanted.OTHER, tuple(rows))


def test_what_tells_is_weighed_and_probabilities_hold_on_what_was_left_out() -> None:
    asked = [made(seed, told=True) for seed in range(200)]
    scale = fit_probability(asked, fit_strength(asked))
    assert scale.margin > 0.3
    assert scale.sure > 0
    rows, error = left_out(asked)
    assert len(rows) == 200
    assert error < 0.12
    surest = sorted(rows, reverse=True)[:40]
    assert np.mean([right for _, right, _ in surest]) > np.mean([right for _, right, _ in rows])
