"""What the inbox keeps of an answer that may have arrived, by the real client and a real database."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path

from telegram import Update

from bot.state import State
from bot.telegram.delivery import Delivery, To
from bot.telegram.inbox import Inbox
from evals.telegram_api.emulator import Emulator
from evals.telegram_api.faults import Fault
from tests.telegram_clients import client


def test_a_repeat_is_marked_although_the_bot_was_killed_while_it_was_made(api: Emulator, tmp_path: Path) -> None:
    """The answer arrives unheard; what stands for the second is sent and written down; then the bot dies."""
    user = api.user("Ann")
    question = api.say(user, "What?")
    update = {"update_id": 7, "message": api.chat(user).messages[question].as_dict()}
    api.faults.add("sendMessage", Fault.dropped(act=True), times=1)
    api.faults.add("editMessageText", Fault.hang(5.0), times=1)

    async def play() -> None:
        with closing(State(tmp_path / "bot.sqlite")) as state:
            inbox = Inbox(state)
            inbox.accept(Update.de_json(update, None))
            inbox.sending(7, "an id")
            async with client(api) as bot:
                arrive = partial(
                    Delivery(bot).arrive, To(user.id), lambda again: "Once more." if again else "The answer.", None,
                    anchor="One moment…", placed=partial(inbox.placed, 7),
                )  # fmt: skip
                killed = asyncio.create_task(arrive())
                while (entry := inbox.entry(7)) is None or entry.reply is None:
                    await asyncio.sleep(0.01)
                killed.cancel()
                await asyncio.wait([killed])
                await arrive(message=entry.reply, unsure=entry.unsure)

    asyncio.run(play())
    assert [sent.text for sent in api.sent(user)] == ["The answer.", "Once more."]
