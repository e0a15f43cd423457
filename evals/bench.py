"""`make bench` and `dateline eval`: benchmarks in one run, as tables, as JSON and as one HTML page.

`python -m evals.bench retrieval seeds` runs those alone. Figures are kept in evals/results/, one file a benchmark,
with the commit and the data's digest; those of a sample only in .bench/sample/. Exit codes: 0 all was run, 1 something
failed, 2 wrong usage, 3 some could not be run for want of data, of a package or of a fitting reader.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.edge import FAILED, PARTLY, STOPPED
from bot.settings import load_settings, prepare_environment
from evals.benchmark import Bench, Benchmark
from evals.data import ROOT, SHARED_DATA, digest
from evals.report import Section, page
from evals.suite import BENCHMARKS
from index.embed import precision
from index.errors import DatelineError, UsageError

RESULTS = ROOT / "evals" / "results"
SAMPLED = ROOT / ".bench" / "sample"
_DEV = "pip install -e '.[dev]' in the checkout brings what the benchmarks need"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was named, or all, and return the exit code."""
    options = _options(arguments)
    out = Console()
    try:
        if not (ROOT / "pyproject.toml").is_file():
            raise UsageError(
                "The benchmarks run in a checkout of Dateline, where their questions and articles lie; this is an "
                "installed copy. Clone the project, `pip install -e .` in it, and run `dateline eval` there."
            )
        prepare_environment(load_settings())
        return _run(out, options)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return STOPPED


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dateline eval", description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--data", type=Path, default=SHARED_DATA, help="folder of the evaluation data")
    parser.add_argument("--home", type=Path, default=ROOT / ".bench", help="home of the large index")
    parser.add_argument("--report", type=Path, help="file for the HTML page (default: report.html beside the figures)")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="ask every N-th question: a quick look")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}: choose of {', '.join(BENCHMARKS)}")
    if options.sample < 1:
        parser.error("--sample takes a number from 1")
    return options


def _run(out: Console, options: argparse.Namespace) -> int:
    bench = Bench(options.data, options.home.absolute(), options.sample)
    folder = RESULTS if options.sample == 1 else SAMPLED
    reasons: dict[str, str] = {}
    done: set[str] = set()
    broken = False
    for name in options.names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        try:
            about = _about(benchmark, bench)
            figures = benchmark.run(bench)
        except UsageError as error:
            reasons[name] = str(error)
        except DatelineError as error:
            reasons[name], broken = str(error), True
        except ModuleNotFoundError as error:
            reasons[name] = f"The package {error.name} is missing: {_DEV}."
        else:
            done.add(name)
            broken = broken or bool(figures.get("faults"))
            show(out, name, figures)
            _keep(folder / f"{name}.json", about | figures)
        if name in reasons:
            out.print(f"{name}: not run. {reasons[name]}", markup=False, style="red", soft_wrap=True)
    report = options.report or folder / "report.html"
    _write(report, page([_section(name, reasons.get(name), name in done, folder) for name in BENCHMARKS]))
    out.print(f"Report: {report}", markup=False, soft_wrap=True)
    if broken or not done:
        return FAILED
    return PARTLY if reasons else 0


def show(out: Console, name: str, figures: dict[str, Any]) -> None:
    """Print the figures as a table, groups of them as columns; curves are left to the report."""
    groups = {what: some for what, some in figures.items() if isinstance(some, dict) and what != "curves"}
    plain = {what: figure for what, figure in figures.items() if what not in groups and what != "curves"}
    if plain:
        table = Table(title=name, show_header=False, title_justify="left")
        for what, figure in plain.items():
            table.add_row(what, _cell(figure))
        out.print(table)
    if groups:
        table = Table(title="" if plain else name, title_justify="left")
        for heading in ("", *groups):
            table.add_column(heading)
        for what in dict.fromkeys(what for some in groups.values() for what in some):
            table.add_row(what, *(_cell(some.get(what, "")) for some in groups.values()))
        out.print(table)


def _cell(figure: object) -> str:
    return ", ".join(map(str, figure)) if isinstance(figure, list) else "–" if figure is None else str(figure)


def _about(benchmark: Benchmark, bench: Bench) -> dict[str, Any]:
    """What the figures are about. Raises UsageError where data is missing."""
    changed = _git("status", "--porcelain", "--", ".", ":!evals/results")
    settings = load_settings()
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + (" with changes" if changed else ""),
        "data": digest(benchmark.files(bench.data)),
        "machine": f"{platform.machine()}, {precision()}",
        "reader": settings.reader or "bundled",
        "encoder": settings.encoder or "bundled",
        "sample": bench.sample,
    }


def _section(name: str, reason: str | None, now: bool, folder: Path) -> Section:
    """What the report says of a benchmark: figures of this run, or else those that were kept."""
    kept = next((file for file in (folder / f"{name}.json", RESULTS / f"{name}.json") if file.is_file()), None)
    figures = json.loads(kept.read_text(encoding="utf-8")) if kept else {}
    return Section(name, BENCHMARKS[name].about, figures, now, reason)


def _keep(path: Path, figures: dict[str, Any]) -> None:
    _write(path, json.dumps(figures, indent=2, default=str, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DatelineError(f"{path} cannot be written: {error.strerror}.") from error


def _git(*arguments: str) -> str:
    """What git says; nothing where there is no git."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
