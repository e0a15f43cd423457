"""Who and what the words of a conversation name: names in its texts, and whom a pronoun may stand for. Pure.

Candidates are ranked as in centering theory (Grosz, Joshi and Weinstein, 1995): what the last question was about comes
before what else the last answer and its quotes mention, and that before earlier turns. Whether a name is a person's,
and he or she, is told by light cues alone: titles, verbs of saying, a few first names, a pronoun that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.leaning import HE, SHE
from bot.turns import Turn
from bot.wording import MONTHS, STOP_WORDS, WEEKDAYS, Wanted, wanted

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*[\w]|[A-Z]{2,}"
_INSIDE = r"(?:(?:of|for|de|von|van|al|bin)\s)?"  # a name
_NAME = re.compile(rf"(?:{_CAPITAL})(?:\s{_INSIDE}(?:{_CAPITAL}|al-{_CAPITAL}))*")
_ROLE = (
    "secretary|president|minister|spokes(?:man|woman|person)|chancellor|mayor|captain|coach|manager|director|doctor|"
    "king|queen|prince|princess|judge|officer|governor|senator|general|colonel|leader|chief|chair(?:man|woman)?|"
    "librarian|goalkeeper|keeper|superintendent|commissioner|ambassador|owner|head|executive|scientist|forecaster|"
    "photographer|baker|engineer|founder|professor|incumbent|striker|author|actor|actress|singer|teacher"
)
_HIS_TITLES, _HER_TITLES = frozenset({"mr", "sir", "lord", "king", "prince"}), frozenset(
    {"mrs", "ms", "miss", "lady", "queen", "princess"}
)  # fmt: skip
_TITLES = _HIS_TITLES | _HER_TITLES | {"dr", "prof", "professor"}
_TITLED = re.compile(rf"(?:^|\W)(?:{_ROLE})(?:\sof\s[\w\s]{{3,30}})?,?\s$", re.IGNORECASE)
_SAID = r"(?:said|says|told|called|asked|recalled|blamed|admitted|warned|explained|announced|added|wrote|promised)"
_BEFORE_NAME = re.compile(rf"\b{_SAID}\s(?:the\s[\w\s’']{{2,40}},\s)?$")
_AFTER_NAME = re.compile(rf"^(?:,\s(?:\d{{2}}|who|the|an?)\b|\s{_SAID}\b)")
_ROLE_WORDS = re.compile(
    rf"\b(?:the|an?|its|their|our)\s(?:[\w’'-]+\s){{0,2}}?(?:(?:{_ROLE}|locksmith)\b\s?)+", re.IGNORECASE
)
_BY_ROLE = re.compile(
    r"^.*\b(?:Secretary(?: of State)?|President|Minister|Spokes\w+|Chancellor|Mayor|Captain|Judge|Governor|Senator|"
    r"King|Queen|Prince|Princess|Superintendent|Commissioner|Ambassador|Coach)\s(?=\w)"
)
_BODIES = frozenset(
    "council league union party alliance water university museum ministry office agency board committee court nations "
    "states house bank group company bay town city county news wanderers united association observatory state".split()
)
_DATES = frozenset(MONTHS + WEEKDAYS)
_HIS_NAMES = frozenset(
    "adam alan alain alex alexander ali andrew anthony antonio barack bashar ben benjamin bernard bill boris brian "
    "burhan carl carlos charles christopher daniel david donald edward elon emmanuel eric frank fred gary george "
    "gennady graham hassan henry ian ilya isaac jack jacob james jason jeff joachim joe joel john jonathan jose joseph "
    "juan justin karl keir keith kevin kofi lee luc luis luke magnus marc marco mark martin matthew michael mike "
    "mohammed muhammad narendra nicholas nigel olaf oskar oscar patrick paul pedro peter philip pierre piotr rafael "
    "richard rishi robert roger rolf ronald ryan sam samuel scott sean sergei simon stephen steve steven thomas tim "
    "tom tomás tony victor vladimir volodymyr walter william xi".split()
)
_HER_NAMES = frozenset(
    "ada alexandra alice amanda amara amy angela ann anna anne annalena barbara caroline carol catherine christine "
    "claire deborah denise diana donna elena elizabeth elsie emily emma eva fiona giorgia hannah hélène helen hillary "
    "imogen ingrid isabel jacinda jane janet jennifer jenna jessica jill joan joanna julia julie kamala karen kate "
    "katherine laura lena linda lisa liz louise lucy margaret maria marie marta martha mary melania melissa mia "
    "michelle nancy nicola nikki olivia patricia paula rachel rebecca rosa ruth sanna sarah serena sophia sophie "
    "susan theresa ursula victoria yulia".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it is spelled in full, whether it is a person's, and whether that is a he or a she, where it shows."""

    name: str
    person: bool
    pronoun: str = ""  # "he", "she" or nothing

    def fits(self, pronoun: str) -> bool:
        wanted_ = "he" if pronoun in HE else "she" if pronoun in SHE else ""
        return not wanted_ or (self.person and self.pronoun in ("", wanted_))


