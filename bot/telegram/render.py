"""Answers on Telegram: one message each, whatever was found and however the articles are written.

Pure: no Telegram client, no clock, no files but the prompts. Knows nothing of how an answer was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bot.answers import Answer, Claim, Status
from bot.sources import Source, counted, day_words, merged, paragraphs_around, searched, source_of, sources_of
from bot.telegram.blocks import OUTLET, QUESTION, QUOTE_LENGTHS, headline, source_block
from bot.telegram.excerpts import CUT, Piece, blank, excerpt
from bot.telegram.html import (
    Html,
    Size,
    blockquote,
    bold,
    escape,
    italic,
    joined,
    line,
    link,
    marked,
    packed,
    say_html,
    size,
)
from bot.understood import understood_words
from bot.visible import one_line
from bot.words import say
from index.articles import Article

if TYPE_CHECKING:
    from bot.hits import SearchHit

STALE_DAYS = 7  # without a newer article than that, an answer begins by saying so
PER_PAGE = 5  # passages on a page of further ones
_CLAIM = 900  # units of one claim
_CLAIMS = Size(units=1_800, entities=40, bytes=16_000)  # of all claims; what else is in the message finds room beside
_MARKERS = 8  # sources named behind one claim
_SAID = 600  # units of the sentence that says there is no answer
_CONTEXT = 3_000  # units of an article around a quote
_AROUND = 700  # characters on either side of a quote that its context reaches at least


def answer_html(answer: Answer, today: date, stale_days: int = STALE_DAYS, again: bool = False) -> Html:
    """The one message that shows an answer.

    `today` tells whether the newest article searched is more than `stale_days` old, and whether the question was
    asked as of an earlier day. `again` says that the message is a repeat, for want of Telegram's word on the first.
    """
    sources = sources_of(answer)
    head = joined([_asked(answer, today, stale_days, again), *_said(answer, sources)], "\n\n")
    answers, unsaid = _answer_words(answer.claims)
    for most in QUOTE_LENGTHS:
        blocks = (
            source_block(number, source, most, answers.get(source.article.id), unsaid.get(source.article.id, ()))
            for number, source in enumerate(sources, 1)
        )
        message, left_out = packed(head, blocks, partial(_foot, answer), count=len(sources))
        if not left_out:
            break
    return message


def further_html(hits: Sequence[SearchHit], page: int, pages: int, newest_first: bool, question: str = "") -> Html:
    """A page (from 1) of further passages, numbered on from the pages before it."""
    heading = say_html("telegram_newest" if newest_first else "telegram_further")
    place = say_html("telegram_page", page=page, pages=pages) if pages > 1 else Html()
    head = joined([bold(line(question, QUESTION)), joined([bold(heading), place], " · ")], "\n\n")
    if not hits:
        return Html(f"{head}\n{escape(say('no_passages'))}")
    shown = [source_of(hit) for hit in hits]
    for most in QUOTE_LENGTHS:
        blocks = [source_block(number, source, most) for number, source in enumerate(shown, (page - 1) * PER_PAGE + 1)]
        message, left_out = packed(head, blocks, lambda left: _more(left, "\n\n"))
        if not left_out:
            break
    return message


def context_html(article: Article, spans: Sequence[tuple[int, int]], number: int, sources: int) -> Html:
    """The paragraphs of source `number` of `sources` around the quoted `spans`, which are marked."""
    ordered = merged(spans)
    start, end = paragraphs_around(article.text, ordered, _AROUND)
    inside = [(first - start, last - start) for first, last in ordered]
    pieces = excerpt(article.text[start:end], inside, _CONTEXT)
    if article.text[:start].strip() and not pieces[0].text.startswith(CUT):
        pieces.insert(0, Piece(f"{CUT}\n\n"))
    if article.text[end:].strip() and not pieces[-1].text.endswith(CUT):
        pieces.append(Piece(f"\n\n{CUT}"))
    place = say_html("telegram_context", number=number, sources=sources)
    return joined([bold(place), headline(article), blockquote(marked(pieces), expandable=False)], "\n")


def _asked(answer: Answer, today: date, stale_days: int, again: bool) -> Html:
    """The question, and what has to be known before the answer."""
    asked_on = min(answer.question.asked_on, today)
    through = answer.articles_through
    notes = [say_html("telegram_again")] if again else []
    if answer.question.standalone:
        notes.append(say_html("understood_as", question=line(answer.question.standalone, QUESTION)))
    if asked_on < today:
        notes.append(say_html("telegram_as_of", day=day_words(asked_on)))
    if through is not None and (asked_on - through).days > stale_days:
        age = counted((asked_on - through).days, "day")
        notes.append(say_html("telegram_stale", newest=day_words(through), age=age))
    if words := understood_words(answer.understood, answer.question.asked_on, dated=False):
        notes.append(say_html("understood", understood=line(words, QUESTION)))
    return joined([bold(line(answer.question.text, QUESTION)), *map(italic, notes)], "\n")


def _said(answer: Answer, sources: Sequence[Source]) -> list[Html]:
    """The claims, or the sentence that there are none; then the heading over the sources."""
    if not answer.claims:
        closest = say("closest") if sources else say("no_passages")
        return [line(answer.text, _SAID), bold(escape(closest)) if sources else escape(closest)]
    numbers = {source.article.id: number for number, source in enumerate(sources, 1)}
    conflicting = answer.status is Status.CONFLICTING
    said: list[Html] = [say_html("conflicting")] if conflicting else []
    total = Size()
    for count, claim in enumerate(answer.claims):
        shown = _claim(claim, numbers)
        if conflicting:
            article = claim.citations[0].article
            named = Html() if blank(article.outlet) else line(article.outlet, OUTLET)
            shown = joined([shown, named, line(day_words(article.day))], " · ")
        total += size(shown)
        if count and not total.within(_CLAIMS):
            said.append(say_html("telegram_more", more=counted(len(answer.claims) - count, "more claim")))
            break
        said.append(shown)
    return [*said, bold(escape(say("sources")))]


def _claim(claim: Claim, numbers: Mapping[str, int]) -> Html:
    """A claim with its answer in bold, and the numbers of its sources, each linked."""
    text = one_line(claim.text)
    spans = _answer_in(claim)
    urls = {numbers[citation.article.id]: citation.article.url for citation in claim.citations}
    markers = [link(Html(f"[{number}]"), url) for number, url in list(urls.items())[:_MARKERS]]
    if len(urls) > _MARKERS:
        markers.append(Html(f"+{len(urls) - _MARKERS:,}"))
    return joined([marked(excerpt(text, spans, _CLAIM, one_line)), *markers], " ")


def _answer_in(claim: Claim) -> list[tuple[int, int]]:
    """Where a claim says its answer, in the claim on one line; nowhere when it is put in other words."""
    answer = one_line(claim.answer).strip()
    at = one_line(claim.text).find(answer)
    return [(at, at + len(answer))] if answer and at >= 0 else []


def _answer_words(
    claims: Sequence[Claim],
) -> tuple[dict[str, dict[tuple[int, int], str]], dict[str, list[tuple[int, int]]]]:
    """By article and span: the answer's words in it; and the spans of those that their claim says in other words."""
    answers: dict[str, dict[tuple[int, int], str]] = {}
    unsaid: dict[str, list[tuple[int, int]]] = {}
    for claim in claims:
        first = claim.citations[0]
        span = (first.start, first.end)
        if span not in answers.setdefault(first.article.id, {}):
            answers[first.article.id][span] = claim.answer
            if not _answer_in(claim):
                unsaid.setdefault(first.article.id, []).append(span)
    return answers, unsaid


def _foot(answer: Answer, left_out: int) -> Html:
    """How many sources did not fit, what a language model failed at, and what was searched."""
    if answer.articles_searched:
        what = searched(answer.articles_searched, answer.articles_through)
    else:
        what = say("chat_none_by", day=day_words(answer.question.asked_on))
    note = Html(f"\n\n{italic(line(answer.note))}") if answer.note else Html()
    return Html(f"{_more(left_out, chr(10))}{note}\n\n{escape(what)}")


def _more(left_out: int, by: str) -> Html:
    return Html(by + say_html("telegram_more_sources", more=f"{left_out:,}")) if left_out else Html()
