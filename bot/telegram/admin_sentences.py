"""Every sentence that admins are told about articles, feeds and faults: typed values in, escaped HTML out.

The words are in `prompts/`.
"""

from __future__ import annotations

from bot.sources import counted
from bot.telegram.blocks import TITLE
from bot.telegram.html import Html, code, line, say_html

_DETAILS = 1_000  # units of what went wrong


def add_usage() -> Html:
    """`/add` without a link."""
    return say_html("telegram_add_usage")


def addfeed_usage() -> Html:
    return say_html("telegram_addfeed_usage")


def remove_usage() -> Html:
    return say_html("telegram_remove_usage")


def fetching(source: str) -> Html:
    """A link or a document is on its way."""
    return say_html("telegram_fetching", source=line(source, TITLE))


def indexing(done: int, total: int) -> Html:
    """Articles of one build taken in so far; `total` 0 when it is not known."""
    if not total:
        return say_html("telegram_indexing", articles=counted(done, "article"))
    return say_html("telegram_indexing_of", done=f"{done:,}", articles=counted(total, "article"))


def build_waiting(place: int) -> Html:
    """Another build runs; this one is number `place` after it."""
    return say_html("telegram_build_waiting", place=f"{place:,}")


def build_failed(reason: str) -> Html:
    return say_html("telegram_build_failed", reason=line(reason, _DETAILS))


def too_large(name: str, megabytes: float, most: int) -> Html:
    return say_html("telegram_too_large", document=line(name, TITLE), size=f"{megabytes:,.1f}", most=most)


def refused(source: str, reason: str) -> Html:
    """A link or document that is not taken at all."""
    return say_html("telegram_refused", source=line(source, TITLE), reason=line(reason, _DETAILS))


def removed(title: str, articles: int) -> Html:
    """An article is gone; so many are left."""
    return say_html("telegram_removed", title=line(title, TITLE), articles=counted(articles, "article"))


def remove_failed(reason: str) -> Html:
    """What was named fits no article, or several."""
    return say_html("telegram_remove_failed", reason=line(reason, _DETAILS))


def feed_added(url: str, minutes: int) -> Html:
    return say_html("telegram_feed_added", url=code(url), interval=counted(minutes, "minute"))


def feed_removed(url: str) -> Html:
    return say_html("telegram_feed_removed", url=code(url))


def reindexing(articles: int) -> Html:
    return say_html("telegram_reindexing", articles=counted(articles, "article"))


def reindexed(articles: int, passages: int, seconds: float) -> Html:
    return say_html(
        "telegram_reindexed",
        articles=counted(articles, "article"),
        passages=counted(passages, "passage"),
        seconds=f"{seconds:,.1f}",
    )


def fault(id: str, kind: str, details: str) -> Html:
    """What broke, for the admins alone: `kind` is the error's class, `details` its words, secrets taken out before."""
    return say_html("telegram_fault", id=id, kind=kind, details=line(details, _DETAILS))
