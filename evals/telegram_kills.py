"""The bot killed with SIGKILL at random moments while chats ask. `python -m evals.telegram_kills --seed N`.

After the last kill everything that was asked must have its answer: once, or twice where the first was sent in the
instant before a kill and the second says that it may be a repeat.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from evals.chats import Crowd, TooSlow, complaints, is_answer, misdelivered, repeated, told
from evals.data import FIXTURE_NEWS, FIXTURE_QUESTIONS, small_questions
from evals.running_bot import RunningBot
from evals.telegram_api.emulator import Emulator
from evals.telegram_api.faults import Fault
from evals.telegram_api.server import Call
from index.articles import read_articles
from index.build import sync
from index.embed import load_encoder

_LONGEST = 3.0  # seconds within which a kill falls after the bot is ready, or after it was started
_EARLY, _AIMED = 0.2, 0.3  # of the kills: before it is ready; of the others, while a message is on its way
_ANSWERING = 0.06  # seconds that the Bot API takes to confirm what it has sent already: a kill may fall within
_PATIENCE = 600.0  # seconds for all that was asked to be answered


@dataclass(frozen=True, slots=True)
class Kills:
    """What came of it. `while_sending`: kills that fell while a message was on its way.

    `repeats` are second answers that say so; `left` are messages of a killed bot that were never made an answer.
    """

    seed: int
    kills: int
    before_ready: int
    while_sending: int
    questions: int
    repeats: int
    left: int
    slowest_start: float
    seconds: float
    faults: tuple[str, ...]


def kill_bot(home: Path, questions: Sequence[str], kills: int = 100, seed: int = 0, chats: int = 12) -> Kills:
    """Kill the bot `kills` times while `chats` chats ask of the index in `home`, and say what was found."""
    rng, began = random.Random(seed), time.monotonic()
    with Emulator() as api, tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        for method in ("sendMessage", "editMessageText"):
            api.faults.add(method, Fault.slow(_ANSWERING), times=None)
        bot, crowd = RunningBot(api, home, Path(folder) / "log"), Crowd(api)
        people, early, slowest = crowd.people(chats), 0, 0.0
        for _ in range(kills):
            for user in rng.sample(people, chats // 2):
                crowd.ask(user, rng.choice(questions))
            started = time.monotonic()
            ready = rng.random() >= _EARLY
            bot.start(ready)
            early += not ready
            slowest = max(slowest, time.monotonic() - started)
            until = time.monotonic() + rng.uniform(0, _LONGEST)
            while (left := until - time.monotonic()) > 0:
                time.sleep(min(left, rng.uniform(0.1, 0.5)))
                if ready and left > 0.2:
                    crowd.ask(rng.choice(people), rng.choice(questions))
            if ready and rng.random() < _AIMED:
                _await_sending(api, rng)
            bot.kill()
        with bot, suppress(TooSlow):  # what is missing is named below
            crowd.wait(crowd.put, _PATIENCE)
        faults = (*misdelivered(api, crowd.put, repeats=True), *complaints(bot.printed))
        sending = sum(_in_the_air(call) for call in api.calls)
        left = sum(not is_answer(sent.reply_markup) for user in people for sent in api.sent(user))
        return Kills(
            seed, kills, early, sending, len(crowd.put), repeated(api, crowd.put), left, slowest,
            time.monotonic() - began, faults,
        )  # fmt: skip


def _await_sending(api: Emulator, rng: random.Random) -> None:
    """Until a message was sent and is not confirmed; not for ever."""
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until and not any(call.acted and not call.seconds for call in api.calls[-5:]):
        time.sleep(0.005)
    time.sleep(rng.uniform(0, _ANSWERING / 2))


def _in_the_air(call: Call) -> bool:
    """Whether a message was sent and its confirmation heard by nobody."""
    return call.acted and call.method in ("sendMessage", "editMessageText") and call.seconds < _ANSWERING


def on_fixtures(kills: int = 100, seed: int = 0) -> Kills:
    """Kill a bot that answers questions on our own small news."""
    questions = [question.question for question in small_questions(FIXTURE_QUESTIONS)]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        sync(Path(folder), read_articles(FIXTURE_NEWS), load_encoder)
        return kill_bot(Path(folder), questions, kills, seed)


def main() -> int:
    parser = argparse.ArgumentParser(description=kill_bot.__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    return told(lambda: on_fixtures(options.kills, options.seed))


if __name__ == "__main__":
    sys.exit(main())
