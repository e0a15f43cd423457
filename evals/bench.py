"""`make bench`: every benchmark in one run, as a table and as evals/results/bench.json with the commit and data digest.

`python -m evals.bench retrieval seeds` runs those alone. The index over RealTimeQA's articles is built once, in
.bench/ (about twenty minutes on two cores), and kept.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.desk import Desk
from bot.progress import progress
from bot.settings import Settings, prepare_environment
from evals import answering, crashes, freshness, indexing, retrieval, switching
from evals.data import ROOT, SEED_QUESTIONS, SHARED_DATA, data_file, digest, news_questions, seed_questions
from index.articles import read_articles
from index.build import sync
from index.embed import load_encoder, model_id, precision
from index.errors import DatelineError

RESULTS = ROOT / "evals" / "results"
_ASKED = 200  # questions that are answered: about two points of noise
_INDEXED = 1_200  # articles that throughput is measured on


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the data and the large index are."""

    data: Path
    home: Path

    @property
    def articles(self) -> Path:
        return data_file(self.data, "realtimeqa/articles.jsonl.xz")

    @contextmanager
    def news(self, **dials: float) -> Iterator[Desk]:
        """A desk over all of RealTimeQA's articles, indexed first where they are not yet."""
        with progress() as shown:
            sync(self.home, read_articles(self.articles), load_encoder, progress=shown, model_id=model_id())
        with desk_at(self.home, **dials) as desk:
            yield desk


@contextmanager
def desk_at(home: Path, **dials: float) -> Iterator[Desk]:
    """A desk over the index in `home`, its models loaded; what `dials` do not set, the settings do."""
    desk = Desk.open(Settings.model_validate({"home": home, **dials}))
    try:
        desk.warm()
        yield desk
    finally:
        desk.close()


def seeds(bench: Bench) -> dict[str, Any]:
    """The questions on the owner's article."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        sync(Path(folder), read_articles(ROOT / "seeds"), load_encoder)
        with desk_at(Path(folder)) as desk:
            return answering.on_seeds(desk, seed_questions()).as_json()


def news(bench: Bench) -> dict[str, Any]:
    """Retrieval over all articles, and the time of a search."""
    questions = [question for question in news_questions(bench.data) if question.gold_urls]
    with bench.news() as desk, progress() as shown:
        shown.start("searching", len(questions))
        return retrieval.on_news(desk, questions, shown.advance).as_json()


def answers(bench: Bench) -> dict[str, Any]:
    """Answers over all articles, always answering: their scores and times, by the reader that the settings name."""
    questions = news_questions(bench.data)
    asked = questions[:: max(1, len(questions) // _ASKED)]
    with bench.news(caution=0.0) as desk, progress() as shown:
        shown.start("asking", len(asked))
        scores = answering.on_news(desk, asked, shown.advance).as_json()
    return {name: round(figure, 4) for name, figure in scores.items()}


def throughput(bench: Bench) -> dict[str, Any]:
    """Indexing against the bare encoder."""
    return indexing.throughput(bench.articles, _INDEXED).as_json()


def fresh(bench: Bench) -> dict[str, Any]:
    """From adding an article to finding it, over all articles."""
    with bench.news() as desk:
        return {"seconds until found": round(freshness.seconds_until_found(desk, bench.home), 2)}


def kills(bench: Bench) -> dict[str, Any]:
    """The kill matrix, long."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        return asdict(crashes.kill_builders(Path(folder)))


def switches(bench: Bench) -> dict[str, Any]:
    """One process asks while another publishes."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        return asdict(switching.switch_while_asking(Path(folder)))


BENCHMARKS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "seeds": seeds, "retrieval": news, "answers": answers, "throughput": throughput, "freshness": fresh,
    "crashes": kills, "switching": switches,
}  # fmt: skip


def main() -> int:
    """Run what was named, or all; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--data", type=Path, default=SHARED_DATA, help="folder of the evaluation data")
    parser.add_argument("--home", type=Path, default=ROOT / ".bench", help="home of the large index")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    prepare_environment(Settings())
    bench, out, failed = Bench(options.data, options.home), Console(), False
    for name in options.names or BENCHMARKS:
        try:
            figures = BENCHMARKS[name](bench)
        except DatelineError as error:
            out.print(f"{name}: {error}", markup=False, style="red")
            failed = True
            continue
        failed = failed or bool(figures.get("faults"))
        _show(out, name, figures)
        _keep(name, figures, options.data)
    return int(failed)


def _show(out: Console, name: str, figures: dict[str, Any]) -> None:
    table = Table(title=name, show_header=False, title_justify="left")
    for what, figure in figures.items():
        table.add_row(what, str(figure))
    out.print(table)


def _keep(name: str, figures: dict[str, Any], data: Path) -> None:
    """Write the figures with what they are about."""
    files = [SEED_QUESTIONS, *(p for p in [data / "realtimeqa/questions.jsonl"] if p.is_file())]
    changed = _git("status", "--porcelain", "--", ".", ":!evals/results")
    commit = _git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")
    about = {"commit": commit, "data": digest(files), "machine": f"{platform.machine()}, {precision()}"}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(about | figures, indent=2, default=str) + "\n", encoding="utf-8")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
