"""Whether a claim says what its quotes say, as far as words can tell. Pure; every doubt speaks against the claim.

What is compared: how much of the claim's wording stands in the quotes, what is denied, words and their opposites, and
what each number counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.names import bare, vocabulary, words_of
from bot.stated import Number, numbers, without_days
from bot.wording import stem, words

_COVERED = 0.6  # of the claim's content words must stand in its quotes
_SHARED = 0.5  # of a denied clause's content words in the claim: then the claim is about it
_SAME = 0.9  # of their content words in common: then a claim is the sentence put a little otherwise
_NOT = re.compile(
    r"\b(?:not(?!\s+only\b)|no(?!\.)|never|none|nobody|nothing|neither|nor|without|cannot|hardly|scarcely"
    r"|den(?:y|ies|ied|ying)|fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|unable|unlikely)\b|n['’]t\b",
    re.IGNORECASE,
)
_RANK = re.compile(r"\bNos?\.\s?(?=\d)")  # "No. 4" denies nothing
_CLAUSE = re.compile(r"[,;:.!?()“”\"]|\s[–—-]\s|\b(?:but|although|though|while|whereas|because|which|who|and)\b")
_VAGUE = frozenset(
    "dozen dozens hundreds thousands millions billions half twice double triple quarter all every most none both "
    "only almost nearly".split()
)
_OPPOSITES = """
    rise fall | rose fell | risen fallen | increase decrease | grow shrink | win lose | won lost | accept reject |
    support oppose | agree refuse | before after | more less | more fewer | above below | up down | guilty
    innocent | alive dead | open close | start end | begin end | arrive leave | allow ban | allow forbid | hire
    fire | buy sell | victory defeat | north south | east west | northern southern | eastern western | men women |
    man woman | male female | boy girl | first last | highest lowest | high low | largest smallest | best worst |
    over under | ally enemy | friend enemy | legal illegal | possible impossible | likely unlikely | former
    current | born died | true false | attack defend | enter leave | approve reject | gain loss | profit loss |
    early late | civilian soldier | civilian military | injure kill | wound kill | increase reduce | suspend
    resume | resign appoint | confirm deny | success failure | succeed fail | strong weak | left right
"""
_ANYBODY = frozenset(map(stem, "people persons person others lives life men women them times".split()))


def covered(claim: str, quoted: str, question: str) -> bool:
    """Whether enough of the claim's content words stand in its quotes, those of the question put aside."""
    asked = {word.stem for word in words(question)}
    counted = {at for number in numbers(claim) for at in range(number.start, number.end)}
    plain = without_days("".join(" " if at in counted else character for at, character in enumerate(claim)))
    said = [word.stem for word in words(plain) if not word.text[0].isdigit()]
    there = {word.stem for word in words(quoted)} | {stem(word) for word in vocabulary(quoted)}
    if not said:
        return True
    own = [one for one in said if one not in asked]
    if own and sum(one in there for one in own) < _COVERED * len(own):
        return False
    return any(one in there for one in said) and sum(one in there for one in said) >= (1 - _COVERED) * len(said)


def denial_kept(claim: str, quoted: Sequence[tuple[str, str]]) -> bool:
    """Whether the claim denies what the quotes deny and nothing else. `quoted`: (sentence, the words quoted of it)."""
    for clause in _clauses(claim):
        if _NOT.search(clause) and not any(
            _NOT.search(other) and _about(clause, other) for sentence, _ in quoted for other in _clauses(sentence)
        ):
            return False
    denials, content = _denials(claim), _content(claim)
    for sentence, _ in quoted:
        other = _content(sentence)
        if len(content & other) >= _SAME * max(len(content), len(other)) and denials != _denials(sentence):
            return False
    if denials:
        return True
    for sentence, used in quoted:
        for clause in _clauses(sentence):
            told = _content(clause)
            inside = told & _content(used) if used else told
            if _NOT.search(clause) and inside and len(told & _content(claim)) >= _SHARED * len(told):
                return False
    return True


def _denials(text: str) -> int:
    return len(_NOT.findall(_RANK.sub("", text)))


def no_opposite(claim: str, quoted: str) -> bool:
    """Whether no word of the claim is missing from its quotes while its opposite stands there."""
    said, there = ({stem(word) for word, _ in words_of(text)} for text in (claim, quoted))
    for one, other in _opposites():
        for word, opposite in ((one, other), (other, one)):
            if word in said and word not in there and opposite in there and opposite not in said:
                return False
    return True


@cache
def _opposites() -> list[tuple[str, str]]:
    """Pairs of stems."""
    pairs = (pair.split() for pair in _OPPOSITES.split("|"))
    return [(stem(one), stem(other)) for one, other in pairs]


def quantities_kept(claim: str, quoted: str) -> bool:
    """Whether words such as "half", "all" and "thousands" of the claim stand in its quotes."""
    there = vocabulary(quoted)
    return all(word in there for word in vocabulary(claim) & _VAGUE)


def counts_the_same(claim: str, quoted: Sequence[str]) -> bool:
    """Whether each number of the claim counts what the nearest number of the quotes counts.

    "53 civilians" does not stand in "53 people, 35 of them civilians", though both words do.
    """
    for number in numbers(claim):
        counted = _counted(claim, number)
        near = [values for text in quoted if (values := _nearest(text, counted))] if counted else []
        if near and not any(number in values for values in near):
            return False
    return True


def _counted(text: str, number: Number) -> str:
    """The stem of the first content word behind a number, within its clause; "" when it is none, or anybody."""
    rest = _CLAUSE.split(text[number.end :], maxsplit=1)[0]
    content = words(f"x {rest}")[1:3]
    return next((word.stem for word in content[:1] if word.stem not in _ANYBODY), "")


def _nearest(text: str, counted: str) -> list[Number]:
    """The numbers nearest to each place of a word, where a text has two or more; empty where it has not the word."""
    held = numbers(text)
    if len(set(held)) < 2:
        return []
    places = [at for word, at in words_of(text) if stem(word) == counted]
    return [min(held, key=lambda number: min(abs(number.end - at), abs(number.start - at))) for at in places]


def _clauses(text: str) -> list[str]:
    return [part for part in _CLAUSE.split(_RANK.sub("", text)) if part and part.strip()]


def _content(text: str) -> set[str]:
    return {word.stem for word in words(text) if not _NOT.fullmatch(word.text)}


def _about(claim: str, clause: str) -> bool:
    """Whether two clauses share what they speak of."""
    return bool(_content(claim) & _content(clause)) or not _content(claim)


def known_names(claim: str, held: frozenset[str], there: frozenset[str]) -> bool:
    """Whether every word of the claim that is one of the `held` names stands in its quotes, however it is written."""
    return all(bare(word) in there for word, _ in words_of(claim) if bare(word) in held)
