"""What is new in a feed: asked for by its validators, each entry known again by what the feed says of it.

A poll of a feed in which nothing is new costs one request, and a changed one the pages of its new entries alone. Runs
in bot/parse_worker.py, and reads the library, to leave alone what is there or was removed by hand.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bot.wire import ParseRequest, article_to_json
from index.articles import Article, BadArticle, made
from index.errors import IndexMissing
from index.feeds import MOST_LINKED, Entry, as_found, feeds_of_page, listing, with_page
from index.fetch import AnsweredError, Fetch, Validators, poll
from index.guard import Network
from index.library import FILE_NAME, Library
from index.places import Place
from index.records import RefusedError
from index.sources import Item

MOST_ENTRIES = 2_000  # of one feed
TRIES = 3  # of an entry that cannot be read, before it is left alone
Told = Iterator[tuple[str, Any]]


def read_new(request: ParseRequest, fetch: Fetch, allow: Sequence[Network], deadline: float) -> Told:
    """Lines: `refused`, or `same`, or `feed`, then each `entry`, and `listed`.

    An entry's state is `known`, `read`, `failed`, or `left` for a later run, for want of time. What is read comes
    before it: `trying`, then `article` or `bad`.
    """
    url, known = request.source, Validators(request.etag, request.modified)
    try:
        polled = poll(url, known, allow=allow)
    except RefusedError as refused:
        wait = refused.retry_after if isinstance(refused, AnsweredError) else None
        yield "refused", {"reason": refused.reason, "retry_after": wait, "feeds": []}
        return
    if polled.page is None:
        yield "same", None
        return
    try:
        found = listing(polled.page.body, url)
    except RefusedError as refused:
        feeds = feeds_of_page(polled.page.body, polled.page.url)
        yield "refused", {"reason": refused.reason, "retry_after": None, "feeds": feeds[:10]}
        return
    validators = polled.validators
    yield "feed", {"title": found.title, "etag": validators.etag, "modified": validators.modified}
    if not request.look:
        yield from _read(request, _once(url, found.entries), fetch, deadline)


def _once(feed: str, entries: Sequence[Entry]) -> dict[str, Entry]:
    """The first entries by their articles' ids; of two with one id, the first."""
    found: dict[str, Entry] = {}
    for entry in entries[:MOST_ENTRIES]:
        found.setdefault(entry.raw.url or f"{feed}#{entry.raw.key}", entry)
    return found


def _read(request: ParseRequest, entries: dict[str, Entry], fetch: Fetch, deadline: float) -> Told:
    left = MOST_LINKED
    with ExitStack() as stack:
        try:
            library = stack.enter_context(closing(Library(Path(request.home) / FILE_NAME, read_only=True)))
        except IndexMissing:
            library = None
        places = library.places(list(entries)) if library is not None else {}
        known = _known(request, library, places, entries)
        for article_id, entry in entries.items():
            told = {"id": article_id, "digest": entry.digest}
            if article_id in known:
                yield "entry", told | {"state": "known"}
                continue
            if not entry.whole:
                left -= 1
            if left < 0 or time.monotonic() > deadline:
                yield "entry", told | {"state": "left"}
                continue
            yield "trying", told  # what ends this process is known by it
            found, fault = _article(request.source, entry, fetch)
            if isinstance(found, BadArticle):
                yield "bad", [found.source, found.reason]
            elif not fault or article_id not in places:  # a summary must not take the place of the whole article
                yield "article", article_to_json(found)
            yield "entry", told | {"state": "failed" if fault or isinstance(found, BadArticle) else "read"}
    yield "listed", None


def _known(
    request: ParseRequest, library: Library | None, places: dict[str, Place], entries: dict[str, Entry]
) -> set[str]:
    """The ids of those entries that need no reading.

    Those read before that say the same as then; those that cannot be read; those removed from the library, which stay
    removed; and those which came in from elsewhere, as the feed has them.
    """
    known = set()
    for article_id, entry in entries.items():
        place = places.get(article_id)
        digest, failures = request.seen.get(article_id, ("", 0))
        if digest == entry.digest:
            settled = failures >= TRIES or (place is not None and not failures)
        else:
            settled = not digest and place is not None and library is not None and _same(library, article_id, entry)
        if settled or (place is not None and not place.live):
            known.add(article_id)
    return known


def _same(library: Library, article_id: str, entry: Entry) -> bool:
    held = library.article(article_id)
    if held is None or held.title != entry.raw.title[:500]:
        return False
    return entry.raw.published is None or entry.raw.published == held.published


def _article(feed: str, entry: Entry, fetch: Fetch) -> tuple[Article | BadArticle, str]:
    """The entry as an article, and what was wrong with its page, "" when nothing was."""
    try:
        raw, fault = (entry.raw, "") if entry.whole else with_page(entry.raw, fetch)
        return made(Item(feed, feed, as_found(raw, fault))), fault
    except Exception:  # a parser's own bug on one page must not cost the others
        where = entry.raw.url or f"row {entry.raw.row}"
        return BadArticle(feed, f"{where}: its contents cannot be parsed"), ""
