"""What is kept of a conversation, for how long, and what a language model may make of a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import HOURS, Conversations, adds_nothing, ask, turn_of, understood
from bot.desk import Desk
from bot.settings import Settings
from bot.state import FILE_NAME, State
from bot.turns import Lean, Leaning, Standalone, Turn
from bot.why import why
from tests.scripted import BRIDGE, COST, ScriptedDesk, cite, not_found

TURN = Turn(
    question="What will it cost?",
    standalone="What will repairs cost?",
    answer="4.5 million",
    said="It will cost 4.5 million.",
    articles=("a",),
    titles=("Bridge",),
    quotes=("Repairs will cost 4.5 million euros, Ann Poe said.",),
    topic=("repairs",),
    prefer=("a",),
    why=(Leaning(Lean.MEANT, "it", "repairs"),),
)


@pytest.fixture
def clock() -> list[float]:
    return [1_000_000.0]


@pytest.fixture
def kept(tmp_path: Path, clock: list[float]) -> Iterator[Conversations]:
    state = State(tmp_path / FILE_NAME)
    yield Conversations(state, lambda: clock[0])
    state.close()


def said(number: int) -> Turn:
    return replace(TURN, question=f"Question {number}?")


def test_turns_come_back_whole_and_in_order_after_a_restart(tmp_path: Path) -> None:
    state = State(tmp_path / FILE_NAME)
    first = Conversations(state).put("terminal", TURN)
    Conversations(state).put("terminal", said(2), first)
    state.close()
    state = State(tmp_path / FILE_NAME)
    again = Conversations(state)
    assert again.turns(again.last("terminal")) == [TURN, said(2)]
    state.close()


def test_a_conversation_is_over_after_hours_of_silence(kept: Conversations, clock: list[float]) -> None:
    first = kept.put("terminal", TURN)
    clock[0] += (HOURS - 1) * 3600
    second = kept.put("terminal", said(2), first)
    clock[0] += 2 * 3600
    assert kept.turns(kept.last("terminal")) == [said(2)]
    clock[0] += HOURS * 3600
    assert kept.last("terminal") is None
    assert kept.turns(second) == []
    kept.sweep()
    assert kept._state.rows("SELECT count(*) FROM turns") == [(0,)]


def test_only_the_last_turns_are_leaned_on(kept: Conversations) -> None:
    last: int | None = None
    for number in range(7):
        last = kept.put("terminal", said(number), last)
    assert [turn.question for turn in kept.turns(last)] == [f"Question {n}?" for n in (3, 4, 5, 6)]


def test_people_and_topics_do_not_mix_and_a_reply_goes_on_from_its_answer(kept: Conversations) -> None:
    place, topic = "telegram:-100:0", "telegram:-100:7"
    ann = kept.put(place, said(1), None, user=1, message=11)
    bea = kept.put(place, said(2), None, user=2, message=12)
    kept.put(topic, said(3), None, user=1, message=13)
    assert kept.last(place, 1) == ann
    assert kept.last(place, 2) == bea
    assert kept.last(topic, 2) is None
    replied = kept.of_message(place, 11)
    assert replied is not None
    joined = kept.put(place, said(4), replied.id, user=2, message=14)
    assert [turn.question for turn in kept.turns(joined)] == ["Question 1?", "Question 4?"]
    assert kept.last(place, 1) == ann


def test_an_edited_question_takes_its_own_place(kept: Conversations) -> None:
    first = kept.put("telegram:1:0", said(1), None, user=1, message=11)
    second = kept.put("telegram:1:0", said(2), first, user=1, message=12)
    third = kept.put("telegram:1:0", said(3), second, user=1, message=13)
    edited = kept.of_message("telegram:1:0", 12)
    assert edited is not None
    assert kept.put("telegram:1:0", said(20), edited.after, user=1, message=12) == second
    assert [turn.question for turn in kept.turns(third)] == ["Question 1?", "Question 20?", "Question 3?"]


def test_new_forgets_one_place_and_forget_all_of_a_person(kept: Conversations) -> None:
    for place in ("telegram:1:0", "telegram:-100:0"):
        for user in (1, 2):
            kept.put(place, TURN, None, user=user, message=user)
    kept.forget("telegram:1:0", 1)
    assert kept.last("telegram:1:0", 1) is None
    assert kept.last("telegram:1:0", 2) is not None
    kept.forget_user(1)
    assert kept._state.rows("SELECT user FROM turns") == [(2,), (2,)]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("How much did Ann Poe say repairs will cost?", True),
        ("What will repairs of the bridge cost in euros?", True),
        ("What will repairs cost in Paris?", False),
        ("What will repairs cost in paris?", False),
        ("Did the 2019 repairs cost 4.5 million?", False),
        ("Did Bob Poe say that?", False),
        ("?!", False),
        ("repairs " * 100, False),
    ],
)
def test_a_rewriting_must_not_add_anything(text: str, holds: bool) -> None:
    assert adds_nothing(text, [TURN], "And the bridge?") is holds


def test_a_language_models_words_are_taken_where_they_hold(home: Path) -> None:
    desk = ScriptedDesk(home)
    given: list[tuple[int, str]] = []

    def rewriter(turns: Sequence[Turn], question: str) -> str | None:
        given.append((len(turns), question))
        return answers.pop(0)

    answers: list[str | None] = ["Why will repairs cost 4.5 million?", "Why is Paris expensive?", None, "Why?"]
    turn = turn_of(COST, Standalone("What will repairs cost?", topic=("repairs",)))
    plain = understood(desk, "Why?", [turn])  # type: ignore[arg-type]
    desk.rewriter = rewriter
    found = [understood(desk, "Why?", [turn]) for _ in range(4)]  # type: ignore[arg-type]
    assert [one.text for one in found] == ["Why will repairs cost 4.5 million?"] + [plain.text] * 3
    assert found[0].why[0].how is Lean.MODEL
    assert found[0].prefer == {BRIDGE.id}
    assert given == [(1, "Why?")] * 4
    assert understood(desk, "Why?", []).text == "Why?"  # type: ignore[arg-type]

    def broken(turns: Sequence[Turn], question: str) -> str | None:
        raise ConnectionError("no model")

    desk.rewriter = broken
    assert understood(desk, "Why?", [turn]) == plain  # type: ignore[arg-type]
    desk.close()


def test_what_came_closest_is_what_is_talked_about() -> None:
    turn = turn_of(not_found(cite(BRIDGE, "The bridge was built in 1911.")), Standalone("Who won?"))
    assert (turn.articles, turn.quotes, turn.said) == ((BRIDGE.id,), (), "")


def test_how_it_was_understood_is_said() -> None:
    told = "\n".join(why(replace(TURN, why=tuple(Leaning(how, "it", "repairs") for how in Lean))))
    assert told.startswith("You asked: What will it cost?\nI searched: What will repairs cost?\n")
    assert told.count("\n") == len(Lean) + 1
    assert why(Turn("Who won?", "Who won?"))[1] == "It stood on its own: nothing was added to it."


def test_the_desk_searches_what_is_meant_and_shows_what_was_asked(demo_home: Path) -> None:
    desk = Desk.open(Settings(home=demo_home))
    first, turn = ask(desk, "What does the draft ask on arms deliveries?", [])
    answer, second = ask(desk, "Who said that?", [turn])
    desk.close()
    assert first.claims
    assert "standalone" not in first.as_json()
    assert answer.as_json()["question"] == "Who said that?"
    assert answer.as_json()["standalone"] == second.standalone
    assert "arms deliveries" in second.standalone
    assert second.prefer == turn.articles[:1]
