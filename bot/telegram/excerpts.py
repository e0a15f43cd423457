"""Excerpts of a text that fit a number of UTF-16 units: whole words around what matters, cuts marked by […].

Pure, and without markup. What an excerpt shows of a text is that text, apart from white space and `bot.visible`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.visible import one_line, visible

CUT = "[…]"
_CUTS = 2 * (len(CUT) + 1)  # units that marking both cuts takes
_WORD = 40  # characters within which the end of a word is looked for
_CLUSTER = 32  # characters within which the end of a grapheme cluster is looked for
_LINES = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")  # white space that `visible` would show as a code
_BREAKS = re.compile(r"\n\s*\n\s*")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of an excerpt; `marked` when it lies within a span that was to be marked."""

    text: str
    marked: bool = False


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def paragraphs(text: str) -> str:
    """`visible`, with every kind of line end as a line feed, and no more than one empty line in a row."""
    return visible(_BREAKS.sub("\n\n", _LINES.sub("\n", text)))


def blank(text: str) -> bool:
    """Whether nothing of a text is to be seen."""
    return all(unicodedata.category(character)[0] in "CZ" for character in text)


def shortened(text: str, most: int) -> str:
    """One line of at most `most` (at least 20) units from the beginning of a text, no space around it."""
    return "".join(piece.text for piece in excerpt(text, (), most, one_line)).strip()


def excerpt(
    text: str, spans: Sequence[tuple[int, int]], most: int, shown: Callable[[str], str] = paragraphs
) -> list[Piece]:
    """What fits in `most` (at least 20) units of a text around the first of `spans`, or else of its beginning.

    `spans` are in order and do not overlap; they index into `text` as it stands, and `shown` makes each piece fit to
    be seen. Pieces in a row are the excerpt; a text whose end is missing has […] there.
    """
    first = spans[0][0] if spans else len(text) - len(text.lstrip())
    low, high = max(0, first - 4 * most), min(len(text), first + 4 * most)
    low += len(text[low:high]) - len(text[low:high].lstrip())
    high -= len(text[low:high]) - len(text[low:high].rstrip())
    pieces = [Piece(shown(text[start:end]), mark) for start, end, mark in _split(low, high, spans)]
    return _framed(pieces, most, bool(text[:low].strip()), bool(text[high:].strip()))


def _split(low: int, high: int, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """`low` to `high`, cut at the ends of the spans."""
    parts: list[tuple[int, int, bool]] = []
    at = low
    for start, end in spans:
        start, end = max(start, at), min(end, high)
        if start < end:
            parts += [(at, start, False), (start, end, True)]
            at = end
    return [part for part in [*parts, (at, high, False)] if part[0] < part[1]]


def _framed(pieces: list[Piece], most: int, cut_before: bool, cut_after: bool) -> list[Piece]:
    """What fits of the pieces around the first that is marked; `cut_…`: the text does not begin or end with them."""
    text = "".join(piece.text for piece in pieces)
    if not cut_before and not cut_after and units(text) <= most:
        return pieces
    focus = next((number for number, piece in enumerate(pieces) if piece.marked), None)
    start = sum(len(piece.text) for piece in pieces[:focus]) if focus is not None else 0
    end = start + len(pieces[focus].text) if focus is not None else 0
    low, high = frame(text, start, end, most - _CUTS)
    kept = [Piece(f"{CUT} ")] if cut_before or low > 0 else []
    at = 0
    for piece in pieces:
        shown = piece.text[max(0, low - at) : max(0, high - at)]
        kept += [Piece(shown, piece.marked)] if shown else []
        at += len(piece.text)
    return [*kept, Piece(f" {CUT}")] if cut_after or high < len(text) else kept


def frame(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """The (start, end) of what fits in `most` units around characters `start` to `end`, as even as can be.

    Cut between words where one ends near, and never within a character as it is seen.
    """
    focus = units(text[start:end])
    if focus > most:
        return start, _back(text, start + _fitting(text[start:end], most), start)
    room = most - focus
    after = units(text[end : end + room])
    left = max(room // 2, room - after)
    low = start - _fitting(text[max(0, start - left) : start][::-1], left)
    low = _forward(text, low, start) if low else 0
    high = end + _fitting(text[end : end + room], room - units(text[low:start]))
    return low, _back(text, high, end) if high < len(text) else high


def _fitting(text: str, most: int) -> int:
    """How many characters from the beginning on take at most `most` units."""
    taken = 0
    for at, character in enumerate(text):
        taken += 2 if character > "\uffff" else 1
        if taken > most:
            return at
    return len(text)


def _back(text: str, at: int, least: int) -> int:
    """The cut at or before `at`."""
    for near in range(at, max(least, at - _WORD), -1):
        if text[near - 1].isspace() or text[near : near + 1].isspace():
            return near - len(text[least:near]) + len(text[least:near].rstrip())
    return next((near for near in range(at, max(least, at - _CLUSTER), -1) if not _within(text, near)), at)


def _forward(text: str, at: int, most: int) -> int:
    """The cut at or after `at`."""
    for near in range(at, min(most, at + _WORD)):
        if text[near - 1].isspace() or text[near].isspace():
            return near + len(text[near:most]) - len(text[near:most].lstrip())
    return next((near for near in range(at, min(most, at + _CLUSTER)) if not _within(text, near)), at)


def _within(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would fall within what is seen as one character."""
    if not 0 < at < len(text):
        return False
    if text[at - 1] == _JOINER or text[at] == _JOINER or unicodedata.category(text[at]).startswith("M"):
        return True
    if "\U0001f3fb" <= text[at] <= "\U0001f3ff":  # a skin tone
        return True
    flags = 0
    while flags < at and "\U0001f1e6" <= text[at - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return flags % 2 == 1 and "\U0001f1e6" <= text[at] <= "\U0001f1ff"
