"""What the reader learns from: right spans, and what a larger reader makes of the same passages. Knows no optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from models.tokens import Tokens, padded

_NEVER = -1e4  # the score of a place that is none


def loss_of(model: Any, rows: Sequence[Tokens], taught: float = 0.0) -> torch.Tensor:
    """Mean over questions of the cross-entropy of start and end.

    A place's score is what it is above that of its passage's first token, and the passages of one question share one
    softmax with one "no answer" at 0 (after Clark and Gardner, 2018): their scores are learned to be compared, as they
    are in use. Of several right spans any will do. `taught` is the share of the loss in which a larger reader's
    softmax over the same places stands for the right span (Hinton et al., 2015), where the rows have its scores.

    Raises ValueError where some of the rows have them and some have not.
    """
    if all(row.taught is None for row in rows):
        taught = 0.0
    batch = padded(rows)
    allowed = batch.pop("allowed")
    allowed[:, 0] = False
    out = model(**batch)
    asked = torch.unique(torch.tensor([row.question for row in rows]), return_inverse=True)[1]
    total = torch.zeros(())
    for side, logits in enumerate((out.start_logits, out.end_logits)):
        scores = logits.float()
        margins = (scores - scores[:, :1]).masked_fill(~allowed, _NEVER)
        sums = _log_sums(margins.logsumexp(1), asked, 0.0)
        if taught < 1:
            places = torch.tensor([(row.start, row.end)[side] for row in rows])
            right = margins.gather(1, places[:, None])[:, 0]  # _NEVER where there is no answer
            total = total + (1 - taught) * (sums - _right(right, asked)).mean()
        if taught:
            chances = _chances(rows, side, allowed, asked)
            # Its "no answer" has the rest of the chances, and a margin of 0.
            total = total + taught * (sums.sum() - (chances * margins).sum()) / len(sums)
    return total / 2


def _chances(rows: Sequence[Tokens], side: int, allowed: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """The larger reader's softmax, of the shape of `allowed`; what a question lacks to 1 is its "no answer"."""
    margins = torch.full(allowed.shape, _NEVER)
    for number, row in enumerate(rows):
        if row.taught is None:
            raise ValueError("a batch of rows with a larger reader's scores and without: read them apart")
        margins[number, : len(row.ids)] = torch.from_numpy(row.taught[side]).float()
    margins = margins.masked_fill(~allowed, _NEVER)
    sums = _log_sums(margins.logsumexp(1), asked, 0.0)
    return (margins - sums[asked][:, None]).exp()


def _right(values: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """The logarithm of the summed right spans of each question; 0, that of "no answer", where it has none."""
    sums = _log_sums(values, asked, _NEVER)
    return torch.where(sums > _NEVER / 2, sums, torch.zeros(()))


def _log_sums(values: torch.Tensor, asked: torch.Tensor, besides: float) -> torch.Tensor:
    """Shape (questions,): the logarithm of the summed exponentials of the rows' `values`, and of `besides`."""
    table = torch.full((int(asked.max()) + 1, len(values) + 1), _NEVER)
    table[:, -1] = besides
    table[asked, torch.arange(len(values))] = values
    return table.logsumexp(1)
