"""What a question means beyond its words: outlet, author and days that it names, and as of when it is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.answers import NOTHING, Question, Understood
from bot.as_of import as_of
from bot.people import authors_named
from bot.when import Window, find_time
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
_TELLING = [  # the outlet as the one who tells: what others say is not asked for
    re.compile(rf"\b(?:[Dd]id|[Dd]oes|[Dd]o|[Hh]as|[Hh]ave)\s{_NAME}\s{_SAYS}\b"),
    re.compile(rf"\b[Aa]ccording\sto\s{_NAME}"),
    re.compile(rf"\b(?:{_SAYS}|articles?|stor(?:y|ies)|news|coverage)\s(?:in|on|from|by)\s(?={_NAME})"),
    re.compile(rf"(?:^|[,;]\s){_NAME}(?:['’]s)?\s(?:{_SAYS}|article|story|coverage)\b"),
]
# "in Nature", "on Time", "by Metro police": perhaps an outlet. Looks ahead: "from London by Reuters".
_PERHAPS = [re.compile(rf"\b(?:[Ii]n|[Oo]n|[Ff]rom|[Bb]y)\s(?={_NAME})")]
_ACCORDING = re.compile(r",?\s*\b[Aa]ccording\sto\s[^,?!]+,?")
_NEWEST = re.compile(
    r"\b(?:the|[’']s|any)\s(?:very\s)?(?:latest|newest|most\srecent)\b|^(?:latest|newest|most\srecent)\b", re.IGNORECASE
)
_SUFFIX = re.compile(r"\.(?:go\.com|(?:co|com|net|org)\.[a-z]{2}|com|org|net|news|[a-z]{2})$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the retriever and the reader are asked for.

    `text` is the question as searched: standalone, and without the words that say as of when it is asked. `window`
    are the publication days it speaks of, `outlets` the outlets it names, spelled as the index spells them.
    `understood` is what is told of all that.
    """

    text: str
    window: Window | None
    outlets: tuple[str, ...]
    wanted: Wanted
    understood: Understood = NOTHING


def understand(
    question: Question,
    outlets: Iterable[str],
    authors: Iterable[str] = (),
    oldest: date | None = None,
    *,
    whole: bool = False,
) -> Meaning:
    """Read outlets, authors and days out of `question`; `outlets` and `authors` are the names that the index knows.

    Days before `oldest`, the first that the index has news of, describe what happened and give no window. `whole`: all
    but the day of asking is passed over.
    """
    text, day = as_of(" ".join(question.searched.split()), question.asked_on)
    if whole or not any(map(str.isalnum, text)):
        text = _without_source(text, outlets) or question.searched
        return Meaning(text, None, (), wanted(text), Understood(as_of=day))
    time = find_time(text, day or question.asked_on)
    if time is not None and oldest is not None and time.reported[1] < oldest:
        time = None
    telling, perhaps = _sources(text, outlets)
    seen = Understood(telling or perhaps, bool(telling), authors_named(text, authors), as_of=day)
    seen = replace(seen, window=time.days if time else None, newest=time is None and bool(_NEWEST.search(text)))
    return Meaning(text, time.reported if time else None, seen.outlets, wanted(text), seen)


def named_outlets(text: str, outlets: Iterable[str]) -> tuple[str, ...]:
    """Those of `outlets` that `text` names as a source: "what did the BBC say", "according to CNN", "in Le Monde".

    A name must be capitalised, so that "the week" and "the times" stay words; a domain need not be.
    """
    telling, perhaps = _sources(text, outlets)
    return tuple(dict.fromkeys(telling + perhaps))


def _sources(text: str, outlets: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(those that are named as who tells, those that may be)."""
    known: dict[str, list[str]] = {}
    for outlet in outlets:
        known.setdefault(outlet_key(outlet), []).append(outlet)
    known.pop("", None)
    told, perhaps = dict[str, None](), dict[str, None]()
    for found, patterns in ((told, _TELLING), (perhaps, _PERHAPS)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                for key, sure in _keys(match["name"].split(), known):
                    (found if sure else perhaps).update(dict.fromkeys(known[key]))
    return tuple(told), tuple(perhaps)


def _without_source(text: str, outlets: Iterable[str]) -> str:
    """`text` less "according to X", where X is one of `outlets`: read as part of the question, it keeps others out."""
    for match in _ACCORDING.finditer(text):
        if _sources(match.group().strip(" ,"), outlets)[0]:
            rest = " ".join((text[: match.start()] + " " + text[match.end() :]).split()).strip(" ,")
            return re.sub(r"\s+(?=[?!.,])", "", rest) if any(map(str.isalnum, rest)) else text
    return text


def _keys(words: list[str], known: Container[str]) -> Iterator[tuple[str, bool]]:
    """Keys of the outlets that `words` begin with, joined by "and" or "or"; the longest name counts.

    Each with whether the name surely ends there: "Metro Manila" may be no outlet called Metro.
    """
    while words:
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            key = outlet_key(" ".join(words[:size]))
            if key in known and _is_name(words[:size]):
                goes_on = words[size : size + 1]
                yield key, not (goes_on and goes_on[0][:1].isupper() and words[size - 1][-1:].isalnum())
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


def outlet_key(name: str) -> str:
    """One spelling for "www.theweek.co.uk", "The Week" and "the week"."""
    letters = re.sub(r"['’]s\b|[^\w]", "", _domain(name) or name.lower())
    letters = re.sub(r"^the(?=\w{3,})|(?<=\w\w)news$", "", letters)
    return _ALSO_KNOWN.get(letters, letters)


def _domain(name: str) -> str:
    """The part of a host's name that says whose it is ("bbc" of "https://www.bbc.co.uk/news"); else nothing."""
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.strip().lower()).split("/", 1)[0].rstrip(".:'’")
    bare, suffixes = _SUFFIX.subn("", host)
    return bare.rsplit(".", 1)[-1] if suffixes and " " not in host else ""
