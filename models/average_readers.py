"""The mean of trained readers' weights: `python -m models.average_readers OUT FOLDER SHARE FOLDER SHARE …`.

Runs from one start, or a run and what it started from, often do better averaged than each by itself, at no cost in
use (Wortsman et al., 2022, "Model soups"; "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer


def average(folders: Sequence[tuple[Path, float]], out: Path) -> None:
    """Write the mean of the models in `folders`, each with its share, into `out`, with the first one's tokenizer.

    Raises ValueError where the shares are not one together.
    """
    if not math.isclose(sum(share for _, share in folders), 1.0, abs_tol=1e-6):
        raise ValueError("the shares are not 1 together")
    mean: dict[str, Any] = {}
    for folder, share in folders:
        model: Any = AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.float32)
        for name, weight in model.state_dict().items():
            mean[name] = mean.get(name, 0) + share * weight
    model.load_state_dict(mean)
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(folders[0][0]).save_pretrained(out)


def main() -> None:
    """Average from the command line."""
    parser = argparse.ArgumentParser(description="Average trained readers.")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", nargs="+", metavar="FOLDER SHARE")
    options = parser.parse_args()
    given = options.folders
    if len(given) % 2:
        parser.error("each folder takes a share")
    average([(Path(given[at]), float(given[at + 1])) for at in range(0, len(given), 2)], options.out)


if __name__ == "__main__":
    main()
