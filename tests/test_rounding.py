"""Rounding while training: as many levels as will ship, what stands out left whole, gradients as if there were none."""

from __future__ import annotations

import torch

from models.rounding import round_inputs, rounded


def layer() -> torch.nn.Sequential:
    """One linear layer, "0", that gives out what it is given."""
    linear = torch.nn.Linear(3, 3)
    torch.nn.init.eye_(linear.weight)
    torch.nn.init.zeros_(linear.bias)
    return torch.nn.Sequential(linear)


def test_weights_have_the_levels_of_their_bits_row_by_row() -> None:
    weight = torch.tensor([[1.0, 0.3, -0.26], [100.0, 30.0, -26.0]])
    assert torch.allclose(rounded(weight, 3), torch.tensor([[1.0, 0.25, -0.25], [100.0, 25.0, -25.0]]))


def test_inputs_are_rounded_with_one_scale_and_zero_stays_zero() -> None:
    model = layer()
    round_inputs(model, {})
    given = torch.tensor([[0.0, 255.0, 100.4], [-0.0, 3.5001, 7.7]])
    assert torch.equal(model(given), torch.tensor([[0.0, 255.0, 100.0], [0.0, 4.0, 8.0]]))
    assert torch.equal(model(torch.zeros(2, 3)), torch.zeros(2, 3))


def test_what_lies_beyond_the_limit_spoils_nothing_and_is_whole() -> None:
    model = layer()
    round_inputs(model, {"0": 2.55})
    said = model(torch.tensor([[1000.123, 0.004, -0.004], [0.0, 0.016, 2.0]]))
    assert torch.allclose(said, torch.tensor([[1000.123, 0.004, -0.004], [0.0, 0.016, 2.0]]), atol=0.0052)


def test_gradients_pass_as_if_nothing_were_rounded() -> None:
    model = layer()
    round_inputs(model, {"0": 2.0})
    given = torch.tensor([[5.0, -3.0, 0.123]], requires_grad=True)
    model(given).sum().backward()
    assert torch.allclose(given.grad if given.grad is not None else torch.zeros(0), torch.ones(1, 3))


def test_bfloat16_stays_bfloat16() -> None:
    model = layer().bfloat16()
    round_inputs(model, {})
    assert model(torch.randn(2, 3).bfloat16()).dtype == torch.bfloat16
