"""Answers and refusals on news: real library, engines and desk, with an encoder and a reader that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import bot.desk
from bot.desk import Desk
from bot.question import Meaning
from bot.reader import Reading
from bot.settings import Settings
from evals import answering, refusing
from evals.answering import Asked
from evals.data import NewsQuestion
from evals.pool import Pool, listed
from index.retrieve import Found
from tests.small_index import Words, story, update

DAY = date(2023, 6, 1)
TOWNS = {"Aberdeen": 11, "Bergen": 22, "Cadiz": 33}
STORIES = [replace(story(town, ships), published=date(2023, 5, 30)) for town, ships in TOWNS.items()]
AGAIN = replace(STORIES[1], id="copies/Bergen", title="Ships at Bergen, again")


def asked(town: str, answer: str) -> NewsQuestion:
    return NewsQuestion(town, f"How many ships did the port of {town} count?", DAY, (answer,), ())


QUESTIONS = [asked("Bergen", "22 ships"), asked("Cadiz", "The 33 ships."), asked("Dakar", "44")]


class Namesake:
    """Sure of a passage that names the question's town, unsure of any other."""

    def read(self, meaning: Meaning, found: Sequence[Found]) -> list[Reading]:
        town = meaning.text.removesuffix(" count?").split()[-1]
        readings = [
            Reading(item.article, item.passage.start, item.passage.end, 0.9 if town in item.article.text else 0.2)
            for item in found
        ]
        return sorted(readings, key=lambda reading: -reading.probability)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(bot.desk, "Encoders", lambda *_: lambda _: Words())
    update(tmp_path, [*STORIES, AGAIN])
    made = Desk(Settings(home=tmp_path, caution=0.0), Namesake())
    yield made
    made.close()


def test_the_pool_knows_which_articles_hold_an_answer() -> None:
    pool = Pool([*STORIES, replace(STORIES[0], id="headline", title="Twenty-two: the 22 ships")])
    assert pool.holding(["22 Ships!"]) == {"ports/Bergen", "headline"}
    assert pool.holding(["2 ships"]) == pool.holding(["the", ""]) == frozenset(), "whole words alone"
    assert pool.holding(["Bergen", "33"]) == {"ports/Bergen", "ports/Cadiz"}


def test_refusing_with_the_answer_taken_out_and_too_early(desk: Desk) -> None:
    counted = list[int]()
    rows = refusing.try_all(desk, Pool([*STORIES, AGAIN]), QUESTIONS, 0.5, lambda: counted.append(1))
    assert len(counted) == 3
    assert [row.answered for row in rows] == [True, True, False]
    assert [row.answerable for row in rows] == [row.citable for row in rows] == [True, True, False]
    assert [row.removed for row in rows] == [2, 1, 0], "a copy of the article goes too"
    assert not any(row.answered_without or row.answered_early for row in rows)
    figures = refusing.figures(rows, 0.5)
    assert figures["answered when taken out"] == 0.0
    assert figures["answered, of the answerable"] == 1.0
    assert figures["answerable"] == pytest.approx(2 / 3, abs=1e-4)


def test_answers_are_asked_of_all_articles_or_of_those_given(desk: Desk) -> None:
    openly = answering.ask_all(desk, QUESTIONS, 0.5, lambda: None)
    assert [row.cautious_cited for row in openly] == [True, True, False]
    assert [row.score for row in openly] == [0.9, 0.9, 0.2]
    among = listed(desk.library, ["copies/Bergen", "ports/nowhere"])
    assert among == {"copies/Bergen", "ports/Bergen"}, "the index may know the text by its other place"
    given = answering.ask_all(desk, QUESTIONS, 0.5, lambda: None, lambda _: among)
    assert [row.cited for row in given] == [True, False, False]
    assert [row.score for row in given] == [0.9, 0.2, 0.2]


def test_figures_by_year() -> None:
    def row(year: str, score: float, right: bool) -> Asked:
        return Asked(year, score, float(right), 0.5, right, right, right and score >= 0.5, 100 * score)

    rows = [row("2022", 0.9, True), row("2022", 0.1, False), row("2023", 0.6, False), row("2024", 0.0, False)]
    figures = answering.figures(rows, 0.5)
    assert figures["2022"] == {
        "questions": 2, "exact_match": 0.5, "f1": 0.5, "cited": 0.5, "first_cited": 0.5, "surest_fifth": 1.0,
        "answered": 0.5, "answered_exact_match": 1.0, "answered_f1": 0.5, "answered_cited": 1.0,
        "calibration_error": 0.1, "calibration_error_15_widths": 0.1,
    }  # fmt: skip
    assert (figures["all"]["questions"], figures["all"]["answered"]) == (4, 0.5)
    assert figures["all"]["calibration_error"] == pytest.approx((0.1 + 0.1 + 0.6) / 3, abs=1e-4), "no claim, no score"
    assert (figures["p50_ms"], len(figures["curves"]["latency_ms"])) == (35.0, 101)
    assert figures["curves"]["risk_coverage"][-1] == [1.0, 0.25]
    assert "2024" not in figures
    nothing = answering.figures([row("2022", 0.2, True)], 0.5)["all"]
    assert (nothing["answered"], nothing["answered_cited"]) == (0.0, None)
