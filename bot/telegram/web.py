"""What the bot serves over HTTP, where it is asked to: the webhook, and on a port of its own /healthz and /metrics."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import tornado.httpserver
import tornado.web
from telegram import Bot, Update

_LOG = logging.getLogger(__name__)
_MOST = 8 << 20  # bytes of one update
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class _Webhook(tornado.web.RequestHandler):
    """One update a request; answered 200 once the update is written down."""

    def initialize(self, bot: Bot, queue: asyncio.Queue[object], secret: str) -> None:
        self._bot, self._queue, self._secret = bot, queue, secret

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)
        try:
            update = Update.de_json(json.loads(self.request.body), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST) from error
        await self._queue.put(update)


class _Health(tornado.web.RequestHandler):
    """200 with what is known as JSON, or 503 when the bot does not get its updates."""

    def initialize(self, health: Callable[[], tuple[bool, Mapping[str, Any]]]) -> None:
        self._health = health

    def get(self) -> None:
        well, facts = self._health()
        self.set_status(HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)
        self.write({"ok": well, **facts})


class _Metrics(tornado.web.RequestHandler):
    """The same as numbers, in Prometheus's text format."""

    def initialize(self, metrics: Callable[[], Mapping[str, float]]) -> None:
        self._metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        for name, value in self._metrics().items():
            kind = "counter" if name.endswith("_total") else "gauge"
            self.write(f"# TYPE dateline_{name} {kind}\ndateline_{name} {value:g}\n")


def serve_webhook(address: str, path: str, bot: Bot, queue: asyncio.Queue[object], secret: str) -> _Served:
    """Serve the webhook at `address`, "host:port". Raises OSError when the port is taken."""
    arguments = {"bot": bot, "queue": queue, "secret": secret}
    return _Served([(rf"/{path.strip('/')}/?", _Webhook, arguments)], address)


def serve_health(
    address: str,
    health: Callable[[], tuple[bool, Mapping[str, Any]]],
    metrics: Callable[[], Mapping[str, float]],
) -> _Served:
    """Serve /healthz and /metrics at `address`. Raises OSError when the port is taken."""
    rules: list[Any] = [("/healthz", _Health, {"health": health}), ("/metrics", _Metrics, {"metrics": metrics})]
    return _Served(rules, address)


class _Served:
    """A small HTTP server on the running event loop."""

    def __init__(self, rules: list[Any], address: str) -> None:
        host, _, port = address.rpartition(":")
        application = tornado.web.Application(rules, log_function=lambda handler: None)
        self._server = tornado.httpserver.HTTPServer(application, max_body_size=_MOST)
        self._server.listen(int(port), host.strip("[]"))

    async def close(self) -> None:
        self._server.stop()
        await self._server.close_all_connections()
