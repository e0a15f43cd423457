"""DATELINE_RERANKER: any sentence-transformers CrossEncoder puts the retrieved passages in another order.

It reads question and passage together and knows nothing of time, so its probability is multiplied with the score of
retrieval, which does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bot.reader_input import header
from index.embed import loading, model_source
from index.retrieve import Found


class Reranker:
    """Holds a CrossEncoder with one output. Raises ModelMissing when it cannot be loaded."""

    def __init__(self, name: str) -> None:
        source = model_source(name)
        from sentence_transformers import CrossEncoder
        from torch import nn

        with loading("reranker", name, "DATELINE_RERANKER"):
            self._model: Any = CrossEncoder(source, device="cpu", num_labels=1)
        self._sigmoid = nn.Sigmoid()

    def rerank(self, question: str, found: Sequence[Found]) -> list[Found]:
        """`found` with new scores, best first."""
        if not found:
            return []
        pairs = [(question, _shown(item)) for item in found]
        chances = np.asarray(self._model.predict(pairs, activation_fn=self._sigmoid, show_progress_bar=False))
        best = max(item.score for item in found)
        scored = [
            replace(item, score=float(chance) * max(item.score, 0.0) / (best if best > 0 else 1.0))
            for item, chance in zip(found, chances, strict=True)
        ]
        return sorted(scored, key=lambda item: -item.score)


def _shown(item: Found) -> str:
    article = item.article
    above = header(article.title, article.outlet, article.day)
    return f"{above}\n{item.text}"
