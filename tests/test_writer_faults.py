"""A language model that fails, lies or falls silent: the articles' own words, in time, and a line that says why."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

import pytest

from bot.answers import Answer
from bot.desk import Desk
from bot.llm_faults import note
from tests.llm_server import KEY, Asked, LlmServer, Play, claims
from tests.test_backing import KILLED, SUNDAY
from tests.test_writer import ASK, LIMIT, SAID, WORDS, checked, good


@pytest.fixture(scope="module")
def extractive(writing_desk: Desk) -> Answer:
    """What is answered without a model."""
    return writing_desk.ask(ASK)


def altered(asked: Asked) -> Play:
    return Play(claims((SAID, [(asked.holding(WORDS), WORDS.replace("stop", "halt"))])))


def changed_number(asked: Asked) -> Play:
    return Play(claims(("Violence across Syria killed 54 people.", [(asked.holding("killed 53"), KILLED)])))


def no_such_passage(asked: Asked) -> Play:
    return Play(claims((SAID, [(99, WORDS)])))


def another_passage(asked: Asked) -> Play:
    other = next(n for n, (_, text) in asked.passages.items() if WORDS not in text)
    return Play(claims((SAID, [(other, WORDS)])))


def half(asked: Asked) -> Play:
    return Play(good(asked).text, cut=60)


def off_topic(asked: Asked) -> Play:
    return Play(claims(("On Sunday, 80 people were killed.", [(asked.holding(SUNDAY), SUNDAY)])))


FAULTS: dict[str, tuple[Callable[[Asked], Play], str, int]] = {
    # what the server does: the note, and how often it is asked at most
    "nothing found": (lambda _: Play('{"claims": []}'), "nothing", 1),
    "a quote altered by one word": (altered, "unbacked", 1),
    "a number changed": (changed_number, "unbacked", 1),
    "a citation that does not exist": (no_such_passage, "unbacked", 1),
    "a quote from another passage": (another_passage, "unbacked", 1),
    "a quote that does not answer": (off_topic, "unbacked", 1),
    "prose": (lambda _: Play("The draft asks them to stop arms deliveries."), "form", 2),
    "a refusal in prose": (lambda _: Play("I'm sorry, but I can't help with that."), "form", 2),
    "other JSON": (lambda _: Play('{"answer": "stop arms deliveries"}'), "form", 6),
    "claims of a wrong shape": (
        lambda _: Play('{"claims": [1, {"text": 2}, {"text": "x", "quotes": []}]}'),
        "nothing",
        1,
    ),
    "deep JSON": (lambda _: Play('{"claims": [' + "[" * 5_000), "form", 2),
    "a refusal": (lambda _: Play(refusal="No."), "declined", 1),
    "half a stream": (half, "cut", 3),
    "not JSON at all": (lambda _: Play(body="<html>Welcome</html>"), "broken", 5),
    "401": (lambda _: Play(status=401), "key", 1),
    "403": (lambda _: Play(status=403), "key", 1),
    "404": (lambda _: Play(status=404), "model", 1),
    "429": (lambda _: Play(status=429), "busy", 3),
    "429 for a minute": (lambda _: Play(status=429, headers={"Retry-After": "60"}), "busy", 1),
    "500": (lambda _: Play(status=500), "broken", 3),
    "a context too long": (
        lambda _: Play(status=400, body='{"error": {"message": "context length exceeded"}}'),
        "long",
        2,
    ),
    "400": (lambda _: Play(status=400), "refused", 3),
    "silence": (lambda _: Play(silence=60), "late", 1),
    "a word a second": (lambda asked: Play(good(asked).text, pause=0.4), "late", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_the_articles_own_words_within_the_limit(
    server: LlmServer, opened: Callable[..., Desk], extractive: Answer, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.script, why, most = FAULTS[fault]
    desk = opened(llm_seconds=0.5 if why == "late" else LIMIT)
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()
    answer = checked(desk.ask(ASK, shown=lambda claim: pytest.fail("nothing of it may be shown")))
    assert time.monotonic() - began < LIMIT + 2
    assert answer.claims == extractive.claims
    assert answer.note == note(why)
    assert answer.writer == ""
    assert 1 <= len(server.asked) <= most
    assert KEY not in caplog.text
    assert KEY not in json.dumps(answer.as_json())
