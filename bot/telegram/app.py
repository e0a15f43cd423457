"""`dateline telegram`: the bot from start to stop. Opens all, resumes what was left, fetches, ends with grace."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults
from telegram.request import HTTPXRequest

from bot.conversation import Conversations
from bot.desk import Desk
from bot.examples import Examples
from bot.feeds import Feeds, keep_fed
from bot.ingest import Intake
from bot.redact import redact_logs
from bot.settings import Settings
from bot.state import FILE_NAME, State
from bot.telegram.delivery import Delivery
from bot.telegram.front import Front
from bot.telegram.handlers import register, set_menus
from bot.telegram.health import Health
from bot.telegram.inbox import Inbox, InboxQueue
from bot.telegram.kept import KeptAnswers
from bot.telegram.limits import Limits
from bot.telegram.line import Line
from bot.telegram.order import Order
from bot.telegram.web import serve_health, serve_webhook
from index.errors import DatelineError, UsageError

_LOG = logging.getLogger(__name__)
UPDATES = ["message", "edited_message", "callback_query"]
_GRACE = 20.0  # seconds for answers that are under way when the bot is told to stop
_DAY = 86_400.0
_LIMIT = 60.0  # seconds for an answer
_MARGIN = 20.0  # seconds of it that are not the language model's


class _Polls(HTTPXRequest):
    """The connection that fetches updates; `polled` is told of each success."""

    def __init__(self, polled: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._polled = polled

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status == 200:
            self._polled()
        return status, body


def run(settings: Settings) -> None:
    """Run the bot until SIGINT or SIGTERM. Raises UsageError without a token and DatelineError for a refused one."""
    if settings.telegram_bot_token is None:
        raise UsageError("There is no token: get one from @BotFather and set TELEGRAM_BOT_TOKEN.")
    hidden = [settings.telegram_bot_token, settings.webhook_secret]
    redact_logs(*(secret.get_secret_value() for secret in hidden if secret is not None))
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as opened:
        state = State(settings.home / FILE_NAME)
        opened.callback(state.close)
        desk = Desk.open(settings)
        opened.callback(desk.close)
        line = Line(seconds=max(_LIMIT, settings.llm_seconds + _MARGIN))
        opened.callback(line.close)
        inbox = Inbox(state)
        queue, order, health = InboxQueue(inbox), Order(inbox), Health(settings.home)
        app = _application(settings, queue, order, health)
        await _connect(app, stop)
        if stop.is_set():
            return
        opened.push_async_callback(app.shutdown)
        front = Front(
            settings, app.bot, desk, state, inbox, KeptAnswers(state), Conversations(state), order,
            Delivery(app.bot, inbox.rekey), line, Limits(), Examples(desk, line.run),
        )  # fmt: skip
        health.watch(front)
        intake = Intake(settings)
        feeds = Feeds(state, intake)
        asking = register(app, front, intake, feeds)
        health.count(asking)
        await _warm(desk)
        for entry in inbox.unfinished():
            update = Update.de_json(entry.payload, app.bot) if entry.payload else None
            if update is not None:
                await queue.resume(update)
        if settings.health_listen:
            opened.push_async_callback(serve_health(settings.health_listen, health.facts, health.metrics).close)
        await app.start()
        for work in (set_menus(front), _sweep(front), keep_fed(feeds), front.examples.refresh()):
            _behind(front, work)
        fetching = await _fetch(app, settings, queue, opened, stop)
        print(f"@{app.bot.username} is ready.", flush=True)
        await stop.wait()
        _LOG.info("stopping")
        if fetching:
            await app.updater.stop()  # type: ignore[union-attr]
        for task in front.background:
            task.cancel()
        await order.stop(_GRACE)
        await app.stop()


def _application(
    settings: Settings, queue: InboxQueue, order: Order, health: Health
) -> Application[Any, Any, Any, Any, Any, Any]:
    assert settings.telegram_bot_token is not None
    # The client's own defaults, one second for a connection of the pool, are too tight for a hundred chats at once.
    talk = HTTPXRequest(connection_pool_size=64, connect_timeout=10, read_timeout=20, write_timeout=20, pool_timeout=30)
    polls = _Polls(health.polled, connection_pool_size=2, connect_timeout=10, read_timeout=10, pool_timeout=30)
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
        .request(talk)
        .get_updates_request(polls)
        .defaults(Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .concurrent_updates(order)
        .update_queue(queue)
        .job_queue(None)
    )
    if settings.telegram_api_url:
        base = settings.telegram_api_url.rstrip("/")
        builder = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    return builder.build()


async def _connect(app: Application[Any, Any, Any, Any, Any, Any], stop: asyncio.Event) -> None:
    """Make the bot known to itself; waits for a server that cannot be reached yet."""
    try:
        await _persist(stop, app.initialize)
    except InvalidToken:
        raise DatelineError("Telegram does not know this token: check TELEGRAM_BOT_TOKEN.") from None


async def _persist(stop: asyncio.Event, call: Callable[[], Awaitable[object]]) -> None:
    """Call until the Bot API can be reached, or the bot is told to stop."""
    pause = 1.0
    while not stop.is_set():
        try:
            await call()
            return
        except BadRequest:
            raise
        except (NetworkError, RetryAfter) as error:
            _LOG.warning("the Bot API cannot be reached, trying again in %.0f s: %s", pause, error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(2 * pause, 30.0)


async def _fetch(
    app: Application[Any, Any, Any, Any, Any, Any],
    settings: Settings,
    queue: InboxQueue,
    opened: AsyncExitStack,
    stop: asyncio.Event,
) -> bool:
    """Begin to get updates; whether by polling."""
    if settings.webhook_url:
        given = settings.webhook_secret
        secret = given.get_secret_value() if given is not None else secrets.token_urlsafe(32)
        redact_logs(secret)
        path = urlsplit(settings.webhook_url).path
        opened.push_async_callback(serve_webhook(settings.webhook_listen, path, app.bot, queue, secret).close)
        hook = {"secret_token": secret, "allowed_updates": UPDATES, "drop_pending_updates": False}
        try:
            await _persist(stop, lambda: app.bot.set_webhook(settings.webhook_url, **hook))
        except BadRequest as error:
            raise DatelineError(f"Telegram refuses DATELINE_WEBHOOK_URL: {error}.") from None
        return False
    assert app.updater is not None
    await app.updater.start_polling(
        timeout=10,
        bootstrap_retries=-1,
        allowed_updates=UPDATES,
        drop_pending_updates=False,
        error_callback=_not_fetched,
    )
    return True


def _not_fetched(error: TelegramError) -> None:
    """Fetching goes on after every error; a second poller is worth a word of its own."""
    if isinstance(error, Conflict):
        _LOG.error("another process fetches this bot's updates: stop it, or use another token")
    else:
        _LOG.warning("updates could not be fetched: %s", error)


async def _warm(desk: Desk) -> None:
    """Load the models before the first question."""
    try:
        await asyncio.get_running_loop().run_in_executor(None, desk.warm)
    except DatelineError as error:
        _LOG.warning("%s", error)


def _behind(front: Front, work: Coroutine[Any, Any, None]) -> None:
    """Run something beside the chats; its failure is logged."""

    async def guarded() -> None:
        try:
            await work
        except Exception:
            _LOG.exception("a background task failed")

    task = asyncio.create_task(guarded())
    front.background.add(task)
    task.add_done_callback(front.background.discard)


async def _sweep(front: Front) -> None:
    """Once a day, drop what has been kept long enough."""
    while True:
        front.inbox.sweep()
        front.kept.sweep()
        front.conversations.sweep()
        await asyncio.sleep(_DAY)
