"""What was understood of a question, in a few words: "BBC, 1–7 May 2024, as of 3 Jun 2024". Pure formatting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.answers import Understood
from bot.question import outlet_key
from bot.sources import day_words
from bot.visible import one_line
from bot.words import say

_MOST = 3  # names of a kind; an outlet may be spelled in many ways, a question names few


def limits_words(seen: Understood, asked_on: date) -> str:
    """What limits or leads the search, nothing where nothing does: what asking without it takes away."""
    parts = [*_names(once(seen.outlets)), *(say("understood_author", author=name) for name in _names(seen.authors))]
    if seen.window:
        parts.append(days_words(*seen.window, asked_on))
    if seen.newest:
        parts.append(say("understood_newest"))
    return ", ".join(parts)


def understood_words(seen: Understood, asked_on: date, *, dated: bool = True) -> str:
    """All that was recognised, on one line; empty when nothing was. `dated`: with the day it is asked as of."""
    day = say("understood_as_of", day=day_words(seen.as_of)) if seen.as_of and dated else ""
    return ", ".join(filter(None, [limits_words(seen, asked_on), *_names(seen.persons), day]))


def not_found_words(seen: Understood, asked_on: date) -> str:
    """The sentence that there is no answer, and what was looked at where that was not everything."""
    if seen.authors or (seen.outlets and seen.only):
        return say("not_found_limited", limits=limits_words(seen, asked_on))
    if seen.removable:
        return say("not_found_led", limits=limits_words(seen, asked_on))
    return say("not_found")


def days_words(first: date, last: date, asked_on: date) -> str:
    """`3 May 2024`, `1–7 May 2024`, `30 Apr – 2 May 2024`, `May 2024`, `2024`; `since …` for days up to `asked_on`.

    Days that begin with the calendar are `up to …`.
    """
    if first == last:
        return day_words(first)
    if first == date.min:
        return say("understood_until", day=day_words(last))
    after = last + timedelta(1) if last < date.max else last
    if (first.day, first.month) == (1, 1) and (after.day, after.month, after.year) == (1, 1, first.year + 1):
        return str(first.year)
    if first.day == after.day == 1 and (after - first).days <= 31:
        return day_words(first).partition(" ")[2]
    if last >= asked_on:
        return say("understood_since", day=day_words(first))
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_words(last)}"
    begin = day_words(first)
    return f"{begin.rpartition(' ')[0] if first.year == last.year else begin} – {day_words(last)}"


def once(outlets: Iterable[str]) -> list[str]:
    """Of several spellings of an outlet the first."""
    first: dict[str, str] = {}
    for outlet in outlets:
        first.setdefault(outlet_key(outlet), outlet)
    return list(first.values())


def _names(names: Iterable[str]) -> list[str]:
    return [one_line(name).strip() for name in names][:_MOST]
