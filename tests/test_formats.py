"""The readers: what each kind gives, and how each refusal names its problem."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from index import containers
from index.articles import Article, BadArticle, read_articles
from index.errors import UsageError
from index.fetch import Fetched
from index.records import RefusedError

BODY = "The dam above Orrin held on Monday. Nobody was hurt, the fire chief said."


def no_net(url: str) -> Fetched:
    raise RefusedError("cannot be fetched: no connection")


def read(path: Path) -> list[Article | BadArticle]:
    return list(read_articles(path, fetch=no_net))


def article(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article), found
    return found


def reason(path: Path) -> str:
    (found,) = read(path)
    assert isinstance(found, BadArticle), found
    return found.reason


def written(folder: Path, name: str, data: bytes | str | Any) -> Path:
    path = folder / name
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n ", "empty"),
        ("a.txt", b"Fire.", "too short: 4 letters"),
        ("a.txt", b"\x00\x01\x02\xff" * 50, "undecodable"),
        ("a.txt", b"MZ\x00\x00" + b"program text " * 40, "not an article: binary data"),
        ("a.txt", "Sign up to our free newsletters", "no text found: all of it is newsletter"),
        ("a.exe", b"x", "not a known kind of file (.exe)"),
        ("a", b"x", "not a known kind of file (no ending)"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[" * 100_000, "not valid JSON"),
        ("a.json", b"17", "not an article: the JSON is neither an object nor a list"),
        ("a.json", {"name": "x"}, "not an article: it has neither a title nor a text field"),
        ("a.json", {"title": "Dam holds above Orrin", "text": 17}, "not an article: the text is a number"),
        ("a.json", {"title": "Dam holds above Orrin", "text": ""}, "no text found"),
        ("a.json", {"title": "Dam holds above Orrin", "text": None}, "no text found"),
        ("a.json", {"title": "x", "text": "word " * 500_000}, "too large: 2,500,000 characters"),
        ("a.jsonl", b'\n{"text": "cut off', "row 2: not valid JSON"),
        ("a.jsonl", b'"a string"', "row 1: not an article: not a JSON object"),
        ("a.jsonl", b'{"text": "\xff"}', "row 1: undecodable: not UTF-8"),
        ("a.csv", b"a,b\n1,2\n", "not an article: its header names neither a title nor a text column"),
        ("a.csv", b"title,text\n", "empty: a header without rows"),
        ("a.pdf", b"no pdf", "not an article: not a PDF file"),
        ("a.eml", b"no headers here", "not an article: it has no mail headers"),
        ("a.rss", b"<rss", "not a feed: neither RSS nor Atom"),
        ("a.md", b"---\na: [\n---\nText of the article.", "its front matter is not valid YAML"),
        ("a.html", b"<html><body></body></html>", "no text found"),
        ("a.zip", b"PK no zip", "not a readable zip file"),
        ("a.txt.gz", b"no gzip", "cannot be unpacked"),
        ("a.txt.xz", lzma.compress(b"text " * 1000)[:60], "cannot be unpacked"),
    ],
)
def test_a_refusal_names_the_problem(tmp_path: Path, name: str, data: object, expected: str) -> None:
    assert reason(written(tmp_path, name, data)).startswith(expected)


def test_a_source_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    for source in (tmp_path / "none.txt", f"{tmp_path}/*.txt", "nul\x00byte", "x" * 5000):
        with pytest.raises(UsageError):
            read_articles(source)


def test_a_folder_is_read_by_name_with_stable_ids(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "b/2022-05-03.txt", ".hidden.txt"):
        written(tmp_path, name, BODY)
    written(tmp_path, "photo.jpg", b"\xff\xd8")
    bad, plain, dated = read(tmp_path)
    assert isinstance(bad, BadArticle)
    assert isinstance(plain, Article)
    assert isinstance(dated, Article)
    assert bad.reason == "not a known kind of file (.jpg)"
    assert (plain.id, plain.published) == ("z.txt", None)
    assert (dated.id, dated.published) == ("b/2022-05-03.txt", date(2022, 5, 3))
    assert [entry.id for entry in read_articles(f"{tmp_path}/**/*.txt") if isinstance(entry, Article)] == [
        "b/2022-05-03.txt",
        "z.txt",
    ]


def test_fields_of_many_names_and_shapes(tmp_path: Path) -> None:
    rows = [
        {
            "headline": "Dam holds above Orrin",
            "body": BODY,
            "link": "https://www.orrin.example/a",
            "authors": "['A B', 'C D']",
            "publish_date": "2022-05-03T10:00:00Z",
            "language": "en",
        },
        {
            "Title": "Dam holds",
            "content": [BODY, "More rain is due."],
            "author": "By A B and C D",
            "published": 1651572900,
            "publisher": {"name": "Orrin Post"},
        },
        {
            "title": "Dam holds",
            "text": "<p>The dam above Orrin held.</p><p>Nobody was hurt&nbsp;there.</p>",
            "url": 17,
            "date": {},
            "authors": [None, {"name": "A B"}, 5],
            "source": ["x"],
            "language": "no language",
        },
        {"title": None, "text": BODY, "date": "soon"},
    ]
    one, two, three, four = read(written(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert isinstance(three, Article)
    assert isinstance(four, Article)
    assert (one.id, one.outlet, one.authors) == ("https://www.orrin.example/a", "orrin.example", ("A B", "C D"))
    assert (one.published, one.language) == (datetime(2022, 5, 3, 10, tzinfo=UTC), "en")
    assert (two.id, two.outlet, two.authors) == ("a.jsonl#2", "Orrin Post", ("A B", "C D"))
    assert two.text == f"{BODY}\n\nMore rain is due."
    assert (three.url, three.published, three.authors, three.outlet) == ("", None, ("A B",), "")
    assert three.text == "The dam above Orrin held.\n\nNobody was hurt\u00a0there."
    assert three.language is None
    assert (four.title, four.id) == ("The dam above Orrin held on Monday.", "a.jsonl#4")


def test_a_headline_stands_alone_when_its_body_was_boilerplate(tmp_path: Path) -> None:
    advert = "1. How relevant is this ad to you?\n\nVideo player was slow to load content"
    rows = [{"title": "Dam above Orrin holds for a day", "text": advert}, {"title": "Dam holds", "text": advert}]
    kept, bad = read(written(tmp_path, "a.json", rows))
    assert isinstance(kept, Article)
    assert kept.text == kept.title == "Dam above Orrin holds for a day"
    assert len(kept.dropped) == 2
    assert isinstance(bad, BadArticle)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    text = "The café “Zoé” – 4\u00a0km from Åre – re\u200bopened on Monday.\r\n\r\nIt had been closed for a year."
    found = article(written(tmp_path, "a.txt", text.encode(encoding)))
    assert found.text == text.replace("\r\n", "\n")


def test_an_unclear_encoding_is_refused_and_western_is_read(tmp_path: Path) -> None:
    french = "Le ministre a été nommé à Orléans, où l'opposition espère une majorité très tôt dans l'année."
    assert article(written(tmp_path, "a.txt", (french * 3).encode("cp1252"))).text == french * 3
    assert reason(written(tmp_path, "b.txt", bytes(range(128, 256)) * 3)).startswith("undecodable")


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    row = r'{"title": "Dam \ud800", "text": "The dam \udfff held on. \ud83d\ude00 Yes, it did."}'
    found = article(written(tmp_path, "a.jsonl", row))
    assert found.title == "Dam \ufffd"
    assert found.text == "The dam \ufffd held on. \U0001f600 Yes, it did."


def test_csv_with_semicolons_and_long_cells(tmp_path: Path) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerows([["Title", "Text", "Date"], ["Dam holds", BODY * 3000, "3 May 2022"], ["", "", ""], ["x", "", ""]])
    one, two = read(written(tmp_path, "a.csv", buffer.getvalue()))
    assert isinstance(one, Article)
    assert (one.id, one.published, len(one.text)) == ("a.csv#1", date(2022, 5, 3), len(BODY) * 3000)
    assert two == BadArticle(str(tmp_path / "a.csv"), "row 3: no text found")


def test_compressed_and_zipped(tmp_path: Path) -> None:
    row = json.dumps({"title": "Dam holds", "text": BODY}).encode()
    assert article(written(tmp_path, "a.jsonl.gz", gzip.compress(row))).text == BODY
    assert article(written(tmp_path, "a.jsonl.xz", lzma.compress(row))).id == "a.jsonl.xz#1"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x/one.txt", BODY)
        archive.writestr("two.jsonl.gz", gzip.compress(row))
        archive.writestr("__MACOSX/._one.txt", b"junk")
        archive.writestr("inner.zip", b"PK")
        archive.writestr("../../up.txt", BODY)
    found = {(entry.id if isinstance(entry, Article) else entry.reason) for entry in read(tmp_path / "b.zip")}
    assert found >= {"b.zip/x/one.txt", "b.zip/two.jsonl.gz#1", "not a known kind: a zip within a zip"}


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "SMALL", 1 << 16)
    bomb = b" a" * (1 << 21)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bomb)
        archive.writestr("b.txt", BODY)
    bad, good = read(tmp_path / "a.zip")
    assert isinstance(bad, BadArticle)
    assert bad.reason.startswith("too large")
    assert isinstance(good, Article)
    assert reason(written(tmp_path, "a.txt.xz", lzma.compress(bomb))).startswith("too large")
    monkeypatch.setattr(containers, "WHOLE_LIMIT", 1000)
    assert reason(written(tmp_path, "b.txt", bomb)).startswith("too large")


def test_a_row_too_long_ends_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.formats.ROW_LIMIT", 100)
    good = json.dumps({"title": "Dam holds", "text": BODY[:60]})
    one, bad = read(written(tmp_path, "a.jsonl", f"{good}\n" + " " * 300 + f"\n{good}"))
    assert isinstance(one, Article)
    assert isinstance(bad, BadArticle)
    assert bad.reason.startswith("row 2: too large")


@pytest.mark.parametrize("title", ["Dam holds above Orrin", "# Dam holds above Orrin"])
def test_a_title_line_leaves_the_text(tmp_path: Path, title: str) -> None:
    found = article(written(tmp_path, "a.md", f"{title}\n\n{BODY}"))
    assert (found.title, found.text) == ("Dam holds above Orrin", BODY)


def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert reason(tmp_path) == "cannot be read: no such file or directory"
    assert reason(Path("/dev/null")) == "not a file"
