"""Examples with what a larger reader makes of them: labelled, and kept in files of a thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.tokens import Tokens, padded

_SHARD = 1_000  # examples in a file
_BATCH = 2_048  # tokens read in one call, at most, with padding


def label(model: Any, rows: Sequence[Tokens], folder: Path, advance: Callable[[int], None]) -> None:
    """Have `rows` read by `model` and keep them in `folder`; the files that are there are kept.

    `advance` is told how many examples have been dealt with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.bfloat16().eval()
    for at in range(0, len(rows), _SHARD):
        path, some = folder / f"rows-{at // _SHARD:04}.npz", rows[at : at + _SHARD]
        if not path.exists():
            _write(path, _labelled(model, some))
        advance(len(some))


def read_rows(folder: Path) -> list[Tokens]:
    """The labelled examples in `folder`, in their order."""
    return [row for path in sorted(folder.glob("rows-*.npz")) for row in _read(path)]


def _labelled(model: Any, rows: Sequence[Tokens]) -> list[Tokens]:
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    done: dict[int, Tokens] = {}
    while order:
        n = 1
        while n < len(order) and (n + 1) * len(rows[order[n]].ids) <= _BATCH:
            n += 1
        some, order = order[:n], order[n:]
        batch = padded([rows[at] for at in some])
        batch.pop("allowed")
        with torch.inference_mode():
            out = model(**batch)
        sides = [(x.float() - x.float()[:, :1]).numpy().astype(np.float16) for x in (out.start_logits, out.end_logits)]
        for number, at in enumerate(some):
            starts, ends = (side[number, : len(rows[at].ids)].copy() for side in sides)
            done[at] = replace(rows[at], taught=(starts, ends))
    return [done[at] for at in range(len(rows))]


def _write(path: Path, rows: Sequence[Tokens]) -> None:
    part = path.with_suffix(".part")
    numbers = [(len(row.ids), row.start, row.end, row.question) for row in rows]
    taught = [row.taught for row in rows if row.taught is not None]
    with part.open("wb") as file:
        np.savez(
            file,
            numbers=np.array(numbers, dtype=np.int32),
            ids=np.concatenate([row.ids for row in rows]),
            types=np.concatenate([row.types for row in rows]),
            mask=np.concatenate([row.mask for row in rows]),
            starts=np.concatenate([starts for starts, _ in taught]),
            ends=np.concatenate([ends for _, ends in taught]),
        )
    part.replace(path)


def _read(path: Path) -> list[Tokens]:
    with np.load(path, allow_pickle=False) as held:
        numbers = held["numbers"].tolist()
        cuts = np.cumsum([size for size, *_ in numbers])[:-1]
        ids, types, mask, starts, ends = (
            np.split(held[name], cuts) for name in ("ids", "types", "mask", "starts", "ends")
        )
    return [
        Tokens(ids[n], types[n], mask[n], start, end, question, (starts[n], ends[n]))
        for n, (_, start, end, question) in enumerate(numbers)
    ]
