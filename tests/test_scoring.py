"""SQuAD's scores on their edge cases, and ranks."""

from __future__ import annotations

import pytest

from evals.data import SEED_QUESTIONS, small_questions
from evals.scoring import exact_match, f1, hits_at, holds, mrr, normalise, rank


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Beatles!", "beatles"),
        ("an apple, a day", "apple day"),
        ("U.S.", "us"),
        ("Theatre", "theatre"),
        ("It’s “so” – well", "its so well"),
        ("the", ""),
        ("$5.5 million", "55 million"),
    ],
)
def test_normalisation(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_exact_match_takes_any_answer() -> None:
    assert exact_match("The Eiffel Tower.", ["Louvre", "eiffel tower"]) == 1
    assert exact_match("Eiffel", ["eiffel tower"]) == 0
    assert exact_match("anything", []) == 0


def test_f1_is_the_best_overlap() -> None:
    assert f1("the Eiffel Tower in Paris", ["Eiffel Tower"]) == pytest.approx(2 * 2 / (4 + 2))
    assert f1("Paris", ["Eiffel Tower", "in Paris"]) == pytest.approx(2 / 3)
    assert f1("Rome", ["Paris"]) == 0
    assert f1("the", ["a"]) == 1, "nothing left on both sides is agreement, as in the official script"
    assert f1("the", ["Paris"]) == 0
    assert f1("to be or not to be", ["be be"]) == pytest.approx(2 * 2 / (6 + 2)), "a word counts as often as it stands"


def test_an_answer_is_held_in_whole_words() -> None:
    assert holds("He paid $5 for the book.", ["5"])
    assert not holds("He paid $55.", ["5"])
    assert holds("It opposes the proposed text", ["Opposes proposed text"])
    assert not holds("Anything", ["the", ""])


def test_ranks_count_articles_once() -> None:
    assert rank(["a", "a", "b"], {"b"}) == 2
    assert rank(["a"], {"b"}) is None
    assert rank([], {"b"}) is None
    ranks = [1, 2, None, 4]
    assert hits_at(ranks, 1) == 0.25
    assert hits_at(ranks, 4) == 0.75
    assert mrr(ranks) == pytest.approx((1 + 0.5 + 0.25) / 4)


def test_the_questions_on_the_seed_article_can_be_right() -> None:
    """Each fact stands in the article, so that a wrong answer is the reader's fault."""
    from pathlib import Path

    text = next((Path(__file__).parent.parent / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    questions = small_questions(SEED_QUESTIONS)
    assert len({question.id for question in questions}) == len(questions) == 35
    assert all(holds(text, [fact]) for question in questions for fact in question.answers)
    assert sum(not question.answers for question in questions) == 10
