"""Which claims of a language model are said: those that their quotes bear out, word by word where it matters. Pure.

The quotes are found in their passages at exact offsets; every number, name, day and quotation of the claim has to stand
in the sentences cited, and a speaker has to be the one whom the article names. What cannot be decided is not said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.agreement import counts_the_same, covered, denial_kept, known_names, no_opposite, quantities_kept
from bot.answers import Citation, Claim
from bot.drafts import Draft
from bot.names import (
    bare,
    capitalised_only,
    names,
    quotations,
    speaker_of,
    speakers,
    surname,
    vocabulary,
    words_of,
)  # fmt: skip
from bot.prompting import hidden
from bot.quotes import find, fold, sentence_around, stands, trivial
from bot.stated import days, numbers, told_by
from bot.wording import stem, stems
from index.retrieve import Found
from index.sentences import Span

# What makes a claim more than a sentence: an address, a link, a tag, code, a command.
_MARKUP = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|example|ru|cn|info|me|ly|xyz|dev|app)\b|\w@\w|(?<!\w)@\w|[<>{}`|\\]|\]\(|!\[|\*\*"
    r"|(?<!\w)/\w+|[a-z]+://|&\w+;|\[\d+\]",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b[^\W\d_]+[.-]?\d+(?:\.\d+)?\b")  # "BA.5", "F-16", "G7"
_AROUND = 1_500  # characters before a passage in which "he" may be named
_GAP = 4  # words from one word of a name to the next, at most
# Words that may open a sentence without being in the article: they name nobody.
_ANYONE = frozenset(
    "officials people residents authorities police government reports report sources witnesses experts article "
    "articles passage newspaper company".split()
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words found: the passage, the words' exact span in its article, and the sentences cited for them."""

    found: Found
    words: Span
    sentence: Span

    @property
    def said(self) -> str:
        return self.found.article.text[slice(*self.words)]

    @property
    def text(self) -> str:
        return self.found.article.text[slice(*self.sentence)]


def backed(draft: Draft, passages: Sequence[Found], question: str) -> tuple[Claim | None, str]:
    """The claim that a draft makes, or None, and what speaks against it. `passages[n - 1]` is number n."""
    quoted = [
        one for number, words in draft.quotes if (one := _quoted(number, words, passages, draft.text)) is not None
    ]
    if not quoted:
        return None, "no quote stands in its passage"
    named, fault = _speakers_fault(draft.text, quoted)
    quoted += [
        one
        for one in named
        if all((one.found.article.id, one.sentence) != (q.found.article.id, q.sentence) for q in quoted)
    ]
    fault = fault or _fault(draft.text, quoted, passages, question)
    if fault:
        return None, fault
    cited = list(dict.fromkeys(Citation(one.found.article, *one.sentence) for one in quoted))
    return Claim(draft.text, tuple(cited), quoted[0].said, 0.0), ""


def _quoted(number: int, words: str, passages: Sequence[Found], claim: str) -> Quoted | None:
    """Where the words stand in passage `number`; in the sentence that has most of the claim, if in several."""
    if not 0 < number <= len(passages) or trivial(words):
        return None
    found = passages[number - 1]
    start, end = found.passage.start, found.passage.end
    inside = found.article.text[start:end]
    wanted, best = stems(claim), list[tuple[int, int, Quoted]]()
    for span in find(words, inside):
        first, last = sentence_around(inside, span)
        one = Quoted(found, (start + span[0], start + span[1]), (start + first, start + last))
        best.append((-len(wanted & stems(one.text)), span[0], one))
    return min(best, key=lambda item: item[:2])[2] if best else None


def _fault(claim: str, quoted: Sequence[Quoted], passages: Sequence[Found], question: str) -> str:
    """What the quotes do not bear out; empty when they bear out all."""
    texts = list(dict.fromkeys(one.text for one in quoted))
    together = "\n".join(texts)
    if unsafe(claim):
        return "it has marks that no sentence needs"
    if fold(claim).text.strip() in {fold(text).text.strip() for text in texts}:
        return ""  # the article's own sentence
    outlets = {one.found.article.outlet for one in quoted}
    held = numbers(together)
    years = {published.year for one in quoted if (published := one.found.article.day) is not None}
    for number in numbers(claim):
        if number not in held and not (not number.kind and number.value in years and number.value > 1000):
            return "a number does not stand in its quotes"
    if not all(stands(code, together) for code in _CODE.findall(claim)):
        return "a name does not stand in its quotes"
    told = days(together)
    if not all(any(told_by(day, told, one.found.article.day) for one in quoted) for day in days(claim)):
        return "a day does not stand in its quotes"
    if not all(stands(words, together) for words, _ in quotations(claim)):
        return "a quotation does not stand in its quotes"
    checks = (
        (_names_stand(claim, texts, quoted, passages), "a name does not stand in its quotes"),
        (quantities_kept(claim, together), "a quantity does not stand in its quotes"),
        (counts_the_same(claim, texts), "a number counts something else in its quotes"),
        (denial_kept(claim, [(one.text, one.said) for one in quoted]), "it denies other things than its quotes"),
        (no_opposite(claim, together), "it says the opposite of its quotes"),
        (covered(claim, "\n".join((together, *outlets)), question), "most of it does not stand in its quotes"),
    )
    return next((fault for sound, fault in checks if not sound), "")


