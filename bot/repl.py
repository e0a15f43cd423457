"""`dateline chat`: questions and commands, one line each, in a terminal or through a pipe.

Knows nothing of how answers are found. In a terminal, Ctrl-C drops the question and keeps the program.
"""

from __future__ import annotations

import difflib
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.answers import Answer, Claim
from bot.conversation import HOURS, TERMINAL, Conversations, ask
from bot.edge import FAILED, PARTLY, complain, parse_day, unexpected, waiting
from bot.holdings import newest
from bot.render import console, show_answer, show_article, show_list, show_next, show_sources, show_why
from bot.sources import counted, day_words, sources_of
from bot.state import FILE_NAME, State, StateError
from bot.turns import Turn
from bot.typed import piped, typed
from bot.words import say
from index.errors import DatelineError, UsageError

if TYPE_CHECKING:
    from bot.desk import Desk

COMMANDS = ("/sources", "/open", "/why", "/new", "/all", "/latest", "/asked-on", "/help", "/quit")
_LATEST = 10
_LAST_WORDS = 5.0  # seconds that a dropped question may take to finish when the program ends


def chat(desk: Desk, home: Path, asked_on: date | None = None, go_on: bool = False) -> int:
    """Talk until Ctrl-D, `/quit` or the end of the input. Returns the exit code.

    `go_on`: the last conversation is gone on with, where it is not over.
    """
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    state: State | None = None
    try:
        state = State(home / FILE_NAME)
    except StateError as error:
        complain(f"{error} This conversation is not kept.")
    talk = Chat(desk, console(), asked_on, interactive, Conversations(state) if state else None)
    try:
        if go_on:
            talk.go_on()
        for line in typed(home, COMMANDS, lambda: talk.asked_on, talk.welcome, desk.warm) if interactive else piped():
            if not talk.handle(line.strip()):
                break
        return talk.close()
    finally:
        if state is not None:
            state.close()


class Chat:
    """One conversation at a terminal: the day it asks as of, its turns, and the last answer."""

    def __init__(
        self,
        desk: Desk,
        out: Console,
        asked_on: date | None = None,
        interactive: bool = False,
        kept: Conversations | None = None,
    ) -> None:
        self.desk = desk
        self.asked_on = asked_on
        self._out = out
        self._interactive = interactive
        self._kept = kept
        self._after: int | None = None  # the last turn, as it is kept
        self._turns: list[Turn] = []
        self._last: Answer | None = None
        self._running: threading.Thread | None = None
        self._done = self._failed = 0
        self._commands: dict[str, Callable[[str], None]] = {
            "/sources": self._sources,
            "/open": self._open,
            "/why": self._why,
            "/new": self._new,
            "/all": self._whole,
            "/latest": self._latest,
            "/asked-on": self._asked_on,
            "/help": lambda _: self._say("chat_help"),
        }

    def handle(self, line: str) -> bool:
        """Answer a question or carry out a command; False when it was to leave."""
        word, _, rest = line.partition(" ")
        if word == "/quit":
            return False
        with self._telling():
            if word in self._commands:
                self._commands[word](rest.strip())
            elif word.startswith("/"):
                nearest = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.0)[0]
                raise UsageError(say("chat_unknown_command", command=word, nearest=nearest))
            elif line:
                self._ask(line)
        return True

    def welcome(self) -> None:
        """What can be asked, of how many articles, up to which day."""
        articles, newest = self.desk.library.count_through(None)
        if articles:
            self._say("chat_welcome", articles=counted(articles, "article"), newest=day_words(newest))
        else:
            self._say("chat_library_empty")

    def go_on(self) -> None:
        """Take up the last conversation that was held at a terminal."""
        self._after = self._kept.last(TERMINAL) if self._kept else None
        if self._kept is None or self._after is None:
            complain(say("chat_nothing_before", hours=counted(HOURS, "hour")))
        else:
            self._turns = self._kept.turns(self._after)

    def close(self) -> int:
        """Let a dropped question end, and return the exit code: of a pipe, whether its questions were answered."""
        if self._running is not None:
            self._running.join(_LAST_WORDS)
        if self._interactive or not self._failed:
            return 0
        return PARTLY if self._done else FAILED

    def _whole(self, question: str) -> None:
        if not question and self._last is None:
            raise UsageError(say("chat_nothing_to_lift"))
        self._ask(question or (self._last.question.searched if self._last else ""), whole=True)

    def _ask(self, question: str, *, whole: bool = False) -> None:
        future: Future[tuple[Answer, Turn]] = Future()
        turns = list(self._turns)
        said, dropped = list[Claim](), threading.Event()

        def shown(claim: Claim) -> None:
            if not dropped.is_set():
                done()
                show_next(self._out, said, claim)

        def work() -> None:
            try:
                made = ask(self.desk, question, turns, self.asked_on, whole=whole, place=TERMINAL, shown=shown)
                future.set_result(made)
            except BaseException as error:
                future.set_exception(error)

        # A daemon: a question that was dropped must not keep the program from ending.
        self._running = threading.Thread(target=work, name="ask", daemon=True)
        try:
            with waiting("…") as done:
                self._running.start()
                answer, turn = future.result()
        except KeyboardInterrupt:
            dropped.set()
            if not self._interactive:
                raise
            self._say("chat_dropped")
            return
        self._last, self._running = answer, None
        self._turns.append(turn)
        self._done += 1
        show_answer(self._out, answer, "/all", told=len(said))
        if self._kept is not None:
            self._after = self._kept.put(TERMINAL, turn, self._after)

    def _sources(self, _: str) -> None:
        if self._last is None:
            raise UsageError(say("chat_no_answer_yet"))
        show_sources(self._out, sources_of(self._last))

    def _open(self, words: str) -> None:
        number, _, extent = words.partition(" ")
        if self._last is None:
            raise UsageError(say("chat_no_answer_yet"))
        if not number.isdecimal():
            raise UsageError(say("chat_open_what"))
        sources = sources_of(self._last)
        if not 0 < int(number) <= len(sources):
            raise UsageError(say("chat_no_source", number=int(number), sources=counted(len(sources), "source")))
        source = sources[int(number) - 1]
        show_article(self._out, source.article, source.spans, whole=extent.strip() == "all")

    def _why(self, _: str) -> None:
        if not self._turns:
            raise UsageError(say("chat_no_turn_yet"))
        show_why(self._out, self._turns[-1])

    def _new(self, _: str) -> None:
        self._turns, self._after, self._last = [], None, None
        if self._kept is not None:
            self._kept.forget(TERMINAL)
        self._say("chat_new")

    def _latest(self, words: str) -> None:
        articles = newest(self.desk.library, words, _LATEST, self.asked_on)
        if not articles:
            if words:
                raise UsageError(say("chat_no_latest", words=words))
            raise UsageError(say("chat_none_by", day=day_words(self.asked_on or date.today())))
        show_list(self._out, articles)

    def _asked_on(self, words: str) -> None:
        today = words.lower() in ("", "today")
        self.asked_on = None if today else parse_day(words)
        if self.asked_on is None:
            self._say("chat_asked_today")
        else:
            self._say("chat_asked_on", day=day_words(self.asked_on))

    def _say(self, name: str, **values: object) -> None:
        self._out.print(say(name, **values), soft_wrap=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell what goes wrong as one sentence and go on."""
        try:
            yield
        except DatelineError as error:
            self._failed += 1
            complain(str(error))
        except BrokenPipeError:
            raise
        except Exception as error:
            self._failed += 1
            complain(unexpected(error))
        if not self._interactive:
            self._out.print()
