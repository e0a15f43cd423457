"""The bot as a process that gets its updates by webhook, with its health on a port of its own, for chosen people."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.data import free_address
from evals.running_bot import RunningBot
from evals.telegram_api.emulator import TOKEN, Emulator
from evals.telegram_api.faults import Fault

ANN = 5_000_000_001  # the emulator's first user
RUSSIA = "What did Russia object to?"


@pytest.fixture(scope="module")
def hook() -> str:
    return f"http://{free_address()}/dateline/hook"


@pytest.fixture(scope="module")
def health() -> str:
    return free_address()


@pytest.fixture(scope="module")
def api() -> Iterator[Emulator]:
    with Emulator() as emulator:
        assert emulator.user("Ann").id == ANN
        yield emulator


@pytest.fixture(scope="module")
def bot(
    api: Emulator, hook: str, health: str, demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    folder = tmp_path_factory.mktemp("hooked")
    shutil.copytree(demo_home, folder / "home")
    listen = hook.removeprefix("http://").partition("/")[0]
    settings = {"WEBHOOK_URL": hook, "WEBHOOK_LISTEN": listen, "HEALTH_LISTEN": health, "ALLOWED": str(ANN)}
    api.faults.add("setWebhook", Fault.server(502))  # it is tried again
    with RunningBot(api, folder / "home", folder / "log", **settings) as running:
        yield running


def posted(url: str, body: bytes, secret: str | None) -> int:
    """The status that the webhook answers with."""
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_what_is_pushed_is_answered(api: Emulator, bot: RunningBot) -> None:
    api.say(api.world.users[ANN], RUSSIA)
    assert "it opposes the proposed text. [1]" in api.wait(lambda: api.sent(ANN), 30)[0].text
    assert {push.code for push in api.webhook.pushes} == {200}
    assert not api.called("getUpdates")
    assert api.webhook.allowed_updates == ["message", "edited_message", "callback_query"]


def test_a_secret_is_chosen_and_without_it_nothing_is_taken(api: Emulator, bot: RunningBot, hook: str) -> None:
    secret = api.webhook.secret_token
    assert len(secret) >= 32
    before = len(api.calls)
    update = {"update_id": 900_000_000, "message": {"message_id": 1, "date": 0, "chat": {"id": ANN, "type": "private"}}}
    body = json.dumps(update).encode()
    for wrong in (None, "", secret[:-1], secret + "x", "é"):
        assert posted(hook, body, wrong) == 403
    assert posted(hook, b"{", secret) == 400
    assert posted(hook.replace("hook", "hooks"), body, secret) == 404
    assert len(api.calls) == before


def test_a_push_that_comes_twice_is_answered_once(api: Emulator, bot: RunningBot, hook: str) -> None:
    said = len(api.sent(ANN))
    message = api.say(api.world.users[ANN], "What does the draft ask on arms deliveries?")
    api.wait(lambda: len(api.sent(ANN)) == said + 1, 30)
    number = api.webhook.pushes[-1].update_id
    with api.world.lock:
        again = {"update_id": number, "message": api.chat(ANN).messages[message].as_dict()}
    assert posted(hook, json.dumps(again).encode(), api.webhook.secret_token) == 200
    api.say(api.world.users[ANN], "/help")  # what comes after it is answered, so it was dealt with
    api.wait(lambda: len(api.sent(ANN)) == said + 2, 30)
    assert [sent.reply_to for sent in api.sent(ANN)].count(message) == 1


def test_others_get_one_sentence_with_their_id(api: Emulator, bot: RunningBot) -> None:
    stranger = api.user("Eve")
    api.say(stranger, RUSSIA)
    text = api.wait(lambda: api.sent(stranger), 30)[0].text
    assert str(stranger.id) in text
    assert len(text.splitlines()) == 1
    assert "opposes" not in text


def test_health_and_metrics(api: Emulator, bot: RunningBot, health: str) -> None:
    with urllib.request.urlopen(f"http://{health}/healthz", timeout=20) as page:
        facts = json.loads(page.read())
    assert facts["ok"] is True
    assert {"last_poll_age_seconds", "index_age_seconds", "queue_length"} <= facts.keys()
    with urllib.request.urlopen(f"http://{health}/metrics", timeout=20) as page:
        assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = page.read().decode().splitlines()
    assert "# TYPE dateline_answers_total counter" in lines
    assert float(next(line for line in lines if line.startswith("dateline_answers_total ")).split()[1]) >= 2
    for word in (str(ANN), TOKEN, "Russia"):
        assert word not in str(facts) + str(lines)


def test_told_to_stop_it_finishes_what_it_has_begun(api: Emulator, bot: RunningBot) -> None:
    said, typed = len(api.sent(ANN)), len(api.actions(ANN))
    api.say(api.world.users[ANN], RUSSIA)
    api.wait(lambda: len(api.actions(ANN)) > typed, 30)  # it is at it
    assert bot.stop() == 0
    assert "opposes" in api.sent(ANN)[said].text
    for secret in (TOKEN.partition(":")[2], api.webhook.secret_token):
        assert secret not in bot.printed
