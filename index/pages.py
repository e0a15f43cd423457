"""A web page as a record: main text by trafilatura, metadata and publication date as the page declares them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.dates import parse_date
from index.decode import decode
from index.markup import html_text
from index.records import Raw, RefusedError, language_code, line, outlet_name, people, tidy, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ENOUGH = 100  # letters of main text below which the whole page's paragraphs are tried
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE
)
_CHANGED = re.compile(r"updated|modified|changed|edited", re.IGNORECASE)
_DATE_METAS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "published-date",
    "publication_date",
    "citation_publication_date",
    "cxenseparse:recs:publishtime",
    "originalpublicationdate",
    "rnews:datepublished",
)
_TIMES = (
    "//*[contains(concat(' ', @itemprop, ' '), ' datePublished ')]",
    "//time[@pubdate]",
    "//time[contains(@class, 'publish') or contains(@class, 'entry-date') or contains(@class, 'posted')]",
    "//*[contains(@class, 'dt-published')]",
    "//*[@class='date' or @class='published' or @class='pubdate' or @class='publish-date' or @class='post-date']",
    "//article//header//time[@datetime]",
    "//header//time[@datetime]",
    "//article//time[@datetime]",
    "//time[@datetime]",
)


def read_page(data: bytes, url: str = "", charset: str | None = None) -> Raw:
    """The article on an HTML page. `charset` is what the server declared. Raises RefusedError."""
    import trafilatura

    declared = _CHARSET.search(data[:4096])
    markup = decode(data, charset or (declared[1].decode("ascii", "replace") if declared else None))
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise RefusedError("not an article: not an HTML page")
    raw = _metadata(tree, url)
    found = trafilatura.bare_extraction(
        markup,
        url=raw.url or None,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = ""
    if found is not None and not isinstance(found, dict):
        text = (found.text or "").strip().replace("\n", "\n\n")
        raw = replace(
            raw,
            title=raw.title or line(found.title),
            outlet=raw.outlet or _site(found.sitename),
            authors=raw.authors or people(found.author or ""),
        )
    if sum(map(str.isalpha, text)) < ENOUGH:
        _, plain, _ = trafilatura.baseline(markup)
        text = max(text, plain.strip().replace("\n", "\n\n"), html_text(_article_part(tree)), key=_sentences)
    return replace(raw, text=tidy(text))


def _sentences(text: str) -> tuple[int, int]:
    """How much of a story a candidate text holds: its full sentences, then the least else."""
    return len(re.findall(r"\w{2}[.!?][\"”’)]?(?:\s|\Z)", text)), -len(text)


def _article_part(tree: HtmlElement) -> str:
    from lxml import html as lxml_html

    part = next(iter(tree.xpath("//article | //main | //*[@role='main'] | //body")), tree)
    return str(lxml_html.tostring(part, encoding="unicode"))


def _site(name: str | None) -> str:
    """trafilatura gives the host where a page does not name its outlet; ours is made from the URL later."""
    return "" if not name or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?", name) else line(name)


def _metadata(tree: HtmlElement, url: str) -> Raw:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or ""
        metas.setdefault(name.strip().lower(), node.get("content") or "")
    linked = next(_linked(tree), {})
    canonical = [node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"]
    own = [link for link in map(web_url, [*canonical, metas.get("og:url")]) if urlsplit(link).path.strip("/")]
    return Raw(
        text="",
        title=line(linked.get("headline")) or line(metas.get("og:title")) or line(metas.get("twitter:title")),
        url=url or next(iter(own), ""),
        outlet=line(metas.get("og:site_name")) or outlet_name(linked.get("publisher")),
        authors=people(linked.get("author")) or people(metas.get("author")),
        published=_published(tree, metas, linked),
        language=language_code(tree.get("lang") or metas.get("og:locale")),
    )


def _published(tree: HtmlElement, metas: dict[str, str], linked: dict[str, Any]) -> date | datetime | None:
    """What the page declares as its publication; a time of change or of crawling is none."""
    declared = [linked.get("datePublished"), *(metas.get(name) for name in _DATE_METAS)]
    if found := next(filter(None, map(parse_date, declared)), None):
        return found
    for path in _TIMES:
        nodes = tree.xpath(path)
        # Several bare <time> elements are other stories' or comments'.
        if len(nodes) == 1 or (nodes and "@datetime" not in path):
            node = nodes[0]
            text = node.get("datetime") or node.get("content") or node.text_content()
            if not _CHANGED.search(text) and (found := parse_date(line(text))):
                return found
    return None


def _linked(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """schema.org articles from JSON-LD."""
    for node in tree.xpath("//script[@type='application/ld+json']")[:20]:
        try:
            waiting = [json.loads(node.text or "")]
        except (ValueError, RecursionError):
            continue
        for _ in range(200):
            if not waiting:
                break
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting += item
            elif isinstance(item, dict):
                kinds = item.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and kind.endswith(("Article", "Posting", "Report")) for kind in names):
                    yield item
                waiting += [item.get("@graph"), item.get("mainEntity")]
