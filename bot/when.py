"""Time words in a question, turned into a window of publication days by code, not by a model. Pure."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from bot.wording import MONTHS, WEEKDAYS

Window = tuple[date, date]

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}
_DAYS = {name: n for n, name in enumerate(WEEKDAYS)}
_ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>{_ANY_MONTH})\b\.?(?!-(?!{_ANY_MONTH})[^\W\d])"  # not "Mar-a-Lago"
_DAY = r"(?P<day>[0-3]?\d)(?P<ordinal>st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[4-9]|20)\d\d)"
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(_NUMBERS) + ")"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_REPORTED_WITHIN = timedelta(days=2)  # what happened on a day is in the papers of the next ones
_FIRST_YEAR = 1800  # "over 600 years ago" is history, not a day that news was published
_NAMED_DAYS = {(1, 6), (9, 11), (10, 7)}  # "the Jan. 6 committee": the day became the name of what happened then
_BOUND = re.compile(r"\b(?:since|until|till|before|after)\s(?:the\s)?(?:[0-3]?\d(?:st|nd|rd|th)?\s(?:of\s)?)?$", re.I)
_BEFORE_DATE = re.compile(r"\b(?:on|in|from|between|to|and|by|during|last|around|early|late)\s$", re.I)
_AHEAD = re.compile(r"\b(?:coming|upcoming|next|through|due|scheduled|set to)\b[^.?!]{0,30}$", re.I)
_RECENT = re.compile(r"\brecently\b(?!['’]s)", re.I)  # what is recent counts anyway
_THIS = re.compile(r"\bthis (?P<unit>week|month)\b", re.I)
_FUTURE = re.compile(r"^(?:[\w’'-]+\s){0,4}will\s", re.I)


class Time(NamedTuple):
    """Days that a text names. `start` and `end` bound the words that name them, `days` are the days themselves.

    `reported` are the publication days on which what happened then is told.
    """

    start: int
    end: int
    days: Window
    reported: Window


def find_time(text: str, asked_on: date) -> Time | None:
    """The days that `text` names, seen from `asked_on`; None when it names none.

    The first expression that fits counts. A day or month without a year is the last such one before the asking day;
    where the question looks ahead ("will", "coming July 29") there is none. "since 2019" and a bare "the 2020
    election" describe the event, not the reporting, and give no window; nor do the spans that something is measured
    over ("over the last year"), and beside "this week" or "recently" any other day is background.
    """
    if match := _THIS.search(text):
        days = _this(match, asked_on)
        week = date.fromordinal(max(1, asked_on.toordinal() - 6))  # on a Monday, too, it is told of the last days
        return Time(match.start(), match.end(), days, (min(days[0], week), asked_on))
    if _RECENT.search(text):
        return None
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            try:
                window = resolve(match, asked_on)
            except (ValueError, OverflowError, KeyError):  # 31 February; year 0; a letter equal to "s" but for case
                continue
            if window is not None and window[0].year >= _FIRST_YEAR and window[0] <= asked_on:
                return _time(match, window, asked_on)
    return None


def _time(match: re.Match[str], window: Window, asked_on: date) -> Time:
    start, end = window[0], max(window)
    later = min(_REPORTED_WITHIN, max(asked_on - end, timedelta(0)))
    return Time(match.start(), match.end(), (start, end), (start, end + later))


def _this(match: re.Match[str], asked_on: date) -> Window:
    """From Monday, or the first of the month, to the asking day."""
    back = asked_on.weekday() if match["unit"].lower() == "week" else asked_on.day - 1
    return date.fromordinal(max(1, asked_on.toordinal() - back)), asked_on


def _year(match: re.Match[str], asked_on: date, month: int, day: int) -> int:
    """The year that the date names, else the last one in which that day is not after the asking day."""
    if year := match.groupdict().get("year"):
        return int(year)
    found = asked_on.year if (month, day) <= (asked_on.month, asked_on.day) else asked_on.year - 1
    while (month, day) == (2, 29) and not isleap(found):
        found -= 1
    return found


def _is_other(match: re.Match[str]) -> bool:
    """Whether what looks like a date bounds another time, lies ahead, names an event, or is a verb."""
    before, after = _before(match), match.string[match.end() :]
    if _BOUND.search(before):
        return True
    groups = match.groupdict()
    if groups.get("year"):
        return False
    if _FUTURE.match(match.string) or _AHEAD.search(before):
        return True
    goes_on, day = re.match(r"\s[a-z]", after) is not None, groups.get("day")
    if not day:
        return False
    month = match["month"]
    if before.lower().endswith("the ") and goes_on and (_MONTHS[month.lower()], int(day)) in _NAMED_DAYS:
        return True
    if month in ("may", "march"):  # "Which 2 may run?"
        return not (groups["ordinal"] or _BEFORE_DATE.search(before) or not after.strip(" ?.!"))
    return month in ("May", "March") and match.start("month") == 0 and goes_on  # "May 5 people leave?"


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60) : match.start()]


def _single_day(match: re.Match[str], asked_on: date) -> Window | None:
    if _is_other(match):
        return None
    month, number = _MONTHS[match["month"].lower()], int(match["day"])
    year = _year(match, asked_on, month, number)
    day = date(year, month, number)
    last = match.groupdict().get("last")
    return day, date(year, month, int(last)) if last else day


def _iso_day(match: re.Match[str], asked_on: date) -> Window | None:
    if _BOUND.search(_before(match)):
        return None
    day = date.fromisoformat(match.group(1))
    return day, day


def _whole_month(match: re.Match[str], asked_on: date) -> Window | None:
    if _is_other(match):
        return None
    month = _MONTHS[match["month"].lower()]
    year = _year(match, asked_on, month, 1)
    if match.group().lower().startswith("last") and month == asked_on.month:
        year -= 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _whole_year(match: re.Match[str], asked_on: date) -> Window:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31)


def _near_day(match: re.Match[str], asked_on: date) -> Window:
    word = " ".join(match.group().lower().split())
    if "before" in word:
        return asked_on - timedelta(2), asked_on - timedelta(2)
    if word in {"yesterday", "last night"}:
        return asked_on - timedelta(1), asked_on - timedelta(1)
    return asked_on, asked_on


def _this_or_last(match: re.Match[str], asked_on: date) -> Window | None:
    which, unit = match["which"].lower(), match["unit"].lower()
    if which == "this" or _measures(match):
        return None
    if unit == "week":
        if which == "past":
            return asked_on - timedelta(7), asked_on
        sunday = asked_on - timedelta(asked_on.weekday() + 1)
        return sunday - timedelta(6), sunday
    if unit == "month":
        if which == "past":
            return asked_on - timedelta(31), asked_on
        end = asked_on.replace(day=1) - timedelta(1)
        return end.replace(day=1), end
    return (date(asked_on.year - 1, 1, 1), date(asked_on.year - 1, 12, 31)) if which != "past" else None


def _measures(match: re.Match[str]) -> bool:
    """Whether the words say over which months or years something was counted, or since when it is compared."""
    long = match["unit"].lower() in ("month", "year")
    return long and re.search(r"\b(?:over|for|than|to|from|with)\s(?:the\s)?$", _before(match), re.I) is not None


def _last_few(match: re.Match[str], asked_on: date) -> Window | None:
    if _measures(match):
        return None
    return asked_on - timedelta(_span(match)), asked_on


def _ago(match: re.Match[str], asked_on: date) -> Window | None:
    if _measures(match):
        return None
    days = _span(match)
    slack = timedelta(max(0, days // 6))
    day = asked_on - timedelta(days)
    return day - slack, day + slack


def _span(match: re.Match[str]) -> int:
    count = match["count"].lower()
    return (_NUMBERS.get(count) or int(count)) * _UNIT_DAYS[match["unit"].lower()]


def _weekday(match: re.Match[str], asked_on: date) -> Window | None:
    how = match["how"].lower().split()
    back = (asked_on.weekday() - _DAYS[match["weekday"].lower()]) % 7
    if "last" in how:
        back = back or 7
    elif _FUTURE.match(match.string):
        return None
    day = asked_on - timedelta(back)
    return day, asked_on if "since" in how else day


def _rule(
    pattern: str, resolve: Callable[[re.Match[str], date], Window | None]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], date], Window | None]]:
    return re.compile(pattern, re.IGNORECASE), resolve


_LAST_DAY = r"(?:\s?[-–—]\s?|\s(?:to|and|until)\s)(?P<last>[0-3]?\d)(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_DAYS)})"
_RULES = (
    _rule(r"\b((?:1[89]|20)\d\d-\d\d-\d\d)\b", _iso_day),
    _rule(rf"\b{_DAY}{_LAST_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"\b{_MONTH}\s{_DAY}{_LAST_DAY}\b(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"\b{_MONTH}\s{_DAY}\b(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"\b{_MONTH},?\s(?:of\s)?{_YEAR}\b", _whole_month),
    _rule(rf"\b(?:in|during|last|this|of)\s(?:early\s|late\s|mid-?\s?)?{_MONTH}(?!\s\d)", _whole_month),
    _rule(r"\b(?:the day before yesterday|yesterday|last night|today|tonight|this (?:morning|afternoon|evening))\b"
          r"(?!['’]s)", _near_day),
    _rule(rf"\b(?:last|past|previous|recent)\s{_COUNT}\s{_UNIT}\b", _last_few),
    _rule(r"\b(?P<which>this|last|past|previous)\s(?P<unit>week|month|year)\b", _this_or_last),
    _rule(rf"\b{_COUNT}\s{_UNIT}\sago\b", _ago),
    _rule(rf"\b(?P<how>(?:on|since)(?:\s(?:last|this))?|last|this)\s{_WEEKDAY}\b", _weekday),
    _rule(rf"\b(?:in|during|throughout|of)\s(?:early\s|late\s|mid-?\s?|the\syear\s)?{_YEAR}\b"
          r"(?!\s(?:election|census|world))", _whole_year),
)  # fmt: skip
