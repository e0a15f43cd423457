"""The numbers in a sentence: where each stands, its value, and what kind it is. Pure.

A number that is part of a word or a date ("10-month-old", "12 May", "the 3rd", "7:30", "aged 35") is no count, and
vague ones ("dozens", "a few hundred") have no value to compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPOKEN = {word: n for n, word in enumerate(_ONES, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_NUMBER = re.compile(
    rf"""(?<![\w.,:/’'-])(?P<sign>(?:US|A|C|NZ|HK)?[$£€¥₹]\s?)?
    (?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
       |(?P<words>(?:{"|".join(_TENS)})(?:-(?:{"|".join(_ONES[:9])}))?|{"|".join(reversed(_ONES))}))
    (?:[\s-]?(?P<scale>{"|".join(_SCALES)})|(?P<short>(?:k|mn?|bn|tn)))?
    (?:\s?(?P<percent>%|per\ ?cent(?:age\ points?)?\b))?
    (?![\w/’']|[:.,]\d|-\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"\s(?:(?:US|American|Canadian|Australian|British)\s)?(dollars?|pounds?|euros?|yen|yuan|rupees?|roubles?|rubles?"
    r"|francs?|crowns?|kron(?:er|or|a)|cents?|pence)\b",
    re.IGNORECASE,
)
_SIGNS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee"}
_DATED_BEFORE = re.compile(rf"\b(?:{_MONTHS}\.?|age|aged|no\.|number|chapter|page|route|flight)\s$", re.IGNORECASE)
_DATED_AFTER = re.compile(rf"\s(?:of\s)?{_MONTHS}|\s?(?:[ap]\.?m\b|o['’]clock|years?[- ]old)", re.IGNORECASE)
_OVER = re.compile(r"\b(?:(?:more|greater|higher) than|over|exceed(?:s|ed|ing)?|upwards of)\s$", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|close to|an estimated|under|less than|fewer than)\s$",
    re.IGNORECASE,
)
_OVERSHOOT, _ABOUT_SHARE = 1.25, 0.1  # how far the exact figure is from "more than 50", "about 50", at most


@dataclass(frozen=True, slots=True)
class Number:
    """Characters `start` to `end` of a text. `kind`: `money`, `percent` or `plain`; `currency` where it is said.

    `rounded`: written to a few digits ("4.5 million"). `hedge`: `over`, `about` or nothing; "at least" is how exact
    tolls are told, and is no hedge.
    """

    start: int
    end: int
    value: float
    kind: str
    currency: str = ""
    rounded: bool = False
    hedge: str = ""

    def agrees(self, other: Number) -> bool:
        """Whether both may be the same figure, said more and less exactly."""
        if self.kind != other.kind or (self.currency and other.currency and self.currency != other.currency):
            return False
        return self.value == other.value or _covers(self, other) or _covers(other, self)


def numbers(text: str) -> list[Number]:
    """The numbers of `text` that can be counts, in order."""
    found = []
    for match in _NUMBER.finditer(text):
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
        if _DATED_BEFORE.search(before) or _DATED_AFTER.match(after):
            continue
        digits = match["digits"]
        if digits and digits.isdigit() and len(digits) == 4 and 1800 <= int(digits) <= 2100 and not match["sign"]:
            continue  # a year; counts of that size are written with a comma
        found.append(_number(match, before, after))
    return found


def at(found: Sequence[Number], start: int, end: int) -> Number | None:
    """The first of `found` that lies within, or reaches into, characters `start` to `end`."""
    return next((number for number in found if number.start < end and start < number.end), None)


def _number(match: re.Match[str], before: str, after: str) -> Number:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
    else:
        value = float(sum(SPOKEN[part] for part in match["words"].lower().split("-")))
    scale = _SCALES.get((match["scale"] or "").lower()) or _SHORT.get((match["short"] or "").lower()) or 1.0
    named = _CURRENCY.match(after)
    currency = _SIGNS[match["sign"].strip()[-1]] if match["sign"] else named[1].lower().rstrip("s") if named else ""
    kind = "percent" if match["percent"] else "money" if currency else "plain"
    hedge = "over" if _OVER.search(before) else "about" if _ABOUT.search(before) else ""
    return Number(match.start(), match.end(), value * scale, kind, currency, scale >= 1e3, hedge)


def _covers(loose: Number, exact: Number) -> bool:
    """Whether `loose` is a looser way to say `exact`."""
    if loose.hedge == "over":
        return loose.value <= exact.value <= _OVERSHOOT * loose.value
    if loose.hedge == "about":
        return abs(loose.value - exact.value) <= _ABOUT_SHARE * loose.value
    if not loose.rounded or exact.value <= 0:
        return False
    step = 10.0 ** (floor(log10(loose.value)) + 1 - _digits(loose.value))
    return abs(loose.value - exact.value) <= step / 2 and _digits(exact.value) > _digits(loose.value)


def _digits(value: float) -> int:
    """How many digits a value is written to: 4,500,000 has two."""
    return max(1, len(f"{value:.12g}".replace(".", "").split("e")[0].strip("0")))
