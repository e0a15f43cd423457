"""What keeps the reader from learning its examples by heart while it is trained; nothing of it is left in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from models.tokens import Tokens


class SharedDropout(torch.nn.Module):
    """Dropout of whole features: of shape (batch, tokens, features) the same ones at all tokens of an example.

    After Gal and Ghahramani (2016). As good as free, where a draw for each token is a fifth of a step on two cores.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return values
        kept = torch.rand(values.shape[0], 1, values.shape[2]) >= self.share
        return values * (kept / (1 - self.share)).to(values.dtype)


def drop_features(model: torch.nn.Module, share: float) -> None:
    """Give `model` a `SharedDropout` for every dropout of its hidden values (not of its attention)."""
    for name, layer in list(model.named_modules()):
        if isinstance(layer, torch.nn.Dropout) and not name.endswith("self.dropout"):
            model.set_submodule(name, SharedDropout(share))


def blanked(rows: Sequence[Tokens], share: float, blank: int, chance: np.random.Generator) -> list[Tokens]:
    """The examples with `share` of the passage's tokens, none of the answer's, replaced by the token `blank`."""
    made = []
    for row in rows:
        places = row.mask & (chance.random(len(row.ids)) < share)
        places[0] = False
        places[row.start : row.end + 1] = False
        made.append(replace(row, ids=np.where(places, np.int32(blank), row.ids)))
    return made
