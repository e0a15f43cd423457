"""What a search finds, as front ends show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.answers import Citation
from index.articles import Article


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage found: characters `start` to `end` of the article."""

    article: Article
    start: int
    end: int
    score: float
    also: tuple[Article, ...] = ()  # other places of the same text, and of copies of it

    def as_json(self) -> dict[str, Any]:
        shown = Citation(self.article, self.start, self.end, self.also).as_json()
        return shown | {"text": shown.pop("quote"), "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, and how long they took."""

    hits: tuple[SearchHit, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {"passages": [hit.as_json() for hit in self.hits], "seconds": round(self.seconds, 4)}
