"""Which plots a benchmark's figures give, each with a caption that says what is seen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from evals.aims import AIMS, figure_at
from evals.plots import Bar, Line, bars, lines, number, percent

Picture = tuple[str, str]  # SVG, caption
_BOUNDS = {(aim.benchmark, aim.path): aim for aim in AIMS}


def pictures(name: str, figures: dict[str, Any]) -> list[Picture]:
    """The plots of benchmark `name`; those whose figures are missing are left out."""
    return list(_DRAWN[name](name, figures)) if name in _DRAWN else []


def _answers(name: str, figures: dict[str, Any]) -> Iterator[Picture]:
    curves = figures.get("curves", {})
    if "f1" in figures.get("all", {}):
        yield _f1_by_year(name, figures)
    if curves.get("risk_coverage"):
        risk = [(coverage, 1 - right) for coverage, right in curves["risk_coverage"]]
        drawn = [Line("Dateline", risk)]
        if name == "answers":
            drawn.append(Line("aim: at 20 %, a risk of 15 %", [(0.0, 0.15), (0.2, 0.15), (0.2, 0.0)], aside=True))
        svg = lines(
            "Risk against coverage",
            drawn,
            ("questions answered, the surest first", "no cited sentence holds the answer"),
        )
        yield svg, "Risk and coverage: how often the answer is wrong when only the surest questions are answered."
    if curves.get("reliability"):
        points = [(score, right) for score, right, _ in curves["reliability"]]
        drawn = [Line("tenths of the questions", points, dots=True), Line("perfect", [(0, 0), (1, 1)], aside=True)]
        svg = lines("Share right against score", drawn, ("score of the first claim", "its quotes hold the answer"))
        yield svg, "Calibration: dots on the diagonal mean that a score of 0.8 is right four times in five."
    if curves.get("latency_ms"):
        yield _latency(curves["latency_ms"])


def _f1_by_year(name: str, figures: dict[str, Any]) -> Picture:
    drawn = []
    for year in ("2022", "2023"):
        if year in figures:
            aim = _BOUNDS.get((name, (year, "f1")))
            drawn.append(Bar(f"{year}: Dateline", figures[year]["f1"], aim.bound if aim else None))
            known = figures.get("published", {}).get(year, {})
            drawn += [Bar(f"{year}: {what}", share, aside=True) for what, share in known.items() if what.endswith("F1")]
    drawn.append(Bar("all years: Dateline", figures["all"]["f1"]))
    caption = "F1 of the words that answer, all questions, always answering; marks are the aims."
    if "published" in figures:
        caption += " The other systems had search results on the same weeks (Kasai et al., 2023)."
    return bars("F1 by year", drawn), caption


def _latency(quantiles: list[float]) -> Picture:
    points = [(milliseconds, at / (len(quantiles) - 1)) for at, milliseconds in enumerate(quantiles)]
    most = max(quantiles[-2], 500.0) * 1.05  # the very slowest question would flatten the rest
    drawn = [Line("Dateline", points), Line("aim for the median: 400 ms", [(400, 0), (400, 0.5), (0, 0.5)], aside=True)]
    svg = lines(
        "Time of an answer",
        drawn,
        ("milliseconds", "questions answered by then"),
        ((0, most), (0, 1)),
        (number, percent),
    )
    return svg, "Time of a whole answer: which share of the questions had theirs after so many milliseconds."


def _reading(name: str, figures: dict[str, Any]) -> Iterator[Picture]:
    drawn = []
    for path, label in (
        (("SQuAD 1.1", "f1"), "1.1: F1"),
        (("SQuAD 1.1", "exact_match"), "1.1: exact match"),
        (("SQuAD 2.0", "f1"), "2.0: F1, own threshold"),
        (("SQuAD 2.0", "f1 at best threshold"), "2.0: F1, best threshold"),
        (("SQuAD 2.0", "exact_match"), "2.0: exact match, own threshold"),
        (("SQuAD 2.0", "f1 of the answerable, always answering"), "2.0: F1 of the answerable"),
    ):
        found, aim = figure_at(figures, path), _BOUNDS.get((name, path))
        if found is not None:
            drawn.append(Bar(label, found, aim.bound if aim else None))
    if drawn:
        yield bars("SQuAD scores", drawn), "SQuAD dev: reading a given paragraph; marks are the aims."


def _refusing(name: str, figures: dict[str, Any]) -> Iterator[Picture]:
    drawn = []
    for what in (
        "answered when taken out", "answered when too early, and wrongly", "answered, of the answerable",
        "answered, of the citable",
    ):  # fmt: skip
        found, aim = figure_at(figures, (what,)), _BOUNDS.get((name, (what,)))
        if found is not None:
            drawn.append(Bar(what, found, aim.bound if aim else None, bool(aim and aim.at_most)))
    if drawn:
        yield (
            bars("Answered with and without the answer", drawn),
            ("What is answered at the default caution: little where the answer is not there, most where it is."),
        )


def _retrieval(_: str, figures: dict[str, Any]) -> Iterator[Picture]:
    hits = figures.get("curves", {}).get("hits")
    if hits:
        drawn = [
            Line("Dateline", [(k, share) for k, share in hits], dots=True),
            Line("aim: hits@4", [(1, 0.9), (4, 0.9), (4, 0)], aside=True),
        ]
        svg = lines(
            "hits@k",
            drawn,
            ("k, articles looked at", "the known article is among them"),
            ((1, len(hits)), (0, 1)),
            (number, percent),
        )
        yield svg, "Retrieval: how often the article known to hold the answer is among the first k."


_DRAWN: dict[str, Callable[[str, dict[str, Any]], Iterator[Picture]]] = {
    "answers": _answers, "given": _answers, "reading": _reading, "refusing": _refusing, "retrieval": _retrieval,
}  # fmt: skip
