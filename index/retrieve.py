"""Retrieval that knows it is news: dense and lexical candidates, fused, weighted by time, spread over articles.

A LlamaIndex retriever, usable from any LlamaIndex program. Knows nothing of wording: the day of asking, the days that
the question speaks of and the outlets it names are handed in with a `NewsQuery`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.about import company, mentions, nearness, opening, words_of
from index.articles import Article
from index.embed import Encoder
from index.fusion import Candidate, Hit, blend, fuse, leading, spread
from index.generations import Generation
from index.library import Library
from index.passages import Passage
from index.serving import Generations

_CANDIDATES = 400  # of each kind, before fusion
_TITLE_BOOST = 0.0  # the encoder reads the headline with every passage: counted here too, it lifts round-ups
_WHOLE = 50  # articles compared as a whole
_READ = 50_000  # characters of each: more than any news story has
_COMPANY = 3  # the best of them, which all are compared with: 3 to 8 do the same
_NAMED_CANDIDATES = 50  # more of each kind from the days or outlets that the question names
_PREFERRED_CANDIDATES = 8  # passages of the articles to be preferred, should the search itself miss them
_LATELY = 60  # days from which more candidates come when the latest is asked for
_AMONG = 4_000  # lexical hits looked through for the articles of `only`: any word in common is a hit


@dataclass
class NewsQuery(QueryBundle):
    """A question with what is known of it: `window` are publication days, both included.

    Articles of `outlets` come first, or are all there is where `outlets_only`. `newest`: newer ones count for more.
    `only`, where given, are the ids of the articles that may be found; those of `without` are not. Those of `prefer`
    are looked at in any case and given somewhat more than they earn (`fusion.PREFERRED`).
    """

    asked_on: date = field(default_factory=date.today)
    window: tuple[date, date] | None = None
    outlets: tuple[str, ...] = ()
    outlets_only: bool = False
    newest: bool = False
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    prefer: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage. `score` orders it, `cosine` is its similarity to the question (None: lexical only).

    `also` are the other places of the article's text and of copies of it, as far as the day of asking knows them.
    """

    passage: Passage
    article: Article
    score: float
    cosine: float | None
    also: tuple[Article, ...] = ()

    @property
    def source(self) -> str:
        """The same for all articles that are copies of one text."""
        return source(self.article, self.also)

    @property
    def text(self) -> str:
        return self.article.text[self.passage.start : self.passage.end]


