"""Publication dates: from metadata in many notations, from a dateline, from a file's or URL's name. Never the clock.

What is ambiguous (03/05/2022) or implausible (before 1700, after 2100) is unknown, and unknown is None.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

FIRST_YEAR, LAST_YEAR = 1700, 2100
_EPOCH = (datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DAY, _YEAR = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?", r"(?P<year>1[7-9]\d\d|20\d\d|2100)"
_WORDED = tuple(
    re.compile(rf"(?<![\w/.-]){pattern}(?!\w|[./-]\d)", re.IGNORECASE)
    for pattern in (
        rf"{_DAY}[\s-]+(?:of\s+)?{_MONTH},?[\s-]+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_YEAR},?\s+{_MONTH}\s+{_DAY}",
    )
)
_DAY_AND_YEAR = re.compile(
    r"(?<!\d)\d\d?(?!\d).*(?<!\d)(?:1[7-9]|20)\d\d(?!\d)"
    r"|(?<!\d)(?:1[7-9]|20)\d\d(?!\d).*(?<!\d)\d\d?(?!\d)",
    re.DOTALL,
)
_SLASHED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d)")
_NAMED = re.compile(r"(?<!\d)(1[7-9]\d\d|20\d\d)([-/_.]?)(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_TIMED = re.compile(r"\d{4}-?\d\d-?\d\d[T\s]\s*\d\d:?\d\d")
# A dateline: a place in capitals, then the date with its year, then a dash: "LONDON, May 3, 2022 (Reuters) -".
_PLACE = re.compile(r"[^\W\d_a-z][^\n\d]{1,60}?[,(\s]")
_ONLY_DATE = re.compile(
    r"(?:(?:first\s+)?(?:published|posted|date[d]?|issued)(?:\s+(?:on|at))?\s*:?\s*)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"[\s,|·at-]*(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4}T?)?)?\s*\Z", re.IGNORECASE
)


def from_iso(text: str) -> date | datetime:
    """A publication date as `isoformat` wrote it: with its time only where it had one. Raises ValueError."""
    return (date if len(text) == 10 else datetime).fromisoformat(text)


def day_of(published: date | datetime | None) -> date | None:
    """The publication day, without the time."""
    return published.date() if isinstance(published, datetime) else published


def parse_date(value: object) -> date | datetime | None:
    """A publication date from a metadata value: a date, ISO 8601, RFC 2822, worded, or a plausible epoch. Else None."""
    try:
        found = _parse(value)
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _parse(value: object) -> date | datetime | None:
    if isinstance(value, date):  # datetime too; YAML makes both
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not 6 <= len(text) <= 100 or not any("0" <= char <= "9" for char in text):
        return None
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return _from_number(float(text) if "." in text else int(text))
    if len(text) == 10 and text[4] == text[7] == "-":
        return date.fromisoformat(text)
    if _TIMED.match(text):
        return _timestamp(text)
    for read in (_rfc2822, _worded, _numeric, _other_language):
        if (found := read(text)) is not None:
            return found
    return None


def _from_number(value: float) -> date | datetime | None:
    if isinstance(value, int) and 17000101 <= value <= 21001231:
        return datetime.strptime(str(value), "%Y%m%d").date()
    for seconds in (value, value / 1000):
        if _EPOCH[0] <= seconds <= _EPOCH[1]:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _timestamp(text: str) -> date | datetime | None:
    """ISO 8601 with the sloppiness of real feeds: a space for the T, a space or a zone's name after the time."""
    tidied = re.sub(r"\s*(?:UTC|GMT)\Z", "Z", text)
    tidied = re.sub(r"(?<=\d)\s+(?=[+-]\d\d)", "", tidied)
    try:
        return datetime.fromisoformat(tidied)
    except ValueError:
        return _numeric(text)  # the zone cannot be read: the day still can


def _rfc2822(text: str) -> datetime | None:
    if not re.search(r"\d:\d\d", text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _worded(text: str) -> date | None:
    for pattern in _WORDED:
        if match := pattern.search(text):
            return _worded_date(match)
    return None


def _worded_date(match: re.Match[str]) -> date | None:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    try:
        found = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None
    return found


def _numeric(text: str) -> date | None:
    if match := _YEAR_FIRST.match(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _SLASHED.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "." or first > 12 or first == second:  # dots are day-first wherever they are used
            return date(year, second, first)
        return date(year, first, second) if second > 12 else None
    return None


def _other_language(text: str) -> date | datetime | None:
    """ "3. Mai 2022", "3 de mayo de 2022": by dateparser, absolute dates with all three parts only."""
    if not re.search(r"[^\W\d_]{3}", text) or not _DAY_AND_YEAR.search(text):
        return None
    import dateparser  # 0.3 s to import; rarely needed

    settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True}
    found: datetime | None = dateparser.parse(text, settings=settings)
    return found


def date_in_name(name: str) -> date | None:
    """A date written in a file's or URL's name: /2022/05/03/, 2022-05-03, /2022/may/03/, 20220503. Else None."""
    for match in _NAMED.finditer(name.lower()):
        year, month, day = match[1], match[3], match[4]
        if match[2] == "" and len(match[0]) != 8:
            continue
        try:
            return date(int(year), _MONTHS.index(month) + 1 if month.isalpha() else int(month), int(day))
        except ValueError:
            continue
    return None


def dateline_date(text: str) -> date | None:
    """The date in a text's opening: "LONDON, May 3, 2022 (Reuters) -", or a line that holds nothing but a date."""
    lines = [line.strip() for line in text[:2000].split("\n") if line.strip()][:5]
    for number, line in enumerate(lines):
        for pattern in _WORDED:
            match = pattern.search(line[:160])
            if match is None:
                continue
            before, after = line[: match.start()], line[match.end() : 160]
            alone = _ONLY_DATE.fullmatch(before) and _TIME.fullmatch(after)
            if alone or (number < 3 and _is_dateline(before, after)):
                return _worded_date(match)
    return None


def _is_dateline(before: str, after: str) -> bool:
    place = before.strip(" ,(")
    capital = sum(char.isupper() for char in place) > sum(char.islower() for char in place)
    return bool(place) and capital and re.match(r"\)?\s*(?:[(/][^()/\n]{1,30}[)/])?\s*[-–—:]", after) is not None
