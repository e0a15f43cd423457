"""What admins may do from the chat: add and remove articles, see to the feeds, look at figures.

The bot goes on answering meanwhile: everything long happens in other processes.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from telegram import Document, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.feed_table import MINUTES, Feed
from bot.feeds import Feeds
from bot.ingest import Ingested, Intake, Stage
from bot.telegram import admin_sentences as words
from bot.telegram import sentences
from bot.telegram.commands import Context, parts_of, to_of
from bot.telegram.delivery import To
from bot.telegram.front import Front
from bot.telegram.html import Html
from bot.telegram.reports import FeedLine, Indexed, feeds_html, indexed_html, stats_html
from bot.wire import Taken
from index.dates import day_of
from index.errors import DatelineError

_MOST = 20 << 20  # bytes of a document: what Telegram lets bots download
_TRIES = 4  # at a download
_EDITS = 3.0  # seconds between edits that tell how far it is


class Admin:
    """Handlers of the admins' commands. `feeds` and `intake` are shared with the schedule."""

    def __init__(self, front: Front, intake: Intake, feeds: Feeds) -> None:
        self._front = front
        self._intake = intake
        self._feeds = feeds

    async def add(self, update: Update, context: Context) -> None:
        """/add LINK."""
        to = await self._admin(update)
        if to is None:
            return
        if not context.args:
            await self._front.reply(to, words.add_usage())
            return
        for link in context.args:
            await self._reported(to, link, partial(self._add, link))

    async def _add(self, source: Path | str, told: Callable[[Stage], None], name: str | None = None) -> Ingested:
        return await self._intake.add(source, name=name, told=told)

    async def document(self, update: Update, context: Context) -> None:
        """A file sent to the bot."""
        message, user = parts_of(update)
        document = message.document
        assert document is not None
        private = message.chat.type == ChatType.PRIVATE
        if not self._front.is_admin(user):
            if private:
                await self._front.reply(to_of(message), words_for_others(self._front, user, message.chat.id))
            return
        if not private and not (message.caption or "").startswith("/add"):
            return  # what an admin shows to a group is not meant for the index
        to, name = to_of(message), document.file_name or "document"
        if document.file_size is not None and document.file_size > _MOST:
            await self._front.reply(to, words.too_large(name, document.file_size / (1 << 20), _MOST >> 20))
            return
        folder = Path(tempfile.mkdtemp(prefix="dateline-"))
        try:
            path = await self._downloaded(document, folder / "sent")
            if path is None:
                await self._front.reply(to, words.refused(name, "it could not be fetched from Telegram"))
                return
            await self._reported(to, name, partial(self._add, path, name=name))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def addfeed(self, update: Update, context: Context) -> None:
        """/addfeed URL [MINUTES]."""
        to = await self._admin(update)
        if to is None:
            return
        arguments = context.args or []
        if not 1 <= len(arguments) <= 2 or not all(part.isdecimal() for part in arguments[1:]):
            await self._front.reply(to, words.addfeed_usage())
            return
        minutes = int(arguments[1]) if len(arguments) == 2 else MINUTES
        try:
            feed = await self._feeds.add(arguments[0], minutes)
        except DatelineError as error:
            await self._front.reply(to, words.refused(arguments[0], str(error)))
            return
        await self._front.reply(to, words.feed_added(feed.url, feed.minutes))

    async def feeds(self, update: Update, context: Context) -> None:
        """/feeds: all of them, and how they are."""
        to = await self._admin(update)
        if to is not None:
            await self._front.reply(to, feeds_html([_line(feed) for feed in self._feeds.table.all()]))

    async def remove(self, update: Update, context: Context) -> None:
        """/remove ID or URL of an article, or of a feed."""
        to = await self._admin(update)
        if to is None:
            return
        wanted = " ".join(context.args or [])
        if not wanted:
            await self._front.reply(to, words.remove_usage())
            return
        if wanted in {feed.url for feed in self._feeds.table.all()}:
            self._feeds.table.remove(wanted)
            await self._front.reply(to, words.feed_removed(wanted))
            return
        library = self._front.desk.library
        try:
            id = await asyncio.to_thread(library.resolve, wanted)
            article = await asyncio.to_thread(library.article, id)
            async with self._telling(to, words.fetching(wanted)) as (told, say):
                await self._intake.remove([id], told)
                await asyncio.to_thread(self._front.desk.refresh)
                left = await asyncio.to_thread(library.counts)
                await say(words.removed(article.title if article else id, left.articles))
        except DatelineError as error:
            await self._front.reply(to, words.remove_failed(str(error)))

    async def stats(self, update: Update, context: Context) -> None:
        """/stats: figures of the index, the chats and the process."""
        to = await self._admin(update)
        if to is not None:
            await self._front.reply(to, stats_html(await asyncio.to_thread(self._figures)))

    async def reindex(self, update: Update, context: Context) -> None:
        """/reindex: the index anew from the library."""
        to = await self._admin(update)
        if to is None:
            return
        articles = (await asyncio.to_thread(self._front.desk.library.counts)).articles
        async with self._telling(to, words.reindexing(articles)) as (told, say):
            try:
                made = await self._intake.reindex(told)
            except DatelineError as error:
                await say(words.build_failed(str(error)))
            else:
                await say(words.reindexed(articles, made.passages, made.seconds))

    async def _admin(self, update: Update) -> To | None:
        """The chat, where an admin asks; others are told that this is not for them."""
        message, user = parts_of(update)
        if self._front.is_admin(user):
            return to_of(message)
        await self._front.reply(to_of(message), sentences.admins_only())
        return None

    async def _reported(
        self, to: To, name: str, work: Callable[[Callable[[Stage], None]], Awaitable[Ingested]]
    ) -> None:
        """Take something in, tell how far it is by edits, and end with what became of it."""
        async with self._telling(to, words.fetching(name)) as (told, say):
            try:
                result = await work(told)
            except DatelineError as error:
                await say(words.refused(name, str(error)))
                return
            await asyncio.to_thread(self._front.desk.refresh)  # who reads that it is there asks for it at once
            new = [article for article in result.articles if article.happened in ("added", "changed")]
            await say(indexed_html(list(map(_indexed, new)), result.failed, len(result.articles) - len(new)))

    @asynccontextmanager
    async def _telling(self, to: To, first: Html) -> Any:
        """One message, edited now and then: (told, say), of which `say` is for its last words."""
        message = await self._front.delivery.try_send(to, first)
        last, tasks = 0.0, set[asyncio.Task[None]]()

        def told(stage: Stage) -> None:
            nonlocal last
            if message is None or time.monotonic() - last < _EDITS or stage.name == "reading":
                return
            last = time.monotonic()
            html = words.build_waiting(1) if stage.name == "waiting" else words.indexing(stage.done, stage.total or 0)
            task = asyncio.create_task(self._front.delivery.try_edit(to, message, html))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        async def say(html: Html) -> None:
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._front.settle(to, message, html)

        yield told, say

    async def _downloaded(self, document: Document, path: Path) -> Path | None:
        for attempt in range(_TRIES):
            with suppress(TelegramError):
                file = await document.get_file()
                return await file.download_to_drive(path)
            await asyncio.sleep(2.0**attempt)
        return None

    def _figures(self) -> dict[str, object]:
        counts = self._front.desk.library.counts()
        kept = self._front.kept.figures()
        return {
            "Articles": counts.articles,
            "Passages": counts.passages,
            "Feeds": len(self._feeds.table.all()),
            "Answers kept": kept["answers"],
            "People": kept["people"],
            "👍": kept["liked"],
            "👎": kept["not_liked"],
            "Waiting now": len(self._front.line.waiting),
            "Messages sent": self._front.delivery.sent,
        } | self._tokens()

    def _tokens(self) -> dict[str, object]:
        """The language model's tokens of today, of the budget; nothing where there is no model."""
        settings = self._front.settings
        if not settings.llm:
            return {}
        usage = self._front.desk.writing.usage
        return {"Language model": settings.llm, "Tokens today": f"{usage.today():,} of {usage.day:,}"}


def words_for_others(front: Front, user: int, chat: int) -> Html:
    """What somebody who is no admin is told about a document."""
    return sentences.admins_only() if front.may_ask(user, chat) else sentences.not_allowed(user)


def _indexed(taken: Taken) -> Indexed:
    day, changed = day_of(taken.published), taken.happened == "changed"
    return Indexed(taken.title, taken.outlet, taken.url, day, taken.passages, changed, taken.id)


def _line(feed: Feed) -> FeedLine:
    last, following = (None if at is None else datetime.fromtimestamp(at, UTC) for at in (feed.last_run, feed.next_run))
    return FeedLine(feed.url, feed.title, feed.minutes, last, following, feed.failures, feed.fault)
