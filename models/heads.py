"""Attention heads that the reader can do without (Michel et al., 2019): a third of its time is spent on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from models.tokens import Tokens
from models.train_reader import loss_of

Heads = frozenset[tuple[int, int]]  # number of the layer and of the head in it


def least_telling(model: Any, rows: Sequence[Tokens], n: int) -> Heads:
    """The `n` heads of a trained `model` whose absence would change the loss on `rows` least, by its gradient.

    Every layer keeps at least one.
    """
    heads = model.config.num_attention_heads
    told = torch.zeros(model.config.num_hidden_layers, heads)
    outputs: dict[int, torch.Tensor] = {}

    def noting(number: int) -> Any:
        def note(_: Any, given: tuple[torch.Tensor]) -> None:
            given[0].retain_grad()
            outputs[number] = given[0]

        return note

    layers = [layer.attention.output.dense for layer in model.bert.encoder.layer]
    hooks = [layer.register_forward_pre_hook(noting(number)) for number, layer in enumerate(layers)]
    for row in rows:
        loss_of(model, [row]).backward()
        for number, output in outputs.items():
            told[number] += (output * output.grad).detach().unflatten(-1, (heads, -1)).sum((0, 1, 3)).abs()
    for hook in hooks:
        hook.remove()
    model.zero_grad()
    told.scatter_(1, told.argmax(1, keepdim=True), torch.inf)
    order = told.flatten().argsort().tolist()
    return frozenset(divmod(place, heads) for place in order[:n])
