"""The numbers and days that a sentence states, so that two sentences can be compared. Pure.

A number is its value and its kind: a count, a share, money. "5,400" is "5400", "fifty-three" is "53", "4.5 million" is
"4,500,000", "53 per cent" is "53%", and "53%" is not "53". English, as the articles are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.answers import Claim
from bot.numbers import SPOKEN
from bot.wording import MONTHS, WEEKDAYS

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_SMALL = {"zero": 0} | SPOKEN | {word: value for value, word in enumerate(_ORDINALS.split(), 1)}
_SCALE = {
    "hundred": 100, "k": 1_000, "thousand": 1_000, "m": 10**6, "mn": 10**6, "mln": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9, "bln": 10**9, "billion": 10**9, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_MONEY = {
    "$": "$", "€": "€", "£": "£", "¥": "¥", "dollar": "$", "usd": "$", "euro": "€", "eur": "€", "pound": "£",
    "gbp": "£", "quid": "£", "yen": "¥",
}  # fmt: skip
_SPOKEN = "|".join(sorted([*_SMALL, "hundred", "thousand", "million", "billion", "trillion"], key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?P<money>(?:US|A|C|HK|NZ)?[$€£¥])?\s?(?<![\w.,])(?P<digits>{_DIGITS})(?:st|nd|rd|th)?"
    rf"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mln|bln|mn|bn|tn|[mkb])(?![\w]))?"
    rf"|\b(?:(?P<a>an?)\s+)?(?P<spoken>(?:{_SPOKEN})(?:(?:[\s-]+|\s+and\s+)(?:{_SPOKEN}))*)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[\s-]?(?:(?P<share>%|per\s?cent|percent|pct\b|percentage\s+point)"
    r"|(?:US\s|American\s)?(?P<money>[$€£¥]|dollar|usd|euro|eur\b|pounds?\b(?!\s+of)|gbp|yen))",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"\b(?:no[\s-]one|one another|one day|(?:a|one|split|every|last) second)\b", re.IGNORECASE)
_MONTHS = [month[:3] for month in MONTHS]
_MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![\w])"
)
_YEAR = r"(?:,?\s+(?P<year>(?:1[5-9]|20)\d\d)\b)?"
_DAYS = [
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}{_YEAR}"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d){_YEAR}"),
    re.compile(r"\b(?P<year>(?:1[5-9]|20)\d\d)-(?P<month_number>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_MONTH}{_YEAR}"),
]
_RELATIVE = re.compile(
    r"\b(?:(?P<weekday>(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Satur|Sat|Sun)(?:day)?)s?\b"
    r"|(?P<near>yesterday|today|tomorrow|tonight)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A value, its kind ("" for a count, "%", "$", …) and where it stands."""

    value: Decimal
    kind: str
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as it is told: year, month, day of the month, each 0 when it is not; or a word such as "tuesday"."""

    year: int = 0
    month: int = 0
    day: int = 0
    word: str = ""


def among_figures(figures: Sequence[Claim], claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Figures that differ, each in the words of that of `claims` which states it, where one does; none is left out."""
    asked = [{number.value for number in numbers(figure.answer)} for figure in figures]
    said = [claim for claim in claims if any(_values(claim) & values for values in asked)]
    stated = set[Decimal]().union(*map(_values, said))
    return (*said, *(figure for figure, values in zip(figures, asked, strict=True) if not stated & values))


def _values(claim: Claim) -> set[Decimal]:
    return {number.value for number in numbers(claim.text)}


def numbers(text: str) -> list[Number]:
    """The numbers of a text, those that are part of a day left out."""
    bare = _NOT_COUNTED.sub(lambda match: " " * len(match[0]), without_days(text))
    return [number for match in _NUMBER.finditer(bare) if (number := _number(match, bare)) is not None]


def days(text: str) -> list[Day]:
    """The days, months and weekdays that a text names."""
    found: list[Day] = []
    for match, _ in _matched_days(text):
        parts = match.groupdict()
        month = int(parts.get("month_number") or 0) or _MONTHS.index(parts["month"][:3].lower()) + 1
        found.append(Day(int(parts.get("year") or 0), month, int(parts.get("day") or 0)))
    for match in _RELATIVE.finditer(text):
        weekday = match["weekday"]
        if weekday is None or (weekday[0].isupper() and (len(weekday) > 3 or weekday.lower() not in ("sat", "sun"))):
            found.append(Day(word=_weekday(weekday) if weekday else match["near"].lower()))
    return found


def told_by(day: Day, cited: list[Day], published: date | None) -> bool:
    """Whether a day stands among the `cited`, or is that of publication."""
    if published is not None:
        weekday = WEEKDAYS[published.weekday()]
        cited = [*cited, Day(published.year, published.month, published.day), Day(word=weekday)]
    return any(_covers(other, day) for other in cited)


def _covers(cited: Day, said: Day) -> bool:
    if said.word or cited.word:
        return said.word == cited.word
    pairs = ((said.year, cited.year), (said.month, cited.month), (said.day, cited.day))
    return all(not one or one == other for one, other in pairs)


def _matched_days(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Matches of days, none within another, each with the text as it was looked at."""
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            month = match.groupdict().get("month")
            if month in ("May", "Mar", "March") and not match.groupdict().get("day") and not match["year"]:
                before = text[: match.start()].rstrip().rpartition(" ")[2].lower()
                if before not in (
                    "in",
                    "of",
                    "since",
                    "until",
                    "last",
                    "next",
                    "this",
                    "by",
                    "early",
                    "late",
                    "during",
                ):
                    continue  # "May" may be a verb or a name
            yield match, text
        text = pattern.sub(lambda match: " " * len(match[0]), text)


def without_days(text: str) -> str:
    """The text with blanks for the days and months in it."""
    for match, _ in list(_matched_days(text)):
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _weekday(word: str) -> str:
    return next(day for day in WEEKDAYS if day[:3] == word[:3].lower())


def _number(match: re.Match[str], text: str) -> Number | None:
    unit = _UNIT.match(text, match.end())
    money = match["money"] or (unit["money"] if unit else None)
    kind = "%" if unit and unit["share"] else ""
    if money:
        kind = _MONEY.get(money.lower().rstrip("s"), money[-1])
    if match["digits"]:
        value = Decimal(re.sub(r"[^\d.]", "", match["digits"])) * _SCALE.get((match["scale"] or "").lower(), 1)
    else:
        words = [word for word in re.split(r"[\s-]+", match["spoken"].lower()) if word != "and"]
        value = _spoken(words)
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    return Number(value, kind, start, unit.end() if unit else match.end())


def _spoken(words: list[str]) -> Decimal:
    """The value of number words: "two hundred thousand and five"."""
    total, part = 0, 0
    for word in words:
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            total += (part or 1) * _SCALE[word]
            part = 0
    return Decimal(total + part)
