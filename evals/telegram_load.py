"""The bot under load, as a process of its own against the emulated Bot API. `python -m evals.telegram_load HOME`.

A hundred chats at once; one chat that asks once while another floods; generations published while chats ask. All at
level debug, and then the token is looked for in all that was printed, said, served and kept.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evals.chats import Chatter, Crowd, Put, complaints, leaks, misdelivered, told
from evals.data import SHARED_DATA, free_address, news_questions
from evals.running_bot import RunningBot
from evals.telegram_api.emulator import Emulator
from evals.telegram_publishing import Publishing

STALL = 1.0  # seconds without a getUpdates, or without an answer beyond the usual, that are too long
_FAIR = 2.0  # times its usual time that a chat may wait while another floods
_PATIENCE = 900.0  # seconds for everything that was asked to be answered
_BUSY = 8  # chats that ask all the time while a flood is measured


@dataclass(frozen=True, slots=True)
class Size:
    """How much: chats at once and questions of each; messages of a flood and questions beside it; generations.

    `usual` seconds of chats asking are what the time of publishing is held against.
    """

    chats: int = 100
    each: int = 3
    flood: int = 500
    probes: int = 8
    generations: int = 10
    asking: int = 20
    usual: float = 30.0


@dataclass
class Load:
    """What came of it, in seconds. `stall`: the longest from the answer to a getUpdates to the next one.

    `unseen` is the longest from an update's coming to its being fetched.
    """

    at_once: dict[str, float] = field(default_factory=dict)
    flood: dict[str, float] = field(default_factory=dict)
    publishing: dict[str, float] = field(default_factory=dict)
    questions: int = 0
    faults: list[str] = field(default_factory=list)


def under_load(home: Path, questions: Sequence[str], size: Size | None = None, strict: bool = True) -> Load:
    """Run all of it over the index in `home`, which is changed. `strict`: what takes too long is a fault."""
    with Emulator() as api, tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        health = free_address()
        bot = RunningBot(api, home, Path(folder) / "log", HEALTH_LISTEN=health)
        with bot:
            run = _Run(api, Crowd(api), home, Path(folder), questions, size or Size(), strict)
            for stage in (run.at_once, run.flood, run.publish):
                stage()
            pages = [_page(health, path) for path in ("healthz", "metrics")]
            if not json.loads(pages[0])["ok"]:
                run.load.faults.append(f"/healthz: {pages[0]}")
            if (code := bot.stop()) != 0:
                run.load.faults.append(f"the bot ended with {code}")
        run.load.questions = len(run.crowd.put)
        run.load.faults += misdelivered(api, run.counted())
        run.load.faults += complaints(bot.printed) + leaks(api.token.partition(":")[2], bot.printed, api, home, pages)
        return run.load


@dataclass
class _Run:
    api: Emulator
    crowd: Crowd
    home: Path
    folder: Path
    questions: Sequence[str]
    size: Size
    strict: bool
    load: Load = field(default_factory=Load)
    flooding: frozenset[int] = frozenset()

    def counted(self) -> list[Put]:
        """All that was asked but by the flood, most of which is not to be answered."""
        return [question for question in self.crowd.put if question.user.id not in self.flooding]

    def at_once(self) -> None:
        """Every chat asks all its questions at once."""
        self.api.forget_stalls()
        people, began = self.crowd.people(self.size.chats), time.monotonic()
        asked = [self.crowd.ask(user, self._question()) for _ in range(self.size.each) for user in people]
        self.crowd.wait(asked, _PATIENCE)
        took = max(self.crowd.answered[question.key] for question in asked) - began
        figures = {"questions": len(asked), "seconds": took, "answers a second": len(asked) / took}
        self.load.at_once = _rounded(figures | self._polling("many chats at once"))

    def flood(self) -> None:
        """How long one question takes beside chats that ask all the time, without and with another that floods."""
        chatter = Chatter(self.crowd, _BUSY, self.questions)
        usual = self._probe(chatter)
        self.api.forget_stalls()
        flooder = self.crowd.people(1)[0]
        self.flooding = frozenset([flooder.id])
        for number in range(self.size.flood):
            self.api.say(flooder, self.questions[number % len(self.questions)])
        beside = self._probe(chatter)
        self.crowd.wait(chatter.last(), _PATIENCE)
        self.crowd.look()
        said = len(self.api.sent(flooder))
        ratio = statistics.median(beside) / statistics.median(usual)
        figures = {
            "messages": self.size.flood,
            "the flooding chat was sent": said,
            "usual": statistics.median(usual),
            "usual, longest": max(usual),
            "beside a flood": statistics.median(beside),
            "beside a flood, longest": max(beside),
            "ratio": ratio,
        }
        self.load.flood = _rounded(figures | self._polling("a flood"))
        if said > 60:
            self.load.faults.append(f"a flood of {self.size.flood} messages got {said}")
        if self.strict and ratio > _FAIR:
            self.load.faults.append(f"beside a flood {beside} s, usually {usual} s")

    def _probe(self, chatter: Chatter) -> list[float]:
        """Seconds that one question takes, each of a chat of its own, one after the other."""
        times = []
        for user in self.crowd.people(self.size.probes):
            question = self.crowd.ask(user, self._question())
            self.crowd.wait([question], _PATIENCE, chatter.go_on)
            times.append(self.crowd.took(question))
        return times

    def publish(self) -> None:
        """Generations published while chats ask all the time."""
        publishing = Publishing(self.crowd, self.home, self.folder, self.questions)
        figures, faults = publishing.run(self.size.generations, self.size.asking, self.size.usual)
        self.load.publishing = _rounded(figures | self._polling("publishing"))
        self.load.faults += faults
        if self.strict and figures["pause"] > STALL:
            self.load.faults.append(f"publishing: no answer for {figures['pause']:.1f} s longer than usual")

    def _question(self) -> str:
        return self.questions[len(self.crowd.put) % len(self.questions)]

    def _polling(self, when: str) -> dict[str, float]:
        if self.strict and self.api.stalls > STALL:
            self.load.faults.append(f"{when}: getUpdates stalled for {self.api.stalls:.1f} s")
        return {"stall": self.api.stalls, "unseen": self.api.fetched_after}


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {what: round(figure, 3) for what, figure in figures.items()}


def _page(address: str, path: str) -> str:
    with urllib.request.urlopen(f"http://{address}/{path}", timeout=20) as page:
        return str(page.read().decode())


def on_news(home: Path, questions: Sequence[str]) -> Load:
    """Run all of it over a copy of the index in `home`, asking `questions` in a random but fixed order."""
    asked = random.Random(0).sample(questions, len(questions))
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("bot.sqlite*"))
        return under_load(copy, asked)


def main() -> int:
    parser = argparse.ArgumentParser(description=under_load.__doc__)
    parser.add_argument("home", type=Path, help="with the index of the news articles; a copy of it is used")
    parser.add_argument("--data", type=Path, default=SHARED_DATA)
    options = parser.parse_args()
    return told(lambda: on_news(options.home, [question.question for question in news_questions(options.data)]))


if __name__ == "__main__":
    sys.exit(main())
