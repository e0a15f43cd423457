"""What a pressed button does. Every press is answered, and what it asks for is shown, edited or said."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from telegram import Message, Update

from bot.hits import SearchHit
from bot.telegram import sentences, toasts
from bot.telegram.asking import Asking
from bot.telegram.commands import Context, to_of
from bot.telegram.delivery import Gone, NoSuchMessage, To
from bot.telegram.front import Front, markup
from bot.telegram.html import Html
from bot.telegram.kept import DAYS, Kept
from bot.telegram.keyboards import (
    REASONS,
    Action,
    Keyboard,
    Press,
    Verdict,
    answer_keyboard,
    context_keyboard,
    deep_link,
    pages_keyboard,
    reasons_keyboard,
    share_keyboard,
    unpack,
)
from bot.telegram.questions import Asked
from bot.telegram.render import PER_PAGE, context_html, further_html

_FURTHER = 40  # passages that can be paged through


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press and what it is about. `message` has its text and buttons only when it is not too old for Telegram."""

    press: Press
    kept: Kept
    update_id: int
    user: int
    to: To
    message_id: int
    message: Message | None
    query: str

    @property
    def in_list(self) -> bool:
        """Whether it was pressed under passages, and not under the answer itself."""
        keyboard = self.message.reply_markup if self.message is not None else None
        datas = [str(b.callback_data or "") for row in keyboard.inline_keyboard for b in row] if keyboard else []
        actions = {found.action for data in datas if (found := unpack(data))}
        return bool(actions) and actions <= {Action.MORE, Action.NEWEST, Action.CONTEXT}

    @property
    def private(self) -> bool:
        return self.to.chat == self.user


