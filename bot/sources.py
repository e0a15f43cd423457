"""An answer's numbered sources and the words that every front end says of them: days, counts, what was searched.

Knows no front end: terminal and Telegram both build on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.answers import Answer
from bot.words import say
from index.articles import Article

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Span(Protocol):
    """Anything that points into an article: a citation, a search hit."""

    @property
    def article(self) -> Article: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def also(self) -> tuple[Article, ...]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """One article as a numbered source, with the (start, end) spans of it that are quoted.

    `also`: the other outlets that carry the same text or a copy of it.
    """

    article: Article
    spans: tuple[tuple[int, int], ...]
    also: tuple[str, ...] = ()


def sources_of(answer: Answer) -> list[Source]:
    """The articles an answer names, in the order of their numbers: one number for one article."""
    spans: Iterable[Span] = [citation for claim in answer.claims for citation in claim.citations] or answer.closest
    found: dict[str, tuple[Span, list[tuple[int, int]]]] = {}
    for span in spans:
        quoted = found.setdefault(span.article.id, (span, []))[1]
        if (span.start, span.end) not in quoted:
            quoted.append((span.start, span.end))
    return [Source(first.article, tuple(quoted), _outlets(first)) for first, quoted in found.values()]


def source_of(span: Span) -> Source:
    """One span as a source of its own."""
    return Source(span.article, ((span.start, span.end),), _outlets(span))


def _outlets(span: Span) -> tuple[str, ...]:
    """The other outlets of a span's text, each once."""
    named = dict.fromkeys(place.outlet for place in span.also)
    return tuple(outlet for outlet in named if outlet.strip() and outlet != span.article.outlet)


def day_words(day: date | None) -> str:
    """`6 Jun 2024`, in English whatever the locale; `undated` for None."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else "undated"


def counted(number: int, thing: str) -> str:
    """`1 article`, `1,234 articles`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def searched(articles: int, through: date | None) -> str:
    """What was searched, and up to which day."""
    if through is None:
        return say("searched_undated", articles=counted(articles, "article"))
    return say("searched", articles=counted(articles, "article"), through=day_words(through))


def paragraphs_around(text: str, spans: Sequence[tuple[int, int]], around: int) -> tuple[int, int]:
    """The (start, end) of the whole paragraphs that reach `around` characters to either side of all spans."""
    first = max(0, min(start for start, _ in spans) - around)
    last = min(len(text), max(end for _, end in spans) + around)
    before, after = text.rfind("\n\n", 0, first), text.find("\n\n", last)
    return (before + 2 if before >= 0 else 0), (after if after >= 0 else len(text))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in their order in the text, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
