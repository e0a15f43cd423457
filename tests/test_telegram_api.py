"""The Bot API emulator, by the real client over HTTP: what is sent, kept and refused, and where."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from evals.telegram_api import Emulator, User
from tests.telegram_clients import play

MORE = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="m:1")]])


def test_who_the_bot_is_and_what_is_not_there(api: Emulator) -> None:
    (me,) = play(api, lambda bot: bot.get_me())
    assert (me.id, me.is_bot, me.username, me.can_join_groups) == (api.bot.id, True, "dateline_test_bot", True)
    with pytest.raises(InvalidToken):
        play(api, token="1:" + "x" * 35)
    (unknown,) = play(api, lambda bot: bot.do_api_request("sendNothing"))
    assert "not found" in str(unknown).lower()
    assert [call.code for call in api.calls][-1] == 404


def test_every_way_to_pass_parameters(api: Emulator, ann: User) -> None:
    base, data = f"{api.base_url}{api.token}", {"chat_id": str(ann.id), "text": "<b>é</b> 😀", "parse_mode": "HTML"}
    with httpx.Client() as client:
        answers = [
            client.get(f"{base}/sendmessage", params=data),
            client.post(f"{base}/SendMessage", data=data),
            client.post(f"{base}/sendMessage", json=data),
            client.post(f"{base}/sendMessage", data=data, files={"unused": b"x"}),
            client.post(f"{base}/sendMessage", params=data),
        ]
        assert (
            client.post(f"{base}/sendMessage", content=b"{", headers={"Content-Type": "application/json"})
            .json()["description"]
            .startswith("Bad Request")
        )
    assert [answer.json()["result"]["text"] for answer in answers] == ["é 😀"] * 5
    assert [sent.message_id for sent in api.sent(ann)] == [2, 3, 4, 5, 6]
    assert api.sent(ann)[0].pieces("bold") == ("é",)


def test_sending_and_editing(api: Emulator, ann: User) -> None:
    link = '<a href="https://bbc.co.uk/x">[1]</a>'
    preview = {"link_preview_options": {"is_disabled": True}}
    sent, edited, again, bare, gone, deleted = play(
        api,
        lambda b: b.send_message(ann.id, f"Yes {link}", "HTML", reply_markup=MORE, reply_to_message_id=1,
                                 api_kwargs=preview),
        lambda b: b.edit_message_text("Yes", ann.id, 2, reply_markup=MORE),
        lambda b: b.edit_message_text(" Yes\n", ann.id, 2, reply_markup=MORE),
        lambda b: b.edit_message_text("Yes", ann.id, 2),
        lambda b: b.edit_message_reply_markup(ann.id, 2),
        lambda b: b.delete_message(ann.id, 2),
    )  # fmt: skip
    assert (sent.message_id, sent.reply_to_message.message_id, sent.entities[0].type) == (2, 1, "text_link")
    assert edited.text == "Yes"
    assert edited.edit_date
    assert "not modified" in str(again)
    assert bare.reply_markup is None
    assert "not modified" in str(gone)
    assert deleted is True
    assert api.sent(ann) == []
    (kept,) = api.sent(ann, deleted=True)
    assert (kept.text, kept.labels, kept.deleted) == ("Yes", (), True)
    first, second = kept.edits
    assert (first.html, first.links, first.reply_to) == (f"Yes {link}", (("[1]", "https://bbc.co.uk/x"),), 1)
    assert (first.link_preview_off, second.link_preview_off, second.labels) == (True, False, ("More",))


@pytest.mark.parametrize(
    ("step", "kind", "reason"),
    [
        (lambda b, c: b.send_message(c, ""), BadRequest, "Message text is empty"),
        (lambda b, c: b.send_message(c, " \n "), BadRequest, "Text must be non-empty"),
        (lambda b, c: b.send_message(c, "😀" * 2048 + "x"), BadRequest, "Message is too long"),
        (lambda b, c: b.edit_message_text("x" * 4097, c, 2), BadRequest, "Message_too_long"),
        (lambda b, c: b.send_message(c, "<p>x</p>", "HTML"), BadRequest, "Can't parse entities: unsupported start tag"),
        (lambda b, c: b.send_message(c, "x", "Textile"), BadRequest, "Unsupported parse_mode"),
        (lambda b, c: b.send_message(1, "x"), BadRequest, "Chat not found"),
        (lambda b, c: b.send_message(c, "x", reply_to_message_id=99), BadRequest, "Message to be replied not found"),
        (lambda b, c: b.send_message(c, "x", message_thread_id=7), BadRequest, "Message thread not found"),
        (lambda b, c: b.edit_message_text("x", c, 99), BadRequest, "Message to edit not found"),
        (lambda b, c: b.edit_message_text("x", c, 1), BadRequest, "Message can't be edited"),
        (lambda b, c: b.delete_message(c, 99), BadRequest, "Message to delete not found"),
        (lambda b, c: b.send_chat_action(c, "dancing"), BadRequest, "Wrong parameter action in request"),
        (lambda b, c: b.answer_callback_query("1"), BadRequest, "Query is too old and response timeout expired"),
        (lambda b, c: b.get_file("nothing"), BadRequest, "Wrong file_id or the file is temporarily unavailable"),
        (lambda b, c: b.set_my_commands([("Ask", "x")]), BadRequest, "Bot_command_invalid"),
        (lambda b, c: b.send_message(c, "x", reply_markup=InlineKeyboardMarkup(
            [[InlineKeyboardButton("x", callback_data="é" * 33)]])), BadRequest, "Button_data_invalid"),
    ],
)  # fmt: skip
def test_what_is_refused(api: Emulator, ann: User, step: Any, kind: type[TelegramError], reason: str) -> None:
    _, error = play(api, lambda b: b.send_message(ann.id, "mine"), lambda b: step(b, ann.id))
    assert type(error) is kind
    assert str(error).startswith(reason)
    assert [sent.text for sent in api.sent()] == ["mine"]
    assert (api.calls[-1].acted, api.calls[-1].code) == (False, 400)


def test_a_message_may_be_4096_units_and_a_missing_reply_may_be_fine(api: Emulator, ann: User) -> None:
    full, replied = play(
        api,
        lambda b: b.send_message(ann.id, "<b>" + "&lt;" * 4096 + "</b>", "HTML"),
        lambda b: b.send_message(ann.id, "x", reply_to_message_id=99, allow_sending_without_reply=True),
    )
    assert full.text == "<" * 4096
    assert replied.reply_to_message is None


def test_who_may_be_written_to(api: Emulator, ann: User) -> None:
    stranger, group = api.user("Bo"), api.group("Newsroom")
    basic = api.group("Small", basic=True)
    new = api.migrate(basic)
    api.block(ann)
    api.kick(group)
    blocked, unknown, kicked, moved = play(
        api,
        *[lambda b, c=chat: b.send_message(c, "x") for chat in (ann.id, stranger.id, group.id, basic.id)],
    )
    assert isinstance(blocked, Forbidden)
    assert str(blocked) == "Forbidden: bot was blocked by the user"
    assert str(unknown) == "Forbidden: bot can't initiate conversation with a user"
    assert str(kicked) == "Forbidden: bot was kicked from the supergroup chat"
    assert isinstance(moved, ChatMigrated)
    assert moved.new_chat_id == new.id
    (updates,) = play(api, lambda b: b.get_updates())
    assert [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member] == [
        "kicked"
    ] * 2
    assert [m.migrate_to_chat_id or m.migrate_from_chat_id for u in updates if (m := u.message)] == [new.id, basic.id]


def test_topics_and_chains_of_replies(api: Emulator, ann: User) -> None:
    forum, plain = api.group("Newsroom", topics=True), api.group("Pub")
    first = api.say(ann, "/ask one", chat=forum, thread=7)
    root = api.say(ann, "/ask two", chat=plain)
    api.say(ann, "and?", chat=plain, reply_to=root)
    (updates,) = play(api, lambda b: b.get_updates())
    in_topic, _, in_chain = [update.message for update in updates]
    assert (in_topic.message_thread_id, in_topic.is_topic_message) == (7, True)
    assert in_topic.reply_to_message.forum_topic_created  # though it replies to nothing
    assert (in_chain.message_thread_id, in_chain.is_topic_message) == (root, None)
    named, inherited, lost, wrong, chain = play(
        api,
        lambda b: b.send_message(forum.id, "x", message_thread_id=7),
        lambda b: b.send_message(forum.id, "x", reply_to_message_id=first),
        lambda b: b.send_message(forum.id, "x"),
        lambda b: b.send_message(forum.id, "x", message_thread_id=8),
        lambda b: b.send_message(plain.id, "x", message_thread_id=root),
    )
    assert [sent.thread for sent in api.sent(forum)] == [7, 7, None]
    assert [m.message_thread_id for m in (named, inherited, lost)] == [7, 7, None]
    assert [str(error) for error in (wrong, chain)] == ["Message thread not found"] * 2


def test_the_bot_sees_what_privacy_lets_through(ann: User) -> None:
    with Emulator(privacy=True) as api:
        bo, group = api.user("Bo"), api.group("Newsroom")
        api.say(bo, "/ask what?", chat=group)
        api.say(bo, "/ask@other_bot what?", chat=group)
        api.say(bo, "chatter", chat=group)
        api.say(bo, "you, @Dateline_Test_Bot?", chat=group)
        assert [u["message"]["text"] for u in api.world.updates.take(9)] == ["/ask what?", "you, @Dateline_Test_Bot?"]
