"""Injected faults: what goes wrong with a call, and with which calls. Knows nothing of what the calls do."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Json


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call.

    Args:
        code: the status it is answered with; 0 answers as if nothing were wrong (after `hold`).
        description: the answer's, prefix included.
        parameters: the answer's.
        body: sent in place of the JSON answer, as gateways do.
        hold: seconds to wait before answering.
        drop: close the connection and answer nothing.
        act: do what was asked for, all the same (the answer is what gets lost). At once, before `hold`.
    """

    code: int = 0
    description: str = ""
    parameters: Json = field(default_factory=dict)
    body: bytes = b""
    hold: float = 0.0
    drop: bool = False
    act: bool = False

    @classmethod
    def flood(cls, retry_after: int = 1) -> Fault:
        """429, to be tried again after whole seconds."""
        return cls(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})

    @classmethod
    def blocked(cls) -> Fault:
        """403: the user blocked the bot. (`Emulator.block` makes it so for every method.)"""
        return cls(403, "Forbidden: bot was blocked by the user")

    @classmethod
    def kicked(cls) -> Fault:
        """403: the bot was thrown out of a group. (`Emulator.kick` makes it so for every method.)"""
        return cls(403, "Forbidden: bot was kicked from the supergroup chat")

    @classmethod
    def bad(cls, reason: str) -> Fault:
        """400 with this reason."""
        return cls(400, f"Bad Request: {reason}")

    @classmethod
    def server(cls, code: int = 502, act: bool = False, html: bool = True) -> Fault:
        """A 5xx: with the page of a gateway, or as JSON."""
        names = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
        page = f"<html>\r\n<head><title>{code} {names[code]}</title></head>\r\n<body></body>\r\n</html>\r\n".encode()
        return cls(code, names[code], body=page if html else b"", act=act)

    @classmethod
    def hang(cls, seconds: float, act: bool = False) -> Fault:
        """No answer for so long, then a 504; `act` says whether it was done meanwhile."""
        return cls(504, "Gateway Timeout", hold=seconds, act=act)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """Done at once, answered as ever, but late."""
        return cls(hold=seconds, act=True)

    @classmethod
    def dropped(cls, act: bool = False) -> Fault:
        """The connection closes with no answer; `act` says whether it was done before that."""
        return cls(drop=True, act=act)

    @classmethod
    def migrate(cls, new_id: int) -> Fault:
        """400: the group is now a supergroup. (`Emulator.migrate` makes it so for every method.)"""
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        return cls(400, reason, {"migrate_to_chat_id": new_id})


@dataclass(slots=True)
class _Rule:
    method: str
    fault: Fault
    times: int | None
    chat: int | None
    hits: int = 0


class Faults:
    """The faults to come, first added first used. May be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []

    def add(self, method: str, fault: Fault, times: int | None = 1, chat: int | None = None, skip: int = 0) -> None:
        """Let the next calls of a method go wrong.

        Args:
            method: its name in any case; `*` is every method but getUpdates; `file` is a download.
            times: how often; None is until `clear`.
            chat: only calls with this chat_id.
            skip: how many matching calls go well before that.
        """
        with self._lock:
            self._rules.append(_Rule(method.lower(), fault, times, chat, -skip))

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._rules.clear()

    @property
    def left(self) -> int:
        """How many faults are yet to come, those without an end not counted."""
        with self._lock:
            return sum(rule.times - max(rule.hits, 0) for rule in self._rules if rule.times is not None)

    def next(self, method: str, params: Params) -> Fault | None:
        """The fault of this call, used up by asking; None where it goes well."""
        with self._lock:
            for rule in self._rules:
                if rule.method != method and not (rule.method == "*" and method not in ("getupdates", "file")):
                    continue
                if rule.chat is not None and str(rule.chat) != params.text("chat_id"):
                    continue
                if rule.times is not None and rule.hits >= rule.times:
                    continue
                rule.hits += 1
                if rule.hits > 0:
                    return rule.fault
        return None
