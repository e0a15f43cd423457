"""Any answer is one message that Telegram takes, with its answer marked and nothing but verbatim quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answers import Answer, Citation, Claim
from bot.hits import SearchHit
from bot.sources import counted, sources_of
from bot.telegram.excerpts import CUT, blank, paragraphs, units
from bot.telegram.html import plain
from bot.telegram.render import PER_PAGE, answer_html, context_html, further_html
from bot.visible import one_line
from index.articles import Article
from tests.any_answers import answers, articles, citations
from tests.scripted import BRIDGE, COST, HOSTILE, answered, cite, claim, not_found
from tests.telegram_markup import Message, parse

Golden = Callable[[str, str], None]
TODAY = date(2024, 6, 7)
slow = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def folded(text: str) -> str:
    """A text as it is shown, white space and the joiners that disarm commands apart."""
    return " ".join(paragraphs(text).replace("\u2060", "").split())


def verbatim(quote: str, text: str) -> bool:
    """Whether a quote stands in a text, its cuts apart."""
    return all(folded(part) in folded(text) for part in quote.split(CUT))


def numbered(message: Message) -> list[str]:
    """The numbers that begin a line below the last heading: the sources shown."""
    return [row.split("]")[0][1:] for row in message.text.splitlines() if row.startswith("[") and " · " in row]


def check_quotes(message: Message, held: Iterable[Article]) -> None:
    held = list(held)
    for quote in message.of("blockquote"):
        assert any(verbatim(quote, article.text) for article in held), quote


@slow
@example(not_found(question="/forget"), TODAY, False)
@given(answers(), st.dates(), st.booleans())
def test_any_answer_is_one_message_with_verbatim_quotes(answer: Answer, today: date, again: bool) -> None:
    markup = answer_html(answer, today, again=again)
    message = parse(markup)
    begins = folded(one_line(answer.question.text))[:20].rstrip()
    assert folded(message.text).startswith(begins) or CUT in message.text
    check_quotes(message, (source.article for source in sources_of(answer)))
    assert units(plain(markup)) <= 4096
    if answer.articles_searched:
        assert counted(answer.articles_searched, "article") in message.text.splitlines()[-1]
    assert ("Telegram did not confirm" in message.text) == again


def _quoted(text: str, words: str) -> Answer:
    """An answer in other words than its quote `text`, of which `words` answer."""
    article = Article("x", "", "Title", "", (), None, text)
    return answered(Claim("It was wet.", (Citation(article, 0, len(text)),), words, 1.0))


@slow
@example(_quoted("\x00", "\x00"))  # which is shown as a picture
@example(_quoted("Rain\x85fell.", "Rain\x85"))
@example(_quoted("Rain\u2028fell.", "Rain\u2028"))
@example(_quoted("Rain\x1ffell.", "Rain\x1f"))
@given(answers())
def test_the_answers_words_are_marked(answer: Answer) -> None:
    message = parse(answer_html(answer, TODAY))
    for number, said in enumerate(answer.claims[:1]):
        wanted = one_line(said.answer).strip()
        if blank(wanted) or units(wanted) > 60:
            continue
        assert folded(wanted) in [folded(text) for text in message.of("b")[number + 1 :]]


@slow
@given(answers())
def test_sources_are_shown_whole_or_counted(answer: Answer) -> None:
    sources = sources_of(answer)
    message = parse(answer_html(answer, TODAY))
    foot = [row for row in message.text.splitlines() if row.endswith("more: press More sources")]
    left_out = int(foot[-1].split()[1].replace(",", "")) if foot else 0
    assert not sources or left_out < len(sources)
    links = [entity for entity in message.entities if entity.kind == "a" and not entity.text.startswith("[")]
    assert len(links) <= len(sources) - left_out


def many(count: int, text: str = "The old bridge was closed on Thursday. " * 60) -> Answer:
    """One claim with `count` long sources."""
    cited = [Citation(replace(BRIDGE, id=f"{n}", title=f"Story {n}", text=text), 0, len(text)) for n in range(count)]
    return answered(Claim("The old bridge was closed.", tuple(cited), "The old bridge", 1.0))


@pytest.mark.parametrize("count", [1, 2, 4, 7, 30, 500])
def test_what_does_not_fit_is_left_out_from_the_end(count: int) -> None:
    message = parse(answer_html(many(count), TODAY))
    shown = message.of("blockquote")
    assert len(shown) == min(count, len(shown))
    assert (f"and {count - len(shown)} more: press More sources" in message.text) == (count > len(shown))
    assert count <= 4 or len(shown) >= 4
    assert [title for title in message.of("a") if title.startswith("Story")] == [
        f"Story {n}" for n in range(len(shown))
    ]
    assert len({units(quote) > 300 for quote in shown}) == 1, "all quotes are shortened alike"


def test_a_shortened_quote_keeps_the_answer_in_sight() -> None:
    text = "Before that, much was said. " * 80 + "Repairs will cost 4.5 million euros. " + "Much was said later. " * 80
    article = replace(BRIDGE, text=text)
    whole = Citation(article, 0, len(text))
    message = parse(answer_html(answered(Claim("It is costly.", (whole,), "4.5 million euros", 1.0)), TODAY))
    (quote,) = message.of("blockquote")
    assert quote.startswith(f"{CUT} ")
    assert quote.endswith(f" {CUT}")
    assert "cost 4.5 million euros." in quote
    assert message.of("b") == ["What will repairs cost?", "Sources", "4.5 million euros"]


def test_only_web_pages_are_linked() -> None:
    for url in (
        "javascript:alert(1)",
        "tg://user?id=1",
        "https://bbc.com@evil.example/",
        "",
        "https://[::1",
        "/x",
        'http://a.b/"',
    ):
        assert parse(answer_html(answered(claim(replace(BRIDGE, url=url), "The old bridge")), TODAY)).of("a") == []
    for url in ("https://example.org/?a=1&b='2'", "http://example.org/a;b", "https://пример.испытание/новость"):
        message = parse(answer_html(answered(claim(replace(BRIDGE, url=url), "The old bridge")), TODAY))
        assert {entity.url for entity in message.entities if entity.kind == "a"} == {url}
        assert message.of("a") == ["[1]", BRIDGE.title]


def test_an_article_cannot_send_a_command() -> None:
    text = "Press /forget now, or /remove@bot; 24/7 and and/or stay."
    message = parse(answer_html(answered(claim(replace(BRIDGE, text=text, title="/new"), text)), TODAY))
    assert "/forget" not in message.text
    assert "/remove" not in message.text
    assert "/new" not in message.text
    assert "24/7 and and/or stay" in message.text


@pytest.mark.parametrize(
    ("asked_on", "through", "today", "stale", "as_of"),
    [
        (TODAY, date(2024, 6, 6), TODAY, False, False),
        (TODAY, date(2024, 5, 31), TODAY, False, False),
        (TODAY, date(2024, 5, 30), TODAY, True, False),
        (TODAY, None, TODAY, False, False),
        (date(2024, 3, 3), date(2024, 3, 2), TODAY, False, True),
        (date(2024, 3, 3), date(2024, 1, 2), TODAY, True, True),
        (date(2024, 6, 8), date(2024, 6, 8), TODAY, False, False),
    ],
)
def test_freshness_is_said_before_the_answer(
    asked_on: date, through: date | None, today: date, stale: bool, as_of: bool
) -> None:
    for answer in (COST, not_found(cite(BRIDGE, "1911"))):
        dated = replace(answer, question=replace(answer.question, asked_on=asked_on), articles_through=through)
        text = parse(answer_html(dated, today)).text
        head = text[: text.index("Repairs" if answer is COST else "I don't have that")]
        assert ("The newest of my articles" in head) == stale
        assert ("As of" in head) == as_of
        assert "The newest of my articles" not in text[len(head) :]


def test_no_article_was_published_by_then() -> None:
    answer = replace(not_found(), articles_searched=0)
    assert parse(answer_html(answer, TODAY)).text.endswith("None of my articles was published by 7 Jun 2024.")


REWORDED = Claim(
    "A repair for millions.", (cite(BRIDGE, "Repairs will cost 4.5 million euros"),), "4.5 million euros", 1.0
)


@pytest.mark.parametrize(
    ("name", "answer", "options"),
    [
        ("answered", COST, {}),
        ("stale", COST, {"today": date(2024, 6, 7), "stale_days": 0}),
        ("again", COST, {"again": True}),
        ("as_of", COST, {"today": date(2024, 8, 1)}),
        ("not_found", not_found(cite(BRIDGE, BRIDGE.text)), {}),
        ("no_passages", not_found(), {}),
        ("hostile", answered(claim(HOSTILE, HOSTILE.text, "more\u2069 :smile: [bold]not bold[/bold]")), {}),
        ("reworded", answered(REWORDED), {}),
        ("many", many(9), {}),
    ],
)
def test_every_state_has_its_look(golden: Golden, name: str, answer: Answer, options: dict[str, object]) -> None:
    markup = answer_html(answer, **({"today": TODAY} | options))  # type: ignore[arg-type]
    parse(markup)
    golden(f"telegram_{name}.html", f"{markup}\n")


def test_without_markup_it_is_still_an_answer(golden: Golden) -> None:
    golden("telegram_plain.txt", plain(answer_html(COST, TODAY)) + "\n")


@slow
@given(st.lists(articles.flatmap(citations), max_size=PER_PAGE), st.integers(1, 99), st.booleans())
@example([Citation(many(1).claims[0].citations[0].article, 0, 2000)] * 5, 3, True)
def test_any_page_of_passages_is_one_message(hits: list[Citation], page: int, newest: bool) -> None:
    found = [SearchHit(hit.article, hit.start, hit.end, 1.0, (hit.article,) * 9) for hit in hits]
    message = parse(further_html(found, page, 99, newest, "What?" * 500))
    check_quotes(message, (hit.article for hit in hits))
    assert f"page {page} of 99" in message.text


def test_pages_are_numbered_on(golden: Golden) -> None:
    other = replace(BRIDGE, id="b", outlet="Wire <3", published=datetime(2024, 6, 5, 12, 0), url="")
    hits = [SearchHit(BRIDGE, 0, 38, 0.9, (other, other)), SearchHit(other, 40, 91, 0.8)]
    golden("telegram_further.html", further_html(hits, 2, 2, False, "What will repairs cost?") + "\n")


@slow
@given(articles.flatmap(lambda article: st.lists(citations(article), min_size=1, max_size=3)))
def test_any_context_is_one_message(spans: list[Citation]) -> None:
    article = spans[0].article
    message = parse(context_html(article, [(span.start, span.end) for span in spans], 1, 3))
    check_quotes(message, [article])


def test_a_quote_is_marked_in_its_paragraph(golden: Golden) -> None:
    text = "\n\n".join(["Before it. " * 60] * 4 + ["The middle says so. Really."] + ["After it. " * 60] * 4)
    article = replace(BRIDGE, text=text)
    span = cite(article, "The middle says so.")
    markup = context_html(article, [(span.start, span.end)], 1, 2)
    assert parse(markup).of("b") == ["In its paragraph: source 1 of 2", "The middle says so."]
    golden("telegram_context.html", f"{markup}\n")
