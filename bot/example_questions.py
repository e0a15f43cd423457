"""Questions made from an article's own sentences, by patterns that give sensible English or nothing. Pure text.

Each comes with the sentence that answers it: whether it really does, says the desk (bot/examples.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.articles import Article
from index.sentences import sentence_spans

_WORD = r"[\w’'-]+"
_NAMED = (
    rf"(?:(?:US|UK|UN|EU)\s)?[A-Z][\w’'-]*[a-z][\w’'-]*(?:\s(?:(?:of|for|the|de|van|bin)\s){{0,2}}[A-Z]{_WORD}){{0,4}}"
)
_WHO = rf"(?P<who>(?:The|A|An)\s(?:{_WORD}\s){{0,4}}?{_WORD}|{_NAMED})"
_WHEN = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday"
    r"|Thursday|Friday|Saturday|Sunday|(?:early|late|mid)\b|\d{1,2}\s[A-Z]|(?:19|20)\d\d|spring|summer|autumn|winter)"
)
_COUNT = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of|thousands of)"
_DONE = r"(?P<done>[a-z]+ed|built|shut|held|found|hit|sold|cut|born|sent|won|lost)"
_DID = {
    "announced": "announce", "approved": "approve", "rejected": "reject", "condemned": "condemn", "denied": "deny",
    "demanded": "demand", "banned": "ban", "launched": "launch", "promised": "promise", "proposed": "propose",
    "called for": "call for", "calls for": "call for", "warned of": "warn of", "objected to": "object to",
    "apologised for": "apologise for", "apologized for": "apologize for", "voted for": "vote for", "signed": "sign",
    "opened": "open", "won": "win", "lost": "lose", "bought": "buy", "sold": "sell", "discovered": "discover",
}  # fmt: skip
_LEANS = re.compile(
    r"\b(?:he|she|it|they|we|i|you|his|her|its|their|our|my|him|them|this|that|these|those|here|there|who|which|also"
    r"|now|then|later|already|only)\b",
    re.I,
)
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December But And Yet So If In On At For From After Before While When Since Still Also
    However Meanwhile Then Now Earlier Later He She It They We You I This That These Those There Here What Who Why How
    As By With Mr Mrs Ms Dr""".split()
)
_LONGEST = 110  # characters of a question


@dataclass(frozen=True, slots=True)
class Example:
    """A question on an article; characters `start` to `end` of its text should be cited by the answer."""

    text: str
    article: Article
    start: int
    end: int


def questions(article: Article) -> list[Example]:
    """The questions that can be made of an article, the most telling first; each text once."""
    found: dict[str, tuple[int, Example]] = {}
    for start, end in sentence_spans(article.text):
        sentence = " ".join(article.text[start:end].split())
        for rank, text in _made(sentence):
            fit = text[:1].isalpha() and len(text) <= _LONGEST and not set('"“”()[]:;\n') & set(text)
            if fit and not _LEANS.search(re.sub(r"^(?:Who|Why|When|What|How many)\b|\bthat\b", "", text)):
                found.setdefault(text, (rank, Example(text, article, start, end)))
    return [example for _, example in sorted(found.values(), key=lambda item: item[0])]


def _made(sentence: str) -> Iterator[tuple[int, str]]:
    """(rank, question) of a sentence."""
    for rank, (pattern, form) in enumerate(_FORMS):
        for match in pattern.finditer(sentence):
            who = match.groupdict().get("who") or ""
            if who.split(" ")[0] not in _NO_NAMES and not who.endswith(("’s", "'s")):
                yield rank, form(match)


def _inner(words: str) -> str:
    """Words that began a sentence, as they stand within a question: only an article loses its capital."""
    return re.sub(r"^(The|An|A)\b", lambda found: found[1].lower(), words)


def _who(match: re.Match[str]) -> str:
    the = "the " if match.string[: match.start("who")].endswith(("the ", "The ")) else ""
    return the + _inner(match["who"])


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"^{_WHO} will (?P<what>[a-z]+(?: {_WORD}){{0,6}}?) (?:on|in|from|by|until) {_WHEN}"),
        lambda m: f"When will {_who(m)} {m['what']}?",
    ),
    (
        re.compile(rf"^{_WHO} (?P<be>was|were) {_DONE}(?: (?:on|in) {_WHEN})?,? because\b"),
        lambda m: f"Why {m['be']} {_who(m)} {m['done']}?",
    ),
    (re.compile(rf"^{_WHO} will cost\b"), lambda m: f"What will {_who(m)} cost?"),
    (
        re.compile(rf"^{_WHO} (?P<be>was|were) {_DONE} (?:on|in) {_WHEN}"),
        lambda m: f"When {m['be']} {_who(m)} {m['done']}?",
    ),
    (
        re.compile(
            rf"\b{_COUNT} (?P<what>(?:[a-z-]+ )?(?:[a-z-]{{3,}}s|people|children|women|men|police))"
            r" (?:were|have been) (?P<done>[a-z]{2,}ed)\b"
        ),
        lambda m: f"How many {m['what']} were {m['done']}?",
    ),
    (
        re.compile(rf"^{_WHO} (?:has |have )?(?P<did>{'|'.join(_DID)})\b"),
        lambda m: f"What did {_who(m)} {_DID[m['did']]}?",
    ),
    (
        re.compile(rf"^(?P<who>{_NAMED}) (?:has |have )?(?:said|says|warned|claimed|confirmed)(?: (?:on|last) {_WORD})?"
                   rf" (?:that )?(?P<what>(?:{_WORD} ){{3,12}}{_WORD})\.$"),
        lambda m: f"Who said that {_inner(m['what'])}?",
    ),
    (
        re.compile(rf"\b(?P<who>{_NAMED}), (?:the|a|an) [^,.]{{8,70}}, "),
        lambda m: f"Who is {m['who']}?" if " " in m["who"] else "",
    ),
    (
        re.compile(rf"(?:(?<=^)|(?<=[\w,] )){_WHO} (?:said|says|told|added|warned)\b"),
        lambda m: f"What did {_who(m)} say?",
    ),
    (re.compile(rf"\bsaid (?P<who>{_NAMED})\b"), lambda m: f"What did {_who(m)} say?"),
)  # fmt: skip
