"""Questions made from headlines: what is asked, what counts as saying so, and what is no answer."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from bot.hits import SearchHit, SearchResult
from index.articles import Article
from models.news_data import examples_of, questions_of
from models.reading_data import kept


def article(name: str, title: str, text: str, day: date | None = date(2024, 6, 6)) -> Article:
    return Article(name, f"https://example.org/{name}", title, "Herald", (), day, text)


def count(texts: Any) -> list[int]:
    return [len(text.split()) for text in texts]


PERU = article(
    "peru",
    "Court in Peru orders 45 miners released after protest",
    "A judge in Lima ruled on Tuesday. The court of Peru ordered that 45 miners be released after a week of protest.",
)


def test_names_and_numbers_of_the_headline_are_asked_for() -> None:
    asked = {(one.question, one.answer) for seed in range(8) for one in questions_of(PERU, random.Random(seed))}
    assert asked == {
        ("Court in which country orders 45 miners released after protest?", "Peru"),
        ("Court in Peru orders how many miners released after protest?", "45"),
    }


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("What we know about the court in Peru so far", PERU.text),
        ("Court in Peru orders release", PERU.text),  # too short
        ("Court in Chile orders the miners released after protest", PERU.text),  # not in the text
        ("Court orders Canadian miners of the north released in 2024", PERU.text + " Canadian miners, 2024."),
    ],
)
def test_headlines_that_give_no_question(title: str, text: str) -> None:
    assert questions_of(article("x", title, text), random.Random(0)) == []


class Shelf(Desk):
    """A desk whose search brings these articles, whole."""

    def __init__(self, *brought: Article) -> None:
        self.brought = brought

    def search(self, *_: Any, **__: Any) -> SearchResult:
        return SearchResult(tuple(SearchHit(one, 0, len(one.text), 1.0) for one in self.brought), 0.0)


def test_examples_are_exact_and_negatives_say_no_word_of_the_answer() -> None:
    elsewhere = article("b", "Miners go home", "In Peru 45 miners were released after the protest, a court said.")
    late = article("late", "Old case", "In Peru 45 miners were released after the protest.", date(2024, 8, 1))
    silent = article("c", "Football", "The match was lost. Nobody was pleased with the court.")
    made = list(examples_of(PERU, Shelf(PERU, elsewhere, late, silent), count, random.Random(3)))
    positive = [example for example in made if example.start >= 0]
    negative = [example for example in made if example.start < 0]
    assert {example.answer for example in positive} == {"Peru", "45"}
    assert {example.text for example in positive} == {PERU.text, elsewhere.text}
    assert all(example.title == "" for example in positive if example.text == PERU.text), "the headline would tell"
    assert {example.text for example in negative} == {silent.text}


def test_an_article_without_a_day_gives_none() -> None:
    undated = article("u", PERU.title, PERU.text, None)
    assert list(examples_of(undated, Shelf(), count, random.Random(0))) == []


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text('{"question": "Q?", "title": "T", "text": "It was.", "start": 3, "end": 6}\n', encoding="utf-8")
    assert [example.answer for example in kept(path)] == ["was"]
