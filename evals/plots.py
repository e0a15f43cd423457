"""Line plots and bars as inline SVG, without a library: text that can be read aloud, no script, nothing fetched. Pure.

Drawn for a width of 440, so that letters are still readable on a phone. Lines differ by dashes as well as by colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 28, 14, 46
_COLOURS = ("#0b5394", "#a64d00", "#2e6b34", "#6a3d9a")
_DASHES = ("", "7 4", "2 3", "9 3 2 3")
_INK, _GRID, _MUTED = "#1a1a1a", "#dddddd", "#555555"
_LETTER = 7.2  # width of a letter of the small font, on the generous side


@dataclass(frozen=True, slots=True)
class Line:
    """Points from left to right. `dots` marks each, `aside` draws the line as a thin reference."""

    label: str
    points: Sequence[tuple[float, float]]
    dots: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1, the target it is held against, and whether it is to stay below. `aside`: not ours."""

    label: str
    value: float
    target: float | None = None
    at_most: bool = False
    aside: bool = False


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def number(value: float) -> str:
    return f"{value:,.0f}"


def lines(
    what: str,
    drawn: Sequence[Line],
    labels: tuple[str, str],
    ends: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 1.0), (0.0, 1.0)),
    forms: tuple[Callable[[float], str], Callable[[float], str]] = (percent, percent),
) -> str:
    """A plot of lines. `labels`, `ends` and `forms` (of tick labels) are given for x and y; `what` is read aloud."""
    (x_low, x_high), (y_low, y_high) = ends
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x_at(x: float) -> float:
        return round(_LEFT + (min(max(x, x_low), x_high) - x_low) / (x_high - x_low) * (right - _LEFT), 1)

    def y_at(y: float) -> float:
        return round(bottom - (min(max(y, y_low), y_high) - y_low) / (y_high - y_low) * (bottom - _TOP), 1)

    parts = []
    for tick in ticks(x_low, x_high):
        parts.append(_stroke([(x_at(tick), _TOP), (x_at(tick), bottom)], _GRID))
        parts.append(_text(x_at(tick), bottom + 17, forms[0](tick), "middle"))
    for tick in ticks(y_low, y_high):
        parts.append(_stroke([(_LEFT, y_at(tick)), (right, y_at(tick))], _GRID))
        parts.append(_text(_LEFT - 6, y_at(tick) + 4, forms[1](tick), "end"))
    parts.append(_stroke([(_LEFT, _TOP), (_LEFT, bottom), (right, bottom)], _MUTED))
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 8, labels[0], "middle"))
    at = 0
    for line in drawn:
        colour = _MUTED if line.aside else _COLOURS[at % len(_COLOURS)]
        dash = "4 4" if line.aside else _DASHES[at % len(_DASHES)]
        at += not line.aside
        placed = [(x_at(x), y_at(y)) for x, y in line.points]
        parts.append(_stroke(placed, colour, dash, 1.3 if line.aside else 2.4))
        if line.dots:
            parts += [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in placed]
    # The label of the y axis stands above the plot: upright letters are hard to read.
    return _legend(drawn, labels[1]) + _svg(what, _HEIGHT, parts)


def bars(what: str, drawn: Sequence[Bar]) -> str:
    """Horizontal bars of shares, each with its target as a mark."""
    row, left, right = 44, 8, _WIDTH - 64
    height = row * len(drawn) + 6
    parts = []
    for place, bar in enumerate(drawn):
        top = place * row + 20
        length = round(min(max(bar.value, 0.0), 1.0) * (right - left), 1)
        good = bar.target is None or (bar.value <= bar.target if bar.at_most else bar.value >= bar.target)
        colour = "#8a8a8a" if bar.aside else _COLOURS[0] if good else _COLOURS[1]
        parts.append(_text(left, top - 5, bar.label))
        parts.append(f'<rect x="{left}" y="{top}" width="{right - left}" height="16" fill="#f0f0f0"/>')
        parts.append(f'<rect x="{left}" y="{top}" width="{length}" height="16" fill="{colour}"/>')
        parts.append(_text(right + 8, top + 13, f"{100 * bar.value:.1f}"))
        if bar.target is not None:
            at = round(left + bar.target * (right - left), 1)
            parts.append(_stroke([(at, top - 2), (at, top + 18)], _INK, width=2.5))
            bound = f"at {'most' if bar.at_most else 'least'} {100 * bar.target:.0f}"
            parts.append(_text(right, top - 5, bound, "end"))
    return _svg(what, height, parts)


def ticks(low: float, high: float) -> list[float]:
    """About five round numbers from `low` to `high`."""
    rough = (high - low) / 5
    power: float = 10.0 ** floor(log10(rough))
    step = next(power * by for by in (1, 2, 2.5, 5, 10) if power * by >= rough * 0.999)
    first = -floor(-low / step + 1e-9)
    return [n * step for n in range(first, floor(high / step + 1e-9) + 1)]


def _svg(what: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(what)}" font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def _legend(drawn: Sequence[Line], y_label: str) -> str:
    """The y axis' label and what each line is, in rows as wide as the plot."""
    parts, x, y, at = [_text(4, 14, f"↑ {y_label}")], 4.0, 32, 0
    for line in drawn:
        width = 34 + _LETTER * len(line.label) + 12
        if x > 4 and x + width > _WIDTH:
            x, y = 4.0, y + 18
        colour = _MUTED if line.aside else _COLOURS[at % len(_COLOURS)]
        dash = "4 4" if line.aside else _DASHES[at % len(_DASHES)]
        at += not line.aside
        parts.append(_stroke([(x, y - 4), (x + 26, y - 4)], colour, dash, 1.3 if line.aside else 2.4))
        parts.append(_text(x + 32, y, line.label))
        x += width
    height = y + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" aria-hidden="true" '
        f'font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def _stroke(points: Sequence[tuple[float, float]], colour: str, dash: str = "", width: float = 1.0) -> str:
    placed = " ".join(f"{x},{y}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{placed}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" fill="{_INK}" text-anchor="{anchor}">{escape(words)}</text>'
