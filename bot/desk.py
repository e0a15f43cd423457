"""`Desk.ask(question) -> Answer`: the one path from a question to a sourced answer that every front end takes.

Synchronous and thread-safe; front ends run it off their event loop. Models and index load when first needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from bot.answers import Answer, Citation, Claim, Question, Status
from bot.hits import SearchHit, SearchResult
from bot.people import persons_named
from bot.question import Meaning, understand
from bot.settings import Settings
from bot.turns import Rewriter, Standalone
from bot.understood import not_found_words
from bot.verify import verified
from bot.words import say
from bot.writing import Writing
from index.embed import Encoders, model_id
from index.errors import IndexMissing, UsageError
from index.known import Names
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
    """Which articles may be found, by id: `only` these, or all `without` those; and which are to `prefer`."""

    only: frozenset[str] | None
    without: frozenset[str]
    prefer: frozenset[str]


class Desk:
    """Holds what answering needs: library, serving generation, encoder, reader. Close it when done."""

    def __init__(self, settings: Settings, reader: Reader | None = None) -> None:
        self.library = Library(settings.home / FILE_NAME)
        self._generations = Generations(settings.home)
        self._encoders = Encoders(settings.home)
        self.writing = Writing(settings, self.library.article)
        self._settings = settings
        self.rewriter: Rewriter | None = self.writing.rewriter  # used by bot/conversation.py
        self._reader = reader
        self._reranker: Reranker | None = None
        self._retriever: NewsRetriever | None = None
        self._known: tuple[int, Names] = (-1, Names())

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

    def serving(self) -> str:
        """The name of the generation that answers now. Raises IndexMissing or IndexBroken."""
        with self._generations.lease() as generation:
            return generation.manifest.name

    def refresh(self) -> None:
        """Answer from what is published now, rather than within the second."""
        self._generations.refresh()

    def close(self) -> None:
        self.writing.close()
        self._generations.close()
        self.library.close()

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        *,
        whole: bool = False,
        meant: Standalone | None = None,
        told: Callable[[int, int], None] = lambda reading, searched: None,
        place: str = "",
        shown: Callable[[Claim], None] = lambda claim: None,
        **among: Unpack[Among],
    ) -> Answer:
        """Answer `question` from the articles published by `asked_on` (today when None), or by an earlier day it names.

        `whole`: without the outlets, authors and days that it names; they limit or lead the search otherwise. `meant`
        is the question as a conversation makes it stand on its own: that is searched and read. `told` is given the
        numbers of articles that will be read and that were searched, before they are read. `place` is whose budget a
        language model's tokens count against; `shown` gets its claims as they pass.
        Raises UsageError for an empty question, IndexMissing, IndexBroken or ModelMissing.
        """
        started = time.perf_counter()
        asked, meaning = self._asked(question, asked_on, whole, meant)
        if meant is not None and meant.prefer:
            among["prefer"] = meant.prefer
        retriever, reader = self._parts()
        found = self._for_answer(retriever, meaning, asked.asked_on, **among)
        with self._generations.lease() as generation:
            searched, newest = self.library.count_through(asked.asked_on, generation.manifest.sequence)
        told(len({item.article.id for item in found}), searched)
        from bot.claims import claims as claims_of  # late, as all that knows of retrieval
        from bot.copies import of_one_copy
        from bot.counts import differing
        from bot.stated import among_figures

        readings, caution = of_one_copy(reader.read(meaning, found)), self._settings.caution
        figures = verified(differing(readings, meaning, caution), self.library.article)
        conflict = len(figures) > 1
        shown = (lambda claim: None) if conflict else shown
        written = self.writing.write(meaning, found, asked.asked_on, readings, place, shown)
        claims = written.claims or verified(claims_of(readings, caution), self.library.article)
        claims = among_figures(figures, written.claims) if conflict else claims
        status = Status.CONFLICTING if conflict else Status.ANSWERED if claims else Status.NOT_FOUND
        closest = () if claims else _closest(found)
        persons = persons_named(meaning.text, [item.text for item in found])
        seen = replace(meaning.understood, persons=persons)
        finish = partial(Answer, asked, claims=claims, closest=closest, understood=seen)
        return finish(
            status=status,
            text=_text(status, [claim.text for claim in claims]) or not_found_words(seen, asked.asked_on),
            articles_searched=searched,
            articles_through=newest,
            seconds=time.perf_counter() - started,
            note=written.note,
            writer=written.writer,
        )

    def found(self, question: str, asked_on: date | None = None) -> tuple[Meaning, list[Found]]:
        """What is meant, and the passages that would be read for an answer. Raises as `ask` does."""
        asked, meaning = self._asked(question, asked_on)
        retriever, _ = self._parts()
        return meaning, self._for_answer(retriever, meaning, asked.asked_on)

    def search(
        self,
        question: str,
        asked_on: date | None = None,
        k: int = 10,
        *,
        whole: bool = False,
        **among: Unpack[Among],
    ) -> SearchResult:
        """The `k` passages that retrieval ranks first, `whole` as for `ask`. Raises as `ask` does."""
        started = time.perf_counter()
        asked, meaning = self._asked(question, asked_on, whole)
        retriever, _ = self._parts()
        hits = [
            SearchHit(item.article, item.passage.start, item.passage.end, item.score, item.also)
            for item in self._retrieve(retriever, meaning, asked.asked_on, k, **among)
        ]
        return SearchResult(tuple(hits), time.perf_counter() - started)

    def _asked(
        self, question: str, asked_on: date | None, whole: bool = False, meant: Standalone | None = None
    ) -> tuple[Question, Meaning]:
        if not any(character.isalnum() for character in question):
            raise UsageError('The question is empty: ask something, such as "What did Russia object to?".')
        text = " ".join(question.split())
        standalone = meant.text if meant is not None and meant.text != text else ""
        asked = Question(text, asked_on or date.today(), standalone)
        names = self._names()
        meaning = understand(asked, names.outlets, names.authors, names.oldest, whole=whole)
        return replace(asked, asked_on=meaning.understood.as_of or asked.asked_on), meaning

    def _names(self) -> Names:
        sequence = self.library.sequence
        if self._known[0] != sequence:
            self._known = (sequence, self.library.names())
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

        seen = meaning.understood
        if seen.authors:
            only, theirs = among.get("only"), self.library.written_by(seen.authors)
            among["only"] = theirs if only is None else only & theirs
        query = NewsQuery(
            meaning.text, asked_on=asked_on, window=meaning.window, outlets=meaning.outlets, outlets_only=seen.only,
            newest=seen.newest, **among,
        )  # fmt: skip
        return retriever.search(query, k)


def _text(status: Status, said: Sequence[str]) -> str:
    """The claims in a row; figures that differ a line each, below the sentence that says so; perhaps nothing."""
    if status is Status.CONFLICTING:
        return "\n".join((say("conflicting"), *said))
    return " ".join(said)


def _closest(found: Sequence[Found]) -> tuple[Citation, ...]:
    """The best passage of each of the first articles, of copies one."""
    first = {item.source: item for item in reversed(found)}
    ranked = sorted(first.values(), key=lambda item: -item.score)[:_CLOSEST]
    return tuple(Citation(item.article, item.passage.start, item.passage.end, item.also) for item in ranked)
