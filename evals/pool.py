"""The articles that questions on news are asked of: which of them hold an answer, and which a search brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.scoring import normalise
from index.articles import Article
from index.library import Library


class Pool:
    """All articles, normalised once: for a thousand questions, ten thousand articles each are looked through."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = {article.id: _padded(f"{article.title}\n{article.text}") for article in articles}

    def holding(self, answers: Sequence[str]) -> frozenset[str]:
        """The ids of the articles in whose headline or text one of `answers` stands, as `evals.scoring.holds` sees it.

        An article may say the same in other words, and one that holds the words may speak of something else.
        """
        wanted = [f" {words} " for answer in answers if (words := normalise(answer))]
        return frozenset(id_ for id_, text in self._articles.items() if any(words in text for words in wanted))


def listed(library: Library, urls: Iterable[str]) -> frozenset[str]:
    """The ids of those of `urls` that the library has, with every other place of their texts.

    The index holds a text once, and may know it by another place than the one that was named.
    """
    have = [article.id for url in urls if (article := library.article(url)) is not None]
    return frozenset(have) | {place.id for id_ in have for place in library.also(id_)}


def _padded(text: str) -> str:
    return f" {normalise(text)} "