def _names_stand(claim: str, texts: Sequence[str], quoted: Sequence[Quoted], passages: Sequence[Found]) -> bool:
    there = vocabulary("\n".join(texts))
    outlets = [one.found.article.outlet for one in quoted if one.found.article.outlet]
    credited = vocabulary(" ".join(outlet for outlet in outlets if outlet.casefold() in claim.casefold()))
    sure, maybe = names(claim)
    if any(bare(word) not in there | credited for word in sure):
        return False
    stemmed = {stem(word) for word in there}
    for word in maybe:
        if bare(word) not in there | credited | _ANYONE and stem(word) not in stemmed:
            return False
    held = frozenset().union(*(capitalised_only(found.text) for found in passages))
    if not known_names(claim, held - credited, there):
        return False
    return _in_order(claim, sure, texts, credited)


def _in_order(claim: str, sure: Sequence[str], texts: Sequence[str], credited: frozenset[str]) -> bool:
    """Whether words that are one name in the claim are near one another, in that order, in a quote too."""
    known = {bare(word) for word in sure} - credited
    said = [(bare(word), at, at + len(word)) for word, at in words_of(claim)]
    cited = [[bare(word) for word, _ in words_of(text)] for text in texts]
    for (one, _, end), (other, at, _) in pairwise(said):
        if one in known and other in known and one != other and claim[end:at] == " ":
            near = any(
                one in words[max(0, n - _GAP) : n] for words in cited for n, word in enumerate(words) if word == other
            )
            if not near:
                return False
    return True


def _speakers_fault(claim: str, quoted: Sequence[Quoted]) -> tuple[list[Quoted], str]:
    """The sentences that name the claim's speakers where its quotes say "he", and what is wrong with a speaker."""
    spoken = [(one, *_speaker(one)) for one in quoted]
    outlets = vocabulary(" ".join(one.found.article.outlet for one in quoted))
    named = list[Quoted]()
    for speaker in map(surname, speakers(claim)):
        own = [(one, where) for one, who, where in spoken if speaker in who]
        told = "\n".join(f"{one.text} {where.text if where else ''}" for one, where in own)
        if speaker not in outlets and not (own and covered(claim, told, "")):
            return [], "its speaker is not the one whom the article names"
        named += [where for one, where in own if where is not None and where.sentence != one.sentence]
    for words, at in quotations(claim):
        around = _nearest_name(claim, at, at + len(words) + 2)
        holding = [(one, who, where) for one, who, where in spoken if stands(words, one.text)]
        if (
            around
            and around not in outlets
            and len(words.split()) > 1
            and holding
            and not any(around in who or (not who and around in vocabulary(one.text)) for one, who, _ in holding)
        ):
            return [], "its speaker is not the one whom the article names"
    return named, ""


def _nearest_name(claim: str, start: int, end: int) -> str:
    """The surname nearest before a quotation among those who are said to speak, else nearest behind it."""
    held = [(claim.find(name), surname(name)) for name in speakers(claim)]
    before = [name for at, name in held if at < start]
    behind = [name for at, name in held if at >= end]
    return before[-1] if before else behind[0] if behind else ""


def _speaker(one: Quoted) -> tuple[list[str], Quoted | None]:
    """Who says a quote by its article: surnames, and the sentence that names them."""
    text = one.found.article.text
    offset = max(0, one.sentence[0] - _AROUND)
    window = text[offset : one.sentence[1]]
    who, where = speaker_of(window, (one.sentence[0] - offset, one.sentence[1] - offset))
    if where is None:
        return who, None
    span = (offset + where[0], offset + where[1])
    return who, Quoted(one.found, span, span)


def unsafe(text: str) -> bool:
    """Whether a text has links, markup, or characters that show nothing or steer what is shown."""
    if _MARKUP.search(text):
        return True
    if any(map(hidden, text)):
        return True
    return any(_mixed(word) for word in re.findall(r"[^\W\d_]+", text))


def _mixed(word: str) -> bool:
    """Whether a word is spelt in more than one script, as look-alikes are."""
    scripts = {unicodedata.name(character, "?").split()[0] for character in word if character.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL"}) > 1
