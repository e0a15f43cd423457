"""The command line: what is printed where, and with which exit code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bot.desk
from bot import cli_index
from bot.cli import app
from bot.edge import run
from index.articles import BadArticle
from index.build import Report
from tests.scripted import BRIDGE, HOSTILE, ScriptedDesk

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedDesk]:
    """The desk that every command opens."""
    made = ScriptedDesk(home)
    monkeypatch.setattr(bot.desk.Desk, "open", lambda settings: made)
    yield made
    made.close()


@pytest.fixture
def dateline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `dateline ARGUMENTS` in this process: (exit code, stdout, stderr)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
        code = run(app)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def process(*arguments: str) -> subprocess.Popen[str]:
    """`dateline ARGUMENTS` as a person starts it, with pipes to all its streams."""
    command, pipe = [sys.executable, "-m", "bot.cli", *arguments], subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


def test_an_answer(desk: ScriptedDesk, dateline: Run, golden: Callable[[str, str], None]) -> None:
    code, out, err = dateline("ask", "What", "will repairs cost?", "--asked-on", "2024-06-07")
    assert (code, err) == (0, "")
    golden("answer_piped.txt", out)
    assert [(question, str(day)) for question, day in desk.asked] == [("What will repairs cost?", "2024-06-07")]


def test_an_answer_as_json(desk: ScriptedDesk, dateline: Run) -> None:
    code, out, _ = dateline("ask", "--json", "What will repairs cost?")
    answer = json.loads(out)
    quotes = [citation["quote"] for claim in answer["claims"] for citation in claim["citations"]]
    assert (code, answer["status"], out.count("\n")) == (0, "answered", 1)
    assert all(quote in BRIDGE.text for quote in quotes)


def test_search(desk: ScriptedDesk, dateline: Run) -> None:
    assert "> The bridge was built in 1911." in dateline("search", "-k", "1", "bridge")[1]
    assert len(json.loads(dateline("search", "--json", "bridge")[1])["passages"]) == 1


def test_a_batch_answers_good_rows_and_names_bad_ones(desk: ScriptedDesk, dateline: Run, tmp_path: Path) -> None:
    rows = [
        b'\xef\xbb\xbf{"id": 1, "question": "What does it cost?", "asked_on": "2024-06-07"}', b"", b"{nonsense",
        b'{"id": "two"}', b'{"id": 3, "question": "wrong"}', b'{"id": 4, "question": "break"}', b"[1]", b"\xff\xfe\x00",
        b'{"id": 5, "question": "Who?", "asked_on": "soon"}', b'{"id": 6, "question": "Who won?", "asked_on": null}',
    ]  # fmt: skip
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\n".join(rows))
    code, out, _ = dateline("ask", "--batch", str(file))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [answer["id"] for answer in answers] == [1, None, "two", 3, 4, None, None, 5, 6]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, True, True, True, False]
    assert str(desk.asked[0][1]) == "2024-06-07"


def test_a_batch_from_stdin(desk: ScriptedDesk, dateline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a", "question": "bridge"}\n')))
    code, out, _ = dateline("search", "--batch", "-")
    assert (code, json.loads(out)["id"]) == (0, "a")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask"], 2, "Give either a question or --batch"),
        (["ask", "--asked-on", "soon", "Who?"], 2, "'soon' is not a day"),
        (["ask", "--batch", "missing.jsonl"], 2, "The batch file missing.jsonl cannot be read"),
        (["ask", "wrong"], 2, "That question is wrong."),
        (["ask", "break"], 1, "DATELINE_LOG_LEVEL=debug"),
        (["search", "-k", "0", "x"], 2, "greater than or equal to 1"),
        (["sing"], 2, "No such command 'sing'."),
        (["index", "add", "missing/"], 2, "missing/"),
        (["index", "show", "nothing"], 2, "No article has the id or URL 'nothing'."),
        (["index", "remove", "nothing"], 2, "No article has the id or URL 'nothing'."),
    ],
)
def test_a_fault_is_one_sentence(
    desk: ScriptedDesk, dateline: Run, arguments: list[str], code: int, words: str
) -> None:
    got, out, err = dateline(*arguments)
    assert (got, out) == (code, "")
    assert words in err
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_nothing_indexed_is_said(dateline: Run) -> None:
    for arguments in (["index", "status"], ["index", "show", "x"], ["index", "remove", "x"]):
        assert dateline(*arguments) == (1, "", "Nothing has been indexed yet: run `dateline index add PATH`.\n")


def test_unknown_settings_are_reported_once(desk: ScriptedDesk, dateline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOEM", "x")
    code, _, err = dateline("ask", "cost")
    assert (code, err.count("DATELINE_HOEM")) == (0, 1)


def test_an_article_is_shown_and_not_obeyed(desk: ScriptedDesk, dateline: Run) -> None:
    desk.library.put([HOSTILE])
    code, out, err = dateline("index", "show", "hostile")
    assert (code, err) == (0, "")
    assert "␛[2J" in out
    assert "\x1b" not in out
    assert dateline("index", "show", "https://example.org/bridge", "--dropped")[1].endswith("dropped nothing.\n")
    assert dateline("index", "status")[1].startswith("Articles    2, 1 undated\n")
    status = json.loads(dateline("index", "status", "--json")[1])
    assert (status["articles"], status["newest"], status["behind"]) == (2, "2024-06-06", True)


@pytest.mark.parametrize(
    ("report", "code", "out"),
    [
        (Report(added=2, passages=9, seconds=1.26), 0, "Articles: 2 added (9 passages, 1.3 s).\n"),
        (Report(failed=(BadArticle("a\x1b", "empty"),)), 1, "Articles: 1 failed (0 passages, 0.0 s).\n"),
        (
            Report(unchanged=1, removed=1234, failed=(BadArticle("a\x1b", "empty"),)),
            3,
            "Articles: 1 unchanged, 1,234 removed, 1 failed (0 passages, 0.0 s).\n",
        ),
        (Report(), 1, "Articles: none found (0 passages, 0.0 s).\n"),
    ],
)
def test_what_indexing_reports(
    dateline: Run, monkeypatch: pytest.MonkeyPatch, report: Report, code: int, out: str
) -> None:
    monkeypatch.setattr(cli_index, "_sync", lambda *_, **__: report)
    err = "Not indexed: a␛: empty\n" if report.failed else ""
    assert dateline("index", "add", str(ROOT / "seeds")) == (code, out, err)


def test_help_is_there_at_once_and_is_the_documented_one() -> None:
    began = time.monotonic()
    out, _ = process("--help").communicate()
    assert time.monotonic() - began < 1.5  # 0.2 on a machine at rest
    assert out in (ROOT / "README.md").read_text(encoding="utf-8")
    heavy = "import sys, bot.cli; print([m for m in ('torch', 'chromadb', 'llama_index', 'httpx') if m in sys.modules])"
    checked = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert checked.stdout == "[]\n"


def test_ctrl_c_is_one_sentence() -> None:
    started = process("ask", "--batch", "-")
    assert started.stdin is not None
    assert started.stdout is not None
    started.stdin.write("nonsense\n")
    started.stdin.flush()
    assert "not JSON" in started.stdout.readline()
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=20)
    assert (started.returncode, err) == (130, "Stopped.\n")


def test_a_reader_that_leaves_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "index", "--help"],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")
