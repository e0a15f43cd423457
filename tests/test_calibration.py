"""Risk against coverage and calibration errors, against cases reckoned by hand."""

from __future__ import annotations

import pytest

from evals.calibration import Bin, calibration_error, equal_mass, equal_width, risk_coverage, surest

SCORES = [0.9, 0.8, 0.8, 0.3]
RIGHT = [True, True, False, False]


def test_risk_and_coverage() -> None:
    """The two questions of equal score are covered together."""
    assert risk_coverage(SCORES, RIGHT) == [(0.25, 1.0), (0.75, pytest.approx(2 / 3)), (1.0, 0.5)]
    assert risk_coverage([], []) == []


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    scores = [n / 1000 for n in range(1000)]
    curve = risk_coverage(scores, [n >= 500 for n in range(1000)], points=11)
    assert len(curve) == 11
    assert (curve[0], curve[-1]) == ((0.001, 1.0), (1.0, 0.5))


def test_the_surest_share() -> None:
    assert surest(SCORES, RIGHT, 0.5) == 1.0
    assert surest(SCORES, RIGHT, 0.2) == 1.0, "at least one is looked at"
    assert surest([0.5] * 10, [False] * 2 + [True] * 8) == 0.0, "ties keep their order: what is right gains nothing"
    assert surest([], []) == 0.0


def test_bins_of_equal_mass() -> None:
    low, high = equal_mass(SCORES, RIGHT, 2)
    assert [low.score, high.score] == pytest.approx([0.55, 0.85])
    assert (low.right, low.number, high.right, high.number) == (0.0, 2, 1.0, 2)
    assert calibration_error(equal_mass(SCORES, RIGHT, 2)) == pytest.approx((0.55 + 0.15) / 2)
    assert [item.number for item in equal_mass(SCORES, RIGHT, 10)] == [1, 1, 1, 1], "no bin is empty"


def test_bins_of_equal_width() -> None:
    bins = equal_width([0.0, 0.5, 0.75, 1.0], [False, True, True, False], 2)
    assert bins == [Bin(0.25, 0.5, 2), Bin(0.875, 0.5, 2)], "an edge goes with the bin below"
    assert calibration_error(bins) == pytest.approx((0.25 + 0.375) / 2)


@pytest.mark.parametrize("bins", [equal_mass, equal_width])
def test_what_is_right_as_often_as_it_says_has_no_error(bins: object) -> None:
    assert callable(bins)
    assert calibration_error(bins([0.75] * 8, [True] * 6 + [False] * 2, 1)) == pytest.approx(0.0)
    assert calibration_error(bins([], [])) == 0.0
