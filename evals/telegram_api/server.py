"""The emulator's HTTP side: a tornado application in a loop and thread of its own.

Takes calls apart, lets faults happen, records every call. What the methods do is in the other modules.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from evals.telegram_api import messages, profile
from evals.telegram_api.delivery import Delivery
from evals.telegram_api.faults import Fault, Faults
from evals.telegram_api.params import Params, read_params
from evals.telegram_api.refusal import Json, Refusal
from evals.telegram_api.world import World

_Result = TypeVar("_Result")
_METHODS = messages.METHODS | profile.METHODS
UPLOAD_LIMIT = 64 * 1024 * 1024


@dataclass(slots=True)
class Call:
    """One call as it was answered.

    Attributes:
        time: when it came, by `time.monotonic()`.
        method: as the client wrote it; "file" for a download.
        params: what came with it, JSON parsed.
        code: the status of the answer; 0 while there is none or the connection was dropped.
        description: the reason, where it was refused.
        acted: whether it did what it was to do.
        seconds: until it was answered.
        result: what was answered, or would have been had no fault come between.
    """

    time: float
    method: str
    params: Json
    code: int = 0
    description: str = ""
    acted: bool = False
    seconds: float = 0.0
    result: Any = None


class Server:
    """The listening side. `start` and `stop` are called from another thread."""

    def __init__(self, token: str, world: World, faults: Faults) -> None:
        self.token = token
        self.world = world
        self.faults = faults
        self.calls: list[Call] = []
        self.delivery = Delivery(world)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="telegram-api", daemon=True)
        self._ready = threading.Event()
        self._stopping = asyncio.Event()
        self.closing = asyncio.Event()

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError("the Bot API emulator did not start")

    def stop(self) -> None:
        """Drop every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30)

    def soon(self, call: Callable[[], None]) -> None:
        """Do something in the emulator's loop."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def result(self, work: Coroutine[Any, Any, _Result], seconds: float = 30.0) -> _Result:
        """Do something in the emulator's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _serve(self) -> None:
        routes = [
            (r"/bot([^/]+)/(\w*)", _Api, {"server": self}),
            (r"/file/bot([^/]+)/(.+)", _Download, {"server": self}),
        ]
        application = Application(routes, log_function=lambda handler: None, default_handler_class=_Nothing)
        server = HTTPServer(application, max_body_size=UPLOAD_LIMIT, max_buffer_size=UPLOAD_LIMIT)
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        server.add_sockets(sockets)
        self.world.updates.wake = lambda: self.soon(self.delivery.woken)
        self._ready.set()
        await self._stopping.wait()
        server.stop()
        self.closing.set()
        await self.delivery.close()
        await server.close_all_connections()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def act(self, method: str, params: Params) -> Any:
        """Carry out a method that need not wait.

        Raises:
            Refusal: Telegram would say no.
        """
        about_webhook = self.delivery.pusher.methods().get(method)
        if about_webhook:
            return about_webhook(params)
        if method not in _METHODS:
            raise Refusal(404, "Not Found")
        with self.world.lock:
            return _METHODS[method](self.world, params)


class _Nothing(RequestHandler):
    """Any other path."""

    def prepare(self) -> None:
        self.set_status(404)
        self.finish(Refusal(404, "Not Found").as_dict())


class _Handler(RequestHandler):
    server: Server

    def initialize(self, server: Server) -> None:
        self.server = server
        self.gone = asyncio.Event()

    def on_connection_close(self) -> None:
        self.gone.set()

    async def hold(self, seconds: float) -> None:
        """Wait, but not longer than the client does or the emulator lives."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.gone, self.server.closing)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def drop(self) -> None:
        """Close the connection with nothing said."""
        if not self.gone.is_set():
            self.detach().close()

    def answer(self, call: Call, code: int, body: bytes, kind: str = "application/json") -> None:
        call.code, call.seconds = code, time.monotonic() - call.time
        if not self.gone.is_set():
            self.set_status(code, "Refused" if code not in (200, 400, 404) else None)
            self.set_header("Content-Type", kind)
            self.finish(body)

    async def faulty(self, call: Call, fault: Fault) -> None:
        """Answer as a fault says."""
        await self.hold(fault.hold)
        if fault.drop:
            call.seconds = time.monotonic() - call.time
            return self.drop()
        refusal = Refusal(fault.code, fault.description, fault.parameters)
        call.description = fault.description
        kind = "text/html" if fault.body else "application/json"
        return self.answer(call, fault.code, fault.body or json.dumps(refusal.as_dict()).encode(), kind)


class _Api(_Handler):
    """`/bot<token>/METHOD`, by GET or POST."""

    async def get(self, token: str, method: str) -> None:
        await self.post(token, method)

    async def post(self, token: str, method: str) -> None:
        server, name = self.server, method.lower()
        call = Call(time.monotonic(), method, {})
        server.calls.append(call)
        fault = None
        try:
            if token != server.token:
                raise Refusal(401, "Unauthorized") if ":" in token else Refusal(404, "Not Found")
            params = read_params(self.request)
            call.params = params.logged()
            fault = server.faults.next(name, params)
            if fault and not fault.act:
                return await self.faulty(call, fault)
            if name == "getupdates":
                call.result = await server.delivery.get_updates(params, self.gone)
            else:
                call.result = server.act(name, params)
            call.acted = True
            code, body = 200, {"ok": True, "result": call.result}
        except Refusal as refusal:
            code, body, call.description = refusal.code, refusal.as_dict(), refusal.description
        if fault and (fault.code or fault.drop):
            return await self.faulty(call, fault)
        if fault:
            await self.hold(fault.hold)
        return self.answer(call, code, json.dumps(body).encode())


class _Download(_Handler):
    """`/file/bot<token>/PATH`."""

    async def get(self, token: str, path: str) -> None:
        call = Call(time.monotonic(), "file", {"path": path})
        self.server.calls.append(call)
        fault = self.server.faults.next("file", Params({}))
        if fault and (fault.code or fault.drop):
            return await self.faulty(call, fault)
        if fault:
            await self.hold(fault.hold)
        with self.server.world.lock:
            file = next((each for each in self.server.world.files.values() if each.path == path), None)
        if token != self.server.token or file is None or file.size > messages.LARGEST_DOWNLOAD:
            return self.answer(call, 404, json.dumps(Refusal(404, "Not Found").as_dict()).encode())
        call.acted = True
        return self.answer(call, 200, file.data, "application/octet-stream")
