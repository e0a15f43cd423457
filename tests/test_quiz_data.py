"""Examples from quiz questions: which passage is believed to answer, which does not, and which questions are taught."""

from __future__ import annotations

import random
from datetime import date, timedelta

from bot.spans import Candidate
from evals.data import NewsQuestion
from index.articles import Article
from index.passages import Passage
from index.retrieve import Found
from index.sentences import sentence_spans
from models.quiz_data import examples_of, with_refusals


def asked(answer: str, evidence: str = "") -> NewsQuestion:
    return NewsQuestion("q", "Where was the founder arrested?", date(2023, 1, 6), (answer,), (), (), evidence)


def read(rank: int, title: str, text: str, *margins: float, words: str = "") -> list[Candidate]:
    """What a reader says of each sentence of `text`, the second passage of its article; `words` are what it chose."""
    article = Article(f"a{rank}", "", title, "Herald", (), date(2023, 1, 5), f"Before. {text}")
    found = Found(Passage(f"p{rank}", article.id, 8, len(article.text)), article, 1.0, None)
    at = article.text.find(words, 8) if words else 8
    return [
        Candidate(found, rank, 8 + start, 8 + end, (at, at + len(words)), margin)
        for (start, end), margin in zip(sentence_spans(text), margins, strict=True)
    ]


def test_the_sentence_that_the_reader_is_surest_of_is_taken() -> None:
    rows = read(0, "Founder", "He left The Bahamas. Police in the Bahamas arrested the founder.", -2.0, 3.0)
    made = examples_of(asked("The Bahamas"), rows)
    assert [(e.answer, e.text[: e.start].endswith("Police in the ")) for e in made] == [("Bahamas", True)]


def test_a_sentence_is_not_believed_where_the_reader_is_much_surer_of_another() -> None:
    rows = read(0, "Trade", "Rum comes from the Bahamas.", -6.0) + read(1, "Trial", "He was arrested at home.", 4.0)
    assert examples_of(asked("The Bahamas"), rows) == []


def test_the_negatives_hold_no_word_of_the_answer_and_the_surest_come_first() -> None:
    rows = [
        *read(0, "Founder", "Police in New York arrested the founder.", 3.0),
        *read(1, "Weather", "It rained.", -4.0),
        *read(2, "York", "A founder was arrested.", 1.0),  # the headline holds a word of it
        *read(3, "Trial", "Another founder was arrested in Rome.", 2.0),
    ]
    made = examples_of(asked("New York"), rows)
    assert [(e.title, e.answer) for e in made] == [("Founder", "New York"), ("Trial", ""), ("Weather", "")]


def test_a_number_is_believed_only_where_the_reader_chose_it() -> None:
    text = "The founder was arrested after 5 years."
    assert [e.answer for e in examples_of(asked("5"), read(0, "", text, 2.0, words="5 years"))] == ["5"]
    assert examples_of(asked("5"), read(0, "", text, 2.0, words="founder")) == []


def test_what_the_quiz_says_itself_answers() -> None:
    made = examples_of(asked("“Paris”", evidence="He was arrested in Paris on Monday."), read(0, "", "It rained.", 0.0))
    assert [(e.title, e.answer) for e in made] == [("", "Paris"), ("", "")]


def test_some_questions_are_asked_once_more_of_what_does_not_answer() -> None:
    rows = read(0, "", "In Paris.", 1.0) + read(1, "", "It rained.", 0.0)
    one = examples_of(asked("Paris"), rows)
    made = with_refusals([one, one], random.Random(0))
    assert made == [*one, *one, one[1]]


def test_every_second_quiz_week_is_taught_whole() -> None:
    days = [date(2023, 1, 6) + timedelta(14 * n) for n in range(4)]
    taught = [NewsQuestion("", "", day, (), ()).taught for day in days]
    before = [NewsQuestion("", "", day - timedelta(1), (), ()).taught for day in days]
    assert taught == before
    assert taught in ([True, False] * 2, [False, True] * 2)
