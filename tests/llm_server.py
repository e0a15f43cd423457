"""A scripted OpenAI-compatible server on loopback: plays the model as it is told, streaming or at once.

`script` gets what was asked and says what comes back. Knows nothing of how answers are verified.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

KEY = "sk-very-secret-key-0123456789"
_PASSAGE = re.compile(r"^\[(\d+)\] (.+)\n(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """One request as the server got it."""

    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def prompt(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def passages(self) -> dict[int, tuple[str, str]]:
        """Number: (headline, outlet and date; text), read as anybody would from the fixed form."""
        return {int(number): (header, text) for number, header, text in _PASSAGE.findall(self.prompt)}

    def holding(self, words: str) -> int:
        """The number of the first passage that has `words` in it."""
        return next(number for number, (_, text) in self.passages.items() if words in text)


@dataclass
class Play:
    """What the server answers with: a reply, or a fault.

    `cut` ends the stream behind so many characters; `silence` seconds pass before anything is sent, `pause` before
    every piece.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    cut: int | None = None
    silence: float = 0.0
    pause: float = 0.0
    refusal: str = ""


Script = Callable[[Asked], Play]


def claims(*made: tuple[str, list[tuple[int, str]]]) -> str:
    """The reply with these claims: (text, [(passage, words)])."""
    return json.dumps(
        {
            "claims": [
                {"text": text, "quotes": [{"passage": n, "words": words} for n, words in quotes]}
                for text, quotes in made
            ]
        },
        ensure_ascii=False,
    )


class LlmServer:
    """The server; `url` is its address for DATELINE_LLM_URL, `asked` what it was asked."""

    def __init__(self, script: Script = lambda asked: Play('{"claims": []}'), streams: bool = True) -> None:
        self.script = script
        self.streams = streams
        self.knows_formats = True
        self.asked: list[Asked] = []
        self.gone = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked = Asked(body, dict(self.headers.items()))
                outer.asked.append(asked)
                if self.path != "/v1/chat/completions":
                    self.answer(404, {"error": {"message": "no such path"}})
                elif not outer.knows_formats and "response_format" in body:
                    self.answer(400, {"error": {"message": "unknown field response_format"}})
                else:
                    self.play(outer.script(asked), body)

            def play(self, play: Play, body: dict[str, Any]) -> None:
                outer.gone.wait(play.silence)
                if play.status != 200 or play.body is not None:
                    told = play.body if play.body is not None else json.dumps({"error": {"message": "no"}})
                    self.answer(play.status, told, play.headers)
                elif body.get("stream") and outer.streams:
                    self.stream(play)
                else:
                    message = {"role": "assistant", "content": play.text, "refusal": play.refusal or None}
                    choice = {"index": 0, "message": message, "finish_reason": "stop"}
                    self.answer(200, outer.envelope("chat.completion") | {"choices": [choice], "usage": _USAGE})

            def stream(self, play: Play) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                text = play.text if play.cut is None else play.text[: play.cut]
                for at in range(0, len(text), 20):
                    outer.gone.wait(play.pause)
                    self.event({"content": text[at : at + 20]})
                if play.refusal:
                    self.event({"refusal": play.refusal})
                if play.cut is None:
                    self.event({}, "stop", _USAGE)
                    self.wfile.write(b"data: [DONE]\n\n")

            def event(self, delta: dict[str, Any], finish: str | None = None, usage: Any = None) -> None:
                choice = {"index": 0, "delta": delta, "finish_reason": finish}
                event = outer.envelope("chat.completion.chunk") | {"choices": [choice], "usage": usage}
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()

            def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
                sent = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def handle(self) -> None:
                with suppress(OSError):  # whoever asked has hung up
                    super().handle()

            def log_message(self, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @staticmethod
    def envelope(kind: str) -> dict[str, Any]:
        return {"id": "x", "object": kind, "created": int(time.time()), "model": "scripted"}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()


_USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
