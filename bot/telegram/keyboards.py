"""Buttons as plain data, and what a press says: rows of labels with compact data, at most 64 bytes.

Pure: whoever sends them turns them into Telegram's objects. Ids are those of kept answers or, for the question
"still want this?", of updates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal
from urllib.parse import quote, urlencode

from bot.words import say

Verdict = Literal["up", "down"]
_ID = re.compile(r"[0-9A-Za-z]{1,20}")  # of an update, a number that Telegram may let grow to any length
_DATA = re.compile(r"1([a-z])([0-9A-Za-z]{1,20})\.(0|[1-9][0-9]{0,5})")  # `1` is the version
_SHARED = re.compile(r"a_([0-9A-Za-z]{1,12})")


class Action(StrEnum):
    """What a button does. The letters are in buttons already sent: never give one another meaning."""

    MORE = "m"  # page `number` of further passages
    NEWEST = "n"  # page `number` of further passages, newest first
    CONTEXT = "c"  # source `number` in its paragraph
    GOOD = "g"
    BAD = "b"
    REASON = "r"  # `number` counts from 1 in REASONS
    BACK = "k"  # from the reasons to the answer's own buttons
    SHARE = "s"
    STILL = "y"  # still wanted
    DROP = "d"  # no longer wanted
    CANCEL = "x"  # stop the answer under way
    WHOLE = "a"  # ask again without the outlet, author and days that were understood


REASONS = ("wrong", "off_topic", "outdated", "bad_source")


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: on which answer, and the page, source or reason where the action has one (else 0)."""

    action: Action
    id: str
    number: int = 0

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not 0 <= self.number < 1_000_000:
            raise ValueError(f"not a button: {self!r}")


@dataclass(frozen=True, slots=True)
class Button:
    """A label with either `data`, sent back when pressed, or a `url`, opened."""

    text: str
    data: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.data) == bool(self.url):
            raise ValueError(f"a button has either data or a URL: {self!r}")


Keyboard = tuple[tuple[Button, ...], ...]


def pack(press: Press) -> str:
    """A press as callback data: ASCII, at most 29 bytes."""
    return f"1{press.action.value}{press.id}.{press.number}"


def unpack(data: str) -> Press | None:
    """The press that callback data stand for; None when they are damaged or of another version."""
    found = _DATA.fullmatch(data)
    if not found or found[1] not in set(Action):
        return None
    return Press(Action(found[1]), found[2], int(found[3]))


def answer_keyboard(id: str, sourced: bool, limited: bool = False, verdict: Verdict | None = None) -> Keyboard:
    """The buttons under an answer; some only where it is `sourced`, or `limited` by what was understood.

    `verdict`: the thumb given already.
    """
    passages = (
        _button("more", Action.MORE, id, 1),
        _button("newest", Action.NEWEST, id, 1),
        _button("context", Action.CONTEXT, id, 1),
    )
    thumbs = (
        _button("good_given" if verdict == "up" else "good", Action.GOOD, id),
        _button("bad_given" if verdict == "down" else "bad", Action.BAD, id),
        _button("share", Action.SHARE, id),
    )
    whole = ((_button("whole", Action.WHOLE, id),),) if limited else ()
    return (*whole, passages, thumbs) if sourced else (*whole, thumbs)


def pages_keyboard(id: str, page: int, pages: int, newest_first: bool) -> Keyboard:
    """‹ and › under a page (from 1) of further passages, where there is a page on that side; perhaps no row."""
    action = Action.NEWEST if newest_first else Action.MORE
    return _around(action, id, page, pages)


def context_keyboard(id: str, number: int, sources: int) -> Keyboard:
    """‹ and › under the context of source `number` of an answer; perhaps no row."""
    return _around(Action.CONTEXT, id, number, sources)


def reasons_keyboard(id: str) -> Keyboard:
    """Why an answer was bad, two reasons a row, and the way back."""
    buttons = [_button(reason, Action.REASON, id, number) for number, reason in enumerate(REASONS, 1)]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return (*rows, (_button("back", Action.BACK, id),))


def still_keyboard(update: int | str) -> Keyboard:
    """Yes and no to "still want this?", asked about an update."""
    return ((_button("still", Action.STILL, str(update)), _button("drop", Action.DROP, str(update))),)


def cancel_keyboard(update: int | str) -> Keyboard:
    """Cancel, under a placeholder."""
    return ((_button("cancel", Action.CANCEL, str(update)),),)


def share_keyboard(bot: str, id: str, question: str) -> Keyboard:
    """A button that lets Telegram ask whom to send the answer's link to, with the question beside it."""
    words = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())[:200]
    query = urlencode({"url": deep_link(bot, id), "text": words}, quote_via=quote)
    return ((Button(labels()["send"], url=f"https://t.me/share/url?{query}"),),)


def deep_link(bot: str, id: str) -> str:
    """The link that shows an answer to whoever opens it; `bot` is the bot's user name, without @."""
    return f"https://t.me/{bot}?start=a_{id}"


def shared_id(payload: str) -> str | None:
    """The answer's id in the words after `/start`; None when they are something else."""
    found = _SHARED.fullmatch(payload)
    return found[1] if found else None


@cache
def labels() -> dict[str, str]:
    """What is written on the buttons, by name."""
    return dict(row.split(": ", 1) for row in say("telegram_buttons").splitlines())


def _button(label: str, action: Action, id: str, number: int = 0) -> Button:
    return Button(labels()[label], pack(Press(action, id, number)))


def _around(action: Action, id: str, at: int, last: int) -> Keyboard:
    row = [_button("previous", action, id, at - 1)] if at > 1 else []
    row += [_button("next", action, id, at + 1)] if at < last else []
    return (tuple(row),) if row else ()
