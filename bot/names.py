"""The names in a sentence, and who is said to have said something. Pure text, no list of people.

A name is a run of capitalised words; a speaker is a name beside a verb of saying. What opens a sentence is capitalised
anyhow: whether it is a name is decided by whoever compares.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.stated import days, numbers
from bot.wording import STOP_WORDS
from index.sentences import Span, sentence_spans

_WORD = re.compile(r"[^\W\d_][\w]*(?:[.'’-][^\W\d_][\w]*)*")
_TITLES = frozenset("mr mrs ms miss mx dr prof sir lord lady president minister secretary".split())
_CAPITAL = r"[^\W\d_a-z][\w’'.-]*"
_PARTICLE = r"(?:\s+(?:de|del|della|van|von|der|den|bin|bint|ibn|al|el|la|le|du|dos|da|of))"
_NAME = rf"{_CAPITAL}(?:{_PARTICLE}{{0,2}}\s+{_CAPITAL})*"
_SAYING = (
    r"(?:sa(?:id|ys|y|ying)|t(?:old|ells|elling)|add(?:ed|s)|announc(?:ed|es)|warn(?:ed|s)|claim(?:ed|s)|stat(?:ed|es)"
    r"|insist(?:ed|s)|argu(?:ed|es)|admit(?:ted|s)|declar(?:ed|es)|den(?:ied|ies)|confirm(?:ed|s)|explain(?:ed|s)"
    r"|not(?:ed|es)|wr(?:ote|ites)|demand(?:ed|s)|urg(?:ed|es)|accus(?:ed|es)|asked|asks|repl(?:ied|ies)|pledg(?:ed|es)"
    r"|promis(?:ed|es)|vow(?:ed|s)|call(?:ed|s)|describ(?:ed|es)|report(?:ed|s)|acknowledg(?:ed|es)|stress(?:ed|es)"
    r"|suggest(?:ed|s)|predict(?:ed|s)|tweet(?:ed|s)|quipped|joked|testif(?:ied|ies)|concluded|commented|remarked)"
)
_BESIDE = r"(?:,[^,“”\"]{1,80},)?\s+(?:has\s+|had\s+|also\s+|then\s+|later\s+|\w+ly\s+)?"
_ROLE = r"(?:(?!that\b)[a-z-]+\s+){0,4}"
_ENDS = r"(?=\s*(?:[,.;:”\"]|$|who\b|of\b|in\b|on\b|at\b))"
_SPEAKERS = [
    re.compile(rf"(?P<name>{_NAME}){_BESIDE}(?i:{_SAYING})\b"),
    re.compile(rf"\b(?i:said|says|added|wrote|asked|warned)\s+(?:the\s+)?{_ROLE}(?P<name>{_NAME}){_ENDS}"),
    re.compile(rf"\b(?i:according\s+to|in\s+the\s+words\s+of)\s+{_ROLE}(?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME}):\s*[“\"‘']"),
]
_QUOTED = re.compile(
    r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]|(?<!\w)‘([^‘]+?)’(?!\w)|(?<!\w)'([^']+?)'(?!\w)"
)
_LOOK_BACK = 3  # sentences before "he said" in which he is named
_APART = 3  # letters of a word in capitals that is a name wherever it stands


def bare(word: str) -> str:
    """A word as names are compared: without case, accents, dots and possessive."""
    plain = unicodedata.normalize("NFKD", re.sub(r"['’]s$|['’]$", "", word)).casefold().replace(".", "")
    return "".join(character for character in plain if not unicodedata.combining(character)).replace("’", "'")


def words_of(text: str) -> Iterator[tuple[str, int]]:
    """Every word of a text, hyphenated ones in parts too, with its offset."""
    for match in _WORD.finditer(text):
        yield match[0], match.start()
        if "-" in match[0]:
            for part in re.finditer(r"[^-]+", match[0]):
                yield part[0], match.start() + part.start()


def vocabulary(text: str) -> frozenset[str]:
    """All words of a text, as names are compared."""
    return frozenset(bare(word) for word, _ in words_of(text))


def names(text: str) -> tuple[list[str], list[str]]:
    """The words that are parts of names, and the capitalised words that open a sentence and may be."""
    opening = {_first_letter(text, start) for start, _ in sentence_spans(text)}
    opening |= {match.end() for match in re.finditer(r"[:“\"‘(]\s*", text)}
    sure, maybe = list[str](), list[str]()
    for match in _WORD.finditer(text):
        word, at = match[0], match.start()
        if not any(character.isupper() for character in word) or _ordinary(word):
            continue
        acronym = word.isupper() and len(word) >= _APART - 1
        (maybe if at in opening and not acronym and word[1:].islower() else sure).append(word)
    return sure, maybe


def capitalised_only(text: str) -> frozenset[str]:
    """The words that stand in a text within sentences, and always with a capital: its names, as they are compared."""
    sure = {bare(word) for word in names(text)[0]}
    small = {bare(word) for word, _ in words_of(text) if word[0].islower()}
    return frozenset(sure - small)


def quotations(text: str) -> list[tuple[str, int]]:
    """What a text puts in quotation marks, each with its offset."""
    return [(next(filter(None, match.groups())), match.start()) for match in _QUOTED.finditer(text)]


def speakers(text: str) -> list[str]:
    """The names of those who are said to say something, as they stand."""
    unquoted = _QUOTED.sub(lambda match: "“" + " " * (len(match[0]) - 2) + "”", text)
    found = [match["name"] for pattern in _SPEAKERS for match in pattern.finditer(unquoted)]
    return list(dict.fromkeys(name for name in found if surname(name)))


def surname(name: str) -> str:
    """The word that tells one speaker from another: the last of a name, as names are compared; "" if none."""
    parts = [bare(word) for word, _ in words_of(name) if not _ordinary(word)]
    parts = [part for part in parts if part not in _TITLES]
    return parts[-1] if parts else ""


def speaker_of(text: str, sentence: Span) -> tuple[list[str], Span | None]:
    """Whom the article names for a sentence: (surnames, the sentence that names them).

    Its own speakers where it names any; else those of the nearest sentence before it that does.
    """
    own = speakers(text[slice(*sentence)])
    if own:
        return [surname(name) for name in own], sentence
    before = [span for span in sentence_spans(text) if span[1] <= sentence[0]]
    for span in reversed(before[-_LOOK_BACK:]):
        if found := speakers(text[slice(*span)]):
            return [surname(found[-1])], span
    return [], None


def _first_letter(text: str, start: int) -> int:
    match = _WORD.search(text, start)
    return match.start() if match else start


def _ordinary(word: str) -> bool:
    """Whether a capitalised word is none of a name: "The", "I", "Tuesday", "March", "Fifty-three"."""
    lowered = word.lower().replace("’", "'")
    if lowered in STOP_WORDS or lowered in ("mr", "mrs", "ms"):
        return True
    return bool(days(f"in {word} ")) or bool(numbers(word))
