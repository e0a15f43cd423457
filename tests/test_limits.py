"""How much may be asked, how it is worked out in turn, and what is kept out of the log."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from functools import partial

import pytest

from bot.redact import Redacting, redacted
from bot.telegram.limits import GROUP, PERSON, Limits
from bot.telegram.line import Busy, Line, Place

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"


def test_a_burst_then_one_at_a_time_and_one_sentence_in_a_dry_spell() -> None:
    now = 0.0
    limits = Limits(lambda: now)
    assert [limits.take(1, None) for _ in range(PERSON.burst)] == [(0.0, False)] * PERSON.burst
    told = [limits.take(1, None) for _ in range(470)]
    assert all(wait > 0 for wait, _ in told)
    assert [tell for _, tell in told] == [True] + [False] * 469
    assert limits.take(2, None) == (0.0, False)
    now = PERSON.seconds
    assert limits.take(1, None) == (0.0, False)
    assert limits.take(1, None)[1], "a new dry spell is told again"


def test_a_group_has_a_bucket_of_its_own() -> None:
    limits = Limits(lambda: 0.0)
    waits = [limits.take(user, -5)[0] for user in range(GROUP.burst + 1)]
    assert waits[:-1] == [0.0] * GROUP.burst
    assert waits[-1] > 0
    assert limits.take(GROUP.burst, None) == (0.0, False), "what the group refused costs the person nothing"


def _append_when(go: threading.Event, done: list[int], number: int) -> None:
    go.wait(5)
    done.append(number)


def test_the_line_is_first_come_first_served_and_has_an_end() -> None:
    async def play() -> None:
        line = Line(n=1, most=3)
        go, done, places = threading.Event(), list[int](), list[Place]()
        tasks = []
        for number in range(4):
            work = partial(_append_when, go, done, number)
            tasks.append(asyncio.create_task(line.run(work, places.append)))
            await asyncio.sleep(0.01)
        assert [place.ahead for place in places] == [0, 1, 2, 3]
        with pytest.raises(Busy):
            await line.run(lambda: None)
        tasks[2].cancel()
        await asyncio.sleep(0.01)
        assert [place.ahead for place in places] == [0, 1, 0, 2]
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert done == [0, 1, 3]
        line.close()

    asyncio.run(play())


def test_what_hangs_costs_neither_the_line_nor_the_loop() -> None:
    async def play() -> None:
        line, hang = Line(n=1, seconds=0.1), threading.Event()
        with pytest.raises(TimeoutError):
            await line.run(lambda: hang.wait(5))
        assert await line.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await line.run(lambda: 1 // 0)
        assert await line.run(lambda: 8) == 8
        hang.set()
        line.close()

    started = time.monotonic()
    asyncio.run(play())
    assert time.monotonic() - started < 4


def test_no_part_of_a_secret_is_formatted(caplog: pytest.LogCaptureFixture) -> None:
    formatter = Redacting(logging.Formatter("%(message)s"), (TOKEN, "a webhook's secret/+"))
    try:
        raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError:
        import sys

        record = logging.LogRecord("x", logging.ERROR, "f", 1, "to %s", (f"bot{TOKEN}",), sys.exc_info())
    text = formatter.format(record)
    assert "RuntimeError" in text
    assert TOKEN.partition(":")[2] not in text
    shown = redacted(
        "123456789%3AAAF-abcdefghijklmnopqrstuvwxyz012345 a%20webhook%27s%20secret%2F%2B", formatter.secrets
    )
    assert shown == "[secret] [secret]"
    assert redacted("42:another_bots-token_of_thirty-five_ch", ()) == "42:another_bots-token_of_thirty-five_ch"
    assert redacted("987654321:another_bots-token_of_thirty-five_ch") == "[secret]"
