"""The extractive answer: which sentences of which passages answer, and how surely.

A few fitted weights over what `bot/features.py` measures (models/fit_sentences.py). Anything that fits the `Reader`
protocol may take its place.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np

from bot.features import NAMES, Asked, clauses, features
from bot.question import Meaning
from index.articles import Article
from index.embed import Encoder
from index.retrieve import Found
from index.sentences import sentence_spans

_PASSAGES = 10  # read for one question
_LEAST_PRIOR = 0.5  # of the best passage's score
_SENTENCES = 24  # scored in full: what two cores encode within a tenth of a second or two


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, `article.text[start:end]`, that may answer, with the probability that it belongs to an answer.

    `words` are the characters of the text that answer, within the sentence; None where no narrower span is known.
    """

    article: Article
    start: int
    end: int
    probability: float
    words: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def answer(self) -> str:
        """The words that answer, as they stand in the sentence."""
        start, end = self.words or (self.start, self.end)
        return self.article.text[start:end]


class Reader(Protocol):
    """Finds the sentences that answer a question in the passages retrieved for it."""

    def read(self, meaning: Meaning, found: Sequence[Found], encoder: Encoder) -> list[Reading]:
        """Sentences, the surest first; empty when there is nothing to read."""
        ...


@dataclass(frozen=True, slots=True)
class _Sentence:
    found: Found
    rank: int
    start: int
    end: int
    text: str
    before: str


class SentenceReader:
    """Scores single sentences by meaning, by shared words and by the kind of answer wanted."""

    def read(self, meaning: Meaning, found: Sequence[Found], encoder: Encoder) -> list[Reading]:
        asked = Asked(meaning.text)
        sentences = _shortlist(asked, _sentences(found[:_PASSAGES]))
        if not sentences:
            return []
        alone = [sentence.text for sentence in sentences]
        context = [_in_context(sentence) for sentence in sentences]
        parts = [clauses(text) for text in alone]
        texts = list(dict.fromkeys([*alone, *context, *(part for some in parts for part in some)]))
        near = dict(zip(texts, (encoder.encode(texts) @ encoder.encode_query(meaning.text)).tolist(), strict=True))
        weights, bias, slope, offset = _weights()
        best = max(item.score for item in found)
        readings = []
        for sentence, around, some in zip(sentences, context, parts, strict=True):
            article, passage = sentence.found.article, sentence.found.passage
            whole = sentence.found.cosine if sentence.found.cosine is not None else near[around]
            row = features(
                asked,
                sentence.text,
                sentence.before,
                article.text[passage.start : passage.end],
                article.title,
                (near[sentence.text], max(near[part] for part in some), near[around], whole),
            )
            # What retrieval knows and the sentence does not: time, outlet, the whole article's fit. Bounded, because
            # the last of a short list has a score near zero whatever it says.
            ratio = max(sentence.found.score, 0.0) / best if best > 0 else 1.0
            prior = math.log(max(ratio, _LEAST_PRIOR))
            score = float(row @ weights) + bias + prior
            probability = 1 / (1 + math.exp(-(slope * score + offset)))
            readings.append(Reading(article, sentence.start, sentence.end, probability))
        return sorted(readings, key=lambda reading: -reading.probability)


def _sentences(found: Sequence[Found]) -> list[_Sentence]:
    """Each sentence of the passages once, with the one before it."""
    seen: dict[tuple[str, int], _Sentence] = {}
    for rank, item in enumerate(found):
        text, offset = item.article.text, item.passage.start
        before = ""
        for start, end in sentence_spans(text[offset : item.passage.end]):
            said = text[offset + start : offset + end]
            sentence = _Sentence(item, rank, offset + start, offset + end, said, before)
            seen.setdefault((item.article.id, offset + start), sentence)
            before = said
    return list(seen.values())


def _shortlist(asked: Asked, sentences: list[_Sentence]) -> list[_Sentence]:
    """The sentences worth encoding: those that share most words with the question, the first passages before others."""
    if len(sentences) <= _SENTENCES:
        return sentences
    cheap = np.zeros(4)
    weights, *_ = _weights()

    def score(sentence: _Sentence) -> float:
        row = features(asked, sentence.text, sentence.before, "", sentence.found.article.title, cheap.tolist())
        return float(row @ weights) - 0.1 * sentence.rank

    return sorted(sentences, key=score, reverse=True)[:_SENTENCES]


def _in_context(sentence: _Sentence) -> str:
    return f"{sentence.found.article.title}. {sentence.before} {sentence.text}"


@cache
def _weights() -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], float, float, float]:
    """Weights in the order of NAMES, bias, and slope and bias of P(the answer is there)."""
    fitted = json.loads(files("models").joinpath("sentences.json").read_text(encoding="utf-8"))
    weights = np.array([fitted["weights"][name] for name in NAMES], dtype=np.float64)
    return weights, fitted["bias"], fitted["answerable"]["slope"], fitted["answerable"]["bias"]
