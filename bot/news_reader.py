"""The bundled reader: a small model trained for Dateline (models/README.md), run by onnxruntime; no torch is imported.

Question and passage are read together; of every sentence the model says which words would answer and how surely, and
`bot/evidence.py` weighs what all passages say.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from bot.evidence import Scale, weighed
from bot.question import Meaning
from bot.reader import Reading
from bot.reader_input import header
from bot.spans import Candidate, Places, Scores, best_span, candidates
from index.embed import loading
from index.retrieve import Found

_WINDOW = 384  # tokens of question, header and passage together
_STRIDE = 128  # tokens by which windows over a longer passage overlap
_QUESTION, _HEADER = 64, 48  # tokens that are read of each

Logits = tuple[Scores, Scores]


class NewsReader:
    """A `Reader` on an exported model: `model.onnx`, `tokenizer.json` and `scale.json` in one folder. Thread-safe."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load from `folder`, the bundled model when None. Raises ModelMissing when it cannot be loaded."""
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        folder = folder or Path(str(files("models").joinpath("reader")))
        options = SessionOptions()
        options.intra_op_num_threads = 1  # a call for each core: fewer waits than with all cores in each call
        options.enable_mem_pattern = False  # which keeps a plan for each length ever read
        options.log_severity_level = 3
        with loading("reader", str(folder), "DATELINE_READER"):
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session: Any = InferenceSession(str(folder / "model.onnx"), options, ["CPUExecutionProvider"])
            self._scale = Scale.read(folder / "scale.json")
            known: dict[str, int] = self._tokenizer.get_vocab()
            self._cls, self._sep = known["[CLS]"], known["[SEP]"]
        self._cores = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="reading")
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def read(self, meaning: Meaning, found: Sequence[Found]) -> list[Reading]:
        return weighed(self.candidates(meaning.text, found), meaning.wanted, self._scale)

    def candidates(self, question: str, found: Sequence[Found]) -> list[Candidate]:
        """What each sentence of the passages would answer, in the order of the passages."""
        rows = [
            (question, header(item.article.title, item.article.outlet, item.article.day), item.text) for item in found
        ]
        return [
            candidate
            for rank, (item, (places, (starts, ends))) in enumerate(zip(found, self._read(rows), strict=True))
            for candidate in candidates(item, rank, places, starts, ends)
        ]

    def best_many(self, rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, float]]:
        """For (question, title, text) each: the words of the best span and its margin over "no answer", in log-odds.

        The span lies anywhere in the text, not within one sentence: what reading comprehension is measured by.
        """
        told = []
        for (_, _, text), (places, (starts, ends)) in zip(rows, self._read(rows), strict=True):
            tokens = [n for n, span in enumerate(places) if span]
            if not tokens:
                told.append(("", float("-inf")))
                continue
            first, last, score = best_span(starts[tokens], ends[tokens])
            begin, end = places[tokens[first]], places[tokens[last]]
            told.append((text[begin[0] : end[1]] if begin and end else "", score - float(starts[0] + ends[0])))
        return told

    def _read(self, rows: Sequence[tuple[str, str, str]]) -> list[tuple[Places, Logits]]:
        """For (question, header, text) each: the characters of the text that tokens stand for, and the tokens' scores.

        The first place is that of "no answer". A text longer than the window is read in several, see `_joined`.
        """
        questions, headers, texts = (
            self._tokenizer.encode_batch([row[part] for row in rows], add_special_tokens=False) for part in range(3)
        )
        windows, owners = list[_Window](), list[int]()
        for number, text in enumerate(texts):
            made = self._windows(questions[number].ids, headers[number].ids, text.ids)
            windows += made
            owners += [number] * len(made)
        mine: list[list[tuple[_Window, Logits]]] = [[] for _ in rows]
        for owner, window, said in zip(owners, windows, self._run(windows), strict=True):
            mine[owner].append((window, said))
        return [_joined(text.offsets, parts) for text, parts in zip(texts, mine, strict=True)]

    def _windows(self, question: list[int], above: list[int], text: list[int]) -> list[_Window]:
        left = [self._cls, *question[:_QUESTION], self._sep]
        above = above[:_HEADER]
        room = _WINDOW - len(left) - len(above) - 1
        begins = [0]
        while begins[-1] + room < len(text):
            begins.append(min(begins[-1] + room - _STRIDE, len(text) - room))
        return [_Window([*left, *above, *text[at : at + room], self._sep], len(left), len(above), at) for at in begins]

    def _run(self, windows: Sequence[_Window]) -> list[Logits]:
        """Start and end scores of "no answer" and of the text's tokens, each of shape (1 + tokens,), for each window.

        Each is read by itself: its scores do not hang on what else is read, and nothing is padded. The longest first,
        so that no core is left with one at the end.
        """
        order = sorted(range(len(windows)), key=lambda at: -len(windows[at].ids))
        said = dict(zip(order, self._cores.map(self._call, (windows[at] for at in order)), strict=True))
        return [said[at] for at in range(len(windows))]

    def _call(self, window: _Window) -> Logits:
        numbers = np.arange(len(window.ids))
        types = (numbers >= window.question).astype(np.int64)
        places = np.concatenate([numbers[:1], numbers[window.question + window.header : -1]])
        fed = {"input_ids": np.array([window.ids], dtype=np.int64), "token_type_ids": types[None], "places": places}
        starts, ends = self._session.run(["start_logits", "end_logits"], fed)
        return starts[0], ends[0]


@dataclass(frozen=True, slots=True)
class _Window:
    """Tokens as the model reads them: `question` and then `header` tokens stand before token `begin` of the text."""

    ids: list[int]
    question: int
    header: int
    begin: int


def _joined(offsets: Sequence[tuple[int, int]], parts: Sequence[tuple[_Window, Logits]]) -> tuple[Places, Logits]:
    """One row of scores for the whole text, less each window's "no answer", which is zero in front.

    A token in several windows is taken from the one that answers most surely.
    """
    size = len(offsets) + 1
    starts, ends = np.full(size, -np.inf, dtype=np.float32), np.full(size, -np.inf, dtype=np.float32)
    starts[0] = ends[0] = 0.0
    sure = np.full(size, -np.inf, dtype=np.float32)
    for window, (window_starts, window_ends) in parts:
        begun, ended = window_starts[1:] - window_starts[0], window_ends[1:] - window_ends[0]
        if not len(begun):
            continue
        there = slice(window.begin + 1, window.begin + 1 + len(begun))
        surer = sure[there] < begun.max() + ended.max()
        starts[there] = np.where(surer, begun, starts[there])
        ends[there] = np.where(surer, ended, ends[there])
        sure[there] = np.maximum(sure[there], begun.max() + ended.max())
    return [None, *offsets], (starts, ends)
