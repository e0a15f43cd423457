"""What a question means beyond its words: the outlet it names and the days it speaks of. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from bot.answers import Question
from bot.when import Window, find_window
from bot.wording import Wanted, wanted

# Outlets whose domain does not spell their name.
_ALSO_KNOWN = {
    "nytimes": "newyorktimes",
    "nyt": "newyorktimes",
    "wsj": "wallstreetjournal",
    "ft": "financialtimes",
    "apnews": "associatedpress",
    "ap": "associatedpress",
    "latimes": "losangelestimes",
    "dw": "deutschewelle",
    "afp": "agencefrancepresse",
    "scmp": "southchinamorningpost",
    "smh": "sydneymorningherald",
}
_NAME = r"[“\"]?(?:[Tt]he\s)?(?P<name>[\w&.'’:/-]+(?:\s[\w&.'’-]+){0,6})[”\"]?"
_LONGEST_NAME = 4  # words
_SAYS = r"(?:say|says|said|report|reports|reported|write|writes|wrote|publish|published|claim|claimed|cover|covered)"
_MENTIONS = [
    re.compile(rf"\b(?:[Dd]id|[Dd]oes|[Dd]o|[Hh]as|[Hh]ave)\s{_NAME}\s{_SAYS}\b"),
    re.compile(rf"\b[Aa]ccording\sto\s{_NAME}"),
    re.compile(rf"\b(?:[Ii]n|[Oo]n|[Ff]rom|[Bb]y)\s(?={_NAME})"),  # looks ahead: "from London by Reuters"
    re.compile(rf"(?:^|[,;]\s){_NAME}(?:['’]s)?\s(?:{_SAYS}|article|story|coverage)\b"),
]
_SUFFIX = re.compile(r"\.(?:go\.com|(?:co|com|net|org)\.[a-z]{2}|com|org|net|news|[a-z]{2})$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the retriever and the reader are asked for.

    `text` is the question as searched, made standalone where it leaned on a conversation, `window` the publication days
    it speaks of, `outlets` the outlets it names, spelled as the index spells them.
    """

    text: str
    window: Window | None
    outlets: tuple[str, ...]
    wanted: Wanted


def understand(question: Question, outlets: Iterable[str]) -> Meaning:
    """Read outlets and days out of `question`; `outlets` are the names that the index knows."""
    text = " ".join((question.standalone or question.text).split())
    return Meaning(text, find_window(text, question.asked_on), named_outlets(text, outlets), wanted(text))


def named_outlets(text: str, outlets: Iterable[str]) -> tuple[str, ...]:
    """Those of `outlets` that `text` names as a source: "what did the BBC say", "according to CNN", "in Le Monde".

    A name must be capitalised, so that "the week" and "the times" stay words; a domain need not be.
    """
    known: dict[str, list[str]] = {}
    for outlet in outlets:
        known.setdefault(_key(outlet), []).append(outlet)
    known.pop("", None)
    found: dict[str, None] = {}
    for pattern in _MENTIONS:
        for match in pattern.finditer(text):
            for key in _keys(match["name"].split(), known):
                found.update(dict.fromkeys(known[key]))
    return tuple(found)


def _keys(words: list[str], known: Container[str]) -> Iterator[str]:
    """Keys of the outlets that `words` begin with, joined by "and" or "or"; the longest name counts."""
    while words:
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            key = _key(" ".join(words[:size]))
            if key in known and _is_name(words[:size]):
                yield key
                break
        else:
            return
        if words[size : size + 1] not in (["and"], ["or"]):
            return
        words = words[size + 1 :]


def _is_name(words: list[str]) -> bool:
    if len(words) == 1 and _domain(words[0]):
        return True
    initials = [word[0] for word in (word.lstrip("'’") for word in words) if word[:1].isalpha()]
    return bool(initials) and initials[-1].isupper()


def _key(name: str) -> str:
    """One spelling for "www.theweek.co.uk", "The Week" and "the week"."""
    letters = re.sub(r"['’]s\b|[^\w]", "", _domain(name) or name.lower())
    letters = re.sub(r"^the(?=\w{3,})|(?<=\w\w)news$", "", letters)
    return _ALSO_KNOWN.get(letters, letters)


def _domain(name: str) -> str:
    """The part of a host's name that says whose it is ("bbc" of "https://www.bbc.co.uk/news"); else nothing."""
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.strip().lower()).split("/", 1)[0].rstrip(".:'’")
    bare, suffixes = _SUFFIX.subn("", host)
    return bare.rsplit(".", 1)[-1] if suffixes and " " not in host else ""