def named(text: str) -> list[Named]:
    """The names in `text`, in order, each once; surnames alone are given in full where the text has that."""
    found: dict[str, Named] = {}
    for match in _NAME.finditer(text):
        shown = _BY_ROLE.sub("", match.group())
        words = [word for word in shown.split() if word.lower().rstrip(".") not in _TITLES]
        if all(word.lower() in _DATES for word in words):
            continue
        while words and (words[0].lower() in STOP_WORDS or (_opens(text, match) and _common(words[0], text))):
            words = words[1:]
        name = re.sub(r"['’]s?$", "", " ".join(words))
        if name:
            before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 200]
            one = _judged(name, words, f"{before}{match.group()[: match.group().rfind(words[0])]}", after)
            old = found.get(name)
            found[name] = Named(
                name, one.person or bool(old and old.person), one.pronoun or (old.pronoun if old else "")
            )
    return _in_full(list(found.values()))


def people(turn: Turn, background: str) -> list[Named]:
    """Whom a pronoun after `turn` may stand for, the likeliest first."""
    whole = {one.name: one for one in named("\n".join([*turn.quotes, background, turn.standalone]))}

    def of(text: str) -> list[Named]:
        """The people whom `text` names, as the texts under discussion know them, in whatever case it has them."""
        lower = f" {_apart(text)} "
        hits = []
        for one in whole.values():
            full = _apart(one.name)
            last = full.split()[-1]
            places = [lower.find(f" {words} ") for words in (full, last)] if one.person else [-1]
            if max(places) >= 0:
                hits.append((min(place for place in places if place >= 0), one))
        return [one for _, one in sorted(hits, key=lambda hit: hit[0])]

    asks_who = wanted(turn.standalone) is Wanted.PERSON
    first = [turn.answer, turn.standalone] if asks_who else [turn.standalone, turn.answer]
    asked = [word[0].lower() for word in re.finditer(rf"\b(?:{_ROLE})\b", turn.standalone, re.IGNORECASE)]
    of_role = [line for line in re.split(r"(?<=[.!?”])\s", background) if any(word in line.lower() for word in asked)]
    ranked = [one for text in (*first, *turn.quotes, *of_role) for one in of(text)]
    return list({one.name: one for one in ranked}.values())


def role(turn: Turn) -> str:
    """Who is meant where the last answer gives a role and no name: "the captain"; else nothing."""
    found = [match.group() for text in (turn.standalone, *turn.quotes) for match in _ROLE_WORDS.finditer(text)]
    return found[0].strip() if found else ""


def spelled(words: str, texts: Iterable[str]) -> str:
    """`words` with the capitals that they have in `texts`: "kestrel bay" -> "Kestrel Bay"."""
    texts = list(texts)
    known: dict[str, str] = {}
    for text in texts:
        for match in _NAME.finditer(text):
            own = match.group().split()
            for word in own[1:] if _opens(text, match) else own:
                known.setdefault(word.lower(), word)
    lower = set(re.findall(r"\b[a-zà-öø-ÿ][\w’'-]*", " ".join(texts)))

    def put(match: re.Match[str]) -> str:
        word, before = match.group(), words[: match.start()].rstrip()
        if word in lower or word in STOP_WORDS or word in _TITLES or word not in known:
            return word
        part = word in _BODIES and re.split(r"\s", before)[-1].lower() not in known  # "his party", not "Civic Party"
        return word if part else known[word]

    return re.sub(r"\b[a-zà-öø-ÿ][\w-]*", put, words)


def full(words: str, texts: Iterable[str]) -> Named:
    """The name that `words` are part of, as `texts` have it; as they stand where these have none."""
    bare = _apart(words)
    for one in named("\n".join(texts)):
        own = _apart(one.name)
        if own == bare or (one.person and own.endswith(f" {bare}")):
            return one
    return Named(words, False)


def _apart(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.lower()).strip()


def _judged(name: str, words: Sequence[str], before: str, after: str) -> Named:
    first, title = words[0].lower(), re.search(r"(\w+)\.?\s$", before)
    titled = title[1].lower() if title else ""
    he = (first in _HIS_NAMES and len(words) > 1) or titled in _HIS_TITLES
    she = (first in _HER_NAMES and len(words) > 1) or titled in _HER_TITLES
    person = he or she or titled in _TITLES or bool(_TITLED.search(before))
    if not person and len(words) in (2, 3) and "of" not in words:
        person = bool(_BEFORE_NAME.search(before) or _AFTER_NAME.match(after)) and words[-1].lower() not in _BODIES
    if person and he == she:
        follows = re.search(r"(?:^|[.,”“]\s+)(he|she)\b", after, re.IGNORECASE)
        return Named(name, True, follows[1].lower() if follows else "")
    return Named(name, person, "he" if he else "she" if she else "")


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether the match stands where any word would have a capital."""
    return re.search(r"(?:^|[.!?:“\"(\n]\s*)$", text[max(0, match.start() - 3) : match.start()]) is not None


def _common(word: str, text: str) -> bool:
    """Whether a capital that opens a sentence is no sign of a name."""
    lower = word.lower()
    return lower not in _HIS_NAMES | _HER_NAMES and re.search(rf"(?<![\w’'-]){re.escape(lower)}\b", text) is not None


def _in_full(found: Sequence[Named]) -> list[Named]:
    """Surnames, and first names, given as the longest name that has them; what either shows of a person holds."""
    out: dict[str, Named] = {}
    for one in found:
        longer = [
            other for other in found
            if other.name != one.name and (other.name.endswith(f" {one.name}") or other.name.startswith(f"{one.name} "))
            and (other.person or one.person)
        ]  # fmt: skip
        full = max(longer, key=lambda other: len(other.name)) if longer else one
        old = out.get(full.name, full)
        person = old.person or one.person or full.person
        out[full.name] = Named(full.name, person, old.pronoun or full.pronoun or one.pronoun)
    return list(out.values())
