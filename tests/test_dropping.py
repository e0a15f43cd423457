"""What keeps the reader from learning by heart: which features and which tokens are dropped, and when."""

from __future__ import annotations

import numpy as np
import torch
from transformers import BertConfig, BertForQuestionAnswering

from models.dropping import SharedDropout, blanked, drop_features
from models.tokens import Tokens

BLANK = 103


def test_the_same_features_are_dropped_at_all_tokens_of_an_example() -> None:
    torch.manual_seed(0)
    layer = SharedDropout(0.25)
    values = layer(torch.ones(40, 7, 100))
    assert ((values == 0) == (values[:, :1] == 0)).all()
    assert abs((values == 0).float().mean().item() - 0.25) < 0.03
    assert not (values[0, 0] == values[1, 0]).all(), "each example has its own"
    assert torch.allclose(values[values != 0], torch.tensor(1 / 0.75)), "what stays makes up for what is gone"


def test_nothing_is_dropped_in_use() -> None:
    torch.manual_seed(0)
    model = BertForQuestionAnswering(BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2)).eval()
    asked = torch.arange(20)[None]
    before = model(asked).start_logits
    drop_features(model, 0.5)
    assert torch.equal(model.eval()(asked).start_logits, before)
    assert not torch.equal(model.train()(asked).start_logits, before)


def test_blanks_stand_in_the_passage_alone_and_never_in_the_answer() -> None:
    mask = np.zeros(60, dtype=np.bool_)
    mask[0] = True
    mask[10:-1] = True
    row = Tokens(np.arange(1000, 1060, dtype=np.int32), np.zeros(60, dtype=np.int8), mask, 20, 22, 0)
    refused = Tokens(row.ids, row.types, mask, 0, 0, 1)
    chance = np.random.default_rng(0)
    drawn = [blanked([row, refused], 0.3, BLANK, chance) for _ in range(200)]
    places = np.array([[one.ids == BLANK for one in pair] for pair in drawn])
    assert not places[:, :, :10].any()
    assert not places[:, :, -1].any()
    assert not places[:, 0, 20:23].any()
    assert 0.25 < places[:, 1, 10:-1].mean() < 0.35
    assert places[:, 1, 20:23].any()
    assert (row.ids == np.arange(1000, 1060)).all(), "the example itself stays as it is"
    assert all((pair[0].start, pair[0].end, pair[1].start) == (20, 22, 0) for pair in drawn)
