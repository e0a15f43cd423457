"""Documents and links from outside, read in the real reader's process: what comes out, and what they can do to it."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.parse_worker import sent_name
from bot.parsing import Limits, Parsed, parse, plain
from bot.wire import ParseRequest, article_from_json, read_line
from index.articles import Article
from tests.site import HERE, Page, Site, article, serving

STORY = (
    "The dam above Orrin held on Monday after a night of heavy rain in the upper valley.",
    "Nobody was hurt, the fire chief said, and the road was open again by noon on Tuesday.",
    "Engineers will inspect the spillway, which is 61 years old, before the end of the month.",
)
TEXT = "\n\n".join(STORY)
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Orrin Post</title>
<item><title>Dam holds at Orrin</title><link>{link}</link><description>It held, the mayor of Orrin said.</description>
</item></channel></rss>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


def read(request: ParseRequest, limits: Limits | None = None) -> tuple[list[Article], Parsed]:
    """What the reader's process makes of a request."""
    with asyncio.run(parse(request, limits or Limits())) as parsed:
        parsed.spool.seek(0)
        return [article_from_json(read_line(line)[1]) for line in parsed.spool], parsed


def document(folder: Path, name: str, body: str | bytes, seconds: float = 60.0, memory: int = 1 << 30) -> ParseRequest:
    """A document as a front end has it: its contents in some file, its name beside."""
    path = folder / "downloaded"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return ParseRequest("document", str(path), seconds, memory, name=name)


def link(url: str, seconds: float = 60.0) -> ParseRequest:
    return ParseRequest("link", url, seconds, 1 << 30, allow=HERE)


def test_a_document_is_known_by_its_contents(tmp_path: Path) -> None:
    (first,), parsed = read(document(tmp_path, "2022-05-03 dam.txt", TEXT))
    (again,), _ = read(document(tmp_path, "2022-05-03 dam.txt", TEXT))
    (other,), _ = read(document(tmp_path, "2022-05-03 dam.txt", "Another story. " + TEXT))
    assert (parsed.stopped, parsed.failed, parsed.articles) == ("", (), 1)
    assert first == again
    assert first.id.startswith("sent/")
    assert first.id.endswith("/2022-05-03 dam.txt")
    assert str(first.published) == "2022-05-03"
    assert first.id != other.id


def test_a_document_of_many_articles(tmp_path: Path) -> None:
    rows = [{"title": f"Ships at {n}", "text": TEXT, "url": f"https://a.example/{n}" if n else ""} for n in range(3)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("rows.jsonl", "\n".join([*map(json.dumps, rows), *["{}"] * 150]))
    found, parsed = read(document(tmp_path, "all.zip", packed.getvalue()))
    assert [each.id for each in found][1:] == ["https://a.example/1", "https://a.example/2"]
    assert found[0].id.endswith("/all.zip/rows.jsonl#1")
    assert len(parsed.failed) == 101
    assert parsed.failed[0].source == "all.zip/rows.jsonl"
    assert parsed.failed[-1].reason.startswith("50 more")


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a.docx", b"PK", "not a known kind of file (.docx)"),
        ("", b"x", "not a known kind of file (no ending)"),
        ("a.txt", b"", "empty"),
        ("a.pdf", b"%PDF-1.4\nnonsense", "not an article: the PDF cannot be read"),
        ("a.zip", b"nonsense", "not a readable zip file"),
        ("bomb.txt.gz", gzip.compress(bytes(100 << 20)), "too large: it unpacks to more than 19 MB"),
    ],
)
def test_a_document_that_is_none(tmp_path: Path, name: str, body: bytes, reason: str) -> None:
    found, parsed = read(document(tmp_path, name, body))
    assert (found, [bad.reason for bad in parsed.failed], parsed.stopped) == ([], [reason], "")


