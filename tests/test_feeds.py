"""Feeds and URLs: what is fetched, what is done when it cannot be. The only sockets are on this machine."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index import fetch as fetching
from index.articles import Article, BadArticle, read_articles
from index.fetch import Fetched
from index.records import RefusedError

STORY = [
    "The dam above Orrin held on Monday after a night of heavy rain in the upper valley.",
    "Nobody was hurt, the fire chief said, and the road was open again by noon on Tuesday.",
    "Engineers will inspect the spillway, which is 61 years old, before the end of the month.",
]
PAGE = (
    "<html><head><title>Dam holds</title>"
    "<meta property='article:published_time' content='2022-05-03T08:00:00Z'></head>"
    "<body><article><h1>Dam holds</h1>" + "".join(f"<p>{line}</p>" for line in STORY) + "</article></body></html>"
).encode()
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Orrin Post</title>
<item><title>Dam holds</title><link>https://orrin.example/dam</link><description>It held.</description></item>
<item><title>Road closed above Orrin</title><link>https://orrin.example/gone</link>
<pubDate>Wed, 04 May 2022 10:00:00 GMT</pubDate>
<description>The road above Orrin is closed until Friday.</description></item>
<item><title>No text at all</title></item></channel></rss>"""


class Web:
    """A web of pages in memory that counts what was asked."""

    def __init__(self, pages: dict[str, tuple[str, bytes]]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url: str) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise RefusedError("cannot be fetched: the server answered 404")
        return Fetched(url, *self.pages[url])


def test_a_feed_fetches_what_it_only_summarises() -> None:
    web = Web(
        {"https://orrin.example/feed": ("application/rss+xml", FEED), "https://orrin.example/dam": ("text/html", PAGE)}
    )
    dam, road, bad = read_articles("https://orrin.example/feed", fetch=web)
    assert isinstance(dam, Article)
    assert isinstance(road, Article)
    assert web.asked == ["https://orrin.example/feed", "https://orrin.example/dam", "https://orrin.example/gone"]
    assert (dam.id, dam.outlet, dam.day) == ("https://orrin.example/dam", "Orrin Post", date(2022, 5, 3))
    assert dam.text == "\n\n".join(STORY)
    assert road.text == "The road above Orrin is closed until Friday."
    assert road.day == date(2022, 5, 4)
    assert bad == BadArticle("https://orrin.example/feed", "row 3: no text found")


def test_a_feed_file_without_a_net_gives_its_summaries(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED)
    found = list(read_articles(tmp_path, fetch=Web({})))
    assert [type(entry) for entry in found] == [BadArticle, Article, BadArticle]


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html; charset=utf-8", PAGE, "Dam holds"),
        ("", PAGE, "Dam holds"),
        (
            "application/json",
            b'{"title": "Dam holds on", "text": "The dam above Orrin held on Monday."}',
            "Dam holds on",
        ),
        ("text/plain", b"The dam above Orrin held on Monday.", "The dam above Orrin held on Monday."),
    ],
)
def test_a_page_is_read_by_its_kind(kind: str, body: bytes, expected: str) -> None:
    url = "https://www.orrin.example/2022/05/03/dam"
    (found,) = read_articles(url, fetch=Web({url: (kind, body)}))
    assert isinstance(found, Article)
    assert (found.id, found.url, found.title, found.outlet, found.day) == (
        url,
        url,
        expected,
        "orrin.example",
        date(2022, 5, 3),
    )


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("image/png", b"\x89PNG", "not a known kind of page (image/png)"),
        ("text/html", b"", "empty"),
        ("text/html", b"<html><body><nav>Home</nav></body></html>", "no text found"),
        ("application/xml", b"<note/>", "not a feed: neither RSS nor Atom"),
    ],
)
def test_a_page_that_is_no_article(kind: str, body: bytes, reason: str) -> None:
    url = "https://orrin.example/x"
    (found,) = read_articles(url, fetch=Web({url: (kind, body)}))
    assert isinstance(found, BadArticle)
    assert found.source == url
    assert found.reason.startswith(reason)


def test_a_zip_behind_a_url_gives_each_member_an_id_of_its_own() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", STORY[0])
        archive.writestr("b.txt", STORY[1])
    url = "https://orrin.example/all.zip"
    found = read_articles(url, fetch=Web({url: ("application/zip", packed.getvalue())}))
    assert [entry.id for entry in found if isinstance(entry, Article)] == [f"{url}/a.txt", f"{url}/b.txt"]


def test_one_feed_asks_for_so_many_pages_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.feeds.MOST_LINKED", 1)
    web = Web({"https://orrin.example/feed": ("application/rss+xml", FEED)})
    list(read_articles("https://orrin.example/feed", fetch=web))
    assert len(web.asked) == 2


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/dam")
            self.end_headers()
            return
        self.send_response(200 if self.path in ("/dam", "/large") else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE if self.path == "/dam" else b" " * 5000)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()


def test_fetch(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = read_articles(f"{server}/moved")
    assert isinstance(found, Article)
    assert found.text == "\n\n".join(STORY)
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    found_bad = [next(iter(read_articles(f"{server}/{path}"))) for path in ("gone", "loop", "large")]
    reasons = [entry.reason for entry in found_bad if isinstance(entry, BadArticle)]
    assert reasons == [
        "cannot be fetched: the server answered 404",
        "cannot be fetched: too many redirects",
        "too large: over 0 MB",
    ]


@pytest.mark.parametrize(
    "url", ["http://", "http://[", "https://a b", "http://127.0.0.1:1/x", "http://\ud800.example/"]
)
def test_an_address_that_leads_nowhere(url: str) -> None:
    (found,) = read_articles(url)
    assert isinstance(found, BadArticle)
    found.source.encode("utf-8")
