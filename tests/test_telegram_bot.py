"""The bot as people meet it: a process of its own, the real client, real models and index, an emulated Bot API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from evals.running_bot import RunningBot
from evals.telegram_api.emulator import TOKEN, Emulator
from evals.telegram_api.world import Chat, User

ADMIN = 5_000_000_001  # the emulator's first user
RUSSIA, ARMS = "What did Russia object to?", "What does the draft ask on arms deliveries?"
LIMITED = "What did Russia object to on 3 May 2011?"
SEINE = b"Paris, 3 May 2024. The mayor of Paris said on Friday that the Seine will be open to swimmers from July."


@pytest.fixture(scope="module")
def api() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def admin(api: Emulator) -> User:
    user = api.user("Ada")
    assert user.id == ADMIN
    return user


@pytest.fixture(scope="module")
def bot(api: Emulator, admin: User, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    folder = tmp_path_factory.mktemp("telegram")
    shutil.copytree(demo_home, folder / "home")
    with RunningBot(api, folder / "home", folder / "log", ADMINS=str(ADMIN)) as running:
        yield running


def _has_said(api: Emulator, user: User, messages: int) -> bool:
    return len(api.sent(user)) == messages


def _answered(api: Emulator, query: str) -> str:
    """A pressed button, once the bot has answered it."""
    api.wait(lambda: api.query(query).answer is not None, 20)
    return query


def test_a_question_is_answered_with_its_source(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    question = api.say(user, RUSSIA)
    answer = api.wait(lambda: api.sent(user), 30)[0]
    assert "it opposes the proposed text. [1]" in answer.text
    assert "Sources\n[1] " in answer.text
    assert answer.text.startswith(RUSSIA)
    assert answer.reply_to == question


def test_start_asks_what_the_index_answers(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    api.say(user, "/start")
    shown = api.wait(lambda: api.sent(user), 30)[0].text
    assert "1 article" in shown
    examples = [row for row in shown.splitlines() if row.endswith("?")]
    assert len(set(examples)) == 3
    for number, question in enumerate(examples, 2):
        api.say(user, question)
        api.wait(partial(_has_said, api, user, number), 30)
        assert "[1]" in api.last(user).text
        assert "I don't have that" not in api.last(user).text


def test_what_was_understood_is_shown_and_lifted_by_all(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    api.say(user, LIMITED)
    answer = api.wait(lambda: api.sent(user), 30)[0]
    assert "Understood: 3 May 2011" in answer.text
    api.say(user, "/all")
    api.wait(partial(_has_said, api, user, 2), 30)
    assert api.last(user).text.startswith(LIMITED)
    assert "Understood" not in api.last(user).text
    api.say(user, f"/all {LIMITED}")
    api.wait(partial(_has_said, api, user, 3), 30)
    assert "Understood" not in api.last(user).text
    group = api.group("Newsroom")
    api.say(user, "/all", chat=group)
    assert "Put the question behind the command" in api.wait(lambda: api.sent(group), 20)[0].text


def test_groups_topics_and_chatter(api: Emulator, bot: RunningBot) -> None:
    user, group = api.user("Ann"), api.group("Newsroom", topics=True)
    api.say(user, "Lunch?", chat=group)
    api.say(user, f"/ask {RUSSIA}", chat=group, thread=7)
    api.say(user, "Where?", chat=group, thread=7)
    api.say(user, f"@{api.bot.username} {ARMS}", chat=group)
    api.wait(lambda: len(api.sent(group)) == 2, 30)
    assert [(RUSSIA in sent.text, sent.thread) for sent in api.sent(group)] == [(True, 7), (False, None)]


def test_an_edited_question_edits_its_answer(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    question = api.say(user, RUSSIA)
    api.wait(lambda: api.sent(user), 30)
    api.edit(user, question, ARMS)
    api.wait(lambda: ARMS in api.sent(user)[0].text, 30)
    assert len(api.sent(user)) == 1


def test_a_question_leans_on_the_one_before_it_in_its_chat_and_topic_and_after_a_restart(
    api: Emulator, bot: RunningBot
) -> None:
    ann, bea, group = api.user("Ann"), api.user("Bea"), api.group("Desk", topics=True)

    def answered(chat: User | Chat, number: int) -> list[str]:
        """The answers in a chat, once there are so many."""

        def texts() -> list[str]:
            return [sent.text for sent in api.sent(chat) if " searched" in sent.text]

        api.wait(lambda: len(texts()) == number, 60)
        return texts()

    api.say(ann, ARMS)
    api.say(ann, f"/ask {RUSSIA}", chat=group, thread=7)
    answered(ann, 1)
    answered(group, 1)
    bot.stop()
    bot.start()
    api.say(ann, "Who said that?")
    api.say(bea, "Who said that?")
    api.say(ann, "/ask Why?", chat=group, thread=7)
    api.say(bea, "/ask Why?", chat=group, thread=7)
    assert "\nUnderstood as: Who said that (draft" in answered(ann, 2)[1]
    assert "Understood as" not in answered(bea, 1)[0]
    _, hers, others = answered(group, 3)
    assert "Understood as: Why did Russia object to it" in hers
    assert "Understood as" not in others
    first = api.sent(group)[0]
    api.say(bea, "Why?", chat=group, thread=7, reply_to=first)  # goes on from the answer that somebody else got
    assert "Understood as: Why did Russia object to it" in answered(group, 4)[3]
    api.say(ann, "/why")
    api.say(ann, "/new")
    api.say(ann, "Who said that?")
    assert "Understood as" not in answered(ann, 3)[2]
    assert any("You asked: Who said that?" in sent.text for sent in api.sent(ann))


def test_every_button_is_answered_and_does_something(api: Emulator, bot: RunningBot) -> None:
    user, other = api.user("Ann"), api.user("Bea")
    api.say(user, RUSSIA)
    answer = api.wait(lambda: api.sent(user), 30)[0]
    shown = {"More sources": "More passages", "Newest first": "Newest passages", "Context": "In its paragraph"}
    for label, words in shown.items():
        query = _answered(api, api.press(user, answer, label))
        assert words in api.last(user).text
    query = _answered(api, api.press(user, answer, "Share"))
    payload = api.last(user).text.rpartition("?start=")[2]
    api.say(other, f"/start {payload}")
    assert api.wait(lambda: api.sent(other), 20)[0].text == answer.text
    query = _answered(api, api.press(user, answer, "👎"))
    query = _answered(api, api.press(user, answer, "It is wrong"))
    query = _answered(api, api.press(user, answer, "1mAAAAAAAAAAAA.1", forged=True))
    assert "30 days" in api.query(query).answer["text"]  # type: ignore[index]


def test_an_admin_adds_a_document_and_a_stranger_does_not(api: Emulator, admin: User, bot: RunningBot) -> None:
    stranger = api.user("Eve")
    api.document(stranger, SEINE, "swim.txt", "text/plain")
    assert "admin" in api.wait(lambda: api.sent(stranger), 30)[0].text.lower()
    api.document(admin, SEINE, "swim.txt", "text/plain")
    api.wait(lambda: api.sent(admin) and "1 article indexed" in api.sent(admin)[0].text, 90)
    api.say(stranger, "When will the Seine be open to swimmers?")
    api.wait(lambda: "from July. [1]" in api.last(stranger).text, 30)


def test_what_is_no_question_gets_a_sentence(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    for number, text in enumerate(["?!", "x" * 1_001, "https://example.org/a", "/nonsense", "/cancel", "/help"], 1):
        api.say(user, text)
        api.wait(partial(_has_said, api, user, number), 20)
    assert len({sent.text for sent in api.sent(user)}) == 6


def test_an_edit_reaches_a_question_that_waits_for_its_turn(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    first, second = api.say(user, RUSSIA), api.say(user, "How many people were killed?")
    api.edit(user, second, ARMS)
    api.wait(lambda: {sent.reply_to for sent in api.sent(user)} == {first, second}, 60)
    api.wait(lambda: api.last(user).text.startswith(ARMS), 60)
    assert len(api.sent(user)) == 2


def test_an_update_is_known_by_more_than_its_number(api: Emulator, bot: RunningBot) -> None:
    """Telegram numbers anew after a silence; what comes then is no repeat, and a repeat is."""
    user = api.user("Ann")
    first = api.say(user, "/help")
    api.wait(lambda: api.sent(user), 30)
    number = api.world.updates.confirmed
    for message_id in (901, 901, 902):
        with api.world.lock:
            message = api.chat(user).messages[first].as_dict() | {"message_id": message_id, "text": "/privacy"}
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": 8}]
        api.push({"update_id": number, "message": message})
    api.wait(lambda: len(api.sent(user)) == 3, 30)
    api.say(user, "/cancel")
    api.wait(lambda: "cancel" in api.last(user).text, 30)
    assert len(api.sent(user)) == 4


def test_a_button_lifts_what_was_understood_after_a_restart_too(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Bea")
    api.say(user, LIMITED)
    limited = api.wait(lambda: api.sent(user), 30)[0]
    bot.kill()
    bot.start()
    _answered(api, api.press(user, limited, "Search everything"))
    below = api.wait(lambda: [s for s in api.sent(user) if s.reply_to == limited.message_id and "[1]" in s.text], 30)
    assert below[0].text.startswith(LIMITED)
    assert "Understood" not in below[0].text


def test_what_is_not_to_be_indexed_is_not_fetched(api: Emulator, admin: User, bot: RunningBot) -> None:
    before, group = len(api.called("getFile")), api.group("Newsroom")
    api.document(admin, SEINE, "minutes.txt", "text/plain", chat=group)
    said = len(api.sent(admin))
    api.document(admin, b"", "archive.pdf", size=20 * 1024 * 1024 + 1)
    assert "20 MB" in api.wait(lambda: api.sent(admin)[said:], 30)[0].text
    assert len(api.called("getFile")) == before
    assert api.sent(group) == []


def test_forgetting_erases_at_once(api: Emulator, bot: RunningBot) -> None:
    user = api.user("Ann")
    api.say(user, RUSSIA)
    answer = api.wait(lambda: api.sent(user), 30)[0]
    api.say(user, "/forget")
    api.wait(lambda: len(api.sent(user)) == 2, 20)
    query = _answered(api, api.press(user, answer, "Context"))
    assert "30 days" in api.query(query).answer["text"]  # type: ignore[index]


def test_it_stops_when_told_and_never_prints_its_token(api: Emulator, bot: RunningBot) -> None:
    assert bot.stop() == 0
    assert "is ready." in bot.printed
    assert TOKEN.partition(":")[2] not in bot.printed
    bot.start()