class NewsRetriever(BaseRetriever):
    """Retrieves the passages that may answer a question, best first, from whichever generation serves now."""

    def __init__(
        self, library: Library, generations: Generations, encoder: Callable[[str], Encoder], *, top_k: int = 10
    ) -> None:
        """`encoder` gives the encoder for a generation's model id."""
        super().__init__()
        self._library = library
        self._generations = generations
        self._encoder = encoder
        self._top_k = top_k

    def search(self, query: NewsQuery, k: int) -> list[Found]:
        """The `k` best passages. Raises IndexMissing, IndexBroken or ModelMissing."""
        with self._generations.lease() as generation:
            vector = self._encoder(generation.manifest.model_id).encode_query(query.query_str)
            dense, lexical = self._candidates(generation, query, vector)
            fused = fuse(dense, lexical, query.asked_on, query.window, query.outlets, query.newest)
            heads = leading(fused, _WHOLE)
            first = [candidate.article_id for candidate in heads]
            manifest = generation.manifest
            vectors = self._library.article_vectors(manifest.model_id, first, manifest.sequence)
            texts = self._library.texts(first, manifest.sequence, _READ)
            words = words_of(query.query_str, generation.holding, manifest.passages)
        lower = {article_id: text.lower() for article_id, text in texts.items()}
        whole = [nearness(vector, vectors), mentions(words, lower), opening(words, lower)]
        best = [candidate.article_id for candidate in blend(heads, whole)[:_COMPANY]]
        whole.append(company(best, vectors))
        return self._fetch(spread(blend(fused, whole, query.prefer), k), query.asked_on)

    def _candidates(self, generation: Generation, query: NewsQuery, vector: Any) -> tuple[list[Hit], list[Hit]]:
        if query.only is not None:
            near, worded = _among(generation, query, vector, query.only - query.without)
            return _of_outlets(near, query), _of_outlets(worded, query)
        dense, lexical = list[Hit](), list[Hit]()

        def gather(
            n: int, since: date | None = None, through: date = query.asked_on, outlet: str | None = None
        ) -> None:
            within: Any = {"since": since, "through": through, "outlet": outlet}
            worded: Any = within | {"title_boost": _TITLE_BOOST}
            dense.extend(_outside(lambda m: generation.dense(vector, m, **within), n, query.without))
            lexical.extend(_outside(lambda m: generation.lexical(query.query_str, m, **worded), n, query.without))

        for outlet in query.outlets if query.outlets_only else (None,):
            gather(_CANDIDATES, outlet=outlet)
            if query.window is not None:
                first, last = query.window[0] - timedelta(1), query.window[1] + timedelta(1)
                gather(_NAMED_CANDIDATES, since=first, through=min(last, query.asked_on), outlet=outlet)
            if query.newest and query.asked_on.toordinal() > _LATELY:
                gather(_NAMED_CANDIDATES, since=query.asked_on - timedelta(_LATELY), outlet=outlet)
        for outlet in () if query.outlets_only else query.outlets:
            gather(_NAMED_CANDIDATES, outlet=outlet)
        if query.prefer - query.without:
            preferred = _within(query, query.prefer - query.without)
            dense.extend(generation.nearest(vector, _PREFERRED_CANDIDATES, preferred))
        return dense, lexical

    def _fetch(self, ranked: Sequence[Candidate], asked_on: date) -> list[Found]:
        stored = self._library.passages([candidate.passage_id for candidate in ranked])
        copies = self._library.copies(list({article.id for _, article in stored.values()}), asked_on)
        return [
            Found(passage, article, candidate.score, candidate.cosine, tuple(copies[article.id]))
            for candidate in ranked
            if candidate.passage_id in stored
            for passage, article in [stored[candidate.passage_id]]
        ]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle if isinstance(query_bundle, NewsQuery) else NewsQuery(query_bundle.query_str)
        return [NodeWithScore(node=_node(found), score=found.score) for found in self.search(query, self._top_k)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def source(article: Article, also: Sequence[Article]) -> str:
    """The id that an article and its copies have in common."""
    return min((article.id, *(copy.id for copy in also)))


def _outside(find: Callable[[int], list[Hit]], n: int, without: frozenset[str]) -> list[Hit]:
    """The first `n` hits that are not in `without`, best first: more are fetched for as long as that leaves too few.

    `find(n)` gives `n` hits, or at least half as many where it filters by date, or else all there are.
    """
    wanted = n
    while True:
        hits = find(wanted)
        kept = [hit for hit in hits if hit.article_id not in without][:n]
        if not without or len(kept) >= (n + 1) // 2 or len(hits) < (wanted + 1) // 2:
            return kept
        wanted *= 4


def _of_outlets(hits: list[Hit], query: NewsQuery) -> list[Hit]:
    return [hit for hit in hits if not query.outlets_only or hit.outlet in query.outlets]


def _among(generation: Generation, query: NewsQuery, vector: Any, only: frozenset[str]) -> tuple[list[Hit], list[Hit]]:
    """Dense and lexical hits of a few articles, those published by the day of asking.

    Dense ones exactly: every passage is compared. Lexical ones as far as they come among the first thousands; a
    passage beyond those shares next to nothing with the question.
    """
    if not only:
        return [], []
    dense = generation.nearest(vector, _CANDIDATES, _within(query, only))
    worded = generation.lexical(query.query_str, _AMONG, through=query.asked_on, title_boost=_TITLE_BOOST)
    return dense, [hit for hit in worded if hit.article_id in only]


def _within(query: NewsQuery, articles: frozenset[str]) -> dict[str, Any]:
    """Chroma's condition for passages of these articles, published by the day of asking."""
    return {"$and": [{"article": {"$in": sorted(articles)}}, {"published": {"$lte": query.asked_on.toordinal()}}]}


def _node(found: Found) -> TextNode:
    article, passage = found.article, found.passage
    published = article.published.isoformat() if article.published else None
    return TextNode(
        id_=passage.id,
        text=found.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "url": article.url,
            "published": published,
        },
        excluded_embed_metadata_keys=["article_id", "outlet", "url"],
        excluded_llm_metadata_keys=["article_id"],
    )
