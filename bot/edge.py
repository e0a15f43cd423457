"""The edge between commands and the person: settings read, faults told as one sentence, exit codes.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import typer

from bot.redact import redact_logs
from bot.settings import Settings, load_settings, prepare_environment, unknown_settings
from bot.visible import one_line
from index.errors import DatelineError, UsageError

FAILED, USAGE, PARTLY, STOPPED = 1, 2, 3, 130
_log = logging.getLogger("dateline")


def run(app: typer.Typer) -> int:
    """Run the command line and return its exit code: every fault ends here, as one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a quote must not fail for want of a character
    try:
        code = app(prog_name="dateline", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has left: nothing to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except typer.TyperException as error:
        complain(error.format_message())
        return error.exit_code
    except DatelineError as error:
        _log.debug("%s", type(error).__name__, exc_info=True)
        complain(str(error))
        return error.exit_code
    except Exception as error:
        complain(unexpected(error))
        return FAILED
    if code == STOPPED:
        complain("Stopped.")
    return code if isinstance(code, int) else 0


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(one_line(sentence), file=sys.stderr, flush=True)


def unexpected(error: Exception) -> str:
    """The sentence for a fault that nobody foresaw; its traceback goes to the log at level debug."""
    _log.debug("unexpected", exc_info=error)
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return f"This should not have happened ({what}); set DATELINE_LOG_LEVEL=debug and try again for the details."


def begin() -> Settings:
    """What every command does first: read the settings, name the unknown ones, set up the log and the libraries."""
    settings = load_settings()
    for sentence in unknown_settings():
        complain(sentence)
    level = settings.log_level.upper()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    for name in ("dateline", "bot", "index"):
        logging.getLogger(name).setLevel(level)
    prepare_environment(settings)
    if settings.llm:
        from bot.llm import secrets_of

        redact_logs(*secrets_of(settings))
    return settings


@contextmanager
def waiting(words: str) -> Iterator[Callable[[], None]]:
    """Show `words` on stderr while something takes its time; nothing where stderr is no terminal.

    Gives what takes them away before the end.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console

    with Console(stderr=True, markup=False).status(words) as status:
        yield status.stop


def parse_day(text: str) -> date:
    """`2024-06-06`, or `today`. Raises UsageError."""
    if text.strip().lower() == "today":
        return date.today()
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day; write it as 2024-06-06, or `today`.") from error
