"""A title for what has none: the first line when it is one, else the first sentence shortened."""

from __future__ import annotations

import re
import textwrap

LONGEST = 100  # characters of a made-up title
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9])")
_NO_WORDS = re.compile(r"\A(?:[^\w\n]*\n)+")  # lines of dashes or stars above a text
_FULL_STOP = re.compile(r"[.;:,…][\"'”’)\]]*\Z")


def split_title(text: str) -> tuple[str, str]:
    """(title, body) of `text`, which must not be blank.

    The first line is the title, and leaves the body, when it is short, has no final full stop, and a blank line and
    more text follow. Else the title is the first sentence, shortened at a word boundary, and the body is all of it.
    """
    stripped = _NO_WORDS.sub("", text.strip()) or text.strip()
    first, _, rest = stripped.partition("\n")
    first = first.strip()
    alone = rest.strip() and not rest.split("\n", 1)[0].strip()
    if alone and len(first) <= LONGEST and len(first.split()) >= 2 and not _FULL_STOP.search(first):
        return " ".join(first.split()), rest.strip()
    return first_sentence(first), text


def first_sentence(text: str) -> str:
    """The first sentence of `text` on one line, at most LONGEST characters with an ellipsis where it was cut."""
    start = " ".join(text[:1000].split())
    for match in _SENTENCE_END.finditer(start):
        if match.end() >= 20:  # not after "Mr." or "U.S."
            start = start[: match.end()]
            break
    shortened = textwrap.shorten(start, LONGEST, placeholder="…")
    return shortened if len(shortened) > 1 else start[: LONGEST - 1] + "…"
