"""`dateline chat`: questions and commands, one line each, in a terminal or through a pipe.

Knows nothing of how answers are found. In a terminal, Ctrl-C drops the question and keeps the program.
"""

from __future__ import annotations

import difflib
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.answers import Answer, Claim
from bot.edge import FAILED, PARTLY, complain, parse_day, unexpected, waiting
from bot.holdings import newest
from bot.render import console, show_answer, show_article, show_list, show_next, show_sources
from bot.sources import counted, day_words, sources_of
from bot.state import TERMINAL
from bot.words import say
from index.errors import DatelineError, UsageError

if TYPE_CHECKING:
    from bot.desk import Desk

COMMANDS = ("/sources", "/open", "/latest", "/asked-on", "/help", "/quit")
_LATEST = 10
_LAST_WORDS = 5.0  # seconds that a dropped question may take to finish when the program ends


def chat(desk: Desk, home: Path, asked_on: date | None = None) -> int:
    """Talk until Ctrl-D, `/quit` or the end of the input. Returns the exit code."""
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    talk = Chat(desk, console(), asked_on, interactive)
    for line in _typed(talk, home) if interactive else _piped():
        if not talk.handle(line.strip()):
            break
    return talk.close()


class Chat:
    """One conversation at a terminal: the day it asks as of, and the last answer."""

    def __init__(self, desk: Desk, out: Console, asked_on: date | None = None, interactive: bool = False) -> None:
        self.desk = desk
        self.asked_on = asked_on
        self._out = out
        self._interactive = interactive
        self._last: Answer | None = None
        self._running: threading.Thread | None = None
        self._done = self._failed = 0
        self._commands: dict[str, Callable[[str], None]] = {
            "/sources": self._sources,
            "/open": self._open,
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

    def close(self) -> int:
        """Let a dropped question end, and return the exit code: of a pipe, whether its questions were answered."""
        if self._running is not None:
            self._running.join(_LAST_WORDS)
        if self._interactive or not self._failed:
            return 0
        return PARTLY if self._done else FAILED

    def _ask(self, question: str) -> None:
        future: Future[Answer] = Future()
        said, dropped = list[Claim](), threading.Event()

        def shown(claim: Claim) -> None:
            if not dropped.is_set():
                done()
                show_next(self._out, said, claim)

        def work() -> None:
            try:
                future.set_result(self.desk.ask(question, self.asked_on, place=TERMINAL, shown=shown))
            except BaseException as error:
                future.set_exception(error)

        # A daemon: a question that was dropped must not keep the program from ending.
        self._running = threading.Thread(target=work, name="ask", daemon=True)
        try:
            with waiting("…") as done:
                self._running.start()
                answer = future.result()
        except KeyboardInterrupt:
            dropped.set()
            if not self._interactive:
                raise
            self._say("chat_dropped")
            return
        self._last, self._running = answer, None
        self._done += 1
        show_answer(self._out, answer, told=len(said))

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


def _piped() -> Iterator[str]:
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin:
        if line.strip():
            yield line


def _typed(talk: Chat, home: Path) -> Iterator[str]:
    """Lines from a prompt that is there at once: the models load behind it."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory
    from prompt_toolkit.shortcuts import CompleteStyle

    history: History = InMemoryHistory()
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "chat_history").open("ab").close()
        history = FileHistory(str(home / "chat_history"))
    except OSError:
        complain(f"{home} cannot be written: what you ask is not remembered.")
    session: PromptSession[str] = PromptSession(
        history=history,
        completer=WordCompleter(COMMANDS, sentence=True),
        complete_style=CompleteStyle.READLINE_LIKE,
        complete_while_typing=False,
    )
    talk.welcome()
    loading = threading.Thread(target=_warm, args=(talk.desk,), name="warm", daemon=True)
    while True:
        try:
            prompt = f"({talk.asked_on}) > " if talk.asked_on else "> "
            line = session.prompt(prompt, pre_run=None if loading.ident else loading.start)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


def _warm(desk: Desk) -> None:
    # The first question meets the same fault and tells it; here it would cut into the line being typed.
    with suppress(Exception):
        desk.warm()
