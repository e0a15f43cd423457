"""The Bot API emulator, by the real client over HTTP: updates, buttons, files, commands, and faults as ordered."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telegram import BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from evals.telegram_api import Emulator, Fault, User
from tests.telegram_clients import client, play

MORE = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="m:1")]])


def test_updates_stay_until_they_are_confirmed(api: Emulator) -> None:
    user = api.user("Ann")
    for text in ("one", "two", "three"):
        api.say(user, text)
    start = api.pending[0]
    first, again, rest, last, none = play(
        api,
        lambda b: b.get_updates(limit=2),
        lambda b: b.get_updates(),
        lambda b: b.get_updates(offset=start + 1),
        lambda b: b.get_updates(offset=-1),
        lambda b: b.get_updates(offset=start + 3),
    )
    texts = [[update.message.text for update in updates] for updates in (first, again, rest, last, none)]
    assert texts == [["one", "two"], ["one", "two", "three"], ["two", "three"], ["three"], []]
    assert api.pending == []


def test_a_raw_update_may_come_twice(api: Emulator, ann: User) -> None:
    api.say(ann, "Why?")
    update = dict(api.world.updates.take(1)[0])
    seen = play(api, lambda b: b.get_updates(), lambda b: b.get_updates(offset=update["update_id"] + 1))
    assert api.push(update) == update["update_id"]
    seen += play(api, *[lambda b: b.get_updates(offset=update["update_id"] + 1)] * 2)
    assert [len(updates) for updates in seen] == [1, 0, 1, 0]
    assert seen[2][0].message.message_id == seen[0][0].message.message_id
    assert api.push({"edited_message": update["message"]}) == update["update_id"] + 1


def test_only_the_allowed_kinds_and_only_from_then_on(api: Emulator, ann: User) -> None:
    mid = api.say(ann, "before")
    (both,) = play(api, lambda b: b.get_updates(allowed_updates=["edited_message"]))
    api.say(ann, "after")
    api.edit(ann, mid, "edited")
    kept = play(
        api, lambda b: b.get_updates(offset=both[-1].update_id + 1), lambda b: b.get_updates(allowed_updates=[])
    )
    assert [[u.effective_message.text for u in updates] for updates in (both, *kept)] == [["before"], *[["edited"]] * 2]
    api.say(ann, "default again")
    assert len(api.pending) == 2
    assert api.push({"message_reaction": {}}) is None


def test_a_poll_waits_and_a_second_one_ends_it(api: Emulator, ann: User) -> None:
    async def two(bot: Any) -> list[Any]:
        waiting = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.to_thread(api.wait, lambda: api.polling)
        async with client(api) as other:
            second = asyncio.create_task(other.get_updates(timeout=30))
            ended = await asyncio.gather(waiting, return_exceptions=True)
            start = time.monotonic()
            api.say(ann, "at last")
            return [*ended, await second, time.monotonic() - start]

    ((conflict, updates, seconds),) = play(api, two)
    assert isinstance(conflict, Conflict)
    assert "terminated by other getUpdates request" in str(conflict)
    assert updates[0].message.text == "at last"
    assert seconds < 5
    _, refused, info, _ = play(
        api,
        lambda b: b.set_webhook("http://127.0.0.1:9/hook", secret_token="s3cret"),
        lambda b: b.get_updates(),
        lambda b: b.get_webhook_info(),
        lambda b: b.delete_webhook(drop_pending_updates=True),
    )
    assert "can't use getUpdates method while webhook is active" in str(refused)
    assert (info.url, info.pending_update_count, api.pending) == ("http://127.0.0.1:9/hook", 1, [])


def test_stalls_are_the_time_without_a_poll(api: Emulator) -> None:
    play(api, lambda b: b.get_updates(), lambda b: asyncio.sleep(0.3), lambda b: b.get_updates())
    assert 0.3 <= api.stalls < 20
    api.forget_stalls()
    assert api.stalls == 0


def test_a_pressed_button_is_answered_once_and_in_time(api: Emulator, ann: User) -> None:
    play(api, lambda b: b.send_message(ann.id, "Yes", reply_markup=MORE))
    with pytest.raises(AssertionError, match="no button 'Less'"):
        api.press(ann, 2, "Less")
    pressed = [api.press(ann, api.last(ann), "More"), api.press(ann, 2, "m:1", inaccessible=True)]
    late = api.press(ann, 2, "forged", forged=True)
    (updates,) = play(api, lambda b: b.get_updates())
    queries = [update.callback_query for update in updates]
    assert [(query.id, query.data) for query in queries] == [(pressed[0], "m:1"), (pressed[1], "m:1"), (late, "forged")]
    assert [query.message.is_accessible for query in queries] == [True, False, True]
    now = api.clock()
    once, twice, long = play(
        api,
        lambda b: b.answer_callback_query(pressed[0], "Here", show_alert=True),
        lambda b: b.answer_callback_query(pressed[0]),
        lambda b: b.answer_callback_query(pressed[1], "x" * 201),
    )
    api.clock = lambda: now + 3600
    (old,) = play(api, lambda b: b.answer_callback_query(late))
    assert once is True
    assert api.query(pressed[0]).answer == {"text": "Here", "show_alert": True}
    assert all("query is too old" in str(error).lower() for error in (twice, old))
    assert isinstance(long, BadRequest)
    assert api.query(late).answer is None


def test_documents_both_ways(api: Emulator, ann: User) -> None:
    api.document(ann, b"<p>news</p>", "a.html", "text/html", caption="/add")
    api.document(ann, b"", "big.pdf", size=20 * 1024 * 1024 + 1)
    (updates,) = play(api, lambda b: b.get_updates())
    small, big = [update.message for update in updates]
    assert (small.document.file_name, small.document.mime_type, small.document.file_size) == ("a.html", "text/html", 11)
    assert small.caption_entities[0].type == "bot_command"

    async def fetch(bot: Any) -> bytes:
        return bytes(await (await bot.get_file(small.document.file_id)).download_as_bytearray())

    api.faults.add("file", Fault.server(503))
    failed, content, refused, sent = play(
        api,
        fetch,
        fetch,
        lambda b: b.get_file(big.document.file_id),
        lambda b: b.send_document(ann.id, b"x,y", filename="stats.csv", caption="<b>Stats</b>", parse_mode="HTML"),
    )
    assert isinstance(failed, NetworkError)
    assert content == b"<p>news</p>"
    assert str(refused) == "File is too big"
    assert api.world.files[sent.document.file_id].data == b"x,y"
    assert (api.last(ann).text, api.last(ann).pieces("bold")) == ("Stats", ("Stats",))


def test_commands_by_scope_and_language(api: Emulator, ann: User) -> None:
    done = play(
        api,
        lambda b: b.set_my_commands([("ask", "Ask")]),
        lambda b: b.set_my_commands([("add", "Add")], scope=BotCommandScopeChat(ann.id), language_code="de"),
        lambda b: b.get_my_commands(scope=BotCommandScopeChat(ann.id), language_code="de"),
        lambda b: b.set_my_commands([("x", "X")], scope=BotCommandScopeChat(77)),
        lambda b: b.set_my_short_description("News"),
        lambda b: b.get_my_short_description("de"),
    )
    assert api.commands() == [{"command": "ask", "description": "Ask"}]
    assert [command.command for command in done[2]] == ["add"]
    assert str(done[3]) == "Chat not found"
    assert done[5].short_description == "News"


@pytest.mark.parametrize(
    ("fault", "kind", "acted"),
    [
        (Fault.flood(3), RetryAfter, False),
        (Fault.blocked(), Forbidden, False),
        (Fault.kicked(), Forbidden, False),
        (Fault.bad("query is too old"), BadRequest, False),
        (Fault.migrate(-1001), ChatMigrated, False),
        (Fault.server(502), NetworkError, False),
        (Fault.server(500, act=True, html=False), NetworkError, True),
        (Fault.dropped(), NetworkError, False),
        (Fault.dropped(act=True), NetworkError, True),
        (Fault.hang(20), TimedOut, False),
        (Fault.hang(20, act=True), TimedOut, True),
    ],
)
def test_faults(api: Emulator, ann: User, fault: Fault, kind: type[TelegramError], acted: bool) -> None:
    bo = api.user("Bo")
    api.say(bo, "/start")
    api.faults.add("sendMessage", fault, chat=ann.id, skip=1)
    well, other, failed, after = play(
        api,
        lambda b: b.send_message(ann.id, "1"),
        lambda b: b.send_message(bo.id, "2"),
        lambda b: b.send_message(ann.id, "3", read_timeout=1.0 if fault.hold else 20.0),
        lambda b: b.send_message(ann.id, "4"),
    )
    assert (well.text, other.text, after.text) == ("1", "2", "4")
    assert type(failed) is kind
    assert [sent.text for sent in api.sent(ann)] == ["1", *["3"] * acted, "4"]
    assert api.called("sendMessage")[2].acted is acted
    assert api.faults.left == 0
