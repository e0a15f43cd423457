"""Workers: what they are given and know, how they are heard, and that they end, with whatever they started."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wire import HAPPENED, Taken, article_from_json, article_to_json, read_line, taken_from_json, taken_to_json
from bot.wire import write_line as write
from bot.workers import WorkerStopped, bare_environment, builder_environment, run_worker
from index.articles import Article, Dropped

WORDS = st.text(max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC)) | st.dates() | st.none()


def probe(duty: str, rest: bytes = b"", hear: Callable[[bytes], None] | None = None, **options: Any) -> list[bytes]:
    """What the probe prints."""
    heard: list[bytes] = []
    environment = options.pop("environment", bare_environment())
    with tempfile.TemporaryFile() as given:
        given.write(duty.encode() + b"\n" + rest)
        asyncio.run(
            run_worker(
                "tests.probe_worker", given, hear or heard.append, environment=environment,
                **{"most_bytes": 1 << 20, **options},
            )
        )  # fmt: skip
    return heard


def alive(pid: int) -> bool:
    """Whether a process runs: one that has ended, and that nobody has asked after, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


def test_whole_lines_are_heard() -> None:
    lines = [b"one", b"", b"x" * 200_000, "zwölf".encode()]
    assert probe("echo", b"\n".join(lines) + b"\n") == lines


def test_no_secret_reaches_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "123456:" + "A" * 35
    for name in ("TELEGRAM_BOT_TOKEN", "DATELINE_LLM_KEY", "DATELINE_HOME"):
        monkeypatch.setenv(name, secret)
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    bare = json.loads(probe("environment")[0])
    assert secret not in bare.values()
    assert bare["LC_ALL"] == "C.UTF-8"
    monkeypatch.setenv("HF_HOME", "/models")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    builder = json.loads(probe("environment", environment=builder_environment())[0])
    assert not [name for name in builder if name.startswith(("TELEGRAM_", "DATELINE_"))]
    assert builder["HF_HOME"] == "/models"
    assert int(builder["OMP_NUM_THREADS"]) == max(1, (os.cpu_count() or 1) // 2)


@pytest.mark.parametrize(
    ("duty", "options", "reason"),
    [
        ("fail", {}, "it failed with status 3"),
        ("crash", {}, "it was ended by SIGABRT"),
        ("flood", {}, "too large: it holds more than 1 MB of text"),
        ("hang", {"seconds": 1.0}, "it takes more than 1 seconds"),
        ("hang", {"silence": 1.0}, "nothing was heard of it for 1 seconds"),
    ],
)
def test_a_worker_that_does_not_end_well(duty: str, options: dict[str, Any], reason: str) -> None:
    heard: list[bytes] = []
    began = time.monotonic()
    with pytest.raises(WorkerStopped) as raised:
        probe(duty, hear=heard.append, **options)
    assert raised.value.reason == reason
    assert time.monotonic() - began < 20
    if duty == "hang":
        assert gone(int(heard[0]))


def test_whoever_hears_may_stop_it() -> None:
    def hear(line: bytes) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="x"):
        probe("flood", hear=hear)


def test_cancelling_ends_all_that_was_started() -> None:
    heard: list[int] = []

    async def cancel_when_heard() -> None:
        with tempfile.TemporaryFile() as given:
            given.write(b"hang\n")
            task = asyncio.create_task(
                run_worker(
                    "tests.probe_worker", given, lambda line: heard.append(int(line)),
                    environment=bare_environment(), most_bytes=1 << 20,
                )
            )  # fmt: skip
            while not heard:
                await asyncio.sleep(0.02)
            assert alive(heard[0])
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancel_when_heard())
    assert gone(heard[0])


@given(
    words=st.lists(WORDS, min_size=6, max_size=6), when=TIMES, language=st.none() | WORDS,
    dropped=st.lists(st.builds(Dropped, WORDS, WORDS), max_size=2), authors=st.lists(WORDS, max_size=3),
)  # fmt: skip
def test_articles_go_over_the_wire_unchanged(
    words: list[str], when: date | datetime | None, language: str | None, dropped: list[Dropped], authors: list[str]
) -> None:
    id, url, title, outlet, text, _ = words
    article = Article(id, url, title, outlet, tuple(authors), when, text, language, tuple(dropped))
    kind, body = read_line(write("article", article_to_json(article)).rstrip(b"\n"))
    assert (kind, article_from_json(body)) == ("article", article)


@given(happened=st.sampled_from(HAPPENED), when=TIMES, passages=st.integers(0, 9))
def test_what_became_of_them_too(happened: Any, when: date | datetime | None, passages: int) -> None:
    taken = Taken("a", "https://a.example/", "A", "Outlet", when, passages, happened)
    assert taken_from_json(json.loads(json.dumps(taken_to_json(taken)))) == taken


@pytest.mark.parametrize("body", [None, [], "x", {}, {"id": 1}, {"id": "a", "published": "soon"}])
def test_what_is_no_article_is_refused(body: Any) -> None:
    for read in (article_from_json, taken_from_json):
        with pytest.raises(ValueError, match="not an article"):
            read(body)
    whole = article_to_json(Article("a", "", "A", "", (), None, "text"))
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        article_from_json(whole | {"published": "soon"})
    with pytest.raises(ValueError, match="not an article"):
        article_from_json(whole | {"text": 5})
    with pytest.raises(ValueError, match="not a line"):
        read_line(b"no tab")
