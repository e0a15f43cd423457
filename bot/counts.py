"""Different figures for one thing: each is shown with what it counts, and none is chosen. Pure.

A sentence counts the thing that is asked for when its number is of that thing ("53 people", "5,400 killings"), the
same happened to it, its names and days are the question's, and the reader gives it a chance. The reader finds words;
that two of them count the same thing is told by rules, which would rather miss a figure than make up a contradiction.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import Citation, Claim
from bot.clauses import Span, clause
from bot.numbers import Number, at, numbers
from bot.question import Meaning
from bot.reader import Reading
from bot.thing import EVENTS, PEOPLE, TOKEN, Thing, all_stems, family, foreign, named_in, thing_of
from bot.wording import STOP_WORDS, stem

_LEAST_MARGIN = -5.0  # log-odds against "no answer": below, the reader gives a sentence next to no chance
_MOST = 8  # figures shown
_MOST_CITATIONS = 5  # of one figure
_UNIT = 5  # words after a number among which what it counts is looked for
_LEAD = 600  # characters that an article opens with: with its headline, what it is about
_PASSED = frozenset("of them the these those whom other others more additional new further".split())


@dataclass(frozen=True, slots=True)
class Count:
    """A number in a sentence that was read, with the `clause` of the article that says what it counts."""

    reading: Reading
    number: Number
    clause: Span
    words: Span

    @property
    def answer(self) -> str:
        return self.reading.article.text[slice(*self.words)]

    @property
    def age(self) -> tuple[bool, int]:
        """Orders counts: the newest first, the undated last."""
        day = self.reading.article.day
        return day is None, -day.toordinal() if day else 0


def differing(readings: Sequence[Reading], meaning: Meaning, caution: float) -> list[Claim]:
    """A claim for each figure, the newest first, where `readings` give several for one thing; else none.

    Figures for one thing are rivals to the reader, not to the question: they are said when it is as probable as
    `caution` that any of them answers.
    """
    thing = thing_of(meaning.text)
    if thing is None or not readings:
        return []
    first = _count(readings[0], thing, None)
    if first is None:
        return []
    counts = [first, *(count for reading in readings[1:] if (count := _count(reading, thing, first)))]
    groups = _by_value(counts)
    chance = 1 - math.prod(1 - group[0].reading.probability for group in groups)
    if len(groups) < 2 or chance < caution:
        return []
    shown = [sorted(group[:_MOST_CITATIONS], key=lambda count: count.age) for group in groups[:_MOST]]
    place = {group[0].reading.article.id: n for n, group in reversed(list(enumerate(shown)))}
    shown.sort(key=lambda g: (*g[0].age, place[g[0].reading.article.id], g[0].reading.start))
    return [_claim(group) for group in shown]


def _count(reading: Reading, thing: Thing, first: Count | None) -> Count | None:
    """The number of the thing in a sentence; None where it has none. `first` is the surest, which sets the kind."""
    if reading.margin < _LEAST_MARGIN:
        return None
    sentence, found = reading.text, numbers(reading.text)
    said = reading.words or (reading.start, reading.end)
    chosen = at(found, said[0] - reading.start, said[1] - reading.start)
    for number in [chosen] if chosen else found:
        if first is not None and (number.kind != first.number.kind or not _same_unit(sentence, number, thing, first)):
            continue
        start, end = clause(sentence, number, lambda text: _happened(thing, all_stems(text)))
        if _counts(reading, number, sentence[start:end], thing):
            words = said if number is chosen else (reading.start + number.start, reading.start + number.end)
            inside = reading.start + start <= words[0] and words[1] <= reading.start + end
            begun, ended = (start, end) if inside else (0, len(sentence))
            return Count(reading, number, (reading.start + begun, reading.start + ended), words)
    return None


def _counts(reading: Reading, number: Number, told: str, thing: Thing) -> bool:
    """Whether `number`, in the clause `told` of its sentence, is of the thing."""
    sentence, article = reading.text, reading.article
    stems, near, title = all_stems(sentence), all_stems(told), all_stems(article.title)
    if not all(time in stems for time in thing.times) or not _happened(thing, stems):
        return False
    if not _is_of(thing, sentence, number, near):
        return False
    about = stems | title | all_stems(article.text[:_LEAD])
    if not all(other & about for other in thing.others):
        return False
    missing = [name for name in thing.names if not named_in(name, stems | title)]
    if not all(named_in(name, about) for name in missing):
        return False
    return not missing or not foreign(told, thing, title)


def _is_of(thing: Thing, sentence: str, number: Number, near: frozenset[str]) -> bool:
    """Whether what `number` is of is what the question names."""
    if thing.events and not _nearest_event(thing, sentence, number):
        return False
    if not thing.nouns:
        return True
    wanted = thing.nouns | thing.predicates if thing.nouns == PEOPLE else thing.nouns
    if thing.nouns in EVENTS:
        wanted |= PEOPLE
    unit = _unit(sentence, number)
    if unit & wanted:
        return True
    return not unit and bool(near & (wanted if not thing.events else wanted | thing.predicates))


def _happened(thing: Thing, stems: frozenset[str]) -> bool:
    """Whether a text with these stems says that it happened; a noun such as "deaths" says so itself."""
    wanted = thing.predicates or (thing.nouns if thing.nouns in EVENTS else frozenset())
    return not wanted or bool(wanted & stems)


def _nearest_event(thing: Thing, sentence: str, number: Number) -> bool:
    """Whether, of what happened to people, the asked stands nearest to the number: "killed 12 and wounded 30"."""
    asked = thing.nouns | thing.predicates
    nearest, least = True, math.inf
    for token in TOKEN.finditer(sentence):
        own = stem(token.group())
        hit = next((event for event in EVENTS if own in event), None)
        away = max(token.start() - number.end, number.start - token.end())
        if hit is not None and away < least:
            nearest, least = bool(hit & asked), away
    return nearest


def _unit(sentence: str, number: Number) -> frozenset[str]:
    """Stems, with their families, of the words that say what a number is of; empty for one that stands alone."""
    found: set[str] = set()
    at_ = number.end
    for _ in range(_UNIT):
        token = TOKEN.search(sentence, at_)
        if token is None or sentence[at_ : token.start()].strip():
            break
        word, at_ = token.group().lower(), token.end()
        if word in _PASSED:
            continue
        if word in STOP_WORDS:
            break
        found |= family(word)
    return frozenset(found)


def _same_unit(sentence: str, number: Number, thing: Thing, first: Count) -> bool:
    """Whether a bare amount ("how much") is of the same as the surest one: tonnes with tonnes."""
    if thing.nouns or number.kind != "plain":
        return True
    units = _unit(sentence, number), _unit(first.reading.text, first.number)
    return units[0] == units[1] or bool(units[0] & units[1])


def _by_value(counts: Sequence[Count]) -> list[list[Count]]:
    """The counts by the figures they give, the surest first; a source stands once for a figure.

    A looser figure ("more than 50", "4.5 million") that agrees with an exact one adds nothing to it.
    """
    exact = [count for count in counts if not count.number.hedge and not count.number.rounded]
    loose = [count for count in counts if count not in exact]
    groups: list[list[Count]] = []
    for count in exact + loose:
        same = next((group for group in groups if group[0].number.agrees(count.number)), None)
        if same is None:
            groups.append([count])
        elif same[0].number.value == count.number.value and all(_apart(count, other) for other in same):
            same.append(count)
    return sorted(groups, key=lambda group: -group[0].reading.probability)


def _apart(one: Count, other: Count) -> bool:
    return one.reading.source != other.reading.source


def _claim(group: Sequence[Count]) -> Claim:
    first = group[0]
    return Claim(
        text=re.sub(r"\s+", " ", first.reading.article.text[slice(*first.clause)]).strip(),
        citations=tuple(Citation(c.reading.article, c.reading.start, c.reading.end, c.reading.also) for c in group),
        answer=first.answer,
        score=max(count.reading.probability for count in group),
    )
