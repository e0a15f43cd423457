"""What a question means beyond its words: the outlet it names and the days it speaks of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.answers import Question
from bot.when import Window, find_window
from bot.wording import Wanted, wanted

# Outlets whose domain does not spell their name.
_ALSO_KNOWN = {
    "nytimes": "newyorktimes",
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
_NAME = r"(?:[Tt]he\s)?(?P<name>[\w&.'’-]+(?:\s[\w&.'’-]+){0,3})"
_SAYS = r"(?:say|says|said|report|reports|reported|write|writes|wrote|publish|published|claim|claimed|cover|covered)"
_MENTIONS = [
    re.compile(rf"\b(?:did|does|do|has|have)\s{_NAME}\s{_SAYS}\b"),
    re.compile(rf"\b[Aa]ccording\sto\s{_NAME}"),
    re.compile(rf"\b(?:[Ii]n|[Oo]n|[Ff]rom|[Bb]y)\s{_NAME}"),
    re.compile(rf"(?:^|[,;]\s){_NAME}(?:['’]s)?\s(?:{_SAYS}|article|story|coverage)\b"),
]
_SUFFIX = re.compile(r"\.(?:com|co\.\w\w|com\.\w\w|org|net|news|\w\w)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the retriever and the reader are asked for.

    `text` is the question as searched (made standalone, once conversations are kept), `window` the publication days
    it speaks of, `outlets` the outlets it names, spelled as the index spells them.
    """

    text: str
    window: Window | None
    outlets: tuple[str, ...]
    wanted: Wanted


def understand(question: Question, outlets: Iterable[str]) -> Meaning:
    """Read outlets and days out of `question`; `outlets` are the names that the index knows."""
    text = " ".join(question.text.split())
    return Meaning(text, find_window(text, question.asked_on), named_outlets(text, outlets), wanted(text))


def named_outlets(text: str, outlets: Iterable[str]) -> tuple[str, ...]:
    """Those of `outlets` that `text` names as a source: "what did the BBC say", "according to CNN", "in Le Monde".

    A name must be capitalised, so that "the week" and "the times" stay words.
    """
    known: dict[str, list[str]] = {}
    for outlet in outlets:
        known.setdefault(_key(outlet), []).append(outlet)
    known.pop("", None)
    found: dict[str, None] = {}
    for pattern in _MENTIONS:
        for match in pattern.finditer(text):
            words = match["name"].split()
            for size in range(len(words), 0, -1):
                name = " ".join(words[:size])
                if words[size - 1][:1].isupper() and (key := _key(name)) in known:
                    found.update(dict.fromkeys(known[key]))
                    break
    return tuple(found)


def _key(name: str) -> str:
    """One spelling for "www.theweek.co.uk", "The Week" and "the week"."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.strip().lower())
    is_domain = _SUFFIX.search(bare) is not None and " " not in bare
    if is_domain:
        bare = _SUFFIX.sub("", bare).rsplit(".", 1)[-1]
    letters = re.sub(r"[^\w]|['’]s\b", "", bare)
    letters = re.sub(r"^the(?=\w{3,})|(?<=\w\w)news$", "", letters)
    return _ALSO_KNOWN.get(letters, letters)
