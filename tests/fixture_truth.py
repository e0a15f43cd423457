"""What the hand-written articles in fixtures/articles must come out as, and how the measure is taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import Article, read_articles

FOLDER = Path(__file__).parent / "fixtures"
TRUTH: dict[str, dict[str, Any]] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Measure:
    """Sentences of the story that were lost and boilerplate that was left, in one article."""

    article: Article
    lost: tuple[str, ...]
    left: tuple[str, ...]


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def measure(name: str) -> Measure:
    """Read fixtures/articles/`name`, which must hold one article, and hold it against its truth."""
    (article,) = read_articles(FOLDER / "articles" / name)
    assert isinstance(article, Article), article
    text, truth = on_one_line(article.text), TRUTH[name]
    return Measure(
        article,
        lost=tuple(sentence for sentence in truth["story"] if sentence not in text),
        left=tuple(block for block in truth["boilerplate"] if block in text),
    )
