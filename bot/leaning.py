"""Whether a question leans on what was said before it, by its own words and those of the conversation. Pure.

No tagger: news questions are short, and the words that tell are a closed class (pronouns, auxiliaries, openers).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from bot.wording import STOP_WORDS, stem

_TOKEN = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
IT = frozenset({"it", "its", "itself"})
THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
PERSONAL = HE | SHE | IT | THEY
_POSSESSIVE = frozenset({"his", "her", "its", "their", "himself", "herself", "itself", "themselves"})
_DEMONSTRATIVE = frozenset({"this", "that", "these", "those"})
_FURTHER = frozenset({"else", "others", "another", "ones", "former", "latter", "afterwards", "instead"})
_ORDINAL = ("one", "first", "second")
_SAYING = frozenset("say says said saying think thinks thought believe believes claim claims claimed true sure".split())
BE = frozenset("is are was were be been being isn't aren't wasn't weren't".split())
AUXILIARIES = BE | frozenset(
    "do does did has have had will would can could may might must shall should don't doesn't didn't hasn't haven't "
    "hadn't won't wouldn't can't couldn't".split()
)
WH = frozenset("who whom whose what which when where why how".split())
_RUN_TOGETHER = {"whats": "what", "whos": "who", "wheres": "where", "hows": "how", "whens": "when", "thats": "that"}
_RUN_TOGETHER |= {"whys": "why", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't"}
_OPENERS = re.compile(
    r"^(?:(?:and|but|so|ok|okay|well|also|oh|hm+|thanks|thank you|right|alright|or)\b[\s,.!–-]*)+", re.IGNORECASE
)
_GOES_ON = re.compile(r"^(?:\W*(?:ok|okay|so|well|oh)\b[\s,]*)*(?:and|but|or)\b", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+", re.IGNORECASE)
_ANOTHER = re.compile(
    r"^\W*(?:(?:ok|okay|so|well|now|and|but|thanks)\W+)*(?:(?:a |an |on (?:a|an) )?(?:completely |totally |quite )?"
    r"(?:different|another|new|other|separate) (?:thing|topic|question|subject|story|matter)"
    r"|something (?:else|different|new)|change of (?:topic|subject)"
    r"|(?:to )?chang(?:e|ing) (?:the )?(?:topic|subject))\b",
    re.IGNORECASE,
)
_PLEONASTIC = re.compile(r"\b(?:is|was|isn't|wasn't) it (?:\w+ )?(?:true|possible|likely|clear|known|the case)\b", re.I)
_DEFINES = re.compile(
    r"^\W*(?:(?:what|who)(?:'s|’s|s| is| are)|tell me (?:more )?about)\s+(?!the\b|his\b|her\b|their\b|its\b)", re.I
)
# Content words that every conversation has: they neither continue a topic nor begin one.
_LIGHT = frozenset(
    "go goes going gone went get gets got getting come comes came make makes made take takes took taken thing things "
    "happen happens happened want wants wanted like think thinks thought know knows known still anyone someone "
    "everyone anybody somebody everybody anything something ok okay hi hello thanks thank please more less most ever "
    "yet now later next again long old big large small high far much else others another one ones exactly actually "
    "really tell show give gives gave let find mean means call calls called number way kind sort ask asked answer "
    "question different topic thing first second third last new so yes well right good bad late early soon often "
    "around about mr mrs ms miss sir dr don didn doesn isn wasn won't can't cannot".split()
)


class Leans(Enum):
    """How far a question leans on the conversation."""

    NOT = auto()  # it has its own subject: nothing of the conversation is added
    NEAR = auto()  # it stands on its own, and speaks of what the conversation speaks of
    SOFT = auto()  # it has no subject of its own, and its words are those of the article under discussion
    HARD = auto()  # it cannot be understood without what came before


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as written, in lower case without a possessive, and where it stands."""

    text: str
    lower: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def content(self) -> bool:
        return self.lower not in STOP_WORDS and self.lower not in _LIGHT and self.lower not in PERSONAL


def tokens(text: str) -> list[Token]:
    """The words of `text` in order."""
    found = []
    for match in _TOKEN.finditer(text):
        lower = re.sub(r"['’]s?$", "", match.group().lower()).replace("’", "'")
        found.append(Token(match.group(), _RUN_TOGETHER.get(lower, lower), match.start(), match.end()))
    return found


def opened(question: str) -> str:
    """The question without "and", "ok", "so" before it; itself where nothing else is left."""
    return _OPENERS.sub("", question).strip() or question


