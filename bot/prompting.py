"""Passages as a language model is given them: numbered data that nothing in it can break out of. Pure.

A passage is one line, so no text within it begins a line; what looks like a number in brackets, a tag of ours or a
fence of code is put in other marks, which `bot/quotes.py` takes for the same when it looks for the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.sources import day_words
from index.retrieve import Found

_OPEN, _CLOSE = "[［【〔〚⟦", "]］】〕〛⟧"
_NUMBERED = re.compile(rf"[{re.escape(_OPEN)}](\s*[^\W_]{{0,8}}\s*)[{re.escape(_CLOSE)}]")
_MARKS = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "`": "'"})
_HEADLINE = 300  # characters


def numbered(passages: Sequence[Found]) -> str:
    """`[n] headline · outlet · date`, and on the next line the passage; an empty line between two."""
    return "\n\n".join(f"[{number}] {_header(item)}\n{plain(item.text)}" for number, item in enumerate(passages, 1))


def plain(text: str) -> str:
    """A text on one line that is no markup: what shows nothing left out, brackets around numbers round."""
    shown = "".join(c if not hidden(c) else " " if c.isspace() else "" for c in text)
    line = " ".join(shown.translate(_MARKS).split())
    return _NUMBERED.sub(r"(\1)", line)


def _header(item: Found) -> str:
    article = item.article
    title = plain(article.title)[:_HEADLINE] or "untitled"
    return " · ".join(part for part in (title, plain(article.outlet)[:_HEADLINE], day_words(article.day)) if part)


def hidden(character: str) -> bool:
    """Control and format characters, halves of pairs, private use, the end of a line."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
