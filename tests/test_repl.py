"""`dateline chat`: whole transcripts, through a pipe and at a terminal."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from bot.render import console
from bot.repl import Chat, chat
from tests.scripted import ScriptedDesk

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = """\
/sources
/all
What will repairs cost?
/sources
/open 1
/open 1 all
/open 2
/open x
/sorces

Who won?
/open 1
/latest
/latest the daily
/latest bridge
/latest moon
/asked-on 2024-06-05
/latest
/asked-on 2024-06-06
What will it cost then?
/all
What did the Daily Example report on cost in June?
/all
/all Who won?
/asked-on never
/asked-on today
/help
wrong
break
/quit
What comes after is not asked.
"""


@pytest.fixture
def desk(home: Path) -> Iterator[ScriptedDesk]:
    made = ScriptedDesk(home)
    yield made
    made.close()


def talk(
    desk: ScriptedDesk, home: Path, lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Pipe `lines` into a chat: the exit code, and all that it printed."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    code = chat(desk, home)  # type: ignore[arg-type]
    return code, capsys.readouterr().out


def test_a_piped_conversation(
    desk: ScriptedDesk,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[str, str], None],
) -> None:
    code, printed = talk(desk, home, CONVERSATION, monkeypatch, capsys)
    golden("chat_piped.txt", printed)
    assert code == 3
    assert [str(day) for _, day in desk.asked] == ["None"] * 2 + ["2024-06-06"] * 5 + ["None"] * 2


def test_a_pipe_whose_every_question_failed_fails(
    desk: ScriptedDesk, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(desk, home, "break\n", monkeypatch, capsys)[0] == 1
    assert talk(desk, home, "", monkeypatch, capsys)[0] == 0


class Terminal:
    """A chat with the scripted desk in a process of its own, typed into through a pseudo-terminal."""

    def __init__(self, home: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from bot.repl import chat; from tests.scripted import ScriptedDesk;"
            f"home = Path({str(home)!r}); sys.exit(chat(ScriptedDesk(home), home))"
        )
        self.master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200", "LINES": "50"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._ahead = ""

    def read_until(self, words: str, seconds: float = 20) -> None:
        """Read on until `words` are printed; the next call goes on after them."""
        until = time.monotonic() + seconds
        while words not in self._ahead:
            assert time.monotonic() < until, f"no {words!r} in {self._ahead!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                piece = os.read(self.master, 65536).decode(errors="replace")
                if "\x1b[6n" in piece:
                    os.write(self.master, b"\x1b[1;1R")  # prompt_toolkit asks where the cursor is
                self._ahead += piece
        self._ahead = self._ahead.partition(words)[2]

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    home.mkdir(parents=True)
    started = Terminal(home)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()
    os.close(started.master)


def test_ctrl_c_drops_the_question_and_keeps_the_program(terminal: Terminal, home: Path) -> None:
    terminal.read_until(">")
    terminal.type("hang\r")
    terminal.read_until("…")
    terminal.process.send_signal(signal.SIGINT)
    terminal.read_until("Dropped.")
    terminal.read_until(">")
    terminal.type("half a line")
    terminal.read_until("half a line")
    terminal.type("\x03")
    terminal.read_until(">")
    terminal.type("What will repairs cost?\r")
    terminal.read_until("1,234 articles searched")
    terminal.read_until(">")
    terminal.type("\x04")
    assert terminal.process.wait(20) == 0
    assert "+hang" in (home / "chat_history").read_text(encoding="utf-8")


def test_a_dropped_answer_is_never_shown(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    talk = Chat(desk, console(out), interactive=True)  # type: ignore[arg-type]

    def interrupted(self: object, timeout: float | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Future, "result", interrupted)
    assert talk.handle("What will repairs cost?")
    assert talk.handle("/sources")
    assert talk.close() == 0
    assert out.getvalue() == "Dropped. Ask something else.\n"
