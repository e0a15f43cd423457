"""What goes wrong with a language model, told apart in one place, whichever client raises it. Pure.

Only the kind of a fault is kept: what a server wrote may be hostile, or hold a key, and is never shown nor logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.words import say

_TOO_LONG = re.compile(
    r"context|too (?:long|large|many tokens)|maximum.{0,40}tokens?|tokens?.{0,40}(?:exceed|limit|maximum)|n_ctx|exceed",
    re.IGNORECASE,
)
_SPENT = re.compile(r"insufficient_quota|billing|credit balance", re.IGNORECASE)
_MOST_WAIT = 3_600.0  # seconds of a Retry-After that are believed


class Failed(Exception):
    """The model gave no answer. `kind` is a key of prompts/model_notes.md.

    `again`: whether the same call may do better, after `after` seconds where the server said so.
    """

    def __init__(self, kind: str, again: bool = False, after: float | None = None) -> None:
        super().__init__(kind)
        self.kind, self.again, self.after = kind, again, after


def note(kind: str) -> str:
    """The line that says why a model's words are not shown, or not all of them."""
    return _notes()[kind]


@cache
def _notes() -> dict[str, str]:
    return dict(row.split(": ", 1) for row in say("model_notes").splitlines())


def failed(error: BaseException) -> Failed:
    """The kind of what a client raised."""
    if isinstance(error, Failed):
        return error
    chain = list(_chain(error))
    kinds = " ".join(base.__name__ for one in chain for base in type(one).__mro__)
    status = next((code for one in chain if isinstance(code := getattr(one, "status_code", None), int)), 0)
    if status:
        return _by_status(status, " ".join(str(one) for one in chain)[:4_000], _retry_after(chain))
    if "ConnectTimeout" not in kinds and "Timeout" in kinds:
        return Failed("late")
    if re.search(r"RemoteProtocolError|ReadError|IncompleteRead|StreamClosed", kinds):
        return Failed("cut", again=True)
    if re.search(r"Connect|Unreachable|gaierror|NetworkError|UnsupportedProtocol|InvalidURL", kinds):
        return Failed("unreachable", again=True)
    return Failed("broken", again=True)


def _by_status(status: int, told: str, after: float | None) -> Failed:
    if status in (401, 403):
        return Failed("key")
    if status in (404, 405, 410):
        return Failed("model")
    if status == 413 or (status in (400, 422, 500) and _TOO_LONG.search(told)):
        return Failed("long")
    if status == 429:
        return Failed("busy", again=not _SPENT.search(told), after=after)
    if status == 503:
        return Failed("busy", again=True, after=after)
    if status >= 500 or status in (408, 409, 425):
        return Failed("broken", again=True, after=after)
    return Failed("refused")


def _retry_after(chain: list[BaseException]) -> float | None:
    for one in chain:
        headers = getattr(getattr(one, "response", None), "headers", None)
        value = headers.get("retry-after") if headers is not None else None
        if value and re.fullmatch(r"\d{1,6}(?:\.\d+)?", value.strip()):
            return min(float(value), _MOST_WAIT)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
