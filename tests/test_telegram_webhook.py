"""The Bot API emulator and whole applications of the real client: long polling, webhook, killed and started anew."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters

from evals.telegram_api import Emulator, Fault

App = Application[Any, Any, Any, Any, Any, Any]
SECRET = "a-secret_1"


async def echo(update: Update, context: Any) -> None:
    """Say it again, with a button."""
    button = InlineKeyboardMarkup([[InlineKeyboardButton("Louder", callback_data="loud")]])
    assert update.message
    await update.message.reply_html(f"<b>{update.message.text}</b>", reply_markup=button)


async def louder(update: Update, context: Any) -> None:
    """Say it louder."""
    query = update.callback_query
    assert query
    assert query.message
    await query.answer()
    await query.edit_message_text(f"{query.message.text}!")  # type: ignore[attr-defined]


def application(api: Emulator) -> App:
    """A bot that says everything twice."""
    builder = ApplicationBuilder().token(api.token).base_url(api.base_url).base_file_url(api.base_file_url)
    for side in ("", "get_updates_"):
        for limit in ("read", "connect", "write", "pool"):
            builder = getattr(builder, f"{side}{limit}_timeout")(20.0)
    app = builder.build()
    app.add_handler(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, echo))
    app.add_handler(CallbackQueryHandler(louder))
    return app


def run(app: App, start: Callable[[], Awaitable[Any]], test: Callable[[], None]) -> None:
    """Run a test in a thread beside a running application."""

    async def main() -> None:
        async with app:
            await app.start()
            await start()
            try:
                await asyncio.to_thread(test)
            finally:
                assert app.updater
                if app.updater.running:
                    await app.updater.stop()
                await app.stop()

    asyncio.run(main())


def talk(api: Emulator) -> None:
    """A conversation in private, and one in a topic."""
    ann, forum = api.user("Ann"), api.group("Newsroom", topics=True)
    api.say(ann, "Why?")
    api.say(ann, "Where?", chat=forum, thread=7)
    api.wait(lambda: len(api.sent()) == 2, 30)
    assert [(sent.text, sent.html, sent.thread) for sent in api.sent(forum)] == [("Where?", "<b>Where?</b>", 7)]
    query = api.press(ann, api.last(ann), "Louder")
    api.wait(lambda: api.last(ann).text == "Why?!", 30)
    assert [edit.text for edit in api.last(ann).edits] == ["Why?"]
    assert api.query(query).answer
    api.wait(lambda: not api.pending, 30)


def test_an_application_that_polls(api: Emulator) -> None:
    app = application(api)
    assert app.updater
    polling = app.updater.start_polling
    run(app, lambda: polling(timeout=10, allowed_updates=["message", "callback_query"]), lambda: talk(api))
    assert api.stalls < 10
    assert {call.code for call in api.calls} == {200}


def test_an_application_with_a_webhook(api: Emulator) -> None:
    app = application(api)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/hook"
    assert app.updater
    listen = app.updater.start_webhook

    def test() -> None:
        talk(api)
        assert (api.webhook.secret_token, api.webhook.allowed_updates) == (SECRET, ["message", "callback_query"])
        codes = [push.code for push in api.webhook.pushes]
        assert codes == [200] * 3

    run(
        app,
        lambda: listen(
            "127.0.0.1",
            port,
            "hook",
            webhook_url=url,
            secret_token=SECRET,
            allowed_updates=["message", "callback_query"],
        ),
        test,
    )


def test_a_webhook_is_tried_again_until_it_takes_the_update(api: Emulator) -> None:
    """Refused connections, then a wrong answer, then taken; per chat in order, and with the secret each time."""
    ann, bo = api.user("Ann"), api.user("Bo")
    taken: list[tuple[str, str]] = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    api.webhook.retry = 0.05
    api._server.result(_set_webhook(api, f"http://127.0.0.1:{port}/"))
    for user, text in ((ann, "1"), (bo, "2"), (ann, "3")):
        api.say(user, text)
    api.wait(lambda: len(api.webhook.pushes) >= 2, 30)
    assert {push.code for push in api.webhook.pushes} == {0}
    assert api.webhook.last_error_message
    assert len(api.pending) == 3
    server = threading.Thread(target=_answer, args=(port, [500, 403], taken, 5))
    server.start()
    api.wait(lambda: not api.pending, 60)
    server.join(30)
    assert [text for text, _ in taken if text in "13"][-2:] == ["1", "3"]
    assert sorted({text for text, _ in taken}) == ["1", "2", "3"]
    assert {secret for _, secret in taken} == {SECRET}
    assert len(taken) == 5


async def _set_webhook(api: Emulator, url: str) -> None:
    from evals.telegram_api.params import Params

    api._server.delivery.pusher.set_webhook(Params({"url": url, "secret_token": SECRET}))


def _answer(port: int, codes: list[int], taken: list[tuple[str, str]], requests: int) -> None:
    """Answer so many requests, the first ones with these codes, the others with 200."""
    import http.server
    import json

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append((update["message"]["text"], self.headers["X-Telegram-Bot-Api-Secret-Token"]))
            self.send_response(codes.pop(0) if codes else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", port), Hook) as server:
        for _ in range(requests):
            server.handle_request()


BOT = """
import sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

url, token = sys.argv[1:]
app = ApplicationBuilder().token(token).base_url(url + "/bot").get_updates_read_timeout(20).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling(timeout=10)
"""


def test_what_a_killed_bot_had_not_confirmed_comes_again(api: Emulator) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", BOT, api.url, api.token])

    ann = api.user("Ann")
    bot = start()
    try:
        api.wait(lambda: api.polling, 100)
        bot.send_signal(signal.SIGKILL)
        bot.wait(30)
        api.wait(lambda: not api.polling, 30)  # the emulator notices that nobody waits any more
        api.say(ann, "Why?")
        api.faults.add("sendMessage", Fault.slow(0.2))
        bot = start()
        api.wait(lambda: api.sent(ann), 100)
        api.wait(lambda: not api.pending, 30)
    finally:
        bot.terminate()
        bot.wait(30)
    assert [sent.text for sent in api.sent(ann)] == ["Why?"]
