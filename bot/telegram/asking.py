"""A question from its arrival to its answer's: refused or let in, worked out, kept, delivered; edited and cancelled.

Knows nothing of how answers are found, nor how they look.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from bot.answers import Answer
from bot.conversation import ask
from bot.sources import sources_of
from bot.telegram import sentences
from bot.telegram.admission import refusal
from bot.telegram.delivery import Gone, budget_of
from bot.telegram.front import Front, markup
from bot.telegram.html import Html
from bot.telegram.inbox import Entry
from bot.telegram.kept import Kept, quoted
from bot.telegram.keyboards import Keyboard, answer_keyboard, cancel_keyboard, still_keyboard
from bot.telegram.line import Busy, Place
from bot.telegram.questions import Asked
from bot.telegram.render import answer_html
from bot.telegram.waiting import waiting
from bot.turns import Turn
from index.errors import IndexMissing

_LOG = logging.getLogger(__name__)
_LATE = 15 * 60.0  # seconds after which a question may have settled itself
_DAY = 86_400.0  # Telegram keeps no update for longer: a message that is older has a date that means nothing


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said: `again` when it may have been said already. `kept` is a kept answer's id."""

    html: Html
    again: Html
    keyboard: Keyboard = ()
    kept: str | None = None

    @classmethod
    def of(cls, kept: Kept) -> Reply:
        return cls(kept.html, kept.again, answer_keyboard(kept.id, bool(kept.sources), kept.limited), kept.id)

    @classmethod
    def plain(cls, html: Html) -> Reply:
        return cls(html, html)


@dataclass(slots=True)
class _Stage:
    """Where an answer stands, for those who wait for it. `count` says how many articles there are."""

    count: Callable[[], int]
    place: Place | None = None
    reading: int = 0
    searched: int = 0

    def words(self) -> Html:
        if self.place is not None and self.place.ahead:
            return sentences.queued(self.place.ahead)
        if self.reading:
            return sentences.reading(self.reading, self.searched)
        return sentences.searching(self.count())  # most answers come before anybody is told


@dataclass(frozen=True, slots=True)
class _Work:
    """An answer under way."""

    asked: Asked
    task: asyncio.Task[tuple[Answer, Turn]]


