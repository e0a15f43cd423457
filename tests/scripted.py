"""A desk with a script instead of an index, for tests of the front ends alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.answers import Answer, Citation, Claim, Question, Status, Understood
from bot.turns import Rewriter
from bot.words import say
from index.articles import Article
from index.errors import UsageError
from index.library import FILE_NAME, Library

BRIDGE = Article(
    id="https://example.org/bridge",
    url="https://example.org/bridge",
    title="Old bridge closed for repairs",
    outlet="The Daily Example",
    authors=("A. Writer",),
    published=date(2024, 6, 6),
    text="The old bridge was closed on Thursday.\n\nRepairs will cost 4.5 million euros, the city said. "
    "Ferries run every ten minutes until then.\n\nThe bridge was built in 1911.",
)
HOSTILE = Article(
    id="hostile\x1b]0;pwned\x07.txt",
    url="",
    title="[red]Title\x1b[2J of\u202e doom[/red]",
    outlet="Out\x9blet",
    authors=(),
    published=None,
    text="First line \x1b[31mred\x1b[0m\r\nand \u2066more\u2069 :smile: [bold]not bold[/bold].\x00",
)


def cite(article: Article, quote: str) -> Citation:
    """The citation of `quote` where it first stands in `article`."""
    start = article.text.index(quote)
    return Citation(article, start, start + len(quote))


def claim(article: Article, quote: str, answer: str | None = None) -> Claim:
    """A claim said in the article's own words."""
    return Claim(quote, (cite(article, quote),), answer or quote, 1.0)


def answered(*claims: Claim, question: str = "What will repairs cost?") -> Answer:
    """An answer that makes `claims`."""
    asked = Question(question, date(2024, 6, 7))
    text = " ".join(claim.text for claim in claims)
    return Answer(asked, Status.ANSWERED, text, claims, (), 1234, date(2024, 6, 6), 0.0123)


def not_found(*closest: Citation, question: str = "Who won?") -> Answer:
    """An answer that says that there is none."""
    asked = Question(question, date(2024, 6, 7))
    return Answer(asked, Status.NOT_FOUND, say("not_found"), (), closest, 1, None, 0.0123)


COST = answered(
    claim(BRIDGE, "Repairs will cost 4.5 million euros, the city said.", "4.5 million euros"),
    claim(BRIDGE, "The old bridge was closed on Thursday."),
)
LIMITED = replace(
    COST,
    question=Question("What did the Daily Example report in June?", date(2024, 6, 7)),
    understood=Understood(("The Daily Example",), True, window=(date(2024, 6, 1), date(2024, 6, 30))),
)


@dataclass(frozen=True)
class Found:
    """What `ScriptedDesk.search` returns."""

    hits: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        return {"passages": [hit.as_json() for hit in self.hits], "seconds": 0.0}


class ScriptedDesk:
    """Answers questions about cost, refuses empty ones, hangs on "hang" until `released`, breaks on "break"."""

    def __init__(self, home: Path) -> None:
        self.library = Library(home / FILE_NAME)
        self.library.put([BRIDGE])
        self.asked: list[tuple[str, date | None]] = []
        self.released = threading.Event()
        self.rewriter: Rewriter | None = None

    def warm(self) -> None:
        """Nothing to load."""

    def ask(self, question: str, asked_on: date | None = None, *, whole: bool = False, **_: object) -> Answer:
        self.asked.append((question, asked_on))
        if question == "hang":
            self.released.wait(30)
        if question == "break":
            raise RuntimeError("broken\x1b[31m")
        if question == "wrong":
            raise UsageError("That question is wrong.")
        if "Example" in question and not whole:
            return LIMITED
        return COST if "cost" in question else not_found(cite(BRIDGE, "The bridge was built in 1911."))

    def search(self, question: str, asked_on: date | None = None, k: int = 10) -> Found:
        self.asked.append((question, asked_on))
        return Found((cite(BRIDGE, "The bridge was built in 1911."),)[:k])

    def close(self) -> None:
        self.released.set()
        self.library.close()
