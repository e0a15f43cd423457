"""The bundled reader as it ships: the exported model on real text, its windows, and what is asked of its files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.news_reader import NewsReader
from bot.question import Meaning
from bot.wording import Wanted
from index.articles import Article
from index.errors import ModelMissing
from index.passages import Passage
from index.retrieve import Found
from index.sentences import sentence_spans

BUNDLED = Path(str(files("models").joinpath("reader")))
TEXT = (
    "The old bridge at Marlow was closed on Monday after inspectors found cracks. Repairs will cost 4.5 million euros, "
    "the city said. Mayor Ada Brown promised that it would open again in October. Ferries run until then."
)
ASKED = [
    ("How much will the repairs cost?", "4.5 million"),
    ("Who promised that the bridge would open again?", "Ada Brown"),
    ("When will the bridge open again?", "October"),
]


@pytest.fixture(scope="module")
def reader() -> NewsReader:
    return NewsReader()


def passages(text: str, *spans: tuple[int, int]) -> list[Found]:
    article = Article("a", "", "Bridge closed", "The Herald", (), date(2024, 6, 6), text)
    return [Found(Passage(str(n), "a", *span), article, 1.0, None) for n, span in enumerate(spans)]


@pytest.mark.parametrize(("question", "answer"), ASKED)
def test_it_marks_the_words_that_answer(reader: NewsReader, question: str, answer: str) -> None:
    first = reader.read(Meaning(question, None, (), Wanted.OTHER), passages(TEXT, (0, len(TEXT))))[0]
    assert answer in first.answer
    assert first.answer in first.text
    assert len(first.answer) < len(first.text)


def test_what_a_passage_does_not_say_it_believes_less(reader: NewsReader) -> None:
    told = reader.best_many([(ASKED[0][0], "", TEXT), ("Which opera opened in Vienna?", "", TEXT)])
    assert told[0][1] > 0 > told[1][1]


def test_words_are_found_far_into_a_text_of_several_windows(reader: NewsReader) -> None:
    filler = "Nothing else was said about the weather in the north. " * 60
    for text in (filler + TEXT, TEXT + filler, filler + TEXT + filler):
        words, margin = reader.best_many([(ASKED[0][0], "", text)])[0]
        assert "4.5 million" in words
        assert margin > 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=400), st.text(min_size=1, max_size=60))
def test_spans_are_exact_whatever_the_text(reader: NewsReader, text: str, question: str) -> None:
    found = passages(text, (0, len(text)))
    for reading in reader.read(Meaning(question, None, (), Wanted.OTHER), found):
        assert (reading.start, reading.end) in sentence_spans(text)
        assert reading.answer in reading.text
        assert reading.answer.strip()
        assert 0 <= reading.probability <= 1


def test_what_a_passage_says_does_not_hang_on_what_else_is_read(reader: NewsReader) -> None:
    rows = [(ASKED[0][0], "Bridge", text) for text in (TEXT, TEXT * 3, TEXT[:76], TEXT * 2, TEXT * 30)]
    together = reader.best_many(rows)
    assert together == [reader.best_many([row])[0] for row in rows], "to the last bit, and in their order"
    assert all(words in row[2] for row, (words, _) in zip(rows, together, strict=True))


def test_nothing_to_read(reader: NewsReader) -> None:
    assert reader.read(Meaning("Who?", None, (), Wanted.OTHER), []) == []
    assert reader.best_many([("Who?", "", "")])[0][0] == ""


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "scale.json"])
def test_a_file_that_is_broken_is_named(tmp_path: Path, file: str) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "reader")
    (folder / file).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelMissing, match="reader"):
        NewsReader(folder)
    (folder / file).unlink()
    with pytest.raises(ModelMissing, match="reader"):
        NewsReader(folder)


def test_reading_imports_no_torch() -> None:
    code = f"""
import sys
from bot.news_reader import NewsReader
assert NewsReader().best_many([({ASKED[0][0]!r}, "", {TEXT!r})])[0][0]
assert not {{"torch", "transformers", "sentence_transformers"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
