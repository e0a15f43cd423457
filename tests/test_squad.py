"""SQuAD’s figures: thresholds, what refusing scores, and every question scored as itself."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.settings import Settings
from evals.data import SquadQuestion, squad_questions
from evals.reading import Read, Row, best_threshold, measure, read_all, squad_2
from evals.span_models import load_span_model
from index.errors import UsageError


class LastWord:
    """Answers with the passage's last word, surer the longer the passage is."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def best_many(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        self.calls.append(len(rows))
        return [(text.split()[-1], len(text) - 10.0) for _, _, text in rows]


QUESTIONS = [
    SquadQuestion("Which town?", "Towns", "It rained a lot in Bergen", ("Bergen", "in Bergen")),
    SquadQuestion("How many?", "Ships", "Seven", ("Six",)),
    SquadQuestion("Who won?", "Games", "Nobody knows at all", ()),
]


def test_every_question_is_scored_as_itself() -> None:
    model, seen = LastWord(), list[int]()
    rows = read_all(model, [*QUESTIONS] * 200, seen.append)
    assert (sum(seen), model.calls, seen) == (600, [256, 256, 88], [256, 256, 88])
    assert rows[:3] == rows[-3:] == [
        Read(True, 15.0, 1.0, 1.0), Read(True, -5.0, 0.0, 0.0), Read(False, 9.0, 0.0, 0.0),
    ]  # fmt: skip


def test_refusing_the_unanswerable_scores() -> None:
    rows = [Read(True, 3, 1, 1), Read(False, 2, 0, 0), Read(True, 1, 0, 0.5), Read(False, -1, 0, 0)]
    scores = squad_2(rows)
    assert (scores["exact_match"], scores["f1"]) == (0.5, 0.625)
    assert scores["f1 of the answerable, always answering"] == 0.75
    assert (scores["answerable, answered"], scores["unanswerable, refused"]) == (1.0, 0.5)
    assert scores["answerable or not, told rightly"] == 0.75
    # Answering the first alone: 1 + 1 (refused) + 0 + 1 of four.
    assert (scores["f1 at best threshold"], scores["best threshold, log-odds"]) == (0.75, 2.5)
    assert scores["exact_match at best threshold"] == 0.75


def test_the_best_threshold_does_not_part_equal_scores() -> None:
    rows = [Read(True, 1, 1, 1), Read(False, 1, 0, 0), Read(False, 1, 0, 0)]
    threshold, best = best_threshold(rows)
    assert (threshold, round(best, 6)) == (1, 0.666667)
    assert not any(row.log_odds > threshold for row in rows)
    assert best_threshold([Read(True, -9, 1, 1)]) == (-9.5, 1), "the last may be answered too"


def test_the_files_are_read_and_measured(tmp_path: Path) -> None:
    (tmp_path / "reading").mkdir()
    qas = [{"question": " Which town? ", "answers": [{"text": "Bergen"}, {"text": "Bergen"}]}]
    for version, more in (("1.1", []), ("2.0", [{"question": "Who?", "answers": [], "is_impossible": True}])):
        data = [{"title": "Old_towns", "paragraphs": [{"context": "They like Bergen", "qas": [*qas, *more]}]}]
        with lzma.open(tmp_path / f"reading/squad-dev-v{version}.json.xz", "wt") as file:
            json.dump({"data": data}, file)
    first, second = squad_questions(tmp_path, "1.1"), squad_questions(tmp_path, "2.0")
    assert first == [SquadQuestion("Which town?", "Old towns", "They like Bergen", ("Bergen",))]
    scores = measure(LastWord(), first, second, lambda _: None)
    assert scores["SQuAD 1.1"] == {"questions": 1, "exact_match": 1.0, "f1": 1.0}
    assert scores["SQuAD 2.0"]["f1"] == 0.5
    with pytest.raises(UsageError, match="name its folder with --data"):
        squad_questions(tmp_path / "nowhere", "1.1")


def test_the_reader_measured_is_the_one_that_the_settings_name() -> None:
    model = load_span_model(Settings(reader=None))
    (words, sure), (_, unsure) = model.best_many(
        [
            ("Who opened the bridge?", "Bridges", "The bridge was opened by Mayor Ada Brown in May."),
            ("Which opera was sung?", "Bridges", "The bridge was opened by Mayor Ada Brown in May."),
        ]
    )
    assert "Ada Brown" in words
    assert sure > 0 > unsure
