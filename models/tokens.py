"""Examples as the reader's tokens, in batches of like length bounded in tokens. Knows nothing of training."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.reader_input import header
from models.reading_data import Example

_POOL = 50  # batches whose examples are sorted by length together


@dataclass(frozen=True, slots=True)
class Tokens:
    """An example as the model reads it: `mask` marks where a span may be, the first token (no answer) included.

    Examples in succession that ask the same have the same `question`, a number.
    """

    ids: NDArray[np.int32]
    types: NDArray[np.int8]
    mask: NDArray[np.bool_]
    start: int
    end: int
    question: int


def tokenised(examples: Sequence[Example], tokenizer: Any, window: int, chance: random.Random) -> list[Tokens]:
    """The examples as tokens; of a long passage a stretch that holds the answer, at a random place in it."""
    rows = list[Tokens]()
    number, asked = -1, ""
    for example in examples:
        number, asked = number + (example.question != asked), example.question
        top = header(example.title, *_made_up(chance))
        question = tokenizer(example.question, add_special_tokens=False)["input_ids"][:64]
        above = tokenizer(top, add_special_tokens=False)["input_ids"][:48]
        below = tokenizer(example.text, add_special_tokens=False, return_offsets_mapping=True)
        ids, offsets = below["input_ids"], below["offset_mapping"]
        first = last = -1
        if example.start >= 0:
            inside = [n for n, (start, end) in enumerate(offsets) if start < example.end and end > example.start]
            if not inside:
                continue
            first, last = inside[0], inside[-1]
        room = window - len(question) - len(above) - 3
        if last - first >= room:
            continue
        begin = 0
        if len(ids) > room:
            low, high = (max(0, last - room + 1), min(first, len(ids) - room)) if first >= 0 else (0, len(ids) - room)
            begin = chance.randint(min(low, high), max(low, high))
        ids = ids[begin : begin + room]
        cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
        left, right = [cls, *question, sep], [*above, *ids, sep]
        at = len(left) + len(above) - begin
        mask = np.zeros(len(left) + len(right), dtype=np.bool_)
        mask[0] = True
        mask[len(left) + len(above) : -1] = True
        rows.append(
            Tokens(
                np.array(left + right, dtype=np.int32),
                np.array([0] * len(left) + [1] * len(right), dtype=np.int8),
                mask,
                first + at if first >= 0 else 0,
                last + at if first >= 0 else 0,
                number,
            )
        )
    return rows


_OUTLETS = ("The Herald", "example.com", "The Daily Post", "news.example.org", "Evening Standard", "Agence", "The Star")


def _made_up(chance: random.Random) -> tuple[str, date | None]:
    """An outlet and a day for the header, or neither: at serving time they are there, and are never the answer."""
    if chance.random() < 0.4:
        return "", None
    return chance.choice(_OUTLETS), date(2005, 1, 1) + timedelta(chance.randrange(7_900))


def batches(rows: Sequence[Tokens], batch_tokens: int, chance: random.Random) -> list[list[int]]:
    """Indices of `rows` in batches of like length, each of at most `batch_tokens` with padding, in random order."""
    order = list(range(len(rows)))
    chance.shuffle(order)
    made = []
    pool = _POOL * 32
    for at in range(0, len(order), pool):
        batch: list[int] = []
        for index in sorted(order[at : at + pool], key=lambda index: len(rows[index].ids)):
            if batch and (len(batch) + 1) * len(rows[index].ids) > batch_tokens:
                made.append(batch)
                batch = []
            batch.append(index)
        made.append(batch)
    chance.shuffle(made)
    return made


def together(rows: Sequence[Tokens], batch_tokens: int, chance: random.Random) -> list[list[int]]:
    """As `batches`, but all examples of one question are in one batch, which may be larger for that."""
    asked = [list(same) for _, same in groupby(range(len(rows)), key=lambda index: rows[index].question)]
    chance.shuffle(asked)
    made, longest = [list[int]()], 0
    for some in asked:
        longest = max(longest, *(len(rows[index].ids) for index in some))
        if made[-1] and (len(made[-1]) + len(some)) * longest > batch_tokens:
            made.append([])
            longest = max(len(rows[index].ids) for index in some)
        made[-1] += some
    return made if asked else []


def padded(rows: Sequence[Tokens]) -> dict[str, torch.Tensor]:
    """One batch as tensors of shape (len(rows), longest); `allowed` is True where a span may start or end."""
    shape = (len(rows), max(len(row.ids) for row in rows))
    ids, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    attention, allowed = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.bool)
    for number, row in enumerate(rows):
        size = len(row.ids)
        ids[number, :size] = torch.from_numpy(row.ids.astype(np.int64))
        types[number, :size] = torch.from_numpy(row.types.astype(np.int64))
        attention[number, :size] = 1
        allowed[number, :size] = torch.from_numpy(row.mask)
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": attention, "allowed": allowed}
