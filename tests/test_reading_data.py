"""The examples that a reader is trained with: spans are exact, and what is called unanswerable is."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from models.reading_data import Example, elsewhere, exchanged, joined, qamr, qed, squad, unambiguous, without_answer

TEXT = "The old bridge was built in 1911 by John Smith. It closed in 2004. Repairs by the city of Oban began in March."
BUILT = Example("Who built the old bridge in 1911?", "Bridges", TEXT, TEXT.index("John"), TEXT.index("John") + 10)


def packed(path: Path, text: str) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def test_squad_spans(tmp_path: Path) -> None:
    asked = {"question": " Who? ", "answers": [{"text": "John Smith", "answer_start": TEXT.index("John")}]}
    paragraph = {"context": TEXT, "qas": [asked, {"question": "Why?", "answers": []}]}
    data = {"data": [{"title": "Old_Bridges", "paragraphs": [paragraph]}]}
    first, second = squad(packed(tmp_path / "squad.json.xz", json.dumps(data)))
    assert (first.question, first.title, first.answer) == ("Who?", "Old Bridges", "John Smith")
    assert (second.start, second.answer) == (-1, "")


def test_qed_spans_survive_the_repair_of_spacing(tmp_path: Path) -> None:
    text = "The bridge ( 1911 ) , built by Smith 's firm , closed ."
    start = text.index("Smith")
    row = {"question_text": "who built it", "title_text": "T", "paragraph_text": text,
           "answer_spans": [[start, start + len("Smith 's firm")]]}  # fmt: skip
    (example,) = qed(packed(tmp_path / "qed.jsonl.xz", json.dumps(row) + "\n"))
    assert example.text == "The bridge (1911), built by Smith's firm, closed."
    assert (example.question, example.answer) == ("Who built it?", "Smith's firm")


def test_qamr_puts_a_sentence_among_its_neighbours(tmp_path: Path) -> None:
    sentences = "\n".join(
        f"W:news:7:{n}:0\t{text}" for n, text in enumerate(["It rained .", "Ann saw Bob .", "He left ."])
    )
    packed(tmp_path / "wiki-sentences.tsv.xz", sentences + "\n")
    agreed = "W:news:7:1:0\t0 2\t1\t0\t2\tWho did Ann see there?\t2\t5:2\t6:0"
    disputed = "W:news:7:1:0\t0 2\t1\t1\t2\tWhat did Ann do there?\t1\t5:0\t6:2"
    for name in ("filtered-dev.tsv.xz", "filtered-test.tsv.xz"):
        packed(tmp_path / name, agreed + "\n" + disputed + "\n")
    (example,) = qamr(tmp_path)
    assert (example.text, example.answer) == ("It rained. Ann saw Bob. He left.", "Bob")


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8), max_size=20))
def test_joined_tokens_keep_their_spans(tokens: list[str]) -> None:
    text, spans = joined(tokens)
    assert len(spans) == len(tokens)
    assert all(text[start:end].strip() for start, end in spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)


def test_an_answer_that_stands_in_two_sentences_is_ambiguous() -> None:
    assert unambiguous(BUILT)
    twice = Example("Who?", "", "John Smith built it. John Smith closed it.", 0, 10)
    assert not unambiguous(twice)


def test_the_answer_is_gone_with_its_sentences() -> None:
    without = without_answer(BUILT)
    assert without is not None
    assert (without.start, without.end) == (-1, -1)
    assert "Smith" not in without.text
    assert "It closed in 2004." in without.text
    assert without_answer(Example("Who?", "", "John Smith built it.", 0, 10)) is None


def test_an_exchanged_question_asks_for_something_else() -> None:
    found = {example.question for seed in range(30) if (example := exchanged(BUILT, random.Random(seed)))}
    assert "Who built the old bridge in 2004?" in found
    assert BUILT.question not in found
    assert not any("Smith" in question for question in found), "the answer itself is not put into the question"
    assert exchanged(Example("who owns it", "", "it is owned by smith", 15, 20), random.Random(0)) is None


def test_an_exchanged_question_may_be_denied_but_seldom() -> None:
    asking = replace(BUILT, question="Who was first to cross it?")
    seen = [exchanged(asking, random.Random(seed)) for seed in range(300)]
    asked = Counter(example.question for example in seen if example)
    assert asked.keys() == {
        "Who was last to cross it?",
        "Who wasn't first to cross it?",
        "Who was never first to cross it?",
    }
    assert asked["Who was last to cross it?"] > 200
    assert sum(asked.values()) == 300


def test_another_passage_must_not_hold_the_answer() -> None:
    other = Example("?", "Ferries", "The ferry sails at noon.", -1, -1)
    assert elsewhere(BUILT, BUILT) is None
    assert elsewhere(BUILT, Example("?", "", "john smith again", -1, -1)) is None
    moved = elsewhere(BUILT, other)
    assert moved is not None
    assert (moved.question, moved.text, moved.start) == (BUILT.question, other.text, -1)
