"""`Desk.ask(question) -> Answer`: the one path from a question to a sourced answer that every front end takes.

Synchronous and thread-safe; front ends run it off their event loop. Models and index load when first needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from bot.answers import Answer, Citation, Question, Status
from bot.question import Meaning, understand
from bot.settings import Settings
from bot.verify import verified
from bot.words import say
from index.articles import Article
from index.embed import Encoders, model_id
from index.errors import IndexMissing, UsageError
from index.library import FILE_NAME, Library
from index.serving import Generations

if TYPE_CHECKING:
    from bot.reader import Reader
    from bot.reranker import Reranker
    from index.retrieve import Found, NewsRetriever

RETRIEVED = 16  # passages for one answer
_RERANKED = 40  # passages that a reranker chooses those from
_CLOSEST = 3


class Among(TypedDict, total=False):
    """Which articles may be found, by id: `only` these, or all `without` those."""

    only: frozenset[str] | None
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage found: characters `start` to `end` of the article."""

    article: Article
    start: int
    end: int
    score: float
    also: tuple[Article, ...] = ()  # other places of the same text

    def as_json(self) -> dict[str, Any]:
        shown = Citation(self.article, self.start, self.end).as_json()
        also = [{"url": place.url, "outlet": place.outlet} for place in self.also]
        return shown | {"text": shown.pop("quote"), "score": round(self.score, 4), "also": also}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, and how long they took."""

    hits: tuple[SearchHit, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {"passages": [hit.as_json() for hit in self.hits], "seconds": round(self.seconds, 4)}


class Desk:
    """Holds what answering needs: library, serving generation, encoder, reader. Close it when done."""

    def __init__(self, settings: Settings, reader: Reader | None = None) -> None:
        self.library = Library(settings.home / FILE_NAME)
        self._generations = Generations(settings.home)
        self._encoders = Encoders(settings.home)
        self._settings = settings
        self._reader = reader
        self._reranker: Reranker | None = None
        self._retriever: NewsRetriever | None = None
        self._known: tuple[int, tuple[str, ...]] = (-1, ())

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        """Open the library; nothing heavy is loaded yet."""
        return cls(settings)

    def warm(self) -> None:
        """Load models and index now rather than with the first question."""
        try:
            with self._generations.lease() as generation:
                model = generation.manifest.model_id
        except IndexMissing:
            model = model_id(self._settings.encoder)
        self._encoders(model).encode_query("warm")
        self._parts()

    def refresh(self) -> None:
        """Answer from what is published now, rather than within the second."""
        self._generations.refresh()

    def close(self) -> None:
        self._generations.close()
        self.library.close()

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        *,
        told: Callable[[int, int], None] = lambda reading, searched: None,
        **among: Unpack[Among],
    ) -> Answer:
        """Answer `question` from the articles published by `asked_on` (today when None).

        `told` is given the numbers of articles that will be read and that were searched, before they are read.
        Raises UsageError for an empty question, IndexMissing, IndexBroken or ModelMissing.
        """
        started = time.perf_counter()
        asked, meaning = self._asked(question, asked_on)
        retriever, reader = self._parts()
        found = self._for_answer(retriever, meaning, asked.asked_on, **among)
        with self._generations.lease() as generation:
            searched, newest = self.library.count_through(asked.asked_on, generation.manifest.sequence)
        told(len({item.article.id for item in found}), searched)
        from bot.claims import claims as claims_of  # late, as all that knows of retrieval

        claims = verified(claims_of(reader.read(meaning, found), self._settings.caution), self.library.article)
        closest = () if claims else _closest(found)
        finish = partial(Answer, asked, claims=claims, closest=closest)
        return finish(
            status=Status.ANSWERED if claims else Status.NOT_FOUND,
            text=" ".join(claim.text for claim in claims) or say("not_found"),
            articles_searched=searched,
            articles_through=newest,
            seconds=time.perf_counter() - started,
        )

    def found(self, question: str, asked_on: date | None = None) -> tuple[Meaning, list[Found]]:
        """What is meant, and the passages that would be read for an answer. Raises as `ask` does."""
        asked, meaning = self._asked(question, asked_on)
        retriever, _ = self._parts()
        return meaning, self._for_answer(retriever, meaning, asked.asked_on)

    def search(self, question: str, asked_on: date | None = None, k: int = 10, **among: Unpack[Among]) -> SearchResult:
        """The `k` passages that retrieval ranks first. Raises as `ask` does."""
        started = time.perf_counter()
        asked, meaning = self._asked(question, asked_on)
        retriever, _ = self._parts()
        hits = [
            SearchHit(
                item.article,
                item.passage.start,
                item.passage.end,
                item.score,
                tuple(self.library.also(item.article.id)),
            )
            for item in self._retrieve(retriever, meaning, asked.asked_on, k, **among)
        ]
        return SearchResult(tuple(hits), time.perf_counter() - started)

    def _asked(self, question: str, asked_on: date | None) -> tuple[Question, Meaning]:
        if not any(character.isalnum() for character in question):
            raise UsageError('The question is empty: ask something, such as "What did Russia object to?".')
        asked = Question(" ".join(question.split()), asked_on or date.today())
        return asked, understand(asked, self._outlets())

    def _outlets(self) -> tuple[str, ...]:
        sequence = self.library.sequence
        if self._known[0] != sequence:
            self._known = (sequence, tuple(row.outlet for row in self.library.outlets()))
        return self._known[1]

    def _parts(self) -> tuple[NewsRetriever, Reader]:
        from bot.readers import load_reader
        from index.retrieve import NewsRetriever  # late: llama_index takes a second to import

        if self._retriever is None:
            self._retriever = NewsRetriever(self.library, self._generations, self._encoders)
        if self._reader is None:
            self._reader = load_reader(self._settings.reader)
        if self._reranker is None and self._settings.reranker:
            from bot.reranker import Reranker

            self._reranker = Reranker(self._settings.reranker)
        return self._retriever, self._reader

    def _for_answer(
        self, retriever: NewsRetriever, meaning: Meaning, asked_on: date, **among: Unpack[Among]
    ) -> list[Found]:
        """The passages that are read, in the reranker's order where there is one."""
        if self._reranker is None:
            return self._retrieve(retriever, meaning, asked_on, RETRIEVED, **among)
        found = self._retrieve(retriever, meaning, asked_on, _RERANKED, **among)
        return self._reranker.rerank(meaning.text, found)[:RETRIEVED]

    def _retrieve(
        self, retriever: NewsRetriever, meaning: Meaning, asked_on: date, k: int, **among: Unpack[Among]
    ) -> list[Found]:
        from index.retrieve import NewsQuery

        query = NewsQuery(meaning.text, asked_on=asked_on, window=meaning.window, outlets=meaning.outlets, **among)
        return retriever.search(query, k)


def _closest(found: Sequence[Found]) -> tuple[Citation, ...]:
    """The best passage of each of the first articles."""
    first = {item.article.id: item for item in reversed(found)}
    ranked = sorted(first.values(), key=lambda item: -item.score)[:_CLOSEST]
    return tuple(Citation(item.article, item.passage.start, item.passage.end) for item in ranked)
