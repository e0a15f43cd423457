"""One reader per kind of text-like file: a bounded stream in, raw records and refusals out.

Each reader yields `Raw` for an article and `RefusedError` for a bad row, and raises it when the whole is bad.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from index.containers import MEGABYTE, read_whole
from index.decode import codec_of, decode
from index.documents import read_mail, read_pdf
from index.feeds import read_feed
from index.fetch import Fetch
from index.pages import read_page
from index.records import Raw, RefusedError, from_mapping, line, tidy

Found = Iterator[Raw | RefusedError]
Reader = Callable[[BinaryIO, "Origin"], Found]
ROW_LIMIT = 32 * MEGABYTE
_LISTS = ("articles", "items", "entries", "results", "data", "stories", "news", "docs")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reader may need to know of where its bytes come from."""

    fetch: Fetch
    url: str = ""
    charset: str | None = None


def read_text(stream: BinaryIO, _: Origin) -> Found:
    """A .txt file: one article."""
    yield Raw(decode(read_whole(stream)))


def read_markdown(stream: BinaryIO, _: Origin) -> Found:
    """A .md file: one article, with its YAML front matter as metadata."""
    import frontmatter
    import yaml

    text = decode(read_whole(stream))
    fields: Mapping[str, object] = {}
    try:
        parsed, body = frontmatter.parse(text)
        fields = parsed if isinstance(parsed, dict) else {}
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise RefusedError("its front matter is not valid YAML") from None
    first, _end, rest = body.lstrip().partition("\n")
    heading = first.lstrip("#").strip() if first.startswith("# ") else ""
    known = from_mapping({**{str(key): value for key, value in fields.items()}, "text": rest if heading else body})
    yield replace(known, title=known.title or line(heading))


def read_json(stream: BinaryIO, _: Origin) -> Found:
    """A .json file: an article, a list of them, or an object that holds such a list."""
    value = _loads(decode(read_whole(stream)))
    if isinstance(value, dict):
        listed = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        if listed is None:
            yield from_mapping(value)
            return
        value = listed
    if not isinstance(value, list):
        raise RefusedError("not an article: the JSON is neither an object nor a list")
    if not value:
        raise RefusedError("empty: a list of nothing")
    for number, item in enumerate(value, 1):
        yield _row(item, number)


def read_jsonl(stream: BinaryIO, _: Origin) -> Found:
    """A .jsonl file, row by row; rows are numbered by line. UTF-8, or UTF-16 by its BOM."""
    start = stream.peek(4)[:4] if isinstance(stream, io.BufferedReader) else b""
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    lines = _byte_lines(stream)
    if wide:
        lines = (row.encode("utf-8", "surrogatepass") for row in io.TextIOWrapper(stream, "utf-16"))
    empty, number = True, 0
    while (row := _next(lines, number + 1)) is not None:
        number += 1
        if not row.strip():
            continue
        empty = False
        try:
            yield _row(_loads(row.decode("utf-8-sig" if number == 1 else "utf-8")), number)
        except UnicodeDecodeError:
            yield RefusedError("undecodable: not UTF-8", number)
        except RefusedError as refused:
            yield RefusedError(refused.reason, number)
    if empty:
        raise RefusedError("empty")


def _next(lines: Iterator[bytes], number: int) -> bytes | None:
    try:
        return next(lines, None)
    except UnicodeError:
        raise RefusedError("undecodable: not UTF-16", number) from None


def _byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    number = 0
    while row := stream.readline(ROW_LIMIT + 1):
        number += 1
        if len(row) > ROW_LIMIT:
            raise RefusedError(f"too large: over {ROW_LIMIT // MEGABYTE} MB in one row", number)
        yield row


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError("not valid JSON") from None


def _row(item: object, number: int) -> Raw | RefusedError:
    if not isinstance(item, dict):
        return RefusedError("not an article: not a JSON object", number)
    try:
        return from_mapping(item, number)
    except RefusedError as refused:
        return refused


def read_csv(stream: BinaryIO, _: Origin) -> Found:
    """A .csv or .tsv file with a header, row by row; rows are numbered from the first after the header."""
    csv.field_size_limit(ROW_LIMIT)  # the module's own limit of 128 KB is less than a long article
    sample = stream.peek(MEGABYTE) if isinstance(stream, io.BufferedReader) else b""
    if not sample.strip():
        raise RefusedError("empty")
    codec = codec_of(sample[: sample.rfind(b"\n") + 1] or sample)
    text = io.TextIOWrapper(stream, codec, newline="")
    lines = iter(lambda: text.readline(ROW_LIMIT), "")
    number = 0
    try:
        header = next(lines, "")
        delimiter = max(",;\t|", key=header.count)
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
        if not {"title", "headline", "text", "body", "content", "article"} & set(names):
            raise RefusedError("not an article: its header names neither a title nor a text column")
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            if any(cell.strip() for cell in row):
                yield _row({name: tidy(cell) for name, cell in zip(names, row, strict=False)}, number)
    except csv.Error:
        raise RefusedError("not valid CSV", number + 1) from None
    except UnicodeError:
        raise RefusedError(f"undecodable: not {codec}", number + 1) from None
    if not number:
        raise RefusedError("empty: a header without rows")


def read_html(stream: BinaryIO, origin: Origin) -> Found:
    """A web page: one article."""
    yield read_page(read_whole(stream), origin.url, origin.charset)


def read_xml(stream: BinaryIO, origin: Origin) -> Found:
    """An RSS or Atom feed: an article an entry."""
    return read_feed(read_whole(stream), origin.fetch, origin.url)


def read_eml(stream: BinaryIO, _: Origin) -> Found:
    """An e-mailed newsletter: one article."""
    yield read_mail(read_whole(stream))


def read_portable(stream: BinaryIO, _: Origin) -> Found:
    """A PDF file: one article."""
    yield read_pdf(read_whole(stream))


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xml": read_xml,
    ".rss": read_xml,
    ".atom": read_xml,
    ".eml": read_eml,
    ".pdf": read_portable,
}
