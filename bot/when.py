"""Time words in a question, turned into a window of publication days by code, not by a model. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Window = tuple[date, date]

_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}
_DAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(_NUMBERS) + ")"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_REPORTED_WITHIN = timedelta(days=2)  # what happened on a day is in the papers of the next ones


def find_window(text: str, asked_on: date) -> Window | None:
    """The days that `text` names, seen from `asked_on`; None when it names none.

    The first expression that fits counts. A day or month without a year is the last such one before the asking day.
    "since 2019" and a bare "the 2020 election" describe the event, not the reporting, and give no window.
    """
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            try:
                window = resolve(match, asked_on)
            except (ValueError, OverflowError):
                continue
            if window is not None and window[0] <= asked_on:
                start, end = window
                return start, min(max(end, start) + _REPORTED_WITHIN, max(asked_on, end))
    return None


def _year_of(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return int(year) if year else None


def _single_day(match: re.Match[str], asked_on: date) -> Window:
    month, number, year = _MONTHS[match["month"].lower()], int(match["day"]), _year_of(match)
    if year is None:
        year = asked_on.year if (month, number) <= (asked_on.month, asked_on.day) else asked_on.year - 1
    day = date(year, month, number)
    last = match.groupdict().get("last")
    return day, date(year, month, int(last)) if last else day


def _iso_day(match: re.Match[str], asked_on: date) -> Window:
    day = date.fromisoformat(match.group(1))
    return day, day


def _whole_month(match: re.Match[str], asked_on: date) -> Window:
    month, year = _MONTHS[match["month"].lower()], _year_of(match)
    if year is None:
        year = asked_on.year if month <= asked_on.month else asked_on.year - 1
        if "last" in match.group().lower() and month == asked_on.month:
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
    if unit == "week":
        back = {"this": (7, 0), "last": (14, 1), "previous": (14, 7)}.get(which, (7, 0))
        return asked_on - timedelta(back[0]), asked_on - timedelta(back[1])
    if unit == "month":
        if which in {"last", "previous"}:
            end = asked_on.replace(day=1) - timedelta(1)
            return end.replace(day=1), end
        return asked_on - timedelta(31), asked_on
    if unit == "year" and which in {"last", "previous"}:
        return date(asked_on.year - 1, 1, 1), date(asked_on.year - 1, 12, 31)
    return None  # "this year" says little: what is recent counts anyway


def _last_few(match: re.Match[str], asked_on: date) -> Window:
    return asked_on - timedelta(_span(match)), asked_on


def _ago(match: re.Match[str], asked_on: date) -> Window:
    days = _span(match)
    slack = timedelta(max(0, days // 6))
    day = asked_on - timedelta(days)
    return day - slack, day + slack


def _span(match: re.Match[str]) -> int:
    count = match["count"].lower()
    return (_NUMBERS.get(count) or int(count)) * _UNIT_DAYS[match["unit"].lower()]


def _weekday(match: re.Match[str], asked_on: date) -> Window:
    back = (asked_on.weekday() - _DAYS[match["weekday"].lower()]) % 7
    if match["which"] and match["which"].lower() == "last" and back == 0:
        back = 7
    day = asked_on - timedelta(back)
    return day, day


def _rule(
    pattern: str, resolve: Callable[[re.Match[str], date], Window | None]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], date], Window | None]]:
    return re.compile(pattern, re.IGNORECASE), resolve


_LAST_DAY = r"(?:\s?[-–—]\s?|\s(?:to|and|until)\s)(?P<last>[0-3]?\d)(?:st|nd|rd|th)?"
_NOT_SINCE = r"(?<!since )(?<!until )(?<!before )"
_RULES = (
    _rule(r"\b((?:1[89]|20)\d\d-\d\d-\d\d)\b", _iso_day),
    _rule(rf"{_NOT_SINCE}\b{_DAY}{_LAST_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"{_NOT_SINCE}\b{_MONTH}\s{_DAY}{_LAST_DAY}\b(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"{_NOT_SINCE}\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"{_NOT_SINCE}\b{_MONTH}\s{_DAY}\b(?:,?\s{_YEAR}\b)?", _single_day),
    _rule(rf"{_NOT_SINCE}\b{_MONTH}\s(?:of\s)?{_YEAR}\b", _whole_month),
    _rule(rf"\b(?:in|during|last|this|of)\s(?:early\s|late\s|mid-?\s?)?{_MONTH}(?!\s\d)", _whole_month),
    _rule(r"\b(?:the day before yesterday|yesterday|last night|today|tonight|this (?:morning|afternoon|evening))\b",
          _near_day),
    _rule(rf"\b(?:last|past|previous|recent)\s{_COUNT}\s{_UNIT}\b", _last_few),
    _rule(r"\b(?P<which>this|last|past|previous)\s(?P<unit>week|month|year)\b", _this_or_last),
    _rule(rf"\b{_COUNT}\s{_UNIT}\sago\b", _ago),
    _rule(r"\b(?:on|last|this|since)\s(?:(?P<which>last|this)\s)?(?P<weekday>" + "|".join(_DAYS) + r")\b", _weekday),
    _rule(rf"\b(?:in|during|throughout|of)\s{_YEAR}\b(?!\s(?:election|census|world))", _whole_year),
)  # fmt: skip
