"""What the handlers share: the desk and all that stands between it and the chats. Opened and closed by app.py."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation import Conversations
from bot.desk import Desk
from bot.examples import Examples
from bot.redact import redacted
from bot.settings import Settings
from bot.state import State
from bot.telegram import admin_sentences, sentences
from bot.telegram.delivery import Delivery, Gone, NoSuchMessage, To, Unsure
from bot.telegram.html import Html
from bot.telegram.inbox import Inbox
from bot.telegram.kept import KeptAnswers
from bot.telegram.keyboards import Keyboard
from bot.telegram.limits import Limits
from bot.telegram.line import Line
from bot.telegram.order import Order
from bot.telegram.questions import place_of

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Front:
    """One running bot."""

    settings: Settings
    bot: Bot
    desk: Desk
    state: State
    inbox: Inbox
    kept: KeptAnswers
    conversations: Conversations
    order: Order
    delivery: Delivery
    line: Line
    limits: Limits
    examples: Examples
    background: set[asyncio.Task[None]] = field(default_factory=set)

    def may_ask(self, user: int, chat: int) -> bool:
        """Whether this person may ask in this chat."""
        settings = self.settings
        return not settings.allowed or not {user, chat}.isdisjoint(settings.allowed) or user in settings.admins

    def is_admin(self, user: int) -> bool:
        return user in self.settings.admins

    def before(self, to: To, user: int, replied: int | None) -> int | None:
        """The turn that a question goes on from: whose answer it replies to, else this person's last one here."""
        place = place_of(to)
        message = self.inbox.asked_in(to.chat, replied) if replied is not None else None
        turn = self.conversations.of_message(place, message) if message is not None else None
        return turn.id if turn is not None else self.conversations.last(place, user)

    async def reply(self, to: To, html: Html, keyboard: Keyboard = (), *, reply_to: int | None = None) -> int | None:
        """Say something that should arrive; None when the chat is gone. Once more where it may have arrived."""
        for _ in range(2):
            try:
                return await self.delivery.send(to, html, markup(keyboard), reply_to)
            except Unsure as error:
                _LOG.info("said again, since it may not have arrived: %s", error)
            except Gone as error:
                _LOG.info("not said, the chat is gone: %s", error)
                return None
        return None

    async def settle(self, to: To, message: int | None, html: Html) -> None:
        """Say something in the place of `message`, which told how far it was, or anew where that is gone."""
        try:
            if message is not None:
                await self.delivery.edit(to, message, html)
                return
        except NoSuchMessage:
            pass
        except Gone:
            return
        await self.reply(to, html)

    async def fault(self, error: BaseException | None) -> Html:
        """Log what was not foreseen and tell the admins; returns what the chat is told: a number."""
        number = secrets.token_hex(3)
        _LOG.error("fault %s", number, exc_info=error)
        details = redacted(str(error), (self.bot.token,))
        for admin in self.settings.admins:
            await self.delivery.try_send(To(admin), admin_sentences.fault(number, type(error).__name__, details))
        return sentences.failed(number)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """A keyboard as the client wants it; None when it has no buttons."""
    buttons = [
        [InlineKeyboardButton(b.text, callback_data=b.data or None, url=b.url or None) for b in row] for row in keyboard
    ]
    return InlineKeyboardMarkup(buttons) if buttons else None
