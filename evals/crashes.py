"""The kill matrix: builders killed with SIGKILL, and what is left looked at after each. `python -m evals.crashes`.

Some kills are aimed at Chroma's persist, by watching its files change, some at the publish, from within the builder at
an exact call; the rest fall after a random delay into reading, cutting, encoding or indexing. After each, the index
opens, its counts agree and it answers as the last published generation did, or as the new one should.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from multiprocessing.process import BaseProcess
from pathlib import Path

from evals.builders import POINTS, TOWNS, Seen, build, count_of_ships, forks, look, prefill, still_verifies
from index.build import Report
from index.manifest import current_name, generations_folder

# Seconds from a stage's beginning within which a kill falls.
_SPANS = {"starting": 1.5, "reading": 0.1, "comparing": 0.1, "cutting": 0.02, "encoding": 0.3, "indexing": 0.8}
_PERSISTING = 0.004
_PATIENCE = 120.0  # seconds after which a process counts as hanging


@dataclass(frozen=True, slots=True)
class Crashes:
    """What came of it. `kills` by the stage that they fell into; `finished` builds were done before their kill."""

    kills: dict[str, int]
    finished: int
    builds: int
    generations: int
    seconds: float
    faults: tuple[str, ...]


def kill_builders(home: Path, kills: int = 30, seed: int = 0) -> Crashes:
    """Kill `kills` builders of the index under `home`, which must have no index, and say what was found."""
    return _Matrix(home, random.Random(seed)).run(kills)


@dataclass
class _Matrix:
    home: Path
    rng: random.Random
    number: int = 0  # of the round
    bulk: bool = False
    kills: Counter[str] = field(default_factory=Counter)
    finished: int = 0
    names: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    verifiers: list[int] = field(default_factory=list)
    seen: Seen | None = None

    def run(self, kills: int) -> Crashes:
        started = time.monotonic()
        self.forks = forks()
        prefill(self.home)
        for aim in self._aims(kills):
            self._kill_one(aim)
            if aim == "persist" or self.rng.random() < 0.3:
                self._round()
        self._round()
        self._compare_with_a_quiet_life()
        self._look_for_leftovers()
        return Crashes(
            dict(self.kills), self.finished, self.number, len(self.names), time.monotonic() - started,
            tuple(self.faults),
        )  # fmt: skip

    def _aims(self, kills: int) -> Iterator[str]:
        """Aims until so many builders were killed: a fifth at the persist, a fourth at the publish, two of each.

        What finishes before its kill is made up for.
        """
        points = self.rng.sample(list(POINTS), len(POINTS))
        aims = ["persist"] * max(2, kills // 5) + list(islice(cycle(points), max(2, kills // 4)))
        aims += islice(cycle(_SPANS), max(0, kills - len(aims)))
        yield from self.rng.sample(aims, len(aims))
        while self.kills.total() < kills and self.finished < kills:
            yield self.rng.choice(list(_SPANS))

    def _kill_one(self, aim: str) -> None:
        if aim == "persist":
            self.bulk = not self.bulk
        stage, report = self._round(aim)
        if report is None:
            self.kills[stage] += 1
        else:
            self.finished += 1

    def _round(self, aim: str | None = None) -> tuple[str, Report | None]:
        """A build, killed at `aim` if there is one, and a look at what is left. The stage, and the report if done."""
        self.number += 1
        stage, report = self._build(self.home, aim)
        label = f"round {self.number}, aimed at {aim}, in {stage}"
        if aim is None and report is None:
            self.faults.append(f"{label}: the build failed")
        if current_name(self.home) is None:
            return stage, report
        seen = self._look(self.home, label)
        if seen is None:
            return stage, report
        self.faults.extend(f"{label}: {fault}" for fault in self._judge(seen))
        if report is not None and seen.name != report.generation:
            self.faults.append(f"{label}: {report.generation} was published and {seen.name} serves")
        self.names.add(seen.name)
        self.seen = seen
        return stage, report

    def _judge(self, seen: Seen) -> list[str]:
        faults = []
        if not seen.promised == len(seen.dense) == seen.lexical:
            faults.append(f"manifest {seen.promised}, Chroma {len(seen.dense)}, tantivy {seen.lexical}")
        if self.seen is not None and seen.name == self.seen.name:
            if seen != self.seen:
                faults.append("the same generation answers otherwise than before")
        else:
            for town, answer in zip(TOWNS, seen.answers, strict=True):
                if not answer or answer[0][1] != count_of_ships(town, self.number).text:
                    faults.append(f"the new generation answers of {town}: {answer[:1]}")
        return faults

    def _build(self, home: Path, aim: str | None = None) -> tuple[str, Report | None]:
        ours, theirs = self.forks.Pipe(duplex=False)
        point = aim if aim in POINTS else None
        process = self.forks.Process(target=build, args=(home, self.number, self.bulk, theirs, point))
        process.start()
        theirs.close()
        stage, report = "starting", None
        if aim == stage:
            self._strike(process, stage)
        try:
            while ours.poll(_PATIENCE):
                kind, value = ours.recv()
                if kind == "verifier":
                    self.verifiers.append(value)
                elif kind == "report":
                    report = value
                else:
                    stage = value
                    if aim == stage:
                        self._strike(process, stage)
            else:
                self.faults.append(f"round {self.number}: the builder hangs in {stage}")
        except (EOFError, OSError):
            pass  # it has ended
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()
        return stage, report

    def _strike(self, process: BaseProcess, stage: str) -> None:
        if stage == "persist":
            first, until = self._vector_files(), time.monotonic() + 5
            while self._vector_files() == first and time.monotonic() < until:
                pass
            time.sleep(self.rng.uniform(0, _PERSISTING))
        else:
            time.sleep(self.rng.uniform(0, _SPANS[stage]))
        process.kill()

    def _vector_files(self) -> set[tuple[str, int, int]]:
        """The files of Chroma's vectors in the folder that is being built, as they are now."""
        files = set()
        for file in generations_folder(self.home).glob("building-*/chroma/*/*"):
            try:
                status = file.stat()
            except OSError:
                continue
            files.add((file.name, status.st_size, status.st_mtime_ns))
        return files

    def _look(self, home: Path, label: str) -> Seen | None:
        ours, theirs = self.forks.Pipe(duplex=False)
        process = self.forks.Process(target=look, args=(home, theirs))
        process.start()
        theirs.close()
        seen: Seen | str = "no answer"
        try:
            if ours.poll(_PATIENCE):
                seen = ours.recv()
        except (EOFError, OSError):
            process.join()
            seen = f"the reader ended with {process.exitcode}"
        ours.close()
        process.kill()
        process.join()
        if isinstance(seen, str):
            self.faults.append(f"{label}: {seen}")
            return None
        return seen

    def _compare_with_a_quiet_life(self) -> None:
        """The same articles indexed at once, without any kill, are the same index."""
        quiet = self.home / "quiet"
        prefill(quiet)
        self._build(quiet)
        seen = self._look(quiet, "quiet")
        if seen is None or self.seen is None:
            return
        if seen.dense != self.seen.dense:
            self.faults.append(f"other passages than without kills: {len(seen.dense ^ self.seen.dense)} differ")
        if seen.answers != self.seen.answers:
            self.faults.append("other answers than without kills")

    def _look_for_leftovers(self) -> None:
        until = time.monotonic() + 30
        while alive := [pid for pid in self.verifiers if still_verifies(pid)]:
            if time.monotonic() > until:
                self.faults.append(f"orphaned verifiers still run: {alive}")
                break
            time.sleep(0.2)
        names = {path.name for path in generations_folder(self.home).iterdir()}
        if left := names - {"CURRENT", current_name(self.home)}:
            self.faults.append(f"left lying about: {sorted(left)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=kill_builders.__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = kill_builders(Path(folder), options.kills, options.seed)
    for stage, number in sorted(result.kills.items()):
        print(f"killed in {stage:12} {number:4}")
    print(f"finished before      {result.finished:4}")
    print(f"{result.builds} builds, {result.generations} generations seen, {result.seconds:.0f} s")
    print("\n".join(result.faults) or "no faults")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
