"""A reader made of any extractive question-answering model: which words of which passage answer, and how surely.

Question and passage are read together. A span's score is its start's plus its end's, less those of the first token,
which stands for "no answer here" (Devlin et al., 2019, as for SQuAD 2.0); as a log-odds it is the probability that the
span answers. The span lies within one sentence, which is what is cited. Knows nothing of retrieval's scores.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.question import Meaning
from bot.reader import Reading
from bot.reader_input import header
from bot.spans import Scores, candidates, distinct
from index.embed import loading, model_source
from index.errors import ModelMissing
from index.retrieve import Found

_PASSAGES = 10  # read for one question
_WINDOW = 384  # tokens of question, header and passage together
_QUESTION = 300  # characters of the question that are read
_BATCH = 4  # passages of like length read in one call


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage as the model reads it: `places` are the passage's characters that each token stands for, if any."""

    inputs: dict[str, list[int]]
    places: list[tuple[int, int] | None]


class SpanReader:
    """A `Reader` on a transformers model. Thread-safe."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._lock = threading.Lock()  # a fast tokenizer's truncation is state

    @classmethod
    def load(cls, name: str) -> SpanReader:
        """Load the model `name`, a folder or a hub name. Raises ModelMissing when it cannot be loaded."""
        source = model_source(name)
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        with loading("reader", name, "DATELINE_READER"):
            tokenizer = AutoTokenizer.from_pretrained(source)
            model: Any = AutoModelForQuestionAnswering.from_pretrained(source).eval()
        if not tokenizer.is_fast:
            raise ModelMissing(
                f"The reader {name!r} (setting DATELINE_READER) has no fast tokenizer: choose another model."
            )
        return cls(model, tokenizer)

    def read(self, meaning: Meaning, found: Sequence[Found]) -> list[Reading]:
        shown = found[:_PASSAGES]
        rows = [self._row(meaning.text[:_QUESTION], item) for item in shown]
        made = [
            candidate
            for rank, (item, row, scores) in enumerate(zip(shown, rows, self._scores(rows), strict=True))
            for candidate in candidates(item, rank, row.places, *scores)
        ]
        readings = [one.reading(1 / (1 + math.exp(min(-one.margin, 700.0)))) for one in distinct(made)]
        return sorted(readings, key=lambda reading: -reading.probability)

    def _row(self, question: str, item: Found) -> _Row:
        above = header(item.article.title, item.article.outlet, item.article.day) + "\n"
        text = above + item.text
        with self._lock:
            read = self._tokenizer(
                question, text, truncation="only_second", max_length=_WINDOW, return_offsets_mapping=True
            )
        places = [
            (start - len(above), end - len(above)) if part == 1 and len(above) <= start < end else None
            for part, (start, end) in zip(read.sequence_ids(), read["offset_mapping"], strict=True)
        ]
        names = [name for name in self._tokenizer.model_input_names if name in read]
        return _Row({name: read[name] for name in names}, places)

    def _scores(self, rows: Sequence[_Row]) -> list[tuple[Scores, Scores]]:
        """Start and end scores of each row's tokens, each of shape (tokens,), in the order of `rows`."""
        import torch

        out: dict[int, tuple[Scores, Scores]] = {}
        order = sorted(range(len(rows)), key=lambda index: len(rows[index].places))
        left = self._tokenizer.padding_side == "left"
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            fed = self._tokenizer.pad([rows[index].inputs for index in batch], return_tensors="pt")
            with torch.inference_mode():
                said = self._model(**fed)
            starts, ends = said.start_logits.float().numpy(), said.end_logits.float().numpy()
            for number, index in enumerate(batch):
                size = len(rows[index].places)
                kept = slice(-size, None) if left else slice(size)
                out[index] = (starts[number][kept], ends[number][kept])
        return [out[index] for index in range(len(rows))]
