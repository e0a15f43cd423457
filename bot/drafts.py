"""What a language model replied, read as JSON while it comes: the claims that are whole so far. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_CLAIMS = re.compile(r'"claims"\s*:\s*\[')
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(strict=False)  # line feeds within strings are let through
_MOST_CLAIMS, _MOST_QUOTES = 8, 8
_MOST_TEXT, _MOST_WORDS = 600, 3_000  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim as the model made it, unverified. `quotes`: (number of a passage, words said to be in it)."""

    text: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The drafts so far; `whole` once the list of claims has been closed, `begun` once it was opened."""

    drafts: tuple[Draft, ...]
    whole: bool
    begun: bool


def read(reply: str) -> Read:
    """What of a reply, or of the part of it that has come, can be read; prose and code fences are passed over."""
    text = _THOUGHT.sub("", reply)
    best = Read((), False, False)
    for match in _CLAIMS.finditer(text):
        found = _list(text, match.end())
        if found.whole:
            best = found if found.drafts or not best.whole else best
            if best.drafts:
                break
        elif not best.whole and not best.drafts:
            best = found
    return best


def _list(text: str, at: int) -> Read:
    drafts: list[Draft] = []
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "]":
            return Read(tuple(drafts), True, True)
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return Read(tuple(drafts), False, True)
        if (draft := _draft(value)) is not None and len(drafts) < _MOST_CLAIMS:
            drafts.append(draft)


def _draft(value: Any) -> Draft | None:
    """A claim of the right shape; None for what is none."""
    if not isinstance(value, dict):
        return None
    text, quotes = value.get("text"), value.get("quotes")
    if not isinstance(text, str) or not isinstance(quotes, list) or not 0 < len(text.strip()) <= _MOST_TEXT:
        return None
    found = [quote for item in quotes[:_MOST_QUOTES] if (quote := _quote(item)) is not None]
    return Draft(" ".join(text.split()), tuple(found)) if found else None


def _quote(item: Any) -> tuple[int, str] | None:
    if not isinstance(item, dict):
        return None
    number, words = item.get("passage"), item.get("words")
    if isinstance(number, str) and re.fullmatch(r"\[?[0-9]{1,3}\]?", number.strip()):
        number = int(number.strip(" []"))
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(words, str):
        return None
    return (number, words) if 0 < len(words) <= _MOST_WORDS else None