class Buttons:
    """Handlers of one bot's buttons. Each returns the words to show over the chat, or None."""

    def __init__(self, front: Front, asking: Asking) -> None:
        self._front = front
        self._asking = asking
        self._does: dict[Action, Callable[[_Pressed], Awaitable[str | None]]] = {
            Action.MORE: self._further,
            Action.NEWEST: self._further,
            Action.CONTEXT: self._context,
            Action.GOOD: self._good,
            Action.BAD: self._bad,
            Action.REASON: self._reason,
            Action.BACK: self._back,
            Action.SHARE: self._share,
            Action.STILL: self._still,
            Action.DROP: self._drop,
            Action.WHOLE: self._whole,
        }

    async def pressed(self, update: Update, context: Context) -> None:
        """A press, whatever it is of and however old. It is always answered."""
        query = update.callback_query
        assert query is not None
        words: str | None = None
        try:
            words = await self._press(update)
        except (Gone, NoSuchMessage):
            pass
        except Exception:
            words = toasts.failed("")
            raise
        finally:
            await self._front.delivery.pressed(query.id, words)

    async def _press(self, update: Update) -> str | None:
        query = update.callback_query
        assert query is not None
        press, at, user = unpack(query.data or ""), query.message, query.from_user.id
        if press is None or at is None:
            return toasts.expired(DAYS)
        if press.action is Action.CANCEL:
            return toasts.stopping() if self._asking.cancel_one(int(press.id), user) else toasts.too_late()
        if not self._front.may_ask(user, at.chat.id):
            return toasts.not_yours()
        wait, _ = self._front.limits.take(user, None)
        if wait and not self._front.is_admin(user):
            return toasts.slow_down(math.ceil(wait))
        kept = self._front.kept.get(press.id)
        if kept is None:
            return toasts.expired(DAYS)
        message = at if isinstance(at, Message) else None
        to = to_of(message) if message is not None else To(at.chat.id)
        return await self._does[press.action](
            _Pressed(press, kept, update.update_id, user, to, at.message_id, message, query.id)
        )

    async def _further(self, pressed: _Pressed) -> str | None:
        """A page of further passages: those nearest to the question, or these by their day."""
        kept, page = pressed.kept, pressed.press.number
        newest = pressed.press.action is Action.NEWEST
        search = self._front.desk.search
        found = await self._front.line.run(lambda: search(kept.searched, kept.asked_on, _FURTHER, whole=kept.whole))
        hits = sorted(found.hits, key=_newest_first) if newest else _further_than(found.hits, kept)
        pages = -(-len(hits) // PER_PAGE)
        if not 1 <= page <= pages:
            return toasts.no_further()
        shown = hits[(page - 1) * PER_PAGE : page * PER_PAGE]
        html = further_html(shown, page, pages, newest, kept.question)
        await self._show(pressed, html, pages_keyboard(kept.id, page, pages, newest))
        return None

    async def _context(self, pressed: _Pressed) -> str | None:
        """A source's quotes in their paragraphs, as they stood when they were cited."""
        kept, number = pressed.kept, pressed.press.number
        if not 1 <= number <= len(kept.sources):
            return toasts.no_further()
        source = kept.sources[number - 1]
        article = await asyncio.to_thread(self._front.desk.library.article, source.article, source.digest)
        if article is None:
            await self._show(pressed, sentences.source_gone(source.article, None), ())
            return None
        html = context_html(article, source.spans, number, len(kept.sources))
        await self._show(pressed, html, context_keyboard(kept.id, number, len(kept.sources)))
        return None

    async def _good(self, pressed: _Pressed) -> str | None:
        self._front.kept.judge(pressed.kept.id, pressed.user, "good")
        await self._answers_own(pressed, "up")
        return toasts.thanks()

    async def _bad(self, pressed: _Pressed) -> str | None:
        self._front.kept.judge(pressed.kept.id, pressed.user, "bad")
        await self._buttons(pressed, reasons_keyboard(pressed.kept.id))
        return toasts.why()

    async def _reason(self, pressed: _Pressed) -> str | None:
        if 1 <= pressed.press.number <= len(REASONS):
            self._front.kept.judge(pressed.kept.id, pressed.user, "bad", REASONS[pressed.press.number - 1])
        await self._answers_own(pressed, "down")
        return toasts.thanks()

    async def _back(self, pressed: _Pressed) -> str | None:
        await self._answers_own(pressed, "down")
        return None

    async def _share(self, pressed: _Pressed) -> str | None:
        """The link that shows this answer, and a button that asks whom to send it to."""
        name, kept = self._front.bot.username, pressed.kept
        keyboard = share_keyboard(name, kept.id, kept.question)
        await self._front.reply(
            pressed.to, sentences.share(deep_link(name, kept.id)), keyboard, reply_to=pressed.message_id
        )
        return None

    async def _still(self, pressed: _Pressed) -> str | None:
        """A question that came while the bot was away is wanted still: answered where that was asked."""
        kept = pressed.kept
        if pressed.user != kept.user:
            return toasts.not_yours()
        replied = pressed.message.reply_to_message if pressed.message is not None else None
        question = replied.message_id if replied is not None else pressed.message_id
        asked = Asked(pressed.update_id, pressed.to, not pressed.private, kept.user, question, kept.question, 0.0)
        await self._front.delivery.pressed(pressed.query)
        async with self._front.order.turn(pressed.to.chat):
            await self._asking.answer(asked, pressed.message_id)
        return None

    async def _whole(self, pressed: _Pressed) -> str | None:
        """The same question without what limited or led it, as on the same day, answered below the first answer."""
        kept = pressed.kept
        asked = Asked(
            pressed.update_id, pressed.to, not pressed.private, pressed.user, pressed.message_id, kept.searched, 0.0,
            whole=True, asked_on=kept.asked_on,
        )  # fmt: skip
        await self._front.delivery.pressed(pressed.query)
        async with self._front.order.turn(pressed.to.chat):
            await self._asking.ask(asked)
        return None

    async def _drop(self, pressed: _Pressed) -> str | None:
        if pressed.user != pressed.kept.user:
            return toasts.not_yours()
        words = sentences.dropped(pressed.kept.question)
        await self._front.delivery.edit(pressed.to, pressed.message_id, words)
        return None

    async def _show(self, pressed: _Pressed, html: Html, keyboard: Keyboard) -> None:
        """Under an answer as a message of its own; in a list that is being paged through, in its place."""
        if pressed.in_list:
            await self._front.delivery.edit(pressed.to, pressed.message_id, html, markup(keyboard))
        else:
            await self._front.reply(pressed.to, html, keyboard, reply_to=pressed.message_id)

    async def _answers_own(self, pressed: _Pressed, verdict: Verdict) -> None:
        """The answer's own buttons again. A thumb is marked only where nobody else sees whose it is."""
        kept, shown = pressed.kept, verdict if pressed.private else None
        await self._buttons(pressed, answer_keyboard(kept.id, bool(kept.sources), kept.limited, shown))

    async def _buttons(self, pressed: _Pressed, keyboard: Keyboard) -> None:
        await self._front.delivery.try_keyboard(pressed.to, pressed.message_id, markup(keyboard))


def _newest_first(hit: SearchHit) -> int:
    return -(hit.article.day or date.min).toordinal()


def _further_than(hits: Sequence[SearchHit], kept: Kept) -> list[SearchHit]:
    """The passages that hold none of what the answer quoted."""
    quoted = {(source.article, start, end) for source in kept.sources for start, end in source.spans}
    return [
        hit
        for hit in hits
        if not any(id == hit.article.id and start < hit.end and end > hit.start for id, start, end in quoted)
    ]
