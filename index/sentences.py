"""Sentence spans in news text, by rules that know abbreviations, initials, quotes and decimals.

Spans are exact: a sentence is `text[start:end]`, without white space at either end, and every other character of
the text that is not white space lies in exactly one sentence. Rules rather than a library: the maintained segmenters
either rewrite the text (spans are lost) or take longer than the encoder for a hundred million characters.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

# Never end a sentence, whatever follows: titles and the like stand before a name.
_BEFORE_NAME = frozenset(
    "mr mrs ms mx dr prof rev hon gov sen rep pres gen col lt maj sgt capt cmdr adm supt insp det st ste mt ft messrs "
    "fr sr vs v no nos vol fig figs pp ed eds trans approx est al cf e.g i.e viz sec secy atty dist min pvt cpl "
    "ald amb asst assn dep def".split()
)
# May end a sentence: only when what follows cannot go on with it.
_MAY_END = frozenset(
    "inc ltd corp co cos plc llc bros jr sr dept univ etc esq ph.d m.d b.a m.a d.c a.m p.m u.s u.k u.n e.u u.s.a l.a "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun "
    "calif fla tex mass mich minn conn ariz colo wash ore okla tenn ark ill ind wis kan neb nev del md va ky la miss "
    "mo mont pa vt wyo n.y n.j n.c s.c n.d s.d n.h n.m w.va r.i ave blvd rd hwy sq ft in lb lbs oz mph km kg".split()
)
# Words that begin a sentence, and hardly ever a name after an abbreviation that may end one.
_STARTERS = frozenset(
    "the a an this that these those he she it we they i you his her its their our my there here but and or so yet in "
    "on at by for from with after before when while as if although though because since however meanwhile also now "
    "then what who why how where which no not to of some many most one two three both all each every another other "
    "more last next first still even only just such once during under over between among despite according".split()
)

_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*")
_GAP = re.compile(r"\s+")
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]—–/]+$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?$")
_OPENERS = "\"'“‘«([¿¡-–—•►*"
_WRAP_MIN, _WRAP_MAX = 45, 100  # a line of this length that ends in mid-sentence was wrapped by a mailer


def sentence_spans(text: str) -> list[Span]:
    """Spans of the sentences of `text`, in order; empty for text without a visible character."""
    spans: list[Span] = []
    for start, end in _blocks(text):
        begin = start
        for match in _END.finditer(text, start, end):
            stop = match.end()
            if stop < end and _ends_sentence(text, match, end):
                _add(spans, text, begin, stop)
                begin = stop
        _add(spans, text, begin, end)
    return spans


def _blocks(text: str) -> list[Span]:
    """Paragraphs: cut at blank lines, and at single line ends that are not a mailer's wrapping."""
    blocks: list[Span] = []
    begin = 0
    position = text.find("\n")
    while position != -1:
        if not _is_wrapped(text, begin, position):
            blocks.append((begin, position))
            begin = position + 1
        position = text.find("\n", position + 1)
    blocks.append((begin, len(text)))
    return blocks


def _is_wrapped(text: str, begin: int, newline: int) -> bool:
    following = text[newline + 1 : newline + 2]
    if not following or following.isspace():
        return False
    line_start = max(begin, text.rfind("\n", 0, newline) + 1)
    line = text[line_start:newline].rstrip()
    if not _WRAP_MIN <= len(line) <= _WRAP_MAX or following in "•►*-–—#>|":
        return False
    return following.islower() or line[-1:] not in '.!?…:”"。'


def _ends_sentence(text: str, match: re.Match[str], end: int) -> bool:
    stop = match.end()
    mark = match.group()
    if mark[0] in "。！？":
        return True
    gap = _GAP.match(text, stop, end)
    if gap is None:
        return False
    after = text[gap.end() : gap.end() + 40].lstrip(_OPENERS + " ")
    if not after:
        return True
    if after[0].islower():
        # "Really?" he asked; "..." and so on: the sentence goes on in lower case.
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    word_match = _WORD_BEFORE.search(text, max(0, match.start() - 30), match.start())
    word = word_match.group() if word_match else ""
    lowered = word.lower()
    first = re.split(r"[^\w]", after, maxsplit=1)[0].lower()
    if len(mark) > 1 and mark.strip(".") and lowered not in _BEFORE_NAME:
        return True  # a closing quote or bracket after the stop
    if lowered in _BEFORE_NAME:
        # "No. 5" goes on, "He said no. Then" does not.
        return lowered in {"no", "min", "sec", "ed", "est"} and word.islower() and not after[0].isdigit()
    if lowered in _MAY_END or (_INITIALS.fullmatch(word) and "." in word):
        return first in _STARTERS
    # An initial ("George W. Bush"), unless it ends a phrase ("vitamin C. The …", "plan B. It …").
    if len(word) == 1 and word.isupper() and word != "I":
        return first in _STARTERS
    return True


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
