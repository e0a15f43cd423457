"""Fitting the scale: right words win, and the probability is as often right as it says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.spans import Candidate
from bot.wording import Wanted
from evals.data import NewsQuestion
from index.articles import Article
from index.passages import Passage
from index.retrieve import Found
from models.export_reader import export
from models.fit_scale import Asked, fit_probability, fit_strength, left_out
from models.thaw_reader import weights


def made(seed: int, told: bool) -> Asked:
    """A question whose right words ("ruby") stand in the first of three passages, with a margin that tells or not."""
    chance = random.Random(seed)
    rows = []
    right = chance.random() < 0.6
    for rank, word in enumerate(("ruby" if right else "opal", "jade", "onyx")):
        text = f"It was {word}."
        article = Article(f"{seed}-{rank}", "", "", "", (), None, text)
        margin = chance.gauss(2.0 if told and word == "ruby" else 0.0, 1.0)
        rows.append(Candidate(Found(Passage("", article.id, 0, len(text)), article, 1 / (1 + rank), None), rank, 0,
                              len(text), (7, 7 + len(word)), margin))  # fmt: skip
    day = date(2022, 1, 1) + timedelta(7 * (seed % 20))
    return Asked(NewsQuestion(str(seed), "What was it?", day, ("ruby",), (), ()), Wanted.OTHER, tuple(rows))


def test_what_tells_is_weighed_and_probabilities_hold_on_what_was_left_out() -> None:
    asked = [made(seed, told=True) for seed in range(200)]
    scale = fit_probability(asked, fit_strength(asked))
    assert scale.margin > 0.3
    assert scale.sure > 0
    rows, error = left_out(asked)
    assert len(rows) == 200
    assert error < 0.12
    surest = sorted(rows, reverse=True)[:40]
    assert np.mean([right for _, right, _ in surest]) > np.mean([right for _, right, _ in rows])


@pytest.mark.parametrize("rounded", [False, True])
def test_an_export_says_what_the_model_says(tmp_path: Path, rounded: bool) -> None:
    import torch
    from onnxruntime import InferenceSession
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer, BertConfig, BertForQuestionAnswering

    from index.embed import model_path

    tokenizer = AutoTokenizer.from_pretrained(model_path())
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=64)  # fmt: skip
    made_up = BertForQuestionAnswering(config)
    for parameter in made_up.parameters():  # else all biases are one, and are exported as one
        parameter.data.add_(torch.randn_like(parameter), alpha=0.02)
    made_up.save_pretrained(tmp_path / "trained")
    tokenizer.save_pretrained(tmp_path / "trained")
    export(tmp_path / "trained", tmp_path / "out", rounded=rounded)
    session = InferenceSession(str(tmp_path / "out" / "model.onnx"), providers=["CPUExecutionProvider"])
    model = AutoModelForQuestionAnswering.from_pretrained(tmp_path / "trained").eval()
    ids = torch.randint(1000, 20_000, (3, 40))
    types, mask = torch.zeros_like(ids), torch.ones_like(ids)
    types[:, 12:] = 1
    mask[1, 20:] = 0
    with torch.inference_mode():
        said = model(input_ids=ids, token_type_ids=types, attention_mask=mask)
    fed = {"input_ids": ids.numpy(), "token_type_ids": types.numpy(), "attention_mask": mask.numpy()}
    starts, ends = session.run(["start_logits", "end_logits"], fed)
    seen = mask.numpy() == 1
    if rounded:
        _thaws(tmp_path / "out" / "model.onnx", model)
    tolerance = 0.1 if rounded else 1e-4
    assert np.abs(starts - said.start_logits.numpy())[seen].max() < tolerance
    assert np.abs(ends - said.end_logits.numpy())[seen].max() < tolerance


def _thaws(path: Path, model: Any) -> None:
    """Whether every weight is found again in the export, but for the rounding: a 64th of a matrix's row's greatest."""
    import onnx

    found = weights(onnx.load(path))
    assert found.keys() >= {name for name, _ in model.named_parameters()}
    for name, parameter in model.named_parameters():
        whole = parameter.detach().numpy()
        assert found[name].shape == whole.shape
        assert np.abs(found[name] - whole).max() <= np.abs(whole).max() / 127 + 1e-6, name
