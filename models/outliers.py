"""What one scale for a layer's whole input would spoil, kept apart (after LLM.int8(), Dettmers et al., 2022).

In 8 bits a layer's input is rounded with one scale, at the time. In some layers of this model a single input is four
times as large as any other, always the same one, and what is left for the rest is a few levels. There the largest
inputs are cut at a limit, and what was cut off is multiplied apart, in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from models.tokens import Tokens, padded

APART = 4  # inputs of a layer that may exceed its limit without loss
_RATIO = 2.0  # of the largest input to the limit, from which a layer is worth it


class Parted(torch.nn.Linear):  # type: ignore[misc]
    """`linear` with its inputs cut at ±`limit`, and what the inputs `largest`, shape (APART,), exceed it by added."""

    def __init__(self, linear: torch.nn.Linear, largest: torch.Tensor, limit: float) -> None:
        super().__init__(linear.in_features, linear.out_features)
        self.weight, self.bias, self.limit = linear.weight, linear.bias, limit
        self.register_buffer("largest", largest)
        self.register_buffer("apart", linear.weight.detach()[:, largest].T.contiguous())

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        few = torch.index_select(inputs, -1, self.largest)
        beyond = few - few.clamp(-self.limit, self.limit)
        return super().forward(inputs.clamp(-self.limit, self.limit)) + beyond @ self.apart


def part(model: Any, rows: Sequence[Tokens]) -> list[str]:
    """Replace the linear layers of `model` whose inputs need it, as seen on `rows`, by `Parted`; their names."""
    linear = {name: layer for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear)}
    done = []
    for name, seen in _largest(model, linear, rows).items():
        values, order = seen.sort(descending=True)
        if len(values) > APART and values[0] > _RATIO * values[APART]:
            model.set_submodule(name, Parted(linear[name], order[:APART], values[APART].item()))
            done.append(name)
    return done


@torch.no_grad()  # type: ignore[untyped-decorator]
def _largest(model: Any, linear: dict[str, Any], rows: Sequence[Tokens]) -> dict[str, torch.Tensor]:
    """For each layer the greatest absolute value of each of its inputs, shape (inputs,), while `rows` are read."""
    seen: dict[str, torch.Tensor] = {}

    def noting(name: str) -> Any:
        def note(_: Any, given: tuple[torch.Tensor]) -> None:
            most = given[0].abs().amax(dim=(0, 1))
            seen[name] = torch.maximum(seen[name], most) if name in seen else most

        return note

    hooks = [layer.register_forward_pre_hook(noting(name)) for name, layer in linear.items()]
    for row in rows:
        batch = padded([row])
        model(batch["input_ids"], token_type_ids=batch["token_type_ids"])
    for hook in hooks:
        hook.remove()
    return seen
