"""Which messages are meant for the bot, and what they ask."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message

from bot.telegram.delivery import To
from bot.telegram.questions import LONGEST, Asked, Fault, asked

BOT, NAME = 42, "dateline_bot"
ME = {"id": 42, "is_bot": True, "first_name": "Dateline", "username": NAME}
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -100, "type": "supergroup", "title": "Newsroom"}


def message(text: str | None, chat: dict[str, Any], **rest: Any) -> Message:
    body = {"message_id": 5, "date": 1_700_000_000, "chat": chat, "from": ANN} | ({"text": text} if text else {}) | rest
    entities = [
        {"type": "mention", "offset": text.index(word), "length": len(word.rstrip(","))}
        for word in (text or "").split()
        if text and word.startswith("@")
    ]
    found = Message.de_json(body | ({"entities": entities} if entities else {}), None)
    assert found is not None
    return found


def words(text: str | None, chat: dict[str, Any], **rest: Any) -> str | None:
    question = asked(1, message(text, chat, **rest), BOT, NAME)
    return question.text if question else None


def replied(sender: dict[str, Any], text: str) -> dict[str, Any]:
    return {"reply_to_message": {"message_id": 4, "date": 1, "chat": GROUP, "from": sender, "text": text}}


def test_in_private_everything_is_a_question() -> None:
    assert words("What did\n Russia  say?", PRIVATE) == "What did Russia say?"
    assert words("/ask What?", PRIVATE) == "What?"
    assert words("", PRIVATE) == ""
    assert words(None, PRIVATE, caption="Where is this?") == "Where is this?"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Lunch anyone?", None),
        ("/ask What did Russia say?", "What did Russia say?"),
        ("/ASK@Dateline_Bot What?", "What?"),
        ("/ask@other_bot What?", None),
        ("/asking for a friend", None),
        ("/all What did Russia say?", "What did Russia say?"),
        ("/all@other_bot What?", None),
        ("/allow it", None),
        ("@dateline_bot, who won?", "who won?"),
        ("who won, @Dateline_bot", "who won,"),
        ("@dateline_bot2 who won?", None),
        ("mail me at ann@dateline_bot", None),
    ],
)
def test_in_a_group_only_what_is_meant_for_it(text: str, meant: str | None) -> None:
    assert words(text, GROUP) == meant


def test_all_passes_over_the_limits() -> None:
    for text, whole in (("/all What?", True), ("/ALL@dateline_bot", True), ("/ask What?", False), ("What?", False)):
        question = asked(1, message(text, PRIVATE), BOT, NAME)
        assert question is not None
        assert question.whole is whole


def test_a_reply_to_the_bot_is_meant_for_it_and_to_others_not() -> None:
    assert words("And France?", GROUP, **replied(ME, "…")) == "And France?"
    assert words("And France?", GROUP, **replied(ANN, "…")) is None
    assert words("/ask", GROUP, **replied(ANN, "What did Russia say?")) == "What did Russia say?"
    assert words("/ask", GROUP, **replied(ME, "An answer.")) == ""


def test_other_bots_are_not_answered_but_anonymous_admins_are() -> None:
    other = {"id": 9, "is_bot": True, "first_name": "Other"}
    assert words("/ask What?", GROUP, **{"from": other}) is None
    assert words("/ask What?", GROUP, **{"from": other, "sender_chat": GROUP}) == "What?"


def test_a_topic_is_kept_and_a_chain_of_replies_is_none() -> None:
    question = asked(3, message("/ask What?", GROUP, message_thread_id=7, is_topic_message=True), BOT, NAME)
    assert question == Asked(3, To(-100, 7), True, 7, 5, "What?", 1_700_000_000)
    question = asked(3, message("/ask What?", GROUP, message_thread_id=7), BOT, NAME)
    assert question is not None
    assert question.to == To(-100, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Why?", None),
        ("почему?", None),
        ("", Fault.EMPTY),
        ("?! 😀", Fault.EMPTY),
        ("https://example.org/a", Fault.ONLY_A_LINK),
        ("www.example.org/a …", Fault.ONLY_A_LINK),
        ("What does https://example.org/a say?", None),
        ("x" * LONGEST, None),
        ("x" * (LONGEST + 1), Fault.TOO_LONG),
    ],
)
def test_what_keeps_a_text_from_being_a_question(text: str, fault: Fault | None) -> None:
    assert Asked(1, To(1), False, 1, 1, text, 0).fault is fault
