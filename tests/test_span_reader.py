"""The reader of a named model: a tiny one with random weights, and one that is told what to say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bot.desk import Desk
from bot.question import Meaning
from bot.readers import load_reader
from bot.settings import Settings
from bot.span_reader import SpanReader
from bot.spans import best_span
from bot.wording import Wanted
from index.articles import Article
from index.embed import model_path
from index.errors import ModelMissing
from index.passages import Passage
from index.retrieve import Found
from index.sentences import sentence_spans

TEXT = "The bridge was built in 1911. Repairs will cost 4.5 million euros, the city said. Ferries run until then. " * 3
ARTICLE = Article("a", "", "Old bridge closed", "The Herald", (), date(2024, 6, 6), TEXT.strip())
MEANING = Meaning("What will repairs cost?", None, (), Wanted.NUMBER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny question-answering model with random weights and the bundled encoder's tokenizer."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

    made = tmp_path_factory.mktemp("models") / "tiny"
    tokenizer = AutoTokenizer.from_pretrained(model_path())
    sizes: Any = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertForQuestionAnswering(BertConfig(vocab_size=len(tokenizer), **sizes)).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


def passages(article: Article, *spans: tuple[int, int]) -> list[Found]:
    return [Found(Passage(str(n), article.id, *span), article, 1.0, None) for n, span in enumerate(spans)]


def test_spans_are_exact_and_within_one_sentence(folder: Path) -> None:
    found = passages(ARTICLE, (0, 106), (30, len(ARTICLE.text)))
    readings = load_reader(str(folder)).read(MEANING, found)
    sentences = set(sentence_spans(ARTICLE.text))
    assert {(reading.start, reading.end) for reading in readings} == sentences
    assert len(readings) == len(sentences), "a sentence of two passages is one reading"
    assert [r.probability for r in readings] == sorted((r.probability for r in readings), reverse=True)
    for reading in readings:
        assert reading.answer
        assert reading.answer in reading.text
        assert reading.answer == reading.answer.strip()
        assert 0 <= reading.probability <= 1


def test_what_lies_beyond_the_window_is_left_out(folder: Path) -> None:
    article = Article("b", "", "T", "", (), None, " ".join(f"Sentence number {n} ends here." for n in range(400)))
    readings = load_reader(str(folder)).read(MEANING, passages(article, (0, len(article.text))))
    assert 10 < len(readings) < 100
    assert load_reader(str(folder)).read(MEANING, []) == []


class Told:
    """A model whose best span are the tokens of "4.5 million euros", by `margin` over no answer."""

    def __init__(self, tokenizer: Any, margin: float) -> None:
        self.words = tokenizer("4.5 million euros", add_special_tokens=False)["input_ids"]
        self.margin = margin

    def __call__(self, input_ids: Any, **_: Any) -> Any:
        import torch

        starts, ends = torch.full(input_ids.shape, -50.0), torch.full(input_ids.shape, -50.0)
        starts[:, 0] = ends[:, 0] = 0.0
        for row, ids in enumerate(input_ids.tolist()):
            at = next(n for n in range(len(ids)) if ids[n : n + len(self.words)] == self.words)
            starts[row, at] = ends[row, at + len(self.words) - 1] = self.margin / 2
        return type("Output", (), {"start_logits": starts, "end_logits": ends})


@pytest.mark.parametrize(("margin", "chance"), [(0.0, 0.5), (2.0, 0.8808), (-2.0, 0.1192), (5000.0, 1.0)])
def test_the_margin_over_no_answer_is_the_log_odds(margin: float, chance: float) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model_path())
    reader = SpanReader(Told(tokenizer, margin), tokenizer)
    first = reader.read(MEANING, passages(ARTICLE, (0, 106)))[0]
    assert first.answer == "4.5 million euros"
    assert first.text == "Repairs will cost 4.5 million euros, the city said."
    assert first.probability == pytest.approx(chance, abs=1e-3)


def test_the_setting_chooses_it_and_its_words_are_marked(folder: Path, demo_home: Path) -> None:
    desk = Desk.open(Settings(home=demo_home, reader=str(folder), caution=0.0))
    answer = desk.ask("What did Russia object to?")
    assert all(claim.answer in claim.citations[0].quote for claim in answer.claims)
    assert any(len(claim.answer) < len(claim.citations[0].quote) for claim in answer.claims)
    desk.close()


@pytest.mark.parametrize("name", ["no/such-model", "tests"])
def test_a_model_that_is_not_there_names_the_setting(name: str) -> None:
    with pytest.raises(ModelMissing, match="DATELINE_READER"):
        load_reader(name)


@given(
    arrays.arrays(np.float32, 40, elements=st.floats(-10, 10, width=32)),
    arrays.arrays(np.float32, 40, elements=st.floats(-10, 10, width=32)),
)
def test_the_best_span_is_the_best(starts: Any, ends: Any) -> None:
    first, last, score = best_span(starts, ends)
    assert 0 <= first <= last < 40
    assert last - first < 30
    every = [starts[a] + ends[b] for a in range(40) for b in range(a, min(40, a + 30))]
    assert score == pytest.approx(float(max(every)), abs=1e-5)
