"""The course of a training run: the recipe, the optimizer's steps in bfloat16, and the checkpoint to go on from."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.losses import loss_of
from models.tokens import Tokens

_SAVE_EVERY = 300.0  # seconds between checkpoints
_SAY_EVERY = 50  # steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that shapes a run. `batch_tokens` counts padding; `window` is in tokens of question and passage together."""

    seed: int = 0
    epochs: int = 2
    rate: float = 1.4e-4
    warmup: float = 0.06
    batch_tokens: int = 4_096
    window: int = 288
    positives: int = 100_000
    negatives: int = 38_000
    start_from: str = ""  # a folder; the bundled encoder's weights when empty
    bits: int = 7  # that the linear layers' weights are rounded to, as the export rounds them; 0: not
    news: str = ""  # a file of models/news_data.py: all its examples are read, in the last part of the run
    steps: int = 0  # batches at most; all when 0
    rows: str = ""  # a file of models/teach_reader.py, which is read instead of the mixture
    taught: float = 0.0  # the share of the loss that a larger reader's scores, as they stand in `rows`, have


class Run:
    """A model in bfloat16, its master weights in fp32 and their optimizer, from the checkpoint if there is one."""

    def __init__(self, model: Any, recipe: Recipe, steps: int, checkpoint: Path) -> None:
        self._model, self._recipe, self._steps, self._checkpoint = model, recipe, steps, checkpoint
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._masters = [p.detach().clone().requires_grad_() for p in self._parameters]
        linear = {id(layer.weight) for layer in model.modules() if isinstance(layer, torch.nn.Linear)}
        self._bits = [recipe.bits if id(p) in linear else 0 for p in self._parameters]
        decayed = [p for p in self._masters if p.ndim > 1]
        plain = [p for p in self._masters if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, fused=True)
        self.step = 0
        if checkpoint.is_file():
            state = torch.load(checkpoint, weights_only=True)
            for master, value in zip(self._masters, state["masters"], strict=True):
                master.data.copy_(value)
            self._optimizer.load_state_dict(state["optimizer"])
            self.step = state["step"]
        model.bfloat16()
        self._take(self._bits)
        self._said = self._saved = time.monotonic()
        self._seen, self._losses = 0, list[float]()

    def learn(self, rows: Sequence[Tokens]) -> None:
        """One step, at a rate that rises while warming up and then falls to nothing."""
        warm = max(1, int(self._recipe.warmup * self._steps))
        share = min((self.step + 1) / warm, (self._steps - self.step) / max(1, self._steps - warm))
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.rate * share
        loss = loss_of(self._model, rows, self._recipe.taught)
        loss.backward()
        for master, parameter in zip(self._masters, self._parameters, strict=True):
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(self._masters, 1.0)
        self._optimizer.step()
        self._take(self._bits)
        self.step += 1
        self._seen += sum(len(row.ids) for row in rows)
        self._losses.append(loss.item())
        if self.step % _SAY_EVERY == 0:
            self._say()
        if time.monotonic() - self._saved > _SAVE_EVERY:
            self._save()

    def finish(self) -> None:
        """The master weights as they are become the model's, in fp32."""
        self._model.float()
        self._take([0] * len(self._masters))

    def _take(self, bits: Sequence[int]) -> None:
        """Give the model its master weights in its own precision, each rounded to as many bits as `bits` says."""
        with torch.no_grad():
            for parameter, master, own in zip(self._parameters, self._masters, bits, strict=True):
                parameter.copy_(rounded(master, own) if own else master)

    def _say(self) -> None:
        took = time.monotonic() - self._said
        left = (self._steps - self.step) * took / _SAY_EVERY / 60
        shown = f"loss {np.mean(self._losses[-200:]):.3f}, {self._seen / took:,.0f} tokens/s, {left:.0f} min left"
        print(f"{self.step} of {self._steps}: {shown}", file=sys.stderr, flush=True)
        self._said, self._seen = time.monotonic(), 0

    def _save(self) -> None:
        part = self._checkpoint.with_suffix(".new")
        state = {"masters": self._masters, "optimizer": self._optimizer.state_dict(), "step": self.step}
        torch.save(state, part)
        part.replace(self._checkpoint)
        self._saved = time.monotonic()


def learn_all(model: Any, rows: Sequence[Tokens], plan: Sequence[Sequence[int]], recipe: Recipe, out: Path) -> None:
    """Train `model` on the batches of `plan`, indices of `rows`; the checkpoint is in `out` until it is done."""
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    run = Run(model, recipe, len(plan), checkpoint)
    model.train()
    for batch in plan[run.step :]:
        run.learn([rows[index] for index in batch])
    run.finish()
    checkpoint.unlink(missing_ok=True)


def rounded(weight: torch.Tensor, bits: int) -> torch.Tensor:
    """A linear layer's weight of shape (out, in) rounded to `bits` bits, each output with a scale of its own."""
    step = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 2 ** (bits - 1)
    return torch.round(weight / step) * step
