"""Questions made from headlines, as distant supervision (Mintz et al., 2009): a name or number of the headline asked
for, and the passages of news that say it or do not.

An article's headline is not shown with its own passage, which has to say the same in other words. Passages that our
retriever brings and that hold no word of the answer are the negatives that a reader meets in use.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from bot.desk import Desk
from bot.progress import progress
from bot.settings import Settings
from bot.wording import stems
from index.articles import Article, read_articles
from index.embed import load_encoder
from index.passages import CountTokens, Passage, split
from index.sentences import sentence_spans
from models.reading_data import Example

_WORDS = (6, 20)  # of a headline
_LEAD = 5  # passages of the article itself that are looked at
_BROUGHT = 12  # passages retrieved for each question
_SHARED_AT_HOME = 0.25  # of the question's stems: what a sentence of the article itself must say too
_SHARED = 0.4  # the same for another article
_APART = timedelta(4)  # between two articles on one event
_NEGATIVES = 4  # for each question
_QUESTIONS = 2  # of each headline
_OUTLETS = frozenset(("CNN", "USA TODAY", "USA Today", "The Week", "Reuters", "AP"))
_DEMONYM = ("ian", "ish", "ese", "ican", "French", "Greek", "Dutch", "Black")  # adjectives: no answer by themselves

_NAME = re.compile(r"[A-Z][\w&-]*(?:['’][A-Z]\w*)?(?:(?: of| the| of the| de)? [A-Z][\w&-]*(?:['’][A-Z]\w*)?)*")
_NUMBER = re.compile(r"\$?\d[\d,.]*\d?(?:%| percent| million| billion| trillion)*")
_NOT_A_QUESTION = re.compile(
    r"^(how|why|what|who|where|when|which|here|opinion|live|watch|photos?|the week|today|this|these|quiz)\b"
    r"|\?|:|\||…$|\.\.\.?$",
    re.IGNORECASE,
)
_COUNTRY = frozenset(
    """Afghanistan Algeria Argentina Armenia Australia Austria Bangladesh Belarus Belgium Bolivia Brazil Britain
    Bulgaria Cambodia Cameroon Canada Chile China Colombia Croatia Cuba Cyprus Denmark Ecuador Egypt England Estonia
    Ethiopia Finland France Germany Ghana Greece Guatemala Haiti Honduras Hungary Iceland India Indonesia Iran Iraq
    Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kosovo Kuwait Latvia Lebanon Libya Lithuania Malaysia
    Mali Mexico Moldova Mongolia Morocco Mozambique Myanmar Nepal Netherlands Nicaragua Niger Nigeria Norway Pakistan
    Panama Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Rwanda Scotland Senegal Serbia Singapore
    Slovakia Slovenia Somalia Spain Sudan Sweden Switzerland Syria Taiwan Tanzania Thailand Tunisia Turkey Uganda
    Ukraine Uruguay Venezuela Vietnam Wales Yemen Zambia Zimbabwe""".split()
)
_STATE = frozenset(
    """Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois Indiana
    Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana
    Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Wisconsin
    Wyoming""".split()
)
_KIND = (
    "company|retailer|airline|automaker|carmaker|brand|chain|startup|bank|drugmaker|firm|app|network|platform|actor|"
    "actress|singer|rapper|comedian|musician|band|author|director|star|player|quarterback|coach|pitcher|golfer|"
    "city|town|island|region|province|county|team|club|university|school|agency|drug|vaccine|variant|disease|film|"
    "movie|series|show|song|album|book|game|hurricane|storm|senator|governor|mayor|president|minister|leader|"
    "king|queen|prince|princess|billionaire|country|state|newspaper|magazine|festival|award|ship|telescope"
)
_PERSON = (
    r"(?:President|Sen\.|Rep\.|Gov\.|Mr\.|Ms\.|Mrs\.|Dr\.|Minister|Secretary|King|Queen|Prince|Princess|Justice|Judge|"
    r"Mayor|coach|CEO|actor|actress|singer|rapper|senator|governor)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from an article's headline; the answer as the headline has it."""

    question: str
    answer: str


def questions_of(article: Article, chance: random.Random) -> list[Asked]:
    """Questions on the headline of `article`, each on a name or number that its beginning holds; none if unfit."""
    title = re.sub(r"\s+", " ", article.title).strip()
    if not _WORDS[0] <= len(title.split()) <= _WORDS[1] or _NOT_A_QUESTION.search(title):
        return []
    lead = article.text[:4_000]
    found = [match for pattern in (_NAME, _NUMBER) for match in pattern.finditer(title) if _said(match, title, lead)]
    return [_asked(title, match, lead, chance) for match in chance.sample(found, min(_QUESTIONS, len(found)))]


def _asked(title: str, match: re.Match[str], lead: str, chance: random.Random) -> Asked:
    before, after = title[: match.start()], title[match.end() :]
    wanted = _wanted(match.group(), after, lead, chance)
    if re.match(r"['’]s?\b", after):
        wanted, after = re.sub(r"^[Ww]ho$", "whose", wanted), re.sub(r"^['’]s?", "", after)
    question = f"{before}{wanted}{after}?" if before else f"{wanted[0].upper()}{wanted[1:]}{after}?"
    return Asked(question, match.group())


