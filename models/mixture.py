"""The reader's training mixture: how many examples of which kind. Knows nothing of models but the encoder's cosines."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embed import load_encoder
from models.reading_data import Example, elsewhere, exchanged, qamr, qed, squad, unambiguous, without_answer

_NEAREST = 12  # other passages looked at for each question
_QAMR = 0.15  # of its questions: single sentences, short and much alike


def mixture(data: Path, positives: int, negatives: int, chance: random.Random) -> list[Example]:
    """Answerable and unanswerable examples from the `data` folder, shuffled; counts are printed to stderr.

    Every kind of question has negatives of its own: were one only ever answerable, its manner alone would say so.
    """
    found = [example for example in squad(data / "reading/squad-train-v1.1.json.xz") if unambiguous(example)]
    news = _some(list(qamr(data / "reading/qamr")), _QAMR, chance)
    others = [*qed(data / "reading/qed-train.jsonl.xz"), *news]
    chance.shuffle(found)
    answerable = [*others, *found[: max(0, positives - len(others))]]
    mixed = answerable + unanswerable(answerable, found, negatives, chance)
    chance.shuffle(mixed)
    return mixed


def unanswerable(asked: Sequence[Example], pool: Sequence[Example], n: int, chance: random.Random) -> list[Example]:
    """About `n` negatives of questions drawn from `asked`: half exchanged, a quarter of each other kind."""
    order = _drawn(asked, len(asked), chance)
    swapped = [e for example in order if (e := exchanged(example, chance))][: n // 2]
    chance.shuffle(order)
    removed = [e for example in order if (e := without_answer(example))][: n // 4]
    brought = retrieved(_drawn(asked, n // 4, chance), pool)
    counts = {"asked": len(asked), "removed": len(removed), "exchanged": len(swapped), "retrieved": len(brought)}
    print(counts, file=sys.stderr, flush=True)
    return [*removed, *swapped, *brought]


def retrieved(asked: Sequence[Example], pool: Sequence[Example]) -> list[Example]:
    """For each question one of the nearest passages of other paragraphs, by the encoder, without the answer's words."""
    passages = list({example.text: example for example in pool}.values())
    encoder = load_encoder()
    vectors = encoder.encode([f"{example.title}\n{example.text}" for example in passages])
    chosen = []
    for at in range(0, len(asked), 1000):
        part = asked[at : at + 1000]
        near = np.argsort(-(encoder.encode([example.question for example in part]) @ vectors.T), axis=1)[:, :_NEAREST]
        for example, places in zip(part, near, strict=True):
            found = (elsewhere(example, passages[place]) for place in places)
            chosen += [next((e for e in found if e), None)]
    return [example for example in chosen if example]


def _some(examples: list[Example], share: float, chance: random.Random) -> list[Example]:
    return chance.sample(examples, int(share * len(examples)))


def _drawn(examples: Sequence[Example], n: int, chance: random.Random) -> list[Example]:
    return chance.sample(list(examples), min(n, len(examples)))
