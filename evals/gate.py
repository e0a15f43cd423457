"""`make gate`: the quick benchmarks held against their floors, evals/floors.json. CI fails when one is undercut.

A floor is pinned to the digest of the data that it was measured on: when that data changes, the figures are no longer
comparable, and the gate says so until the floors are pinned anew. `--raise` sets each floor to what is measured less
the slack, where that is higher; nothing but `--lower` ever lowers one. SQuAD is asked where ../shared/data is there.

Exit codes: 0 held, 1 a floor is undercut or not pinned, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import load_settings, prepare_environment
from evals import suite
from evals.aims import figure_at
from evals.benchmark import Bench
from evals.data import FIXTURE_NEWS, FIXTURE_QUESTIONS, SEED_QUESTIONS, SEEDS, SHARED_DATA, digest
from evals.suite import BENCHMARKS
from index.errors import DatelineError, UsageError

FLOORS = Path(__file__).with_name("floors.json")
SAMPLE = 20  # of SQuAD's dev questions, every so many-th
# What a figure may lose to another machine's rounding: a question or so of ours, a point of the others.
_SLACK = {"seeds": 0.05, "fixtures": 0.05, "reading": 0.01}


@dataclass(frozen=True, slots=True)
class Measured:
    """A quick benchmark's figures, all of them shares of which more is better, and the digest of their data."""

    data: str
    figures: Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then hold against the floors or move them."""
    parser = argparse.ArgumentParser(prog="python -m evals.gate", description="Hold the quick benchmarks' floors.")
    parser.add_argument("--data", type=Path, default=SHARED_DATA, help="folder of the evaluation data")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of the floors")
    parser.add_argument("--raise", dest="up", action="store_true", help="raise floors to what is measured, less slack")
    parser.add_argument("--lower", dest="down", action="store_true", help="lower those that are undercut, too")
    options = parser.parse_args(arguments)
    try:
        prepare_environment(load_settings())
        floors = read_floors(options.floors)
        measured, skipped = measure(options.data)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"Reader: {load_settings().reader or 'bundled'}")
    for name, reason in skipped.items():
        print(f"{name}: skipped. {reason}")
    if options.up or options.down:
        write_floors(options.floors, moved(floors, measured, up=options.up, down=options.down))
        floors = read_floors(options.floors)
    faults = hold(floors, measured)
    for name, got in measured.items():
        for what, figure in got.figures.items():
            floor = figure_at(floors, (name, "floors", what))
            print(f"{name}: {what} {figure:.4f}, floor {'not pinned' if floor is None else f'{floor:.4f}'}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


def measure(data: Path) -> tuple[dict[str, Measured], dict[str, str]]:
    """(what was measured, by benchmark; why the others were not)."""
    bench, measured, skipped = Bench(data, Path(), SAMPLE), dict[str, Measured](), dict[str, str]()
    for name, source, questions in (
        ("seeds", SEEDS, SEED_QUESTIONS),
        ("fixtures", FIXTURE_NEWS, FIXTURE_QUESTIONS),
    ):
        got = suite.small(source, questions)
        figures = {"right": got.right / got.answerable, "refused": got.refused / got.unanswerable}
        measured[name] = Measured(digest(BENCHMARKS[name].files(data)), figures)
    try:
        files = BENCHMARKS["reading"].files(data)
        read = suite.squad(bench)
    except UsageError as error:
        skipped["reading"] = str(error)
    else:
        paths = {
            "SQuAD 1.1, F1": ("SQuAD 1.1", "f1"),
            "SQuAD 2.0, F1": ("SQuAD 2.0", "f1"),
            "SQuAD 2.0, F1 of the answerable": ("SQuAD 2.0", "f1 of the answerable, always answering"),
        }
        found = {what: figure_at(read, path) for what, path in paths.items()}
        measured["reading"] = Measured(digest(files), {what: x for what, x in found.items() if x is not None})
    return measured, skipped


def hold(floors: Mapping[str, Any], measured: Mapping[str, Measured]) -> list[str]:
    """One sentence for each floor that is undercut, missing, or about other data; empty when all hold."""
    faults = []
    for name, got in measured.items():
        pinned = floors.get(name)
        if pinned is None:
            faults.append(f"{name}: no floors are pinned: `python -m evals.gate --raise` pins them.")
        elif pinned["data"] != got.data:
            faults.append(
                f"{name}: the data has changed (digest {got.data}, floors were pinned on {pinned['data']}), so the "
                "floors do not apply: `python -m evals.gate --raise` pins them to what is measured now, with "
                "`--lower` where that is less."
            )
        else:
            for what, floor in pinned["floors"].items():
                figure = got.figures.get(what)
                if figure is None:
                    faults.append(f"{name}: {what} has a floor of {floor} and is not measured any more.")
                elif figure < floor:
                    faults.append(f"{name}: {what} is {figure:.4f}, under its floor of {floor:.4f}.")
            faults += [
                f"{name}: {what} has no floor: `python -m evals.gate --raise` pins it."
                for what in got.figures
                if what not in pinned["floors"]
            ]
    return faults


def moved(
    floors: Mapping[str, Any], measured: Mapping[str, Measured], *, up: bool = False, down: bool = False
) -> dict[str, Any]:
    """The floors after measuring: `up` raises those that can be, `down` lowers those that what is measured undercuts.

    A floor on other data counts as it stands: on new data too it is only lowered by `down`. Where that would be needed
    and is not allowed, the benchmark keeps its floors and its old digest. What was not measured stays as it is.
    """
    after = dict(floors)
    for name, got in measured.items():
        old = floors.get(name, {}).get("floors", {})
        kept, undercut = dict[str, float](), False
        for what, figure in got.figures.items():
            reached = max(0.0, round(figure - _SLACK[name], 4))
            floor = old.get(what)
            if floor is None:
                kept |= {what: reached} if up else {}
            elif figure < floor:
                undercut = True
                kept[what] = reached if down else floor
            else:
                kept[what] = max(floor, reached) if up else floor
        same = name in floors and floors[name]["data"] == got.data
        if kept and (same or down or not undercut):
            after[name] = {"data": got.data, "floors": kept}
    return after


def read_floors(path: Path) -> dict[str, Any]:
    """`{benchmark: {"data": digest, "floors": {figure: share}}}`; empty where the file is not there."""
    if not path.is_file():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: restore it from the repository.") from error
    return found


def write_floors(path: Path, floors: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(floors, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
