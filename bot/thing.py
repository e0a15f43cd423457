"""What a question wants counted: "how many PEOPLE were KILLED in SYRIA on SUNDAY". Pure.

Words are compared by their stems. Where stems do not suffice, because a paper says "dead", "toll" or "lives" of those
that the question calls "killed", the word families below do; so do irregular verbs. Only families in which every word
counts the same thing are worth a line here: a sentence that is missed shows one figure fewer, one that is taken for
another thing shows a false contradiction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.turns import without_topic
from bot.wording import MONTHS, STOP_WORDS, WEEKDAYS, stem

_FAMILIES = (
    "people person persons",
    "kill killed killing killings die died dies dying dead death deaths toll fatality fatalities perish slain victims",
    "injure injured injuries injury wound wounded hurt",
    "arrest arrested arrests detain detained",
    "missing unaccounted",
    "displace displaced flee fled fleeing refugees",
    "cost costs price priced pay paid spend spent worth bill",
    "rise rises rose risen increase increased climb climbed jump jumped gain gained grow grew grown soar soared up",
    "fall falls fell fallen drop dropped decline declined decrease decreased slump plunge plunged down",
    "layoff layoffs laid jobs cut cuts redundant redundancies",
    "win wins won victory",
    "lose loses lost loss losses",
    "buy buys bought purchase purchased",
    "sell sells sold sale sales",
    "make makes made",
    "build builds built",
    "raise raised",
    "earn earned earnings paid salary wage wages",
    "child children kids",
    "man men",
    "woman women",
)
_FAMILY: dict[str, frozenset[str]] = {}
for _line in _FAMILIES:
    _stems = frozenset(stem(word) for word in _line.split())
    for _one in _stems:
        _FAMILY[_one] = _FAMILY.get(_one, frozenset()) | _stems
PEOPLE = _FAMILY[stem("people")]
# What happens to people, and is told in one breath: "killed 12 and wounded 30".
EVENTS = tuple(_FAMILY[stem(word)] for word in ("kill", "injure", "arrest", "missing", "displaced"))

_TIMES = frozenset(
    stem(word)
    for word in (
        *MONTHS,
        *WEEKDAYS,
        *"yesterday today tonight morning afternoon evening night weekend week month year decade century".split(),
        *"spring summer autumn winter".split(),
    )
)
TOKEN = re.compile(r"[^\W_]+(?:[.'’,-](?=[^\W_])[^\W_]+)*")
_ASKED = re.compile(
    r"\bhow\s(?P<many>many)\b|\bhow\smuch\b|\b(?:what|which)\s(?P<share>percentage|percent|proportion|share)\sof\b"
    r"|\b(?:what|which)\b.{0,12}\snumber\sof\b|\bthe\s(?P<toll>death\stoll)\b",
    re.IGNORECASE,
)
_FILLERS = frozenset("more other others different new total additional further extra exactly far".split())
_ALIKE = 4  # letters in which a name and its adjective begin alike at least: Syria, Syrian


@dataclass(frozen=True, slots=True)
class Thing:
    """Stems of what is asked. `nouns`: what a figure must be of (empty for "how much", and where nothing is said).

    `predicates` are those of what happened to it, any of which will do; `names`, `times` and `others` are to be found
    each, `others` with its family.
    """

    nouns: frozenset[str]
    predicates: frozenset[str]
    names: tuple[str, ...]
    times: tuple[str, ...]
    others: tuple[frozenset[str], ...]

    @property
    def events(self) -> bool:
        """Whether people are asked for to whom something happened."""
        return any(event & (self.nouns | self.predicates) for event in EVENTS)


def thing_of(question: str) -> Thing | None:
    """What `question` wants counted; None where it asks for no count, amount or share."""
    question = without_topic(question)  # it finds articles, and is not what is counted
    match = _ASKED.search(question)
    if match is None:
        return None
    rest = [token.group() for token in TOKEN.finditer(question, match.end())]
    nouns: frozenset[str] = frozenset()
    held = list[str]()
    if match["many"] or "number" in match.group().lower():
        while rest and rest[0].lower() in ("of", "the", "these", "those", "them", "all", *_FILLERS):
            part = rest.pop(0).lower() == "them"
            if part and len(rest) > 1 and rest[0].lower() in ("are", "were"):  # "how many of them were CIVILIANS"
                rest.pop(0)
        named = []
        while rest and rest[0].lower() not in STOP_WORDS:
            named.append(rest.pop(0))
        head = next((n for n in range(len(named) - 1, -1, -1) if _is_plural(named[n])), None)
        if head is None:
            rest = named + rest
        else:
            nouns, held, rest = family(named[head]), named[:head], named[head + 1 :] + rest
    if match["toll"]:
        nouns = family("deaths")
    if not nouns and match["many"] and any(family(word) in EVENTS for word in rest):
        nouns = PEOPLE
    return _thing(nouns, held, rest)


def _thing(nouns: frozenset[str], held: list[str], rest: list[str]) -> Thing:
    predicates: frozenset[str] = frozenset()
    names, times, others = list[str](), list[str](), [family(word) for word in held if not _is_name(word)]
    names += [stem(word) for word in held if _is_name(word)]
    for word in rest:
        if word.lower() in STOP_WORDS | _FILLERS:
            continue
        if stem(word) in _TIMES or re.fullmatch(r"(?:19|20)\d\d", word):
            times.append(stem(word))
        elif _is_name(word):
            names.append(stem(word))
        elif not predicates:
            predicates = family(word)
        else:
            others.append(family(word))
    return Thing(nouns, predicates, tuple(names), tuple(times), tuple(others))


def family(word: str) -> frozenset[str]:
    """The stems that say the same as `word` when something is counted; its own at least."""
    own = stem(word)
    return _FAMILY.get(own, frozenset((own,)))


def all_stems(text: str) -> frozenset[str]:
    """The stems of all words of `text`, stop words too."""
    return frozenset(stem(token.group()) for token in TOKEN.finditer(text))


def named_in(name: str, stems: frozenset[str]) -> bool:
    """Whether a name, or the adjective of it, is among `stems`."""
    return any(name == one or _alike(name, one) for one in stems)


def foreign(text: str, thing: Thing, known: frozenset[str]) -> bool:
    """Whether `text` names somebody or some place that is neither asked for nor `known`. Its first word is no name."""
    return any(
        token.start() > 0
        and _is_name(token.group())
        and stem(token.group()) not in _TIMES
        and token.group().lower() not in STOP_WORDS
        and not named_in(stem(token.group()), known.union(thing.names))
        for token in TOKEN.finditer(text)
    )


def _alike(one: str, other: str) -> bool:
    short = min(len(one), len(other)) - 1
    return short >= _ALIKE - 1 and max(len(one), len(other)) - short <= _ALIKE and one[:short] == other[:short]


def _is_name(word: str) -> bool:
    return word[:1].isupper()


def _is_plural(word: str) -> bool:
    lowered = word.lower()
    if family(word) in (PEOPLE, family("children"), family("men"), family("women")) or lowered in ("police", "troops"):
        return True
    return len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is"))
