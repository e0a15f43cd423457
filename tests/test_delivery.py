"""Messages arrive: each Bot API method that speaks to a chat, against each way in which it can fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.telegram import delivery as module
from bot.telegram.delivery import Delivery, Gone, NoSuchMessage, To, Unsure
from evals.telegram_api.emulator import Emulator
from evals.telegram_api.faults import Fault

READ_TIMEOUT = 0.4  # seconds


@asynccontextmanager
async def delivering(api: Emulator, moved: list[tuple[int, int]] | None = None) -> AsyncIterator[Delivery]:
    request = HTTPXRequest(connection_pool_size=8, read_timeout=READ_TIMEOUT, pool_timeout=5)
    bot = Bot(api.token, base_url=api.base_url, request=request, get_updates_request=HTTPXRequest())
    async with bot:
        yield Delivery(bot, lambda old, new: moved.append((old, new)) if moved is not None else None)


def run(api: Emulator, play: Callable[[Delivery], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with delivering(api) as delivery:
            await play(delivery)

    asyncio.run(whole())


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.1)


PASSING = {
    "429": Fault.flood(1),
    "500": Fault.server(500),
    "502": Fault.server(502),
    "hangs": Fault.hang(2 * READ_TIMEOUT),
    "hangs after acting": Fault.hang(2 * READ_TIMEOUT, act=True),
    "drops": Fault.dropped(),
    "drops after acting": Fault.dropped(act=True),
}
MAY_HAVE_ARRIVED = {"hangs", "hangs after acting", "drops", "drops after acting"}


def words(again: bool) -> str:
    return "The answer, once more." if again else "The answer."


@pytest.mark.parametrize("name", PASSING)
def test_a_final_answer_arrives_once_whatever_passes(api: Emulator, name: str) -> None:
    user = api.user("Ann")
    question = api.say(user, "What?")
    api.faults.add("sendMessage", PASSING[name], times=2)
    placed = list[int | None]()

    async def play(delivery: Delivery) -> None:
        at = await delivery.arrive(
            To(user.id), words, None, anchor="One moment…", reply_to=question,
            placed=lambda message, unsure: placed.append(message),
        )  # fmt: skip
        assert at == placed[-1]

    run(api, play)
    answers = [sent for sent in api.sent(user) if sent.text.startswith("The answer")]
    first = [sent for sent in answers if sent.text == "The answer."]
    assert len(first) <= 1
    assert len(answers) <= 2
    assert answers[-1].message_id == placed[-1]
    assert len(answers) == 1 or answers[-1].text == "The answer, once more.", "a repeat is marked"
    assert (name in MAY_HAVE_ARRIVED) == (answers[-1].text != "The answer.")


@pytest.mark.parametrize("name", PASSING)
def test_an_edit_is_repeated_until_it_is_made(api: Emulator, name: str) -> None:
    user = api.user("Ann")
    api.say(user, "What?")

    async def play(delivery: Delivery) -> None:
        at = await delivery.send(To(user.id), "Reading…")
        api.faults.add("editMessageText", PASSING[name], times=2)
        assert await delivery.arrive(To(user.id), words, None, anchor="One moment…", message=at) == at

    run(api, play)
    assert [sent.text for sent in api.sent(user)] == ["The answer."]


@pytest.mark.parametrize(
    "fault", [Fault.blocked(), Fault.kicked(), Fault.bad("chat not found"), Fault.bad("not enough rights to send")]
)
@pytest.mark.parametrize("edits", [False, True])
def test_a_chat_that_is_gone_ends_it(api: Emulator, fault: Fault, edits: bool) -> None:
    user = api.user("Ann")
    api.say(user, "What?")

    async def play(delivery: Delivery) -> None:
        at = await delivery.send(To(user.id), "Reading…") if edits else None
        api.faults.add("editMessageText" if edits else "sendMessage", fault, times=None)
        with pytest.raises(Gone):
            await delivery.arrive(To(user.id), words, None, anchor="One moment…", message=at)

    run(api, play)


def test_markup_that_is_refused_goes_as_plain_text(api: Emulator) -> None:
    user = api.user("Ann")
    api.say(user, "What?")

    async def play(delivery: Delivery) -> None:
        await delivery.send(To(user.id), "<b>unclosed &amp; bold")

    run(api, play)
    assert [(sent.text, sent.entities) for sent in api.sent(user)] == [("unclosed & bold", ())]


def test_a_deleted_placeholder_is_replaced(api: Emulator) -> None:
    user = api.user("Ann")
    api.say(user, "What?")

    async def play(delivery: Delivery) -> None:
        at = await delivery.send(To(user.id), "Reading…")
        api.erase(user, at)
        with pytest.raises(NoSuchMessage):
            await delivery.edit(To(user.id), at, "Nothing")
        assert await delivery.arrive(To(user.id), words, None, anchor="One moment…", message=at) != at

    run(api, play)
    assert [sent.text for sent in api.sent(user)] == ["The answer."]


def test_a_group_that_moved_is_followed(api: Emulator) -> None:
    group = api.group("Newsroom", basic=True)
    moved = list[tuple[int, int]]()

    async def play() -> None:
        async with delivering(api, moved) as delivery:
            new = api.migrate(group)
            await delivery.send(To(group.id), "The answer.")
            await delivery.send(To(group.id), "Another.")
            assert [sent.text for sent in api.sent(new)] == ["The answer.", "Another."]
            assert moved == [(group.id, new.id)]

    asyncio.run(play())


def test_one_chats_flood_wait_holds_up_no_other(api: Emulator) -> None:
    slow, quick = api.user("Slow"), api.user("Quick")
    for user in (slow, quick):
        api.say(user, "What?")
    api.faults.add("sendMessage", Fault.flood(2), chat=slow.id)

    async def play(delivery: Delivery) -> None:
        started = time.monotonic()
        waiting = asyncio.create_task(delivery.send(To(slow.id), "Late."))
        await asyncio.sleep(0.1)
        await delivery.send(To(quick.id), "At once.")
        assert time.monotonic() - started < 1
        await delivery.typing(To(slow.id))
        await waiting
        assert time.monotonic() - started >= 2

    run(api, play)
    assert [sent.text for sent in api.sent(slow)] == ["Late."]
    assert not api.actions(slow), "what may be lost is dropped during a flood wait"


@pytest.mark.parametrize("name", [*PASSING, "blocked"])
def test_what_may_be_lost_is_lost_in_silence(api: Emulator, name: str) -> None:
    user = api.user("Ann")
    api.say(user, "What?")
    fault = PASSING.get(name, Fault.blocked())
    for method in ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendChatAction"):
        api.faults.add(method, fault)

    async def play(delivery: Delivery) -> None:
        assert await delivery.try_send(To(user.id), "Reading…") is None
        await delivery.try_edit(To(user.id), 1, "Reading…")
        await delivery.try_keyboard(To(user.id), 1, None)
        await delivery.typing(To(user.id))

    run(api, play)


@pytest.mark.parametrize("name", [*PASSING, "too old"])
def test_a_press_is_answered_or_past_answering(api: Emulator, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = api.user("Ann")
    api.say(user, "What?")

    async def play(delivery: Delivery) -> None:
        from telegram import InlineKeyboardButton, InlineKeyboardMarkup

        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="x")]])
        at = await delivery.send(To(user.id), "The answer.", keyboard)
        query = api.press(user, at, "More")
        fault = PASSING.get(name, Fault.bad("query is too old and response timeout expired or query ID is invalid"))
        api.faults.add("answerCallbackQuery", fault)
        await delivery.pressed(query, "Thanks")
        assert name == "too old" or api.query(query).answer is not None

    run(api, play)


def test_what_surely_did_not_arrive_is_sent_again_without_a_mark(api: Emulator) -> None:
    user = api.user("Ann")
    api.say(user, "What?")
    url = api.url

    async def play() -> None:
        bot = Bot(
            api.token, base_url="http://127.0.0.1:1/bot", request=HTTPXRequest(), get_updates_request=HTTPXRequest()
        )
        await bot._request[1].initialize()
        delivery = Delivery(bot)
        task = asyncio.create_task(delivery.arrive(To(user.id), words, None, anchor="One moment…"))
        await asyncio.sleep(0.2)
        bot._base_url = f"{url}/bot{api.token}"
        await task
        await bot._request[1].shutdown()

    asyncio.run(play())
    assert [sent.text for sent in api.sent(user)] == ["The answer."]


def test_a_send_that_may_have_arrived_says_so(api: Emulator) -> None:
    user = api.user("Ann")
    api.say(user, "What?")
    api.faults.add("sendMessage", Fault.dropped(act=True))

    async def play(delivery: Delivery) -> None:
        with pytest.raises(Unsure):
            await delivery.send(To(user.id), "Hello")

    run(api, play)
