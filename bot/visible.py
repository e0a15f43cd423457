"""Untrusted text made safe to show: what would act on a terminal is shown instead of obeyed.

Knows nothing of articles or answers; every string that a front end prints in a terminal goes through here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

# Format characters that act on nothing: soft hyphen, zero-width space and (non-)joiner, word joiner, BOM.
_NEEDED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_ACTING = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SPACES = re.compile(r"\s+")
# Everything that could be in one of those categories; ordinary text passes without a look at each character.
_SUSPECT = re.compile("[^\\x20-\\x7e\u00a1-\u00ac\u00ae-\u0377\u0400-\u058f\u2010-\u2027\u2030-\u205e]")


def acts(character: str) -> bool:
    """Whether a character steers a terminal or its reading order, or cannot be encoded."""
    return character not in _NEEDED and unicodedata.category(character) in _ACTING


def visible(text: str) -> str:
    """The text with line feeds kept and every other acting character replaced by a picture or an escape."""
    return _SUSPECT.sub(lambda match: _shown(match[0]), text)


def one_line(text: str) -> str:
    """`visible`, with each run of white space as one space: for titles, links and quotes within a line."""
    return visible(_SPACES.sub(" ", text))


def to_json(value: Any) -> str:
    """One line of JSON, readable as written, with acting characters as JSON escapes: safe to print, same value."""
    return _SUSPECT.sub(lambda match: _escaped(match[0]), json.dumps(value, ensure_ascii=False))


def _shown(character: str) -> str:
    if character in "\n\t" or not acts(character):
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if acts(character) else character
