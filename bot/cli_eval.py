"""`dateline eval`: hands over to the benchmarks' own program, because nothing here may know of evals/."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from index.errors import UsageError

_NAMES = typer.Argument(metavar="NAME...", help="Which benchmarks; default: all.", show_default=False)


def evaluate(
    names: Annotated[list[str] | None, _NAMES] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the evaluation data. Default: ../shared/data.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Home of the large news index. Default: .bench.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The HTML page. Default: evals/results/report.html.")
    ] = None,
    sample: Annotated[
        int, typer.Option(metavar="N", min=1, help="Ask every N-th question: a quick look, kept in .bench/sample.")
    ] = 1,
) -> None:
    """Run the benchmarks: tables, JSON and one HTML page with plots.

    Benchmarks: seeds, fixtures (questions on a few articles, in this project); followups, crowded (conversations on
    them, alone and among others), rewriting (TREC CAsT's follow-up questions); reading (SQuAD); retrieval, answers,
    given, refusing (quiz questions on news); cost (of one question); throughput, freshness (indexing); crashes,
    switching (safety); telegram, kills (the bot under load). All but seeds, fixtures, followups, crashes, switching and
    kills need the evaluation data; what is missing is named, and the rest is run. The large news index is built with
    the first benchmark that needs it, in twenty minutes or more.

    Exit codes: 0 all was run, 1 something failed, 3 some could not be run.
    """
    if find_spec("evals") is None:
        raise UsageError("The benchmarks are not installed: run `dateline eval` in a checkout of Dateline.")
    given = {"--data": data, "--home": home, "--report": report}
    options = [part for name, path in given.items() if path is not None for part in (name, str(path))]
    # -P: a folder named evals where the command happens to be run is not ours.
    command = [sys.executable, "-P", "-m", "evals.bench", f"--sample={sample}", *options, "--", *(names or ())]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # this very process: signals and exit code are the benchmarks' own
