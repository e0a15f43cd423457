"""RSS and Atom feeds: each entry a record, with the linked page fetched where the feed has only a summary."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from index.dates import parse_date
from index.fetch import Fetch
from index.markup import html_text, looks_like_html
from index.pages import read_page
from index.records import Raw, RefusedError, language_code, line, outlet_name, people, tidy, web_url

_LOG = logging.getLogger(__name__)
MOST_LINKED = 200  # pages fetched for one feed
FULL = 1500  # characters from which a summary is taken for the whole article
_KINDS = ("application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed itself says of one article. `whole`: there is no page to fetch for more.

    `digest` changes when the feed says something else of it. 32 hexadecimal digits.
    """

    raw: Raw
    whole: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed as it stands: its title, "" where it has none, and its entries as they are listed."""

    title: str
    entries: tuple[Entry, ...]


def listing(data: bytes, url: str = "") -> Listing:
    """The RSS or Atom feed at `url`. Raises RefusedError when it is neither."""
    import feedparser

    try:
        feed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url} if url else None)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        raise RefusedError("not a feed: it cannot be parsed") from None
    if not feed.get("version") and not feed.get("entries"):
        raise RefusedError("not a feed: neither RSS nor Atom")
    about = feed.get("feed", {})
    outlet, language = outlet_name(about.get("title")), language_code(about.get("language"))
    entries = (_entry(entry, number, outlet, language) for number, entry in enumerate(feed["entries"], 1))
    return Listing(outlet, tuple(entries))


def read_feed(data: bytes, fetch: Fetch, url: str = "") -> Iterator[Raw | RefusedError]:
    """The entries of the RSS or Atom feed at `url`. Raises RefusedError when it is neither."""
    entries = listing(data, url).entries
    if not entries:
        raise RefusedError("empty: a feed without entries")
    left = MOST_LINKED
    for entry in entries:
        raw, fault = entry.raw, ""
        if not entry.whole:
            left -= 1
            raw, fault = with_page(raw, fetch) if left >= 0 else (raw, f"not fetched: over {MOST_LINKED} linked pages")
        yield as_found(raw, fault)


def as_found(raw: Raw, fault: str) -> Raw | RefusedError:
    """The record, if it has a text; `fault` is what was wrong with its page, "" when nothing was."""
    if not raw.text.strip():
        return RefusedError(f"its page {raw.url}: {fault}" if fault else "no text found", raw.row)
    if fault:
        _LOG.warning("%s: %s; only the feed's summary is indexed", raw.url, fault)
    return raw


def with_page(raw: Raw, fetch: Fetch) -> tuple[Raw, str]:
    """The linked page's text under the feed's own metadata, or `raw` as it is and what was wrong with the page, if so.

    The summary stays when the page gives no more.
    """
    try:
        page = fetch(raw.url)
        kind, _, charset = page.content_type.partition("charset=")
        if kind and "html" not in kind:
            return raw, f"not a known kind of page ({line(kind.partition(';')[0])[:60]})"
        found = read_page(page.body, raw.url, charset.strip(" ;\"'") or None)
    except RefusedError as refused:
        return raw, refused.reason
    if len(found.text) <= len(raw.text):
        return raw, ""
    whole = Raw(
        text=found.text,
        title=raw.title or found.title,
        url=raw.url,
        outlet=raw.outlet or found.outlet,
        authors=raw.authors or found.authors,
        published=raw.published or found.published,
        language=raw.language or found.language,
        row=raw.row,
        key=raw.key,
    )
    return whole, ""


def feeds_of_page(data: bytes, url: str) -> list[str]:
    """The feeds that an HTML page at `url` says it has, as it lists them."""
    from lxml import etree
    from lxml import html as lxml_html

    try:
        links = list(lxml_html.document_fromstring(data).iter("link"))
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    named = [
        web_url(urljoin(url, node.get("href", "")))
        for node in links
        if "alternate" in (node.get("rel") or "").lower().split() and (node.get("type") or "").lower() in _KINDS
    ]
    return list(dict.fromkeys(filter(None, named)))


def _entry(entry: dict[str, Any], number: int, outlet: str, language: str | None) -> Entry:
    """The record that the feed itself gives, and whether it holds the whole article."""
    contents = [part.get("value") for part in entry.get("content") or [] if isinstance(part, dict)]
    content = max((_plain(value) for value in contents), key=len, default="")
    summary = _plain(entry.get("summary"))
    source = entry.get("source")
    authors = entry.get("authors") or entry.get("author")
    raw = Raw(
        text=content if len(content) >= len(summary) else summary,
        title=_one_line(entry.get("title")),
        url=web_url(entry.get("link")) or web_url(entry.get("id")),
        outlet=outlet_name(source) or outlet,
        authors=people(authors),
        # `updated` is a time of change: no publication date.
        published=parse_date(entry.get("published")),
        language=language,
    )
    # `get` would give the publication date, and a warning, where there is no time of change.
    digest = _digest(raw, entry["updated"] if "updated" in entry else "")  # noqa: SIM401
    # Entries move down as others come: their number names them in a message, and for good only their id does.
    key = line(entry.get("id"))[:200] or _digest(raw.title or raw.text)[:16]
    whole = bool(content) or len(summary) >= FULL or not raw.url
    return Entry(replace(raw, row=number, key=key), whole, digest)


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _plain(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return tidy(html_text(value) if looks_like_html(value) or "&" in value or "<" in value else value)


def _one_line(value: object) -> str:
    return line(_plain(value))
