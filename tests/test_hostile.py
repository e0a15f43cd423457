"""Whatever bytes a file holds, a reader gives articles and refusals, and no exception of any kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Article, BadArticle
from index.formats import READERS
from tests.test_formats import BODY, read, written

FIXTURES = Path(__file__).parent / "fixtures" / "articles"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "title",
            "text",
            "body",
            "content",
            "url",
            "date",
            "published",
            "source",
            "authors",
            "author",
            "language",
            "headline",
            "link",
        ]
    ),
    VALUES,
    max_size=8,
)
MARKUP = [
    b"<",
    b">",
    b"<p>",
    b"</p>",
    b"<article>",
    b"<title>",
    b"<table><tr><td>",
    b"<!--",
    b"<![CDATA[",
    b"<rss>",
    b"<channel>",
    b"<item>",
    b"<feed>",
    b"<entry>",
    b"<content type='html'>",
    b"&#x110000;",
    b"&#0;",
    b"&nbsp;",
    b"<meta charset='utf-7'>",
    b'<script type=\'application/ld+json\'>{"@type": [1, "Article"], "author": {}}</script>',
    b"<link rel='canonical' href='http://[::1'>",
    b"<time datetime='99999-99-99'>",
    b"<html lang='\xc3\x28'>",
]
PLAIN = [
    b"---\n",
    b"a: *b\n",
    b"date: 0000-00-00\n",
    b"{",
    b"[",
    b'"text":',
    b'"\\ud800"',
    b",",
    b"\n",
    b"\r",
    b"\n\n",
    b"title,text\n",
    b'"',
    b";",
    b"The dam above Orrin held on Monday. ",
    "\u202e\u200b\ufeff".encode(),
    b"# ",
    b"More:",
]
MAIL = [
    b"Subject: x\n",
    b"Date: Mon, 99 Foo 20222 99:99:99 +9999\n",
    b"From: <>,;:@\n",
    b"=?utf-8?b?////?=",
    b"Content-Type: text/html; charset=nope\n",
    b"Content-Type: multipart/mixed; boundary=\n",
    b"MIME-Version: 1.0\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Disposition: ;;=\n",
]
BINARY = [
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"%PDF-1.4\n",
    b"1 0 obj",
    b"<< /Type /Catalog >>",
    b"endobj",
    b"trailer",
    b"%%EOF",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\xfd7zXZ\x00",
]
READABLE = st.lists(st.sampled_from(MARKUP + PLAIN + MAIL), max_size=25).map(b"".join)
PIECES = st.lists(st.sampled_from(MARKUP + PLAIN + MAIL + BINARY), max_size=25).map(b"".join)
HOSTILE = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(path: Path) -> None:
    for found in read(path):
        assert isinstance(found, (Article, BadArticle))
        if isinstance(found, BadArticle):
            assert 3 < len(found.reason) < 120
            assert "\n" not in found.reason
            continue
        for text in (found.id, found.title, found.text, found.outlet, *found.authors):
            text.encode("utf-8")
        assert found.text.strip()
        assert found.title
        assert "\n" not in found.title


@pytest.mark.parametrize("kind", [*READERS, ".zip", ".txt.gz", ".json.xz"])
@HOSTILE
@given(data=st.one_of(READABLE, PIECES, st.binary(max_size=200)))
def test_hostile_bytes(tmp_path: Path, kind: str, data: bytes) -> None:
    check(written(tmp_path, f"hostile{kind}", data))


@HOSTILE
@given(rows=st.lists(FIELDS | VALUES, max_size=3))
def test_hostile_fields(tmp_path: Path, rows: list[Any]) -> None:
    check(written(tmp_path, "a.json", rows))
    check(written(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows))))
    pairs = [pair for row in rows if isinstance(row, dict) for pair in row.items()]
    plain = "\n".join(f"{key}: {json.dumps(value)}" for key, value in pairs)
    check(written(tmp_path, "a.md", f"---\n{plain}\n---\n{BODY}"))


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.iterdir() if path.suffix != ".txt"))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files(tmp_path: Path, name: str, data: st.DataObject) -> None:
    whole = (FIXTURES / name).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    damage = data.draw(st.binary(max_size=8))
    check(written(tmp_path, name, whole[:start] + damage + whole[start + data.draw(st.integers(0, 40)) :]))