def _said(match: re.Match[str], title: str, lead: str) -> bool:
    name = match.group()
    if name in _OUTLETS or name.endswith(_DEMONYM) or re.fullmatch(r"(?:19|20)\d\d", name):
        return False
    place = re.search(rf"(?<![\w$]){re.escape(name)}(?!\w)", lead)
    if place is None or name.lower() in (title[: match.start()] + title[match.end() :]).lower():
        return False
    # The first word is capitalised whatever it is: a name stands within sentences too.
    return match.start() > 0 or bool(re.search(rf"[a-z,] {re.escape(name)}\b", lead))


def _wanted(name: str, after: str, lead: str, chance: random.Random) -> str:
    """The question word or phrase for `name`, by what the article says of it."""
    if name[0] == "$":
        return "how much"
    if name[0].isdigit():
        return "what percentage" if re.search(r"%|percent", name + after[:9]) else "how many"
    if name in _COUNTRY:
        return "which country"
    if name in _STATE:
        return chance.choice(("which state", "which US state"))
    known = re.search(rf"\b({_KIND}) {re.escape(name)}\b|{re.escape(name)}, (?:an?|the) (?:[\w-]+ )*?({_KIND})\b", lead)
    if known and chance.random() < 0.7:
        return f"which {known.group(1) or known.group(2)}"
    last = re.escape(name.split()[-1])
    if known is None and re.search(rf"{_PERSON} (?:\w+ )?{last}\b|\b{last},? (?:who|told|tweeted)\b", lead):
        return "who"
    return chance.choice(("what", "which", "who")) if len(name.split()) == 2 else "what"


def examples_of(article: Article, desk: Desk, count_tokens: CountTokens, chance: random.Random) -> Iterator[Example]:
    """The examples that one article's headline gives: from its own passages and from those that retrieval brings."""
    day = article.day
    questions = questions_of(article, chance) if day else []
    own = split(article, count_tokens)[:_LEAD] if questions else []
    for asked in questions:
        wanted = stems(asked.question)
        if made := _answering(asked, wanted, article, own, _SHARED_AT_HOME):
            yield made
        silent = []
        for hit in desk.search(asked.question, day + timedelta(2), _BROUGHT).hits if day else ():
            passage = Passage("", hit.article.id, hit.start, hit.end)
            if _silent(asked, hit.article, passage):
                title = "" if hit.article.id == article.id else hit.article.title
                silent.append(Example(asked.question, title, hit.article.text[hit.start : hit.end], -1, -1))
            elif hit.article.id != article.id and _near(hit.article, article):
                made = _answering(asked, wanted, hit.article, [passage], _SHARED)
                yield from [made] if made else []
        yield from chance.sample(silent, min(_NEGATIVES, len(silent)))


def _near(one: Article, other: Article) -> bool:
    return one.day is not None and other.day is not None and abs(one.day - other.day) <= _APART


def _silent(asked: Asked, article: Article, passage: Passage) -> bool:
    """Whether neither passage nor headline holds a word of the answer."""
    answer = {word for word in re.findall(r"\w+", asked.answer.lower()) if len(word) > 2 or word.isdigit()}
    shown = f"{article.title} {article.text[passage.start : passage.end]}".lower()
    return bool(answer) and not answer & set(re.findall(r"\w+", shown))


def _answering(
    asked: Asked, wanted: frozenset[str] | set[str], article: Article, passages: Iterable[Passage], share: float
) -> Example | None:
    """The passage with the sentence that holds the answer and says most of the question, if it says enough."""
    best: tuple[float, Example] | None = None
    pattern = re.compile(rf"(?<![\w$]){re.escape(asked.answer)}(?!\w)")
    for passage in passages:
        text = article.text[passage.start : passage.end]
        for start, end in sentence_spans(text):
            match = pattern.search(text, start, end)
            said = len(wanted & stems(text[start:end])) / max(1, len(wanted))
            if match and said >= share and (best is None or said > best[0]):
                title = "" if asked.answer in article.title else article.title
                best = (said, Example(asked.question, title, text, *match.span()))
    return best[1] if best else None


def main() -> None:
    """Write the examples of all articles in the index under HOME to OUT, one JSON object a line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    chance, count_tokens = random.Random(0), load_encoder().count_tokens
    found = [article for article in read_articles(options.articles) if isinstance(article, Article)]
    with (
        closing(Desk.open(Settings(home=options.home))) as desk,
        options.out.open("w", encoding="utf-8") as out,
        progress() as shown,
    ):
        shown.start("asking headlines", len(found))
        for article in found:
            for example in examples_of(article, desk, count_tokens, chance):
                out.write(json.dumps(asdict(example)) + "\n")
            shown.advance()


if __name__ == "__main__":
    main()
