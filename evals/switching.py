"""Two processes: one asks without pause while the other publishes. `python -m evals.switching`.

Each generation changes the answer to one question. A second after it was published nobody may get the old one, nobody
ever gets an error, and nobody waits long.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.desk import Desk
from bot.settings import Settings
from evals.builders import ASKED_ON, TOWNS, articles, count_of_ships, forks, prefill, question, settle
from index.build import sync
from index.embed import load_encoder, model_id
from index.manifest import generations_folder

_TOWN = TOWNS[0]
_THREADS = 3
_STALE = 1.0  # seconds from publishing within which running processes have to notice
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: when it began and ended, by the wall clock, and the first passage's article as it was told."""

    began: float
    ended: float
    text: str


@dataclass(frozen=True, slots=True)
class Switching:
    """What came of it, in seconds.

    `slowest_switch` is the longest that a question began after a publication and was still answered from before it.
    """

    generations: int
    questions: int
    slowest_switch: float
    slowest_question: float
    faults: tuple[str, ...]


def switch_while_asking(home: Path, generations: int = 10) -> Switching:
    """Publish `generations` under `home`, which must have no index, while another process asks."""
    context = forks()
    prefill(home)
    (ours, theirs), (news, sender) = context.Pipe(), context.Pipe()
    publisher = context.Process(target=_publish, args=(home, generations, sender))
    asker = context.Process(target=_ask, args=(home, theirs))
    publisher.start()
    sender.close()
    try:
        published = {0: _received(news)}
        asker.start()
        theirs.close()
        _received(ours)  # its first answer
        for number in range(1, generations + 1):
            news.send("next")
            published[number] = _received(news)
        time.sleep(1.5 * _STALE)
        ours.send("stop")
        asked, errors = _received(ours)
    finally:
        for process in (publisher, asker):
            if process.pid is not None:
                process.kill()
                process.join()
    return _judged(asked, errors, published)


def _received(pipe: Connection) -> Any:
    """What the other process sends. Raises EOFError when it has died, and TimeoutError."""
    if not pipe.poll(_PATIENCE):
        raise TimeoutError("The other process says nothing.")
    return pipe.recv()


def _publish(home: Path, generations: int, pipe: Connection) -> None:
    """Publish whenever told to; send the time at which `CURRENT` was replaced."""
    settle()
    encoder = load_encoder()
    for number in range(generations + 1):
        if number:
            pipe.recv()
            time.sleep(random.uniform(0, 0.3))
        news = [count_of_ships(town, number) for town in TOWNS] if number else articles(0, bulk=False)
        sync(home, news, lambda: encoder, model_id=model_id())
        pipe.send((generations_folder(home) / "CURRENT").stat().st_ctime)  # which a rename changes


def _ask(home: Path, pipe: Connection) -> None:
    """Ask in several threads until told to stop; send all that was asked, and all errors."""
    settle()
    asked: list[Asked] = []
    errors: list[str] = []
    enough = threading.Event()

    def ask(desk: Desk) -> None:
        while not enough.is_set():
            began = time.time()
            try:
                hits = desk.search(question(_TOWN), ASKED_ON, k=3).hits
                asked.append(Asked(began, time.time(), hits[0].article.text if hits else ""))
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

    with closing(Desk.open(Settings(home=home))) as desk:
        desk.warm()
        desk.search(question(_TOWN), ASKED_ON)
        pipe.send("asking")
        threads = [threading.Thread(target=ask, args=(desk,)) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        pipe.recv()
        enough.set()
        for thread in threads:
            thread.join()
    pipe.send((asked, errors))


def _judged(asked: Sequence[Asked], errors: Sequence[str], published: Mapping[int, float]) -> Switching:
    numbers = {count_of_ships(_TOWN, number).text: number for number in published}
    faults = [f"{len(errors)} errors, the first: {errors[0]}"] if errors else []
    slowest = 0.0
    for one in asked:
        number = numbers.get(one.text)
        if number is None:
            faults.append(f"an answer that was never published: {one.text!r}")
        elif number + 1 in published:
            late = one.began - published[number + 1]
            slowest = max(slowest, late)
            if late > _STALE:
                faults.append(f"generation {number} answered {late:.2f} s after the next was published")
    if numbers.get(asked[-1].text if asked else "") != max(published):
        faults.append("the last answer is not from the last generation")
    longest = max((one.ended - one.began for one in asked), default=0.0)
    return Switching(len(published) - 1, len(asked), slowest, longest, tuple(dict.fromkeys(faults)))


def main() -> int:
    parser = argparse.ArgumentParser(description=switch_while_asking.__doc__)
    parser.add_argument("generations", type=int, nargs="?", default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = switch_while_asking(Path(folder), options.generations)
    print(f"{result.generations} generations published while {result.questions} questions were asked")
    print(f"slowest switch   {result.slowest_switch:6.2f} s")
    print(f"slowest question {result.slowest_question:6.2f} s")
    print("\n".join(result.faults) or "no faults")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
