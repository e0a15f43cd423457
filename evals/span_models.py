"""Which model `evals/reading.py` measures: the reader that the settings name, behind its one method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from bot.answers import Question
from bot.question import understand
from bot.reader import Reader
from bot.readers import load_reader
from bot.settings import Settings
from evals.reading import Row, SpanModel
from index.articles import Article
from index.passages import Passage
from index.retrieve import Found

_LEAST = 1e-9  # probabilities closer to 0 or 1 than this are not told apart


def load_span_model(settings: Settings) -> SpanModel:
    """The reader of the settings. Raises ModelMissing where it cannot be loaded."""
    if settings.reader is None:
        from bot.news_reader import NewsReader

        return NewsReader()
    return OneByOne(load_reader(settings.reader))


class OneByOne:
    """Any `Reader` as a SpanModel: each paragraph is an article of its own, and its surest sentence is what counts."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def best_many(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        return [self._best(*row) for row in rows]

    def _best(self, question: str, title: str, text: str) -> tuple[str, float]:
        article = Article("paragraph", "", title, "", (), None, text)
        found = Found(Passage("paragraph", article.id, 0, len(text)), article, 1.0, None)
        readings = self._reader.read(understand(Question(question, date.today()), ()), [found])
        if not readings:
            return "", math.log(_LEAST)
        chance = min(max(readings[0].probability, _LEAST), 1 - _LEAST)
        return readings[0].answer, math.log(chance / (1 - chance))