@dataclass
class Asking:
    """All questions of one bot."""

    front: Front
    answered: int = 0
    failed: int = 0
    _running: dict[tuple[int, int], _Work] = field(default_factory=dict)  # by chat and message
    _edited: dict[tuple[int, int], Asked] = field(default_factory=dict)  # questions that changed before they were due
    _cancelled: dict[tuple[int, int], int] = field(default_factory=dict)  # by chat and user: the update of a /cancel

    async def ask(self, asked: Asked) -> None:
        """Answer a question that came as a message."""
        entry = self.front.inbox.entry(asked.update_id)
        message = entry.reply if entry is not None else None
        unsure = entry is not None and entry.unsure
        if entry is not None and entry.answer is not None:
            kept = self.front.kept.get(entry.answer)
            if kept is not None:  # worked out by a process that was stopped before it could tell
                await self.deliver(asked, Reply.of(kept), message, unsure)
                return
        if self._cancelled.get((asked.to.chat, asked.user), -1) > asked.update_id:
            self._edited.pop((asked.to.chat, asked.message), None)
            if message is not None:
                await self.deliver(asked, Reply.plain(sentences.cancelled(asked.text)), message)
            return
        late = time.time() - asked.sent
        if _LATE < late < _DAY and asked.fault is None and self.front.may_ask(asked.user, asked.to.chat):
            await self._ask_back(self._latest(asked), round(late / 60), message)
            return
        await self.answer(self._latest(asked), message, unsure)

    async def _ask_back(self, asked: Asked, minutes: int, message: int | None) -> None:
        """Whether a question that waited for the bot to come back is still wanted."""
        html = sentences.still_wanted(asked.text, minutes)
        kept = Kept(self.front.kept.new_id(), asked.text, date.today(), html, html, (), asked.user)
        self.front.kept.put(kept, asked.to)
        await self.deliver(asked, Reply(html, html, still_keyboard(kept.id)), message)

    async def edit(self, asked: Asked, original: Entry | None) -> None:
        """Answer anew a question that was edited, where its answer stands."""
        key = (asked.to.chat, asked.message)
        running = self._running.get(key)
        if running is None and original is None:
            return
        self._edited[key] = asked
        if running is not None:
            running.task.cancel()
        async with self.front.order.turn(asked.to.chat):
            if key in self._edited:  # otherwise the first answer is of the new text already
                del self._edited[key]
                entry = self.front.inbox.question(*key)
                message = entry.reply if entry is not None else None
                self.front.inbox.placed(asked.update_id, message)
                await self.answer(asked, message)

    def cancel(self, chat: int, user: int, update_id: int) -> int:
        """Drop what this user asked in this chat before `update_id`; returns how many answers were under way."""
        self._cancelled[chat, user] = update_id
        return self._stop(lambda asked: asked.to.chat == chat and asked.user == user)

    def cancel_one(self, update_id: int, user: int) -> int:
        """Stop the answer to one question of this user; returns how many that were."""
        return self._stop(lambda asked: asked.update_id == update_id and asked.user == user)

    def drop(self, user: int) -> None:
        """Stop all that this user asked, wherever."""
        self._stop(lambda asked: asked.user == user)

    def _stop(self, which: Callable[[Asked], bool]) -> int:
        chosen = [work for work in self._running.values() if which(work.asked)]
        for work in chosen:
            work.task.cancel()
        return len(chosen)

    def _latest(self, asked: Asked) -> Asked:
        new = self._edited.pop((asked.to.chat, asked.message), None)
        return asked if new is None else replace(asked, text=new.text, whole=new.whole)

    async def answer(self, asked: Asked, message: int | None, unsure: bool = False) -> None:
        """Refuse a question or work out its answer, and deliver that in `message` if there is one."""
        refused, silent = refusal(self.front, asked)
        if silent:
            return
        reply = Reply.plain(refused) if refused is not None else None
        if reply is None:
            stage = _Stage(lambda: self.front.desk.library.count_through(None)[0])
            async with waiting(
                self.front.delivery, asked.to, asked.message, message, stage.words,
                partial(self.front.inbox.placed, asked.update_id), markup(cancel_keyboard(asked.update_id)),
            ) as placeholder:  # fmt: skip
                while reply is None:
                    reply = await self._worked_out(asked, stage)
                    asked = self._latest(asked) if reply is None else asked
            message = placeholder.message
        self.front.inbox.sending(asked.update_id, reply.kept)
        await self.deliver(asked, reply, message, unsure and message is None)

    async def _worked_out(self, asked: Asked, stage: _Stage) -> Reply | None:
        """The reply to a question; None when the question was edited meanwhile."""
        key = (asked.to.chat, asked.message)

        def told(reading: int, searched: int) -> None:
            stage.reading, stage.searched = reading, searched

        def placed(place: Place) -> None:
            stage.place = place

        desk, line = self.front.desk, self.front.line
        known = self.front.conversations.of_message(asked.place, asked.message)  # edited, or taken up again
        after = known.after if known else self.front.before(asked.to, asked.user, asked.replied)
        turns = self.front.conversations.turns(after)
        budget = budget_of(asked.to)
        work = partial(ask, desk, asked.text, turns, asked.asked_on, whole=asked.whole, told=told, place=budget)
        task = asyncio.create_task(line.run(work, placed))
        self._running[key] = _Work(asked, task)
        try:
            answer, turn = await task
            self.front.conversations.put(asked.place, turn, after, asked.user, asked.message)
            return self._kept(asked, answer)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise  # the bot stops: the inbox keeps the question
            return None if key in self._edited else Reply.plain(sentences.cancelled(asked.text))
        except Busy:
            return Reply.plain(sentences.busy(len(line.waiting)))
        except TimeoutError:
            return Reply.plain(sentences.took_too_long(round(line.seconds)))
        except IndexMissing:
            return Reply.plain(sentences.library_empty())
        except Exception as error:
            self.failed += 1
            return Reply.plain(await self.front.fault(error))
        finally:
            del self._running[key]

    def _kept(self, asked: Asked, answer: Answer) -> Reply:
        self.answered += 1
        settings, today = self.front.settings, date.today()
        html, again = (answer_html(answer, today, settings.stale_days, again=again) for again in (False, True))
        id, sources = self.front.kept.new_id(), quoted(sources_of(answer))
        kept = Kept(
            id, asked.text, answer.question.asked_on, html, again, sources, asked.user,
            answer.understood.removable, asked.whole, answer.question.standalone,
        )  # fmt: skip
        self.front.kept.put(kept, asked.to)
        return Reply.of(kept)

    async def deliver(self, asked: Asked, reply: Reply, message: int | None, unsure: bool = False) -> None:
        """Make a reply arrive, in `message` if there is one; `unsure` when it may have arrived already."""
        try:
            await self.front.delivery.arrive(
                asked.to,
                lambda again: reply.again if again else reply.html,
                markup(reply.keyboard),
                anchor=sentences.resuming(asked.text),
                reply_to=asked.message,
                message=message,
                unsure=unsure,
                placed=partial(self.front.inbox.placed, asked.update_id),
            )
        except Gone as error:
            _LOG.info("an answer has nowhere to go: %s", error)
