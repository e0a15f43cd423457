"""Answers and articles in a terminal: numbered sources, verbatim quotes, nothing in a text obeyed.

Knows nothing of how an answer was found. Every string that comes from an article goes through `bot.visible`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answers import Answer, Claim, Status
from bot.sources import Source, Span, day_words, merged, paragraphs_around, searched, source_of, sources_of
from bot.turns import Turn
from bot.understood import understood_words
from bot.visible import one_line, visible
from bot.why import why
from bot.words import say
from index.articles import Article

_INDENT = 4
_CLOSEST_LENGTH = 300  # characters of a passage that is only close; the whole of it is one /open away
_AROUND = 700  # characters of an article shown on either side of an opened quote


def console(file: TextIO | None = None) -> Console:
    """A console that takes text literally; without escape codes when NO_COLOR is set or output is no terminal."""
    system: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=file or sys.stdout, markup=False, highlight=False, emoji=False, color_system=system)


def show_answer(out: Console, answer: Answer, lift: str = "", *, told: int = 0) -> None:
    """Print an answer: claims with their numbers, the sources, what was understood, and what was searched.

    `lift` is the command that asks without the limits that were understood. The first `told` claims were shown already,
    by `show_next`.
    """
    sources = sources_of(answer)
    if answer.question.standalone:
        as_meant = Text(one_line(say("understood_as", question=answer.question.standalone)))
        _print(out, as_meant, gap=told > 0, style="dim")
        if not told:
            out.print()
    if answer.status is Status.NOT_FOUND:
        _print(out, Text(one_line(answer.text)))
        _print(out, Text(say("closest" if sources else "no_passages")), gap=True, style="bold")
        show_sources(out, sources, most=_CLOSEST_LENGTH)
    else:
        numbers = {source.article.id: number for number, source in enumerate(sources, 1)}
        conflicting = answer.status is Status.CONFLICTING
        if conflicting:
            _print(out, Text(say("conflicting")))
        for count, claim in enumerate(answer.claims[told:], told):
            shown = _claim(claim, numbers)
            if conflicting:
                shown.append(f" · {_from(claim)}", style="dim")
            _print(out, shown, gap=conflicting or count > 0)
        _print(out, Text(say("sources")), gap=True, style="bold")
        show_sources(out, sources)
    if answer.note:
        _print(out, Text(one_line(answer.note)), gap=True, style="dim")
    if words := understood_words(answer.understood, answer.question.asked_on):
        removable = lift and answer.understood.removable
        said = say("understood", understood=words)
        if removable:
            said = say("understood_lift", understood=words, command=lift)
        _print(out, Text(said), gap=True, style="dim")
    what = searched(answer.articles_searched, answer.articles_through)
    _print(out, Text(what), gap=not words, style="dim")


def show_next(out: Console, said: list[Claim], claim: Claim) -> None:
    """Print a claim that came before the answer is whole, numbered as it will be there; `said` are those before it."""
    said.append(claim)
    articles = dict.fromkeys(citation.article.id for one in said for citation in one.citations)
    numbers = {id: number for number, id in enumerate(articles, 1)}
    _print(out, _claim(claim, numbers), gap=len(said) > 1)


def show_sources(out: Console, sources: Sequence[Source], most: int | None = None) -> None:
    """Print numbered sources with their quotes; quotes longer than `most` characters are shortened."""
    for number, source in enumerate(sources, 1):
        _print(out, Text.assemble((f"[{number}] ", "cyan"), headline(source.article)))
        _print(out, Text(one_line(source.article.url or source.article.id), style="dim"), _INDENT, whole=True)
        if source.also:
            _print(out, Text(say("also", outlets=", ".join(map(one_line, source.also)))), _INDENT)
        for start, end in source.spans:
            _print(out, Text(f"> {_shortened(one_line(source.article.text[start:end]), most)}"), _INDENT)


def show_article(out: Console, article: Article, spans: Sequence[tuple[int, int]] = (), whole: bool = True) -> None:
    """Print an article with `spans` marked »so«; unless `whole`, only the paragraphs around them."""
    _print(out, headline(article))
    _print(out, Text(one_line(article.url or article.id), style="dim"), whole=True)
    start, end = (0, len(article.text)) if whole or not spans else paragraphs_around(article.text, spans, _AROUND)
    body = Text("[…]\n\n" if start else "", style="")
    at = start
    for first, last in merged(spans):
        body.append(visible(article.text[at:first]))
        body.append("»" + visible(article.text[first:last]) + "«", style="bold")
        at = last
    body.append(visible(article.text[at:end]))
    _print(out, body.append("\n\n[…]" if end < len(article.text) else ""), gap=True)


def show_hits(out: Console, hits: Sequence[Span]) -> None:
    """Print search hits, numbered best first, each with its passage."""
    if not hits:
        _print(out, Text(say("no_passages")))
    show_sources(out, [source_of(hit) for hit in hits], most=_CLOSEST_LENGTH)


def show_why(out: Console, turn: Turn) -> None:
    """Print how a question was understood, a sentence a line."""
    for sentence in why(turn):
        _print(out, Text(one_line(sentence)))


def show_list(out: Console, articles: Iterable[Article]) -> None:
    """Print articles, two lines each: the headline and where it is."""
    for article in articles:
        _print(out, headline(article))
        _print(out, Text(one_line(article.url or article.id), style="dim"), _INDENT, whole=True)


def headline(article: Article) -> Text:
    """`Title · Outlet · 6 Jun 2024`, on one line."""
    rest = " · ".join(part for part in (one_line(article.outlet), day_words(article.day)) if part)
    return Text.assemble((one_line(article.title), "bold"), f" · {rest}")


def _claim(claim: Claim, numbers: dict[str, int]) -> Text:
    at = claim.text.find(claim.answer)
    narrower = at >= 0 and claim.answer.strip() != claim.text.strip()
    start, end = (at, at + len(claim.answer)) if narrower else (0, 0)
    text = Text(one_line(claim.text[:start]))
    text.append(one_line(claim.text[start:end]), style="bold").append(one_line(claim.text[end:]))
    for number in dict.fromkeys(numbers[citation.article.id] for citation in claim.citations):
        text.append(f" [{number}]", style="cyan")
    return text


def _from(claim: Claim) -> str:
    """`Outlet · 6 Jun 2024` of a figure."""
    article = claim.citations[0].article
    return " · ".join(part for part in (one_line(article.outlet), day_words(article.day)) if part)


def _print(
    out: Console, text: Text, indent: int = 0, *, gap: bool = False, whole: bool = False, style: str = ""
) -> None:
    """Print a paragraph: wrapped and indented in a terminal, one unbroken line elsewhere. `whole`: never wrapped."""
    if gap:
        out.print()
    if style:
        text.stylize(style)
    if out.is_terminal and not whole:
        out.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        out.print(Text(" " * indent).append_text(text), soft_wrap=True)


def _shortened(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[:most].rsplit(" ", 1)[0] + " […]"
