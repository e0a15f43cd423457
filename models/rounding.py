"""Training under the rounding of the export (straight-through, Jacob et al., 2018): weights, and what is multiplied."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

_LEVELS = 255


def rounded(weight: torch.Tensor, bits: int) -> torch.Tensor:
    """A linear layer's weight of shape (out, in) rounded to `bits` bits, each output with a scale of its own."""
    step = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 2 ** (bits - 1)
    return torch.round(weight / step) * step


def round_inputs(model: Any, limits: Mapping[str, float]) -> None:
    """From here on the linear layers of `model` read their inputs rounded to 8 bits, with one scale for all of them.

    What lies beyond a layer's limit, by its name in `limits`, is not rounded, as models/outliers.py keeps it apart.
    """
    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Linear):
            layer.register_forward_pre_hook(partial(_rounded_input, limit=limits.get(name, math.inf)))


def _rounded_input(_: Any, given: tuple[torch.Tensor], *, limit: float) -> tuple[torch.Tensor]:
    inputs = given[0]
    within = inputs.clamp(-limit, limit)
    low, high = (bound.item() for bound in within.detach().float().aminmax())
    step = max((max(high, 0.0) - min(low, 0.0)) / _LEVELS, 1e-12)
    zero = round(-min(low, 0.0) / step)
    kept = torch.fake_quantize_per_tensor_affine(within, step, zero, 0, _LEVELS)
    return (kept + (inputs - within),)
