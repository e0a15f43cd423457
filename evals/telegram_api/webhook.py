"""The webhook: set, removed, and pushed to until it takes what it is sent.

Lives in the emulator's loop; the queue itself is `evals/telegram_api/updates.py`.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import HTTPError
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Json, bad
from evals.telegram_api.updates import Pending
from evals.telegram_api.world import World, present


@dataclass(slots=True)
class Push:
    """One attempt to hand an update to the webhook. `code` is 0 where there was no answer."""

    update_id: int
    time: float  # time.monotonic()
    code: int


@dataclass(slots=True)
class Webhook:
    """What setWebhook said, and what came of it. `retry` is the pause after a first failure, in seconds."""

    url: str = ""
    secret_token: str = ""
    allowed_updates: list[str] | None = None
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None
    pushes: list[Push] = field(default_factory=list)
    retry: float = 0.1


class Pusher:
    """The pushing side of one bot's updates. Everything but `__init__` runs in the emulator's loop.

    Args:
        world: whose updates.
        end_poll: called with the reason when a webhook takes over from long polling.
    """

    def __init__(self, world: World, end_poll: Callable[[str], None]) -> None:
        self.world = world
        self.webhook = Webhook()
        self._end_poll = end_poll
        self._pushing: set[int] = set()  # chats with a push in the air
        self._tasks: set[asyncio.Task[None]] = set()

    def set_webhook(self, params: Params) -> bool:
        """setWebhook. Plain http is taken as a local Bot API server takes it.

        Raises:
            Refusal: the address, the secret or the number of connections cannot be.
        """
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return self.delete_webhook(params)
        if not re.match(r"https?://[^/\s]+", url):
            raise bad("bad webhook: invalid webhook URL specified")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad("secret token contains unallowed characters")
        connections = params.integer("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")
        self._end_poll("terminated by setWebhook request")
        kinds = kinds_of(params)
        with self.world.lock:
            self.world.updates.allow(kinds)
            self._drop(params)
        kept = self.webhook.allowed_updates if kinds is None else kinds
        self.webhook = Webhook(url, secret, kept, connections, pushes=self.webhook.pushes, retry=self.webhook.retry)
        self._pushing.clear()
        self.push_more()
        return True

    def delete_webhook(self, params: Params) -> bool:
        """deleteWebhook."""
        with self.world.lock:
            self._drop(params)
        self.webhook = Webhook(pushes=self.webhook.pushes, retry=self.webhook.retry)
        return True

    def _drop(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self.world.updates.pending.clear()

    def webhook_info(self) -> Json:
        """getWebhookInfo."""
        hook = self.webhook
        with self.world.lock:
            waiting = len(self.world.updates.pending)
        out: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": waiting}
        if hook.url:
            failed = {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
            out |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"} | present(failed)
            out |= present({"allowed_updates": hook.allowed_updates})
        return out

    def push_more(self) -> None:
        """Start pushing the first update of every chat that has none in the air."""
        if not self.webhook.url:
            return
        with self.world.lock:
            waiting = list(self.world.updates.pending)
        for pending in waiting:
            lane = _lane(pending.update)
            if lane not in self._pushing and len(self._pushing) < self.webhook.max_connections:
                self._pushing.add(lane)
                task = asyncio.ensure_future(self._push(pending, self.webhook, lane))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _push(self, pending: Pending, hook: Webhook, lane: int) -> None:
        """Post one update until it is taken, each time after a longer pause, or the webhook is another."""
        client = SimpleAsyncHTTPClient(force_instance=True)
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        pause = hook.retry
        try:
            while self.webhook is hook:
                code, reason = 0, ""
                try:
                    body = json.dumps(pending.update)
                    answer = await client.fetch(
                        hook.url, method="POST", body=body, headers=headers, request_timeout=60, raise_error=False
                    )
                    code, reason = (0 if answer.code == 599 else answer.code), str(answer.reason)
                except (OSError, HTTPError) as error:
                    reason = str(error)
                hook.pushes.append(Push(pending.id, time.monotonic(), code))
                if 200 <= code < 300:
                    with self.world.lock:
                        self.world.updates.done(pending)
                    break
                hook.last_error_date = self.world.now()
                hook.last_error_message = (
                    f"Wrong response from the webhook: {code} {reason}" if code else f"Connection failed: {reason}"
                )
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)
        finally:
            client.close()
            if self.webhook is hook:
                self._pushing.discard(lane)
                self.push_more()

    async def close(self) -> None:
        """End what is in the air."""
        self.webhook = Webhook()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def methods(self) -> dict[str, Callable[[Params], Any]]:
        """The methods about webhooks, by name in lower case."""
        return {
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": lambda params: self.webhook_info(),
        }


def kinds_of(params: Params) -> list[str] | None:
    """The `allowed_updates` of a call; None where it says nothing of them."""
    kinds = params.json("allowed_updates", "allowed updates")
    return [str(kind).lower() for kind in kinds] if isinstance(kinds, list) else None


def _lane(update: Json) -> int:
    """What keeps its order: a chat, else a user."""
    for kind, value in update.items():
        if kind != "update_id" and isinstance(value, dict):
            chat = value.get("chat") or value.get("message", {}).get("chat") or value.get("from") or {}
            return int(chat.get("id", 0))
    return 0
