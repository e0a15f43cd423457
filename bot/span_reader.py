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

import numpy as np
from numpy.typing import NDArray

from bot.question import Meaning
from bot.reader import Reading
from bot.reader_input import header
from index.embed import Encoder, loading, model_source
from index.errors import ModelMissing
from index.retrieve import Found
from index.sentences import sentence_spans

_PASSAGES = 10  # read for one question
_WINDOW = 384  # tokens of question, header and passage together
_QUESTION = 300  # characters of the question that are read
_LONGEST = 30  # tokens of an answer
_BATCH = 4  # passages of like length read in one call

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage as the model reads it: `spans` are the characters of the passage that each token stands for, if any."""

    found: Found
    inputs: dict[str, list[int]]
    spans: list[tuple[int, int] | None]


def load_reader(name: str) -> SpanReader:
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
    return SpanReader(model, tokenizer)


class SpanReader:
    """A `Reader` on a transformers model. Thread-safe."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._lock = threading.Lock()  # a fast tokenizer's truncation is state

    def read(self, meaning: Meaning, found: Sequence[Found], encoder: Encoder) -> list[Reading]:
        rows = [self._row(meaning.text[:_QUESTION], item) for item in found[:_PASSAGES]]
        surest: dict[tuple[str, int], Reading] = {}  # a sentence may stand in two passages
        for row, (starts, ends) in zip(rows, self._scores(rows), strict=True):
            for reading in _readings(row, starts, ends):
                key = (reading.article.id, reading.start)
                if key not in surest or surest[key].probability < reading.probability:
                    surest[key] = reading
        return sorted(surest.values(), key=lambda reading: -reading.probability)

    def _row(self, question: str, item: Found) -> _Row:
        above = header(item.article.title, item.article.outlet, item.article.day) + "\n"
        text = above + item.article.text[item.passage.start : item.passage.end]
        with self._lock:
            read = self._tokenizer(
                question, text, truncation="only_second", max_length=_WINDOW, return_offsets_mapping=True
            )
        spans = [
            (start - len(above), end - len(above)) if part == 1 and len(above) <= start < end else None
            for part, (start, end) in zip(read.sequence_ids(), read["offset_mapping"], strict=True)
        ]
        names = [name for name in self._tokenizer.model_input_names if name in read]
        return _Row(item, {name: read[name] for name in names}, spans)

    def _scores(self, rows: Sequence[_Row]) -> list[tuple[Scores, Scores]]:
        """Start and end scores of each row's tokens, each of shape (tokens,), in the order of `rows`."""
        import torch

        out: dict[int, tuple[Scores, Scores]] = {}
        order = sorted(range(len(rows)), key=lambda index: len(rows[index].spans))
        left = self._tokenizer.padding_side == "left"
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            fed = self._tokenizer.pad([rows[index].inputs for index in batch], return_tensors="pt")
            with torch.inference_mode():
                said = self._model(**fed)
            starts, ends = said.start_logits.float().numpy(), said.end_logits.float().numpy()
            for number, index in enumerate(batch):
                size = len(rows[index].spans)
                kept = slice(-size, None) if left else slice(size)
                out[index] = (starts[number][kept], ends[number][kept])
        return [out[index] for index in range(len(rows))]


def _readings(row: _Row, starts: Scores, ends: Scores) -> list[Reading]:
    """The best span of each sentence of the passage."""
    article, offset = row.found.article, row.found.passage.start
    null = float(starts[0] + ends[0])
    readings = []
    for start, end in sentence_spans(article.text[offset : row.found.passage.end]):
        inside = [(n, span) for n, span in enumerate(row.spans) if span and start <= span[0] and span[1] <= end]
        if not inside:
            continue  # beyond the window
        places = [n for n, _ in inside]
        first, last, score = best_span(starts[places], ends[places])
        chance = 1 / (1 + math.exp(min(null - score, 700.0)))
        words = (offset + inside[first][1][0], offset + inside[last][1][1])
        readings.append(Reading(article, offset + start, offset + end, chance, words))
    return readings


def best_span(starts: Scores, ends: Scores) -> tuple[int, int, float]:
    """The first and last place of the span with the greatest sum of scores, of at most thirty tokens, and that sum."""
    sums = starts[:, None] + ends[None, :]
    ordered = np.triu(np.ones(sums.shape, dtype=bool))
    allowed = ordered & ~np.triu(ordered, _LONGEST)
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), sums.shape[1])
    return first, last, float(sums[first, last])
