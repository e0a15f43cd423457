"""The part of a sentence that says what a number counts: "On Sunday, 80 people were reportedly killed". Pure.

A clause is one span of the sentence, so that it is said word for word: the piece between commas that holds the number,
from the last conjunction before it where that piece is long, with a day that stands before or after it, and with the
sub-counts that follow ("53 people, 35 of them civilians").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.numbers import Number, numbers

Span = tuple[int, int]

_BREAK = re.compile(r",(?!\d)\s+|;\s+|:\s+|\s+[–—-]{1,2}\s+|\s*[()]\s*")
_CONJUNCTION = re.compile(
    r"\b(?:as|after|while|when|that|and|but|where|which|who|because|before|until|though|although)\s", re.IGNORECASE
)
_WHEN = re.compile(
    r"(?:(?:[Oo]n|[Ii]n|[Bb]y|[Ss]ince|[Aa]t|[Aa]s of|[Uu]ntil|[Dd]uring|[Ff]or|[Ee]arlier|[Ll]ast|[Tt]his|[Ll]ate|"
    r"[Ee]arly)\s(?:[\w’'-]+\s){0,4})?"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)(?:\s\d{1,2})?|[Yy]esterday|[Tt]oday|[Tt]onight|week|month|year|night|morning"
    r"|(?:19|20)\d\d)(?:\s(?:morning|afternoon|evening|night|alone))?\s*"
)
_PART = re.compile(
    r"(?:and\s)?(?:including|among\s(?:them|whom)|(?:at least|about|some|nearly|almost|most|half|many)?\s?"
    r"\S+(?:\s\S+){0,2}?\sof\s(?:them|whom|those|which)\b|all of (?:them|whom))",
    re.IGNORECASE,
)
_LONG = 12  # words before the number: a longer piece is cut at a conjunction
_PARTS = 2  # sub-counts taken along


def clause(sentence: str, number: Number, told: Callable[[str], bool] = lambda _: True) -> Span:
    """The (start, end) of what `number` counts in `sentence`; it holds the number.

    `told` says of a text whether it tells enough for the clause to be cut there.
    """
    pieces = _pieces(sentence)
    here = next(n for n, (start, end) in enumerate(pieces) if start <= number.start < end)
    start, end = pieces[here][0], max(pieces[here][1], number.end)
    if len(sentence[start : number.start].split()) > _LONG:
        cuts = [match.end() for match in _CONJUNCTION.finditer(sentence, start, number.start)]
        start = next((cut for cut in reversed(cuts) if told(sentence[cut:end])), start)
    if start == pieces[here][0] and here > 0 and _WHEN.fullmatch(sentence[slice(*pieces[here - 1])]):
        start = pieces[here - 1][0]
    for piece in pieces[here + 1 : here + 1 + _PARTS]:
        text = sentence[slice(*piece)]
        if not (_WHEN.fullmatch(text) or (_PART.match(text) and numbers(text))):
            break
        end = piece[1]
    return start, end


def _pieces(sentence: str) -> list[Span]:
    """The sentence's pieces between commas and the like, its closing stop left out."""
    last = len(sentence.rstrip().rstrip(".!?…\"'”’"))
    pieces, begin = list[Span](), 0
    for match in _BREAK.finditer(sentence, 0, last):
        if match.start() > begin:
            pieces.append((begin, match.start()))
        begin = match.end()
    if begin < last or not pieces:
        pieces.append((begin, max(last, begin + 1)))
    return pieces
