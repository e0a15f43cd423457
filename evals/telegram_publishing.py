"""Generations published, each by a `dateline index add` of its own, while chats ask a running bot all the time."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.chats import Chatter, Crowd
from evals.data import ROOT

_PATIENCE = 900.0  # seconds


@dataclass
class Publishing:
    """Builds the index in `home`, of articles written to `folder`, while `crowd` asks `questions`."""

    crowd: Crowd
    home: Path
    folder: Path
    questions: Sequence[str]
    build: subprocess.Popen[bytes] | None = None

    def run(self, generations: int, chats: int, usual: float) -> tuple[dict[str, float], list[str]]:
        """(figures in seconds, faults). `usual` seconds without a build are what the time of building is held against.

        A gap is the time between two answers, whoever gets them; `pause` is by how much the longest grew.
        """
        chatter, faults = Chatter(self.crowd, chats, self.questions), list[str]()
        self.crowd.wait(chatter.last(), _PATIENCE)
        until = time.monotonic() + usual
        before = self._gaps(chatter, lambda: time.monotonic() > until)
        self.crowd.api.forget_stalls()
        began, numbers = time.monotonic(), iter(range(generations))

        def over() -> bool:
            if self.build is not None and self.build.poll() is None:
                return False
            if self.build is not None and self.build.returncode != 0:
                faults.append(f"a build ended with {self.build.returncode}")
            number = next(numbers, None)
            self.build = self._begun(number) if number is not None else None
            return self.build is None

        try:
            gaps = self._gaps(chatter, over)
        finally:
            if self.build is not None:
                self.build.kill()
        took = time.monotonic() - began
        self.crowd.wait(chatter.last(), _PATIENCE)
        asked = self.crowd.ask(self.crowd.people(1)[0], f"How many cars does the ferry to {_town(generations)} carry?")
        self.crowd.wait([asked], _PATIENCE)
        if _says(generations) not in (said := self.crowd.api.last(asked.user).text):
            faults.append(f"not answered from the last generation: {said!r}")
        figures = {
            "generations": generations,
            "seconds": took,
            "answers": len(gaps),
            "longest gap, usual": max(before, default=0.0),
            "longest gap": max(gaps, default=0.0),
            "pause": max(gaps, default=0.0) - max(before, default=0.0),
        }
        return figures, faults

    def _gaps(self, chatter: Chatter, over: Callable[[], bool]) -> list[float]:
        """Seconds between each two answers until it is over."""
        began = time.monotonic()
        while not over():
            self.crowd.look()
            chatter.go_on()
            time.sleep(0.02)
        times = sorted(at for at in self.crowd.answered.values() if at > began)
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def _begun(self, number: int) -> subprocess.Popen[bytes]:
        file = self.folder / f"ferry-{number + 1}.txt"
        file.write_text(f"{_says(number + 1)} The ferry was built in Gdansk, its owner said on Friday.\n")
        command = [sys.executable, "-m", "bot.cli", "index", "add", str(file)]
        environment = {**os.environ, "DATELINE_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _town(number: int) -> str:
    return f"Quonsettlebury {number}"


def _says(number: int) -> str:
    return f"The ferry to {_town(number)} carries {300 + number} cars."
