"""People in a question: the author whose articles it asks for, and who it is about. Code only, and careful. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.wording import MONTHS, WEEKDAYS

_NAME = r"(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){1,5})"
_WROTE = r"(?:write|writes|wrote|written|report|reports|reported|publish|published|cover|covered)"
_PIECES = r"(?:articles?|stor(?:y|ies)|pieces?|reports?|reporting|columns?|coverage|analys[ei]s|written|reported)"
_BYLINES = (
    re.compile(rf"\b(?:[Dd]id|[Dd]oes|[Hh]as|[Hh]ave)\s{_NAME}\s{_WROTE}\b"),
    re.compile(rf"\b{_PIECES}\sby\s{_NAME}", re.IGNORECASE),
)
_LEAST = 2  # words of an author's name: "Smith" may be anybody
_CAPITALISED = re.compile(
    r"[A-Z][\w’'-]*[a-zà-ÿ](?:\s(?:[A-Z]\.\s)?(?:(?:al|el)-|(?:al|bin|de|der|van|von|du|la)\s)?[A-Z][\w’'-]*)*"
)
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sen|Rep|Gov|Gen|Col|Sgt)\.?|Sir|Dame|Lord|Lady|President|Premier|Chancellor|Minister"
    r"|Senator|Governor|Congressman|Congresswoman|Mayor|Judge|Justice|Pope|King|Queen|Prince|Princess|Professor|General"
    r"|Captain|Colonel|Sheriff|Coach|Actor|Actress|Singer|Author|actor|actress|singer|author|spokesman|spokeswoman|coach"
)
_NO_NAMES = frozenset(
    "what who whom whose which when where why how is are was were did does do has have had can could will would in on "
    "at of the a an and or but".split()
).union(MONTHS, WEEKDAYS)


def authors_named(text: str, authors: Iterable[str]) -> tuple[str, ...]:
    """Those of `authors` whose articles `text` asks for: "what did Jane Doe write", "articles by Jane Doe".

    Only by the whole name, as the index has it. Case does not count.
    """
    named = [_key(match["name"]) for pattern in _BYLINES for match in pattern.finditer(text)]
    if not named:
        return ()
    keys = {author: _key(author) for author in authors}
    return tuple(
        author
        for author, key in keys.items()
        if len(key) >= _LEAST and any(words[: len(key)] == key for words in named)
    )


def persons_named(text: str, passages: Sequence[str]) -> tuple[str, ...]:
    """The people that `text` names, as it writes them: capitalised names that some of `passages` give to a person.

    Told by a title before the name ("Mr Lavrov", "President Bashar al-Assad") or an age behind it ("Ann Lee, 43,").
    """
    found: dict[str, None] = {}
    for match in _CAPITALISED.finditer(text):
        words = match.group().split()
        while words and _bare(words[0]) in _NO_NAMES:
            words = words[1:]
        while words and re.fullmatch(_TITLES, words[0]):
            words = words[1:]
        name = re.sub(r"['’]s$", "", " ".join(words))
        if len(name) > 2 and name not in found and _is_person(name, passages):
            found[name] = None
    return tuple(found)


def _is_person(name: str, passages: Sequence[str]) -> bool:
    last = re.escape(name.split()[-1])
    first = r"(?:[A-Z][\w.’'-]*\s){0,2}" if " " not in name else ""
    pattern = re.compile(
        rf"\b(?:{_TITLES})\s{first}(?:{re.escape(name)}|{last})\b(?!\s[A-Z])|\b{re.escape(name)},\s\d\d,"
    )
    return any(name.split()[-1] in passage and pattern.search(passage) for passage in passages)


def _bare(word: str) -> str:
    return re.sub(r"['’].*", "", word.lower())


def _key(name: str) -> tuple[str, ...]:
    """The words of a name without case, marks, and "by" before it."""
    words = re.sub(r"['’]s\b|[^\w\s-]", "", name.casefold()).split()
    return tuple(words[1:] if words[:1] == ["by"] else words)