def test_a_parser_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    slow = "---\n" + "".join(f"k{n}: {{a: [b, c, {{d: e}}]}}\n" for n in range(400_000)) + "---\n" + TEXT
    _, parsed = read(document(tmp_path, "slow.md", slow, seconds=2.0))
    assert plain(parsed.stopped) == "cannot be read: it takes more than 2 seconds"


def test_a_parser_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    greedy = "[" + ",".join(["[[[]]]"] * 3_000_000) + "]"
    found, parsed = read(document(tmp_path, "greedy.json", greedy, memory=400 << 20))
    assert (found, parsed.stopped) == ([], "")
    assert [bad.reason for bad in parsed.failed] == ["too large: reading it takes too much memory"]


def test_a_document_that_holds_too_much_text_is_ended(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"title": f"Row {n}", "text": f"{n} {TEXT}"}) for n in range(6000))
    _, parsed = read(document(tmp_path, "rows.jsonl", rows), Limits(printed=1 << 20))
    assert plain(parsed.stopped) == "too large: it holds more than 1 MB of text"


def test_the_links_of_a_document_are_not_followed(tmp_path: Path, site: Site) -> None:
    site.put("/dam", article("Dam holds", *STORY))
    (found,), _ = read(document(tmp_path, "feed.xml", FEED.format(link=f"{site.url}/dam")))
    assert found.text == "It held, the mayor of Orrin said."
    assert site.asked == []


def test_a_link(site: Site) -> None:
    site.put("/dam", article("Dam holds at Orrin", *STORY))
    site.put("/feed", FEED.format(link=f"{site.url}/dam"), "application/rss+xml")
    for path in ("/dam", "/feed"):
        (found,), parsed = read(link(f"{site.url}{path}"))
        assert (found.id, found.title, found.text) == (f"{site.url}/dam", "Dam holds at Orrin", TEXT)
        assert (parsed.failed, parsed.stopped) == ((), "")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(status=404), "cannot be fetched: the server answered 404"),
        (Page(b"\x89PNG", "image/png"), "not a known kind of page (image/png)"),
        (Page(status=302, headers={"Location": "http://10.0.0.1/"}), "not fetched: its address is not one of the"),
        (Page(gzip.compress(bytes(40 << 20)), headers={"Content-Encoding": "gzip"}), "too large: over 32 MB"),
        (Page(b"%PDF-1.4\n" + b"x" * 5000, "application/pdf"), "not an article: the PDF cannot be read"),
    ],
)
def test_a_link_that_is_no_article(site: Site, page: Page, reason: str) -> None:
    site.pages["/"] = page
    found, parsed = read(link(f"{site.url}/"))
    assert found == []
    assert parsed.failed[0].reason.startswith(reason)


def test_a_link_to_this_machine_is_refused(site: Site) -> None:
    site.put("/dam", article("Dam holds at Orrin", *STORY))
    found, parsed = read(ParseRequest("link", f"{site.url}/dam", 60.0, 1 << 30))
    assert (found, site.asked) == ([], [])
    assert parsed.failed[0].reason.startswith("not fetched: its address is not one of the public internet's")


def test_a_feed_that_links_to_this_machine_gets_no_page(site: Site) -> None:
    site.put("/feed", FEED.format(link="http://127.0.0.2:9/secret"), "application/rss+xml")
    (found,), _ = read(link(f"{site.url}/feed"))
    assert found.text == "It held, the mayor of Orrin said."


def test_a_server_that_never_ends_is_left(site: Site) -> None:
    site.pages["/"] = Page(b"<p>", drip=0.2, endless=True)
    _, parsed = read(link(f"{site.url}/", seconds=2.0))
    assert parsed.stopped == "it takes more than 2 seconds"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\news\\a.pdf", "a.pdf"),
        ("a\n\x00b.txt", "a \ufffdb.txt"),
        ("", "document"),
        ("/", "document"),
        ("x" * 300 + ".json.gz", "x" * 92 + ".json.gz"),
    ],
)
def test_the_name_of_a_document(name: str, expected: str) -> None:
    assert sent_name(name) == expected
