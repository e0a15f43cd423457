"""Bytes to text. The encoding is what the bytes or their container say, or what can be told without doubt."""

from __future__ import annotations

import codecs
import logging
from contextvars import ContextVar

from index.records import RefusedError, tidy

_LOG = logging.getLogger(__name__)
READING: ContextVar[str] = ContextVar("READING", default="an input")  # what a warning is about
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What web pages call Latin-1 and ASCII is Windows-1252 (WHATWG Encoding Standard).
_WEB = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_MOST_CHAOS, _MARGIN = 0.1, 0.06  # in charset-normalizer's own measures of disorder and of coherence
_RARE = frozenset("þðýÞÐÝ")  # Icelandic in Windows-1252; the usual letters of Turkish and of others in its relatives
_UNCLEAR = "undecodable: its encoding is neither declared nor clear"


def codec_of(data: bytes, declared: str | None = None) -> str:
    """The Python codec that decodes `data`: by BOM, declaration, UTF-8, or detection. Raises RefusedError."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    named = _known(declared)
    # Many servers call every page Latin-1; what is valid UTF-8 has never been written in it.
    for known in ("utf-8", named) if named == _WEB["ascii"] else (named, "utf-8"):
        if known and _decodes(data, known):
            return known
    return _detected(data)


def decode(data: bytes, declared: str | None = None) -> str:
    """`data` as text with line ends as \\n and without BOM. Raises RefusedError: undecodable, or not text at all."""
    name = _wide(data) or codec_of(data, declared)
    try:
        text = data.decode(name)
    except (UnicodeError, ValueError) as error:
        raise RefusedError("undecodable: it does not hold to its own encoding") from error
    if "\x00" in text:
        raise RefusedError("not an article: binary data")
    return tidy(text)


def _known(declared: str | None) -> str | None:
    try:
        name = codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None
    return _WEB.get(name, name)


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return False
    return True


def _wide(data: bytes) -> str | None:
    """UTF-16 without a BOM shows as NULs at every other byte."""
    sample = data[:2000]
    marked = sample[:2] in (b"\xff\xfe", b"\xfe\xff")
    if marked or len(data) % 2 or len(sample) < 4 or sample.count(0) < len(sample) // 4:
        return None
    name = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    text = sample.decode(name, "replace")
    readable = sum(char.isprintable() or char.isspace() for char in text) >= 0.95 * len(text)
    return name if readable and _decodes(data, name) else None


def _detected(data: bytes) -> str:
    """The one encoding that the bytes fit, or Windows-1252 where only its close relatives fit as well."""
    from charset_normalizer import from_bytes

    fitting = [
        match
        for match in from_bytes(data[:200_000])
        if match.chaos <= _MOST_CHAOS and match.coherence and _decodes(data, match.encoding)
    ]
    if not fitting:
        raise RefusedError(_UNCLEAR)
    best = max(match.coherence for match in fitting)
    rivals = [match for match in fitting if match.coherence >= best - _MARGIN]
    if "cp1252" in [match.encoding for match in rivals] and not _RARE & set(data.decode("cp1252")):
        _LOG.warning("%s: its undeclared encoding is read as Windows-1252", READING.get())
        return "cp1252"
    first = rivals[0]
    if any(str(match) != str(first) for match in rivals[1:] if match.chaos <= first.chaos + _MARGIN):
        raise RefusedError(_UNCLEAR)
    _LOG.warning("%s: its undeclared encoding is read as %s", READING.get(), first.encoding)
    return first.encoding
