"""The lines of a chat: typed at a prompt with history and completion, or through a pipe."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from bot.edge import complain


def piped() -> Iterator[str]:
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin:
        if line.strip():
            yield line


def typed(
    home: Path,
    commands: Sequence[str],
    day: Callable[[], date | None],
    welcome: Callable[[], None],
    warm: Callable[[], None],
) -> Iterator[str]:
    """Lines from a prompt that is there at once, with `commands` to complete: `warm`, the models, load behind it."""
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
        completer=WordCompleter(list(commands), sentence=True),
        complete_style=CompleteStyle.READLINE_LIKE,
        complete_while_typing=False,
    )
    welcome()
    loading = threading.Thread(target=_quietly, args=(warm,), name="warm", daemon=True)
    while True:
        try:
            prompt = f"({day()}) > " if day() else "> "
            line = session.prompt(prompt, pre_run=None if loading.ident else loading.start)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


def _quietly(warm: Callable[[], None]) -> None:
    # The first question meets the same fault and tells it; here it would cut into the line being typed.
    with suppress(Exception):
        warm()