def about(question: str) -> str | None:
    """The words after "what about" or "and" where they are all that is asked; None for a clause of its own."""
    body = opened(question)
    named = _ABOUT.sub("", body)
    if named == body and not _GOES_ON.match(question):
        return None
    found = tokens(named)
    whole = any(token.lower in AUXILIARIES | WH for token in found)
    return None if whole or not 0 < len(found) <= 6 else named.strip(" ?!.,")


def is_clause(found: Sequence[Token]) -> bool:
    """Whether there is a verb, as far as can be told without a tagger: an auxiliary, or one after "who" or "what"."""
    if any(token.lower in AUXILIARIES for token in found) or any(re.search(r"['’]s$", t.text) for t in found[:1]):
        return True
    rest = [token for token in found[1:] if token.content or token.lower in ("say", "says", "said")]
    return bool(found) and found[0].lower in ("who", "what", "which") and bool(rest)


def anaphors(question: str, unknown: Collection[str] = ()) -> list[Token]:
    """The words that point out of the question. `unknown`: the lower-cased names that are new with it.

    "the clock … its keeper" and a pronoun after a new name point back within the question.
    """
    found, pointing = tokens(question), list[Token]()
    hollow = {match.start() for match in _PLEONASTIC.finditer(question)}
    for at, token in enumerate(found):
        before, after = found[:at], found[at + 1 :]
        previous = before[-1].lower if before else ""
        if token.lower in PERSONAL:
            if any(earlier.lower in unknown for earlier in before):
                continue
            if token.lower in _POSSESSIVE and _has_noun(before) and previous not in _SAYING:
                continue
            if token.lower == "it" and any(start <= token.start <= start + 12 for start in hollow):
                continue
            pointing.append(token)
        elif token.lower in _DEMONSTRATIVE:
            follows = after[0].lower if after else ""
            relative = bool(before) and before[-1].content and follows != ""
            clause = previous in _SAYING and follows != "" and follows not in ("about", "to", "in", "of", "at", "on")
            now = follows in ("week", "month", "year", "morning", "afternoon", "evening", "summer", "winter", "time")
            if not (relative or clause or now):
                pointing.append(token)
        elif token.lower == "there":
            if previous not in BE and (not after or after[0].lower not in BE):
                pointing.append(token)
        elif token.lower in _FURTHER:
            pointing.append(token)
        elif token.lower in _ORDINAL and previous in ("the", "which", "second", "first", "other"):
            pointing += [token] if not after or not after[0].content or after[0].lower == "one" else []
    return pointing


def _has_noun(before: Sequence[Token]) -> bool:
    """Whether there is a noun for "its" to point back to: a name, or a word of content behind "the" or "which"."""
    return any(
        token.content and (token.capital or earlier.lower in ("the", "a", "an", "this", "which", "many", "of"))
        for earlier, token in pairwise(before)
    )


def names(found: Sequence[Token]) -> list[Token]:
    """The words that are capitalised, unless they merely open the question or all are."""
    inner = [token for token in found[1:] if token.text.isalpha() or "-" in token.text]
    if len(inner) > 2 and all(token.capital for token in inner):
        return []
    own = [token for token in found[1:] if token.capital and token.lower not in STOP_WORDS]
    if own and found[0].capital and found[0].content and found[1] is own[0]:
        own.insert(0, found[0])
    return own


def leans(question: str, known: Collection[str]) -> Leans:
    """How far `question` leans. `known` are the stems of the conversation and of the article under discussion."""
    if _ANOTHER.match(question):
        return Leans.NOT
    body = opened(question)
    found = tokens(body)
    content = [token for token in found if token.content]
    if about(question) is not None:
        return Leans.HARD
    new = [token for token in content if stem(token.text) not in known]
    own = {token.lower for token in names(found)}
    unknown = {token.lower for token in new} & own
    if anaphors(body, unknown):
        return Leans.HARD
    if unknown:
        return Leans.NOT
    if not content or (len(content) <= 1 and not is_clause(found) and not (own and new)):
        return Leans.HARD
    if len(content) == 1:
        return Leans.NEAR if own else Leans.NOT if new and _DEFINES.match(body) else Leans.SOFT
    share = 1 - len(new) / len(content)
    if share >= (0.5 if len(content) == 2 else 0.6):
        return Leans.NEAR if own else Leans.SOFT
    return Leans.NOT
