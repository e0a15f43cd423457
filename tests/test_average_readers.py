"""The mean of readers is a reader whose every weight is the mean."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from models.average_readers import average
from tests.test_export_reader import made_up


def test_every_weight_is_the_mean_and_shares_must_be_one(tmp_path: Path) -> None:
    one = made_up(tmp_path / "one")
    other = made_up(tmp_path / "other", outlier=8.0)
    folders = [(tmp_path / "one", 0.25), (tmp_path / "other", 0.75)]
    average(folders, tmp_path / "mean")
    mean = dict(AutoModelForQuestionAnswering.from_pretrained(tmp_path / "mean").named_parameters())
    pairs = zip(one.named_parameters(), other.named_parameters(), strict=True)
    for (name, first), (_, second) in pairs:
        assert torch.allclose(mean[name], 0.25 * first + 0.75 * second, atol=1e-6)
    assert AutoTokenizer.from_pretrained(tmp_path / "mean")("port")["input_ids"]
    with pytest.raises(ValueError, match="1 together"):
        average(folders[:1], tmp_path / "mean")
