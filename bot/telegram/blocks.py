"""The parts that Telegram messages are made of: a title line, a source with its quotes, what was searched.

Knows articles, but not how they were found. Whatever an article holds, each part has a bounded size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.sources import Source, counted, day_words
from bot.telegram.excerpts import blank, excerpt
from bot.telegram.html import Html, blockquote, escape, italic, joined, line, link, marked, say_html
from index.articles import Article

TITLE, OUTLET, QUESTION = 200, 60, 300  # units
QUOTE_LENGTHS = (700, 400, 200)  # units of a quote: the longest at which all sources fit, or else the shortest
_QUOTES = 3  # of one source
_ALSO = 3  # outlets named


def title_link(title: str, url: str) -> Html:
    return link(say_html("telegram_untitled") if blank(title) else line(title, TITLE), url)


def title_line(title: str, url: str, outlet: str, day: date | None) -> Html:
    """`Title · Outlet · 6 Jun 2024`, the title linked."""
    named = "" if blank(outlet) else line(outlet, OUTLET)
    return joined([title_link(title, url), named, line(day_words(day))], " · ")


def headline(article: Article) -> Html:
    """The title line of an article."""
    return title_line(article.title, article.url, article.outlet, article.day)


def quote(text: str, most: int, answer: str = "", *, mark: bool = False) -> Html:
    """A verbatim quote of at most `most` units; shortened, it keeps the words of `answer`. `mark`: they are in bold."""
    at = text.find(answer) if answer.strip() else -1
    pieces = excerpt(text, [(at, at + len(answer))] if at >= 0 else [], most)
    seen = "".join(piece.text for piece in pieces)
    return Html() if blank(seen) else blockquote(marked(pieces) if mark else escape(seen))


def source_block(
    number: int,
    source: Source,
    most: int,
    answers: Mapping[tuple[int, int], str] | None = None,
    unsaid: Sequence[tuple[int, int]] = (),
) -> Html:
    """`[1] Title · Outlet · 6 Jun 2024` and the quotes below it.

    `answers` are the words to keep in sight, by the span that holds them; in the spans `unsaid` they are also marked.
    """
    answers = answers or {}
    quotes = [
        quote(source.article.text[start:end], most, answers.get((start, end), ""), mark=(start, end) in unsaid)
        for start, end in source.spans[:_QUOTES]
    ]
    rest = len(source.spans) - _QUOTES
    more = say_html("telegram_more", more=counted(rest, "more quote")) if rest > 0 else Html()
    named = [line(outlet, OUTLET) for outlet in source.also[:_ALSO]]
    if len(source.also) > _ALSO:
        named.append(say_html("telegram_more", more=f"{len(source.also) - _ALSO:,} more"))
    also = say_html("also", outlets=joined(named, ", ")) if named else Html()
    head = joined([headline(source.article), also], " · ")
    return joined([Html(f"[{number}] {head}"), *quotes, more], "\n")


def and_more(left_out: int) -> Html:
    """The last line of a list of which `left_out` entries did not fit."""
    return Html(f"\n\n{italic(say_html('telegram_more', more=f'{left_out:,} more'))}") if left_out else Html()
