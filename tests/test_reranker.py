"""DATELINE_RERANKER: a tiny CrossEncoder with random weights, loaded as any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from bot.reranker import Reranker
from bot.settings import Settings
from index.articles import Article
from index.embed import model_path
from index.errors import ModelMissing
from index.passages import Passage
from index.retrieve import Found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    made = tmp_path_factory.mktemp("models") / "tiny"
    tokenizer = AutoTokenizer.from_pretrained(model_path())
    sizes: Any = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), num_labels=1, **sizes)).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


def passage(name: str, text: str, score: float) -> Found:
    article = Article(name, "", "Bridge", "Herald", (), date(2024, 6, 6), text)
    return Found(Passage(name, name, 0, len(text)), article, score, None)


def test_what_the_model_says_is_weighed_with_what_retrieval_knows(folder: Path) -> None:
    found = [passage("a", "It rained.", 0.4), passage("b", "Repairs cost 4 million.", 0.8), passage("c", "No.", 0.0)]
    ranked = Reranker(str(folder)).rerank("What do repairs cost?", found)
    assert {item.passage.id for item in ranked} == {"a", "b", "c"}
    scores = [item.score for item in ranked]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == 0.0, "what retrieval rules out stays out"
    assert 0 < scores[0] < 1
    assert Reranker(str(folder)).rerank("Why?", []) == []


def test_the_setting_chooses_it(folder: Path, demo_home: Path) -> None:
    desk = Desk.open(Settings(home=demo_home, reranker=str(folder), caution=0.0))
    assert desk.ask("What did Russia object to?").claims
    desk.close()


def test_a_model_that_is_not_there_names_the_setting() -> None:
    with pytest.raises(ModelMissing, match="DATELINE_RERANKER"):
        Reranker("tests")
