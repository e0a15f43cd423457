"""One reply of a language model: streamed where that works, tried again a few times, ended at the hard limit.

The client runs in a thread that is given up at the limit, whatever the server does. Knows nothing of claims.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_base

from bot.drafts import read
from bot.llm import Model
from bot.llm_faults import Failed, failed

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_LOG = logging.getLogger(__name__)
_TRIES = 3
_PAUSE = 0.5  # seconds before the second try, twice that before the third, unless the server says how long
_LONGEST = 100_000  # characters of a reply
_PER_TOKEN = 4  # characters, where the server does not count


@dataclass(frozen=True, slots=True)
class Reply:
    """What came. `finished`: whether the server said that this is all. `tokens` of prompt and reply together."""

    text: str
    finished: bool
    tokens: int


class Calls:
    """Calls to one model. It learns what its server does not take: structured output, usage, streaming. Thread-safe."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._extras = True
        self._streams = True

    def reply(
        self,
        messages: Sequence[tuple[str, str]],
        deadline: float,
        heard: Callable[[str], None],
        spent: Callable[[int], None],
        form: bool = True,
    ) -> Reply:
        """The reply to (role, text) messages. `heard` gets the text so far, `spent` the tokens of every try.

        `deadline` is of `time.monotonic`. Raises Failed.
        """
        waits = _Waits(deadline)
        for attempt in Retrying(
            stop=waits, wait=waits.wait, retry=retry_if_exception(_again), reraise=True, sleep=time.sleep
        ):
            with attempt:
                return self._once(messages, deadline, heard, spent, form)
        raise AssertionError("unreachable")

    def _once(
        self, messages: Sequence[tuple[str, str]], deadline: float, heard: Callable[[str], None],
        spent: Callable[[int], None], form: bool,
    ) -> Reply:  # fmt: skip
        while True:
            extras, streams = self._extras, self._streams
            try:
                reply = self._try(messages, deadline, heard, spent, form and extras, streams)
            except Failed as fault:
                if fault.kind == "refused" and extras:
                    self._extras = False  # a server that knows no response_format
                elif fault.kind == "refused" and streams:
                    self._streams = False
                else:
                    _LOG.info("the language model gave no answer: %s", fault.kind)
                    raise
                continue
            if streams and not reply.text and not reply.finished:
                self._streams = False  # a server that answers at once
                continue
            if form and not reply.finished and _broken_off(reply.text):
                raise Failed("cut", again=True)
            return reply

    def _try(
        self, messages: Sequence[tuple[str, str]], deadline: float, heard: Callable[[str], None],
        spent: Callable[[int], None], extras: bool, streams: bool,
    ) -> Reply:  # fmt: skip
        text, finished, tokens = "", False, 0
        given_up = threading.Event()
        prompt = sum(len(words) for _, words in messages)
        counted = False
        try:
            for part in self._parts(messages, deadline, extras, streams, given_up):
                delta = part.delta if streams else part.message.content
                tokens = _tokens(part) or tokens
                finished = _finished(part) or finished
                if delta:
                    text += delta
                    heard(text)
                if len(text) > _LONGEST:
                    raise Failed("form")
            counted = bool(text or tokens)
        except Failed as fault:
            counted = bool(text) or fault.kind == "late"
            raise
        finally:
            given_up.set()
            if counted:
                spent(tokens or (prompt + len(text)) // _PER_TOKEN)
        return Reply(text, finished or not streams, tokens)

    def _parts(
        self, messages: Sequence[tuple[str, str]], deadline: float, extras: bool, streams: bool,
        given_up: threading.Event,
    ) -> Iterator[Any]:  # fmt: skip
        """The responses as they come. Raises Failed."""
        from llama_index.core.llms import ChatMessage

        chat = [ChatMessage(role=role, content=words) for role, words in messages]
        came: queue.Queue[Any] = queue.Queue()
        work = threading.Thread(
            target=self._run, args=(chat, extras, streams, came, given_up), name="language model", daemon=True
        )
        work.start()
        while True:
            try:
                part = came.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Failed("late") from None
            if part is None:
                return
            if isinstance(part, BaseException):
                raise failed(part) from None
            yield part

    def _run(
        self, chat: list[ChatMessage], extras: bool, streams: bool, came: queue.Queue[Any], given_up: threading.Event
    ) -> None:
        options = dict(self.model.structured) if extras else {}
        try:
            if streams:
                parts = self.model.llm.stream_chat(chat, **options, **(self.model.usage if extras else {}))
                for part in parts:
                    if given_up.is_set():
                        with suppress(Exception):
                            parts.close()
                        return
                    came.put(part)
            else:
                came.put(self.model.llm.chat(chat, **options))
            came.put(None)
        except BaseException as error:
            came.put(error)


class _Waits(stop_base):
    """Stops after a few tries, or when the pause that is due would not leave time for another."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._tries = stop_after_attempt(_TRIES)

    def __call__(self, state: RetryCallState) -> bool:
        return self._tries(state) or time.monotonic() + self.wait(state) >= self._deadline

    def wait(self, state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome is not None else None
        if isinstance(fault, Failed) and fault.after is not None:
            return fault.after
        return _PAUSE * float(2 ** (state.attempt_number - 1))


def _broken_off(text: str) -> bool:
    """Whether a reply ends within its JSON."""
    return not read(text).whole and "{" in text


def _again(error: BaseException) -> bool:
    return isinstance(error, Failed) and error.again


def _tokens(part: Any) -> int:
    """Tokens of prompt and reply, by what clients tell of a response; 0 when it does not say."""
    raw = part.raw
    usage = raw.get("usage", raw) if isinstance(raw, dict) else getattr(raw, "usage", None)
    held = [part.additional_kwargs, usage if isinstance(usage, dict) else getattr(usage, "__dict__", {})]
    for counts in held:
        total = counts.get("total_tokens")
        if not isinstance(total, int):
            pairs = (
                ("prompt_tokens", "completion_tokens"),
                ("input_tokens", "output_tokens"),
                ("prompt_eval_count", "eval_count"),
            )
            total = next(
                (
                    a + b
                    for one, two in pairs
                    if isinstance(a := counts.get(one), int) and isinstance(b := counts.get(two), int)
                ),
                0,
            )
        if total > 0:
            return int(total)
    return 0


def _finished(part: Any) -> bool:
    """Whether a response is the last by its own word. Raises Failed when the model declined."""
    raw = part.raw
    if isinstance(raw, dict):
        return bool(raw.get("done")) or raw.get("stop_reason") is not None
    choices = getattr(raw, "choices", None) or ()
    for choice in choices[:1]:
        message = getattr(choice, "delta", None) or getattr(choice, "message", None)
        if getattr(message, "refusal", None) or getattr(choice, "finish_reason", None) == "content_filter":
            raise Failed("declined")
        return getattr(choice, "finish_reason", None) is not None
    return False
