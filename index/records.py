"""What a format reader hands on: a raw record with its fields in one shape, or a refusal with a plain reason.

Knows nothing of files, cleaning or titles made up from text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from index.dates import parse_date
from index.markup import html_text, looks_like_html

_SURROGATES = re.compile("[\ud800-\udfff\x00]")
_TITLE = ("title", "headline")
_TEXT = ("text", "body", "content", "article", "content_text", "content_html", "html", "full_text", "maintext")
_URL = ("url", "link", "canonical_url")
_DATE = (
    "date",
    "published",
    "publish_date",
    "published_at",
    "publishedat",
    "date_published",
    "datepublished",
    "pubdate",
    "publication_date",
    "published_date",
    "date_publish",
)
_OUTLET = ("source", "outlet", "publisher", "site_name", "sitename")
_AUTHORS = ("authors", "author", "byline", "creator")
_LANGUAGE = ("language", "lang")
_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")


class RefusedError(Exception):
    """An input that is no article. `reason` is one plain phrase; `row` counts from 1 within a file of many."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as its source gives it; an empty string or None is what the source does not say.

    `row` counts from 1 within a file of many; `key` names the record there for good, where it has a name.
    """

    text: str
    title: str = ""
    url: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    language: str | None = None
    row: int | None = None
    key: str = ""


def tidy(text: str) -> str:
    """Line ends as \\n, no BOM at the front, no NUL and no lone surrogate; all other characters as written.

    Zero-width characters stay, since a quote has to be what the source says.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode("utf-8")
        broken = "\x00" in text
    except UnicodeEncodeError:
        broken = True
    if broken:
        text = _SURROGATES.sub("\ufffd", text)
    return text.removeprefix("\ufeff")


def line(value: object) -> str:
    """A metadata string on one line, or "" when `value` is not a string."""
    return " ".join(tidy(value).split()) if isinstance(value, str) else ""


def web_url(value: object) -> str:
    """`value` when it is an absolute http(s) URL, else ""."""
    if not isinstance(value, str) or len(value) > 2000:
        return ""
    value = tidy(value).strip()
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and host and not re.search(r"\s", value) else ""


def domain(url: str) -> str:
    """The host of `url` in lower case without "www.", or ""."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def people(value: object) -> tuple[str, ...]:
    """Authors from a list, a string of several names, or a list written out as a string (pandas does that)."""
    if isinstance(value, str):
        written = value.strip()
        if written.startswith("[") and written.endswith("]"):
            try:
                value = ast.literal_eval(written[:5000])
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                value = written.strip("[]")
    if isinstance(value, str):
        plain = re.sub(r"^\s*by[:\s]\s*", "", line(value), flags=re.IGNORECASE)
        value = re.split(r"\s*;\s*" if ";" in plain else r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+", plain)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return ()
    names = (line(item.get("name")) if isinstance(item, Mapping) else line(item) for item in value)
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 200))[:50]


def outlet_name(value: object) -> str:
    """An outlet given as a string, or as an object with a name (NewsAPI, schema.org)."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title")
    return line(value)[:200]


def language_code(value: object) -> str | None:
    """A language tag such as "en" or "pt-BR", or None for anything else."""
    tag = line(value)
    return tag if _LANGUAGE_CODE.match(tag) else None


def from_mapping(fields: Mapping[str, object], row: int | None = None) -> Raw:
    """A record from a JSON object or CSV row by the usual field names. Raises RefusedError."""
    by_name = {str(name).strip().lower(): value for name, value in fields.items() if value not in (None, "")}

    def given(names: tuple[str, ...]) -> Iterator[object]:
        return (by_name[name] for name in names if name in by_name)

    known = [name for name in (*_TITLE, *_TEXT) if name in fields or name in by_name]
    if not known:
        raise RefusedError("not an article: it has neither a title nor a text field", row)
    bodies = list(given(_TEXT))
    text = next(filter(None, map(body_text, bodies)), "")
    if bodies and not text and not any(isinstance(body, str) for body in bodies):
        raise RefusedError(f"not an article: the text is {_kind(bodies[0])}", row)
    return Raw(
        text=text,
        title=next(filter(None, map(_title, given(_TITLE))), ""),
        url=next(filter(None, map(web_url, given(_URL))), ""),
        outlet=next(filter(None, map(outlet_name, given(_OUTLET))), ""),
        authors=next(filter(None, map(people, given(_AUTHORS))), ()),
        published=next(filter(None, map(parse_date, given(_DATE))), None),
        language=next(filter(None, map(language_code, given(_LANGUAGE))), None),
        row=row,
    )


def body_text(value: object) -> str:
    """The body as one string: a string, HTML or not, or a list of paragraphs; "" for anything else."""
    if isinstance(value, Mapping):
        value = value.get("rendered")  # WordPress
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = "\n\n".join(value)
    if not isinstance(value, str):
        return ""
    return tidy(html_text(value) if looks_like_html(value) else value)


def _title(value: object) -> str:
    return line(html_text(str(value.get("rendered"))) if isinstance(value, Mapping) else value)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "not text")
