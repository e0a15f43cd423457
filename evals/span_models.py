"""Which model `evals/reading.py` measures: the reader that the settings name, behind its one method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from bot.answers import Question
from bot.question import understand
from bot.reader import Reader
from bot.settings import Settings
from evals.reading import Row, SpanModel
from index.articles import Article
from index.embed import Encoders, model_id
from index.errors import UsageError
from index.passages import Passage
from index.retrieve import Found

_LEAST = 1e-9  # probabilities closer to 0 or 1 than this are not told apart


def load_span_model(settings: Settings) -> SpanModel:
    """The reader of the settings. Raises UsageError where it marks no words, ModelMissing where it cannot be loaded."""
    if settings.reader is None:
        raise UsageError(
            "The bundled sentence reader marks no words, so there is nothing to score: name a reader that does with "
            "DATELINE_READER."
        )
    from bot.span_reader import load_reader

    return OneByOne(load_reader(settings.reader), settings)


class OneByOne:
    """Any `Reader` as a SpanModel: each paragraph is an article of its own, and its surest sentence is what counts."""

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self._reader = reader
        self._encoder = Encoders()(model_id(settings.encoder))

    def best_many(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        return [self._best(*row) for row in rows]

    def _best(self, question: str, title: str, text: str) -> tuple[str, float]:
        article = Article("paragraph", "", title, "", (), None, text)
        found = Found(Passage("paragraph", article.id, 0, len(text)), article, 1.0, None)
        readings = self._reader.read(understand(Question(question, date.today()), ()), [found], self._encoder)
        if not readings:
            return "", math.log(_LEAST)
        chance = min(max(readings[0].probability, _LEAST), 1 - _LEAST)
        return readings[0].answer, math.log(chance / (1 - chance))
