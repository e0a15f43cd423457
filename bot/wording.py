"""What a question's words say: which are content, which are names, and what kind of answer is wanted. Pure text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.stemming import snowball

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*(?:['’]s)?")
STOP_WORDS = frozenset(
    "a an the and or but if then so as at by for from in into of off on onto out over to up with without about after "
    "against among before between during through under until upon within than that this these those there here it "
    "its it's he him his she her hers they them their theirs we us our you your i me my is are was were be been being "
    "am do does did done doing has have had having will would shall should can could may might must not no nor only "
    "very too also just any some such own same other each both all what which who whom whose when where why how "
    "many much s t re ll ve d m whether while because according say says said tell told".split()
)


class Wanted(StrEnum):
    """The kind of answer that a question asks for."""

    PERSON = "person"
    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_WANTED = (
    (Wanted.NUMBER, r"\bhow (?:many|much|old|long|far|high|tall|big|large|fast|often)\b"),
    (Wanted.NUMBER, r"\b(?:what|which) (?:\w+ )?(?:number|percentage|percent|share|proportion|amount|price|age)\b"),
    (Wanted.TIME, r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|time|decade)\b|\bhow (?:soon|recently)\b"),
    (Wanted.PLACE, r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:country|city|state|town|place|continent|nation|region)\b"),
    (Wanted.PERSON, r"\bwho(?:m|se)?\b"),
    (Wanted.REASON, r"\bwhy\b|\bwhat (?:\w+ )?(?:reason|cause|caused|prompted|led)\b|\bhow come\b"),
)
_WANTED_PATTERNS = [(wanted, re.compile(pattern, re.IGNORECASE)) for wanted, pattern in _WANTED]

MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
_CALENDAR = "|".join(MONTHS + WEEKDAYS)
_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?"
    r"|half|third|quarter|twice|double|triple"
)
_EVIDENCE = {
    Wanted.NUMBER: re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE),
    Wanted.TIME: re.compile(
        rf"\b(?:{_CALENDAR}|yesterday|today|tomorrow|tonight|noon|midnight|morning|evening|week|month|year|decade"
        rf"|century|spring|summer|autumn|winter)s?\b|\b(?:1[6-9]|20)\d\d\b|\b\d{{1,2}}(?::\d\d)? ?[ap]\.?m\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as written, its stem, and whether it is a name or a number."""

    text: str
    stem: str
    is_name: bool


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Lower-case English stem, possessive removed."""
    lowered = re.sub(r"['’]s?$", "", word.lower()).replace("’", "'").replace(".", "")
    return snowball(lowered)


def words(text: str) -> list[Word]:
    """The content words of `text` in order; a capitalised word that does not merely open it counts as a name."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if word.lower().replace("’", "'") in STOP_WORDS:
            continue
        named = word[0].isdigit() or (word[0].isupper() and (match.start() > 0 or not word[1:].islower()))
        found.append(Word(word, stem(word), named))
    return found


@lru_cache(maxsize=4_096)
def stems(text: str) -> frozenset[str]:
    """Stems of the content words of `text`."""
    return frozenset(word.stem for word in words(text))


def wanted(question: str) -> Wanted:
    """The kind of answer asked for, by the question word that comes first."""
    found = [(match.start(), kind) for kind, pattern in _WANTED_PATTERNS if (match := pattern.search(question))]
    return min(found, key=lambda item: item[0])[1] if found else Wanted.OTHER


def fits(answer: str, kind: Wanted) -> bool:
    """Whether the words of `answer` can be of the wanted kind: a number has digits or number words, a person a name."""
    if kind in (Wanted.NUMBER, Wanted.TIME):
        return bool(_EVIDENCE[kind].search(answer))
    if kind is Wanted.PERSON:
        return any(character.isupper() for character in answer)
    return True
