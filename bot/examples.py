"""Example questions that the index really answers: names from the newest articles, asked about and answered first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.answers import Status
from bot.desk import Desk
from index.articles import Article
from index.errors import DatelineError

_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}")  # never the first word of a sentence
_FORMS = ("What did {} say?", "What happened to {}?", "What did {} do?")
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December I Mr Mrs Ms Dr President Minister""".split()
)
_ARTICLES = 8  # looked at
_NAMES = 4  # of each
_TRIES = 24  # questions asked in all


def examples(desk: Desk, n: int = 3) -> list[str]:
    """At most `n` questions that get an answer, of as many articles as can be. Takes seconds: runs off the event loop.

    Raises nothing for an index that cannot be asked: there are no examples then.
    """
    found: dict[str, str] = {}  # by the words that answer: three questions with one answer are no examples
    try:
        for question in _tries(desk.library.latest(_ARTICLES)):
            answer = desk.ask(question)
            if answer.status is Status.ANSWERED:
                found.setdefault(answer.claims[0].answer, question)
            if len(found) == n:
                break
    except DatelineError:
        return []
    return list(found.values())


def _tries(articles: list[Article]) -> list[str]:
    """Questions to try: each article's first, then each one's second, and so on."""
    each = [list(_questions(article)) for article in articles]
    longest = max(map(len, each), default=0)
    mixed = [questions[i] for i in range(longest) for questions in each if i < len(questions)]
    return list(dict.fromkeys(mixed))[:_TRIES]


def _questions(article: Article) -> Iterator[str]:
    counts = Counter(name for name in _NAME.findall(article.text) if name not in _NO_NAMES)
    names = [name for name, _ in counts.most_common(_NAMES)]
    for form in _FORMS:
        yield from (form.format(name) for name in names)
