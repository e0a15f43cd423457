"""People who ask the running bot through the emulator, and what they got: what the Telegram benchmarks share."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.telegram.keyboards import Action, unpack
from bot.words import say
from evals.telegram_api.emulator import Emulator
from evals.telegram_api.refusal import Json
from evals.telegram_api.sent import Sent
from evals.telegram_api.server import Call
from evals.telegram_api.world import User
from index.errors import DatelineError

_IN_A_ROW = 20  # questions
_LOOK = 0.05  # seconds between looks at what the bot has sent
_WRITES = ("sendmessage", "editmessagetext")


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it was put: in whose chat, by which message, and when, by `time.monotonic()`."""

    user: User
    message: int
    text: str
    at: float

    @property
    def key(self) -> tuple[int, int]:
        return self.user.id, self.message


class TooSlow(DatelineError):
    """The bot did not answer in time."""


@dataclass
class Crowd:
    """All who ask. `answered` says when each question's first answer came, by chat and message."""

    api: Emulator
    put: list[Put] = field(default_factory=list)
    answered: dict[tuple[int, int], float] = field(default_factory=dict)
    _open: list[Call] = field(default_factory=list)  # calls that were not carried out when they were last looked at
    _seen: int = 0

    def people(self, number: int) -> list[User]:
        return [self.api.user(f"User {n}") for n in range(number)]

    def ask(self, user: User, text: str) -> Put:
        at = time.monotonic()
        question = Put(user, self.api.say(user, text), text, at)
        self.put.append(question)
        return question

    def look(self) -> None:
        """Take notice of what was answered since the last look."""
        calls = self.api.calls
        fresh = [call for call in calls[self._seen :] if call.method.lower() in _WRITES]
        self._seen = len(calls)
        waiting = []
        for call in [*self._open, *fresh]:
            if not call.acted and not call.seconds:
                waiting.append(call)
            elif call.acted and is_answer(call.result.get("reply_markup")):
                key = call.result["chat"]["id"], call.result.get("reply_to_message", {}).get("message_id", 0)
                self.answered.setdefault(key, call.time)
        self._open = waiting

    def wait(self, questions: Iterable[Put], seconds: float, between: Callable[[], None] = lambda: None) -> None:
        """Until all are answered; `between` is called at each look. Raises TooSlow."""
        left, until = {question.key for question in questions}, time.monotonic() + seconds
        while True:
            self.look()
            between()
            left -= self.answered.keys()
            if not left:
                return
            if time.monotonic() > until:
                raise TooSlow(f"{len(left)} of the questions were not answered within {seconds:.0f} s")
            time.sleep(_LOOK)

    def took(self, question: Put) -> float:
        """Seconds from a question to its answer."""
        return self.answered[question.key] - question.at


class Chatter:
    """So many chats, each of which asks its next question as soon as it has the answer to the last.

    After twenty questions somebody else takes over, so that nobody asks more than one person may.
    """

    def __init__(self, crowd: Crowd, chats: int, questions: Sequence[str]) -> None:
        self._crowd, self._questions, self._number = crowd, questions, 0
        self._last = [self._ask(user) for user in crowd.people(chats)]
        self._left = [_IN_A_ROW] * chats

    def _ask(self, user: User) -> Put:
        self._number += 1
        return self._crowd.ask(user, self._questions[self._number % len(self._questions)])

    def go_on(self) -> None:
        """To be called at each look."""
        for place, last in enumerate(self._last):
            if last.key in self._crowd.answered:
                self._left[place] = self._left[place] - 1 or _IN_A_ROW
                user = last.user if self._left[place] < _IN_A_ROW else self._crowd.people(1)[0]
                self._last[place] = self._ask(user)

    def last(self) -> list[Put]:
        """The question that each asked last."""
        return list(self._last)


def is_answer(markup: Json | None) -> bool:
    """Whether a message is an answer, by its buttons: all answers can be shared, and nothing else can."""
    rows = (markup or {}).get("inline_keyboard", ())
    pressed = [unpack(str(button.get("callback_data", ""))) for row in rows for button in row]
    return any(press is not None and press.action is Action.SHARE for press in pressed)


def misdelivered(api: Emulator, put: Sequence[Put], repeats: bool = False) -> list[str]:
    """One sentence for each question that was lost, answered twice or out of turn, and each message out of place.

    `repeats`: a second answer is let pass where it says that it is one, as after a kill.
    """
    faults: list[str] = []
    answers: dict[tuple[int, int], list[Sent]] = defaultdict(list)
    asked = {question.key: question for question in put}
    for chat in dict.fromkeys(question.user.id for question in put):
        last = 0
        for sent in api.sent(chat):
            key = (chat, sent.reply_to or 0)
            if not is_answer(sent.reply_markup):
                if repeats:
                    continue  # what a killed bot left in the middle
                faults.append(f"chat {chat}: no answer, but {sent.text!r}")
            elif key not in asked:
                faults.append(f"chat {chat}: an answer to nothing: {sent.text[:80]!r}")
            else:
                answers[key].append(sent)
                if key[1] < last:
                    faults.append(f"chat {chat}: question {key[1]} is answered after {last}")
                last = max(last, key[1])
    for key, question in asked.items():
        found = answers[key]
        if not found:
            faults.append(f"chat {key[0]}: lost: {question.text!r}")
        elif not all(question.text[:40] in sent.text for sent in found):
            faults.append(f"chat {key[0]}: {question.text!r} is answered with {found[0].text[:80]!r}")
        marked = sum(say("telegram_again") in sent.text for sent in found[1:])
        if len(found) > 1 and (not repeats or len(found) > 2 or not marked):
            faults.append(f"chat {key[0]}: {question.text!r} is answered {len(found)} times, {marked} marked")
    return faults


def repeated(api: Emulator, put: Sequence[Put]) -> int:
    """How many questions were answered a second time, in messages that say so."""
    chats = dict.fromkeys(question.user.id for question in put)
    return sum(say("telegram_again") in sent.text for chat in chats for sent in api.sent(chat))


def leaks(secret: str, printed: str, api: Emulator, home: Path, pages: Sequence[str]) -> list[str]:
    """Where a token's secret part stands though it should not: printed, said, kept in a file, or in `pages`."""
    said = [str(call.params) for call in api.calls] + [sent.text + sent.html for sent in api.sent()]
    faults = [f"the token was {what}" for what, where in (
        ("printed", [printed]), ("said", said), ("served", pages),
    ) if any(secret in text for text in where)]  # fmt: skip
    files = (path for path in home.rglob("*") if path.is_file())
    return faults + [
        f"the token stands in {path.relative_to(home)}" for path in files if secret.encode() in path.read_bytes()
    ]


def complaints(printed: str) -> list[str]:
    """Lines of a log that speak of errors."""
    lines = printed.splitlines()
    return [line for line in lines if " ERROR " in line or " CRITICAL " in line or line.startswith("Traceback")]


def told(run: Callable[[], Any]) -> int:
    """Print the figures of a run, a dataclass with its `faults`, as JSON; the exit code, 1 where there are faults."""
    try:
        result = run()
    except DatelineError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(result), indent=2, ensure_ascii=False))
    return 1 if result.faults else 0
