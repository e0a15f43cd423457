"""The reader's export says what the trained model says, also where an input stands out; and it thaws."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

from index.embed import model_path
from models.export_reader import export
from models.outliers import APART, Parted, part
from models.reading_data import Example
from models.thaw_reader import weights
from models.tokens import Tokens, tokenised

OUTLIER = 7  # the input that is made to stand out


@pytest.fixture
def sample() -> list[Tokens]:
    tokenizer = AutoTokenizer.from_pretrained(model_path())
    asked = Example("Who opened the port?", "Ports", "The port lies on a bay. The mayor opened it in 1911.", 24, 33)
    return tokenised([asked] * 3, tokenizer, 64, random.Random(0))


def made_up(folder: Path, *, outlier: float = 0.0) -> Any:
    """A small random model, saved in `folder`; the second layers' input OUTLIER is greater by `outlier`."""
    tokenizer = AutoTokenizer.from_pretrained(model_path())
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=64)  # fmt: skip
    model = BertForQuestionAnswering(config).eval()
    for parameter in model.parameters():  # else all biases are one, and are exported as one
        parameter.data.add_(torch.randn_like(parameter), alpha=0.02)
    for layer in model.bert.encoder.layer:
        layer.intermediate.dense.bias.data[OUTLIER] += outlier
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model


def difference(path: Path, model: Any) -> float:
    """The greatest difference between the scores of an export and those of its model, of all tokens and of some."""
    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids = torch.randint(1000, 20_000, (3, 40), generator=torch.Generator().manual_seed(1))
    types = torch.zeros_like(ids)
    types[:, 12:] = 1
    with torch.inference_mode():
        said = model(input_ids=ids, token_type_ids=types)
    most = 0.0
    for places in (np.arange(40), np.array([0, *range(17, 39)])):
        fed = {"input_ids": ids.numpy(), "token_type_ids": types.numpy(), "places": places}
        starts, ends = session.run(["start_logits", "end_logits"], fed)
        for one, other in ((starts, said.start_logits), (ends, said.end_logits)):
            most = max(most, float(np.abs(one - other.numpy()[:, places]).max()))
    return most


@pytest.mark.parametrize("rounded", [False, True])
def test_an_export_says_what_the_model_says(tmp_path: Path, rounded: bool) -> None:
    model = made_up(tmp_path / "trained")
    export(tmp_path / "trained", tmp_path / "out", rounded=rounded)
    assert difference(tmp_path / "out" / "model.onnx", model) < (0.1 if rounded else 1e-4)
    if rounded:
        _thaws(tmp_path / "out" / "model.onnx", model)


def test_an_input_that_stands_out_does_not_spoil_the_others(tmp_path: Path, sample: list[Tokens]) -> None:
    model = made_up(tmp_path / "trained", outlier=40.0)
    export(tmp_path / "trained", tmp_path / "with", sample=sample)
    export(tmp_path / "trained", tmp_path / "without")
    kept, spoilt = (difference(tmp_path / name / "model.onnx", model) for name in ("with", "without"))
    assert kept < spoilt / 2
    _thaws(tmp_path / "with" / "model.onnx", model)


def test_only_layers_whose_inputs_stand_out_are_parted(tmp_path: Path, sample: list[Tokens]) -> None:
    model = made_up(tmp_path / "trained", outlier=40.0)
    assert part(model, sample) == [f"bert.encoder.layer.{number}.output.dense" for number in range(2)]
    assert OUTLIER in model.bert.encoder.layer[0].output.dense.largest
    assert part(made_up(tmp_path / "plain"), sample) == []


def test_a_parted_layer_loses_nothing_of_its_largest_inputs() -> None:
    torch.manual_seed(0)
    linear = torch.nn.Linear(16, 5)
    parted = Parted(linear, torch.arange(APART), 2.0)
    inputs = torch.rand(3, 4, 16) * 4 - 2
    inputs[..., :APART] *= 20
    assert torch.allclose(parted(inputs), linear(inputs), atol=1e-4)
    inputs[..., APART] = 3.0
    cut = inputs.clone()
    cut[..., APART] = 2.0
    assert torch.allclose(parted(inputs), linear(cut), atol=1e-4), "what was not seen to stand out is cut"


def _thaws(path: Path, model: Any) -> None:
    """Whether every weight is found again in the export, but for the rounding: a 64th of a matrix's row's greatest."""
    found = weights(onnx.load(path))
    assert found.keys() >= {name for name, _ in model.named_parameters()}
    for name, parameter in model.named_parameters():
        whole = parameter.detach().numpy()
        assert found[name].shape == whole.shape
        assert np.abs(found[name] - whole).max() <= np.abs(whole).max() / 127 + 1e-6, name
