"""A day in the question from which it is to be looked back: "as of 3 March", "as known last Friday". Pure."""

from __future__ import annotations

import re
from datetime import date

from bot.when import find_time

_CUE = re.compile(
    r"(?:(?<=^)|(?<=[\s(,;:–—-]))as\s(?:(?:it\s(?:was|is)\s)?known\s(?:by|on|in|at|as\sof)?|of|at)\s?", re.IGNORECASE
)
_WORD = re.compile(r"[^\s?!;:()]+")
_LONGEST = 5  # words of a day: "Monday, 3 March 2024" and one more
_LEADS = ("", "on ", "in ")  # what the rules of bot/when.py want before "Friday" and "2023"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOW = re.compile(r"\b(?:this|today|tonight|now)\b", re.I)


def as_of(text: str, asked_on: date) -> tuple[str, date | None]:
    """`text` without the words that say as of when it is asked, and that day, never after `asked_on`; else None.

    A month or year stands for its last day. A day without a year is the last such one; what is no day ("as of now",
    "as of the vote") stays as it is.
    """
    for cue in _CUE.finditer(text):
        words = list(_WORD.finditer(text, cue.end()))[:_LONGEST]
        if not words or words[0].start() != cue.end():
            continue
        for count in range(len(words), 0, -1):
            day = _day(text[cue.end() : words[count - 1].end()].rstrip(".,"), asked_on)
            if day is not None:
                return _without(text, cue.start(), words[count - 1].end()), day
    return text, None


def _day(words: str, asked_on: date) -> date | None:
    """The last day that exactly these words name."""
    if _NOW.search(words):
        return None
    ahead = date.max if _YEAR.search(words) else asked_on  # a day to come, when asked as on an earlier one: no news
    for lead in _LEADS:
        found = find_time(lead + words, asked_on) or find_time(lead + words, ahead)
        if found is not None and found.start <= len(lead) and found.end == len(lead + words):
            return min(found.days[1], asked_on)
    return None


def _without(text: str, start: int, end: int) -> str:
    """`text` less the characters between, with what joined them to the rest."""
    before, after = text[:start].rstrip(" ,;:–—-"), text[end:]
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:]
    if not before:
        return after.lstrip(" ,;:.–—-")
    return before + after if after[:1] in ("", "?", "!", ".", ",", ")") else f"{before} {after.lstrip()}"
