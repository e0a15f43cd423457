"""Example questions that the index really answers, asked and checked before they are shown; kept until it changes.

Made from the newest articles' own sentences (bot/example_questions.py): of different articles where there are enough,
else of different sentences.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from bot.answers import Answer, Status
from bot.desk import Desk
from bot.evidence import key
from bot.example_questions import Example, questions
from index.articles import Article
from index.errors import DatelineError

_LOG = logging.getLogger(__name__)
WANTED = 3
_ARTICLES = 12  # looked at
_OF_ONE = 6  # questions tried of each article, before a second one of any is taken
_TRIES = 40  # questions asked in all

Run = Callable[[Callable[[], Answer]], Awaitable[Answer]]


class Examples:
    """The examples of one bot. `found` may be read at any time: it fills up, and the old ones stay until others are."""

    def __init__(self, desk: Desk, run: Run) -> None:
        """`run` works out one answer off the event loop; what it raises ends a search, to be begun anew."""
        self.found: list[str] = []
        self._desk = desk
        self._run = run
        self._of = ""
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Find examples for what the index holds now; nothing to do where they are of it. Takes seconds."""
        async with self._lock:
            try:
                name = await asyncio.to_thread(self._desk.serving)
                if name == self._of:
                    return
                articles = await asyncio.to_thread(self._desk.library.latest, _ARTICLES)
                fresh = list[str]()
                self.found = self.found or fresh
                await self._search(articles, fresh)
                self.found, self._of = fresh, name
            except (DatelineError, TimeoutError) as error:
                _LOG.info("no examples: %s", error)
            except Exception:
                _LOG.exception("examples could not be found")

    async def _search(self, articles: list[Article], fresh: list[str]) -> None:
        said, used, asked = set[str](), set[str](), 0
        for example, first in tries(articles):
            if len(fresh) == WANTED or asked == _TRIES:
                return
            if (first and example.article.id in used) or example.text in fresh:
                continue
            asking, asked = example.text, asked + 1
            answer = await self._run(lambda: self._desk.ask(asking))  # noqa: B023
            words = key(answer.claims[0].answer) if answers(answer, example) else ""
            if words and words not in said:
                said.add(words)
                used.add(example.article.id)
                fresh.append(asking)


def tries(articles: list[Article]) -> Iterator[tuple[Example, bool]]:
    """What to ask, with whether it is of the round that takes one question of an article: then the rest, in turn."""
    each = [questions(article) for article in articles]
    longest = max(map(len, each), default=0)
    for first, ranks in ((True, range(min(longest, _OF_ONE))), (False, range(longest))):
        for rank in ranks:
            yield from ((some[rank], first) for some in each if rank < len(some))


def answers(answer: Answer, example: Example) -> bool:
    """Whether the answer is said by the very sentence that the question was made of."""
    return answer.status is Status.ANSWERED and any(
        citation.article.id == example.article.id and citation.start < example.end and citation.end > example.start
        for citation in answer.claims[0].citations
    )
