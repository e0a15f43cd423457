"""Spans over hostile text: passages are the article's own characters, all of them, within the encoder's window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.embed import Encoder, load_encoder
from index.passages import Passage, embedding_text, passage_hash, split
from index.sentences import sentence_spans

ARTICLE = Article("id", "https://example.org/a", "A headline", "Example", (), date(2024, 6, 6), "")
# What is rare in random text and matters here, beside all of Unicode.
PIECES = st.sampled_from(
    [
        *("He left. |“No.” |U.S. |3.5|\r\n|\n\n|\n|\u200b|\u00ad|\u2028|\x85|\x1c|\u202e|\ufeff|…|。".split("|")),
        *("\U0001f469\u200d\U0001f467|e\u0301\u0323|Donaudampfschiff|пример |한국어".split("|")),
        *("x" * 130, "!?" * 20, "漢字" * 20),
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join)


def by_words(texts: Sequence[str]) -> list[int]:
    """A cheap tokenizer: a token for every four characters of a word, as pieces of unknown words are."""
    return [sum(-(-len(word) // 4) for word in text.split()) for text in texts]


def covered(text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """How many of `spans` hold each visible character."""
    times = Counter(at for start, end in spans for at in range(start, end))
    return [times[at] for at, mark in enumerate(text) if not mark.isspace()]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def spans(passages: Sequence[Passage]) -> list[tuple[int, int]]:
    return [(passage.start, passage.end) for passage in passages]


@given(HOSTILE)
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    found = sentence_spans(text)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    assert all(text[start:end] and text[start:end].strip() == text[start:end] for start, end in found)
    assert set(covered(text, found)) <= {1}


@given(HOSTILE, st.text(max_size=30), st.integers(16, 64))
@example("a" * 5000, "", 16)
@example("word " * 300, "title " * 100, 40)
@example("He left. He left. ", "0" * 17, 16)  # title and day leave four of sixteen
def test_passages_hold_every_visible_character_and_fit(text: str, title: str, window: int) -> None:
    article = replace(ARTICLE, text=text, title=title)
    passages = split(article, by_words, window)
    assert all(text[start:end].strip() for start, end in spans(passages))
    assert 0 not in covered(text, spans(passages))
    assert len({passage.id for passage in passages}) == len(passages)
    assert passages == split(article, by_words, window)
    assert [p.start for p in passages] == sorted(p.start for p in passages)
    if by_words([title])[0] < window // 2:
        assert all(by_words([embedding_text(article, p)])[0] <= window - 2 for p in passages)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@settings(max_examples=60)
@given(text=HOSTILE, window=st.sampled_from([32, 64, 256]))
@example(text="unbelievable" * 8 + " ", window=32)
@example(text=("internationally-unbelievable" * 3 + "ization ") * 30, window=64)
@example(text="Ένα δύο τρία τέσσερα " * 60, window=64)
def test_passages_fit_the_bundled_encoder(encoder: Encoder, text: str, window: int) -> None:
    article = replace(ARTICLE, text=text)
    passages = split(article, encoder.count_tokens, window)
    assert 0 not in covered(text, spans(passages))
    counts = encoder.count_tokens([embedding_text(article, passage) for passage in passages])
    assert all(count + 2 <= window for count in counts)


def test_a_long_foreign_headline_leaves_the_story_its_share(encoder: Encoder) -> None:
    article = replace(ARTICLE, title="Правительство объявило о решении по делу " * 3, text="The mayor left. " * 100)
    assert encoder.count_tokens([article.title])[0] > encoder.window // 3
    passages = split(article, encoder.count_tokens, encoder.window)
    assert max(encoder.count_tokens([embedding_text(article, p) for p in passages])) + 2 <= encoder.window


@pytest.mark.parametrize("number", range(40, 82, 3))
def test_passages_are_even_and_overlap_by_a_sentence(number: int) -> None:
    text = " ".join(f"Sentence number {n} has some seven or more words." for n in range(number))
    passages = split(replace(ARTICLE, text=text), by_words)
    lengths = [passage.end - passage.start for passage in passages]
    assert len(passages) > 1
    assert max(lengths) < 3 * min(lengths)
    for first, second in pairwise(passages):
        assert len(sentences(text[second.start : first.end])) == 1


def test_long_sentences_are_not_repeated() -> None:
    text = " ".join(f"{'Word ' * 80}number {n}." for n in range(12))
    passages = split(replace(ARTICLE, text=text), by_words)
    assert set(covered(text, spans(passages))) == {1}


def test_an_endless_sentence_is_cut_between_words() -> None:
    text = "unaccountability " * 400
    passages = split(replace(ARTICLE, text=text), by_words)
    assert len(passages) > 3
    assert {word for p in passages for word in text[p.start : p.end].split()} == {"unaccountability"}


def test_a_passage_is_known_by_article_state_and_span() -> None:
    article = replace(ARTICLE, text="One sentence. " * 200)
    ids = {passage.id for passage in split(article, by_words)}
    others = [{"id": "other"}, {"title": "Other"}, {"text": article.text + "More."}, {"published": None}]
    for other in others:
        assert ids.isdisjoint(passage.id for passage in split(replace(article, **other), by_words))  # type: ignore[arg-type]


def test_the_encoder_reads_the_headline_and_the_day_first() -> None:
    article = replace(ARTICLE, text="He left. She stayed.")
    (passage,) = split(article, by_words)
    read = embedding_text(article, passage)
    assert read == "A headline (6 June 2024)\nHe left. She stayed."
    assert embedding_text(replace(article, published=None), passage) == "A headline\nHe left. She stayed."
    assert len(passage_hash(read)) == 32
    assert passage_hash(read) == passage_hash(str(read)) != passage_hash(read + " ")


@pytest.mark.parametrize("text", ["", " \r\n\t\u2028 "])
def test_nothing_visible_makes_no_passage(text: str) -> None:
    assert sentence_spans(text) == []
    assert split(replace(ARTICLE, text=text), by_words) == []


BOUNDARIES = """
He went to the U.S. | The trip was long.
The U.S. President spoke.
He met Mr. Smith and Dr. Jones. | Mrs. Brown was late.
The U.N. Security Council met. | It voted.
It cost 3.5 million. | Then it rose.
At 9 a.m. Monday the siege began. | It ended at 5 p.m. | The police left.
George W. Bush and J. K. Rowling spoke. | J.K. Rowling left.
“Really?” he asked. | “Yes!” she said.
He said: “I will go.” | Then he went.
"Is it?" | She left.
He paused ... then went on. | He paused... | Then he left.
It’s over… | She cried.
It is No. 10 Downing Street. | He said no. | Then he left.
St. Louis won. | On Jan. 6 the mob came. | It was in Jan. | The snow fell.
Acme Inc. said so. | It owns Acme Inc. | The firm agreed.
Sen. Obama met Gov. Palin. | The Rev. Al Sharpton spoke.
Eat vitamin C. | The rest is plan B. | It works.
(It rained.) | He left.
It grew by 3%. | 20 people died.
Ali v. Foreman was long. | Wow!!! | Really?! | Yes.
Born in 1990. | In 1991 he moved.
See www.bbc.co.uk for more. | Then leave.
他说。|然后走了！|真的吗？|是的。
"""


@pytest.mark.parametrize("line", BOUNDARIES.strip().splitlines())
def test_sentence_boundaries(line: str) -> None:
    parts = [part.strip() for part in line.split("|")]
    assert sentences(line.replace(" | ", " ").replace("|", "")) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("• First thing\n• Second thing", ["• First thing", "• Second thing"]),
        ("Mayor resigns\nThe mayor left. She said so.", ["Mayor resigns", "The mayor left.", "She said so."]),
        ("One.\r\nTwo\r\n\r\nThree", ["One.", "Two", "Three"]),
        (
            "Police in the city of Springfield have said that the\nman was found on Monday. He is well.\n\nNext part",
            [
                "Police in the city of Springfield have said that the\nman was found on Monday.",
                "He is well.",
                "Next part",
            ],
        ),
    ],
)
def test_lines(text: str, found: list[str]) -> None:
    assert sentences(text) == found
