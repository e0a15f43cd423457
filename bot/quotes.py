"""Where words that somebody says they copied stand in a text: found although typed differently, at exact offsets. Pure.

White space, quote marks, dashes, brackets and width are folded, and characters that show nothing are left out; case and
every letter count. Knows nothing of claims.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.sentences import Span, sentence_spans

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇"
_ALIKE = str.maketrans(
    dict.fromkeys(_QUOTES, "'")
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | dict.fromkeys("[{【〔", "(")
    | dict.fromkeys("]}】〕", ")")
    | dict.fromkeys("<", "'")  # prompts show ‹ for it
    | dict.fromkeys(">", "'")
)
_EDGES = " .,;:!?…'-"
_LEAST_WORDS = 3  # of a quote that has neither a name nor a number in it
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared; `places[n]` is the offset in the text that character n comes from."""

    text: str
    places: tuple[int, ...]


def fold(text: str) -> Folded:
    """The text as it is compared with others."""
    made: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Cc") and not character.isspace():
            continue  # shows nothing
        for one in unicodedata.normalize("NFKD", character.translate(_ALIKE)).translate(_ALIKE):
            same = " " if one.isspace() else one
            if same in " -" and made and made[-1] == same:
                continue
            made.append(same)
            places.append(at)
    return Folded("".join(made), tuple(places))


def find(words: str, text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Every place of `words` within `text[start:end]`, as offsets into `text`; empty when they do not stand there.

    Quote marks and a full stop that the words were given at their edges need not stand there.
    """
    whole = fold(text[start:end])
    wanted = fold(words).text.strip()
    for variant in dict.fromkeys((wanted, wanted.strip("' "), wanted.strip(_EDGES))):
        if found := [(start + a, start + b) for a, b in _places(variant, whole)]:
            return found
    return []


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in `text`, as `find` looks for them."""
    return bool(find(words, text))


def sentence_around(text: str, span: Span) -> Span:
    """The whole sentences that the span lies in."""
    start, end = span
    touched = [one for one in sentence_spans(text) if one[0] < end and start < one[1]]
    return (min(start, touched[0][0]), max(end, touched[-1][1])) if touched else span


def trivial(words: str) -> bool:
    """Whether words are too few to back anything: one or two of them, without a name or a number."""
    found = _WORD.findall(words)
    telling = any(word[0].isdigit() or word[0].isupper() for word in found)
    return not found or (len(found) < _LEAST_WORDS and not telling)


def _places(wanted: str, whole: Folded) -> list[Span]:
    found: list[Span] = []
    at = whole.text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if not _within_word(whole.text, at) and not _within_word(whole.text, end):
            found.append((whole.places[at], _end(whole, end)))
        at = whole.text.find(wanted, at + 1)
    return found


def _end(whole: Folded, end: int) -> int:
    """The offset behind the character of the text that folded character `end - 1` comes from, accents included."""
    return (
        whole.places[end]
        if end < len(whole.places) and whole.text[end - 1] != " " and (unicodedata.combining(whole.text[end - 1]))
        else whole.places[end - 1] + 1
    )


def _within_word(text: str, at: int) -> bool:
    """Whether the cut at `at` goes through a word or a number: "400" does not stand in "5,400"."""
    before, after = text[max(0, at - 2) : at], text[at : at + 2]
    if not before or not after:
        return False
    one, other = before[-1], after[0]
    if (one.isalnum() or unicodedata.combining(one)) and (other.isalnum() or unicodedata.combining(other)):
        return True
    into = one in ".," and len(before) == 2 and before[0].isdigit() and other.isdigit()
    out_of = other in ".," and len(after) == 2 and after[1].isdigit() and one.isdigit()
    return into or out_of
