"""Fit the sentence reader's few weights on SQuAD 1.1: `python -m models.fit_sentences DATA_FOLDER`.

For a sample of questions: every sentence of the question's own paragraph and of the two other paragraphs of its
article that share most of its words. A logistic regression learns which sentence holds the answer; a second one, of
one variable, learns from the best sentence's score whether the answer was there at all (the own paragraph left out or
not). Writes models/sentences.json. A few minutes on two cores, most of it encoding.
"""

from __future__ import annotations

import json
import lzma
import math
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.features import NAMES, Asked, clauses, features
from bot.wording import stems
from index.embed import Encoder, load_encoder
from index.sentences import sentence_spans

QUESTIONS = 600
ANSWERABLE = 0.75  # of the questions that people ask; the fit itself sees as many of either kind
SEED = 0
NEGATIVES = 2
TARGET = Path(__file__).with_name("sentences.json")

Rows = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.bool_]]


def gather(path: Path, encoder: Encoder, questions: int = QUESTIONS, seed: int = SEED) -> Rows:
    """Features (rows, len(NAMES)), whether each sentence holds the answer, its question, whether its own paragraph."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        articles: list[dict[str, Any]] = json.load(file)["data"]
    asked = [(a, p, q) for a, article in enumerate(articles) for p, par in enumerate(article["paragraphs"])
             for q in par["qas"] if q["answers"]]  # fmt: skip
    random.Random(seed).shuffle(asked)
    table: list[NDArray[np.float64]] = []
    right: list[bool] = []
    group: list[int] = []
    own: list[bool] = []
    for number, (a, p, question) in enumerate(asked[:questions]):
        paragraphs = [paragraph["context"] for paragraph in articles[a]["paragraphs"]]
        title = str(articles[a].get("title", "")).replace("_", " ")
        prepared, query = Asked(question["question"]), encoder.encode_query(question["question"])
        others = sorted((o for o in range(len(paragraphs)) if o != p),
                        key=lambda o: -len(prepared.stems & stems(paragraphs[o])))[:NEGATIVES]  # fmt: skip
        for place in [p, *others]:
            text = paragraphs[place]
            spans = sentence_spans(text)
            said = [text[start:end] for start, end in spans]
            before = ["", *said[:-1]]
            parts = [clauses(sentence) for sentence in said]
            context = [f"{title}. {b} {s}" for b, s in zip(before, said, strict=True)]
            cosines = encoder.encode([*said, *context, f"{title}\n{text}"]) @ query
            clause = iter(encoder.encode([part for some in parts for part in some]) @ query)
            for at, (start, end) in enumerate(spans):
                nearest = max(float(next(clause)) for _ in parts[at])
                row = (float(cosines[at]), nearest, float(cosines[len(said) + at]), float(cosines[-1]))
                table.append(features(prepared, said[at], before[at], text, title, row))
                right.append(place == p and any(start <= x["answer_start"] < end for x in question["answers"]))
                group.append(number)
                own.append(place == p)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {questions} questions", end="", file=sys.stderr)
    return np.array(table), np.array(right), np.array(group), np.array(own)


def fit(rows: Rows) -> dict[str, Any]:
    """The weights on raw features, and the two numbers that turn the best score into P(the answer is there)."""
    table, right, group, own = rows
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=1000).fit((table - mean) / spread, right)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    scores = table @ weights + bias
    best, there = [], []
    for number in range(int(group.max()) + 1):
        mine = group == number
        best += [scores[mine].max(), scores[mine & ~own].max()]
        there += [True, False]
    sure = LogisticRegression(max_iter=1000).fit(np.array(best)[:, None], there)
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)},
        "bias": round(bias, 4),
        "answerable": {
            "slope": round(float(sure.coef_[0][0]), 4),
            "bias": round(float(sure.intercept_[0]) + math.log(ANSWERABLE / (1 - ANSWERABLE)), 4),
        },
        "trained_on": f"SQuAD 1.1 train, {QUESTIONS} questions, seed {SEED}; CC BY-SA 4.0",
    }


def main(folder: str) -> None:
    fitted = fit(gather(Path(folder) / "reading" / "squad-train-v1.1.json.xz", load_encoder()))
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=2))


if __name__ == "__main__":
    main(sys.argv[1])
