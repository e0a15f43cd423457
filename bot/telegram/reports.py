"""What admins are shown: what was indexed and what failed, the feeds, figures. One message each.

Pure, and with inputs of its own: whoever fills them knows how articles are indexed and feeds are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.sources import counted, day_words
from bot.telegram.blocks import TITLE, and_more, title_line
from bot.telegram.excerpts import blank
from bot.telegram.html import Html, bold, code, is_web, joined, line, packed, say_html
from index.articles import BadArticle

_FIRST = 5  # failures shown before what went well
_REASON = 300  # units of a failure's reason
_VALUE = 200  # units of a figure's name or value


@dataclass(frozen=True, slots=True)
class Indexed:
    """An article that was added or changed, and the number of passages that it was cut into."""

    title: str
    outlet: str
    url: str
    day: date | None
    passages: int
    changed: bool = False  # it was there, with another text
    id: str = ""  # what /remove takes, where there is no link


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed as it stands. Times are aware of their zone; `fault` is the reason of the last of `failures` in a row."""

    url: str
    title: str
    minutes: int
    last_run: datetime | None = None
    next_run: datetime | None = None
    failures: int = 0
    fault: str = ""


def indexed_html(done: Sequence[Indexed], failed: Sequence[BadArticle] = (), unchanged: int = 0) -> Html:
    """What became of articles that were sent in: title, outlet, date and passages, or the reason of a failure."""
    counts = {
        say_html("telegram_indexed", articles=counted(len(done), "article")): len(done),
        say_html("telegram_unchanged", articles=counted(unchanged, "article")): unchanged,
        say_html("telegram_not_indexed", inputs=counted(len(failed), "input")): len(failed),
    }
    head = bold(joined([words for words, number in counts.items() if number], " · "))
    failures = [_failure(bad) for bad in failed]
    blocks = failures[:_FIRST] + [_indexed(article) for article in done] + failures[_FIRST:]
    return packed(head or say_html("telegram_nothing_indexed"), blocks, and_more)[0]


def feeds_html(feeds: Sequence[FeedLine]) -> Html:
    """Every feed, how often it is read, when it last was, and what is wrong with it."""
    if not feeds:
        return say_html("telegram_no_feeds")
    return packed(bold(line(counted(len(feeds), "feed"))), [_feed(feed) for feed in feeds], and_more, "\n\n")[0]


def stats_html(figures: Mapping[str, object]) -> Html:
    """Figures by name, a line each; whole numbers with separators."""
    lines = [
        Html(f"{line(name, _VALUE)}: {line(f'{value:,}' if isinstance(value, int) else str(value), _VALUE)}")
        for name, value in figures.items()
    ]
    return packed(bold(say_html("telegram_stats")), lines, and_more)[0]


def moment(when: datetime) -> str:
    """`6 Jun 2024, 14:05 UTC`."""
    there = when.astimezone(UTC)
    return f"{day_words(there.date())}, {there:%H:%M} UTC"


def _indexed(article: Indexed) -> Html:
    title = title_line(article.title, article.url, article.outlet, article.day)
    changed = say_html("telegram_changed") if article.changed else Html()
    named = Html() if is_web(article.url) else code(article.id)
    return Html("• " + joined([title, line(counted(article.passages, "passage")), changed, named], " · "))


def _failure(bad: BadArticle) -> Html:
    return Html("• " + say_html("telegram_failure", source=line(bad.source, TITLE), reason=line(bad.reason, _REASON)))


def _feed(feed: FeedLine) -> Html:
    hours, rest = divmod(feed.minutes, 60)
    every = counted(feed.minutes, "minute") if rest or not hours else counted(hours, "hour")
    when = [say_html("telegram_feed_every", interval=every)]
    if feed.last_run:
        when.append(say_html("telegram_feed_last", time=moment(feed.last_run)))
    if feed.next_run:
        when.append(say_html("telegram_feed_next", time=moment(feed.next_run)))
    fault = Html()
    if feed.failures:
        fault = say_html(
            "telegram_feed_fault", failures=counted(feed.failures, "time"), reason=line(feed.fault, _REASON)
        )
    title = Html() if blank(feed.title) else bold(line(feed.title, TITLE))
    return joined([title, code(feed.url), joined(when, " · "), fault], "\n")
