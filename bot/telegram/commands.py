"""The commands that anybody may use: what the bot is, what it holds, and what it forgets."""

from __future__ import annotations

import asyncio
import difflib
from dataclasses import replace
from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackContext

from bot.holdings import newest
from bot.telegram import lists, sentences
from bot.telegram.asking import Asking
from bot.telegram.delivery import To
from bot.telegram.front import Front
from bot.telegram.kept import DAYS
from bot.telegram.keyboards import answer_keyboard, shared_id
from bot.telegram.menus import names
from bot.telegram.questions import asked, place_of

Context = CallbackContext[Any, Any, Any, Any]
_LATEST = 15  # articles
_PATIENCE = 3.0  # seconds that /start waits for its examples


def to_of(message: Message) -> To:
    """The chat and topic of a message."""
    return To(message.chat.id, message.message_thread_id if message.is_topic_message else None)


class Commands:
    """Handlers of one bot's commands."""

    def __init__(self, front: Front, asking: Asking) -> None:
        self._front = front
        self._asking = asking

    async def start(self, update: Update, context: Context) -> None:
        """What this is, with examples; or the answer that a shared link names."""
        message, user = parts_of(update)
        to = to_of(message)
        if not await self._let_in(user, to):
            return
        shared = shared_id(context.args[0]) if context.args else None
        if shared is not None:
            kept = self._front.kept.get(shared)
            if kept is None:
                await self._front.reply(to, sentences.shared_gone(DAYS))
            else:
                await self._front.reply(to, kept.html, answer_keyboard(kept.id, bool(kept.sources), kept.limited))
            return
        articles, day = await asyncio.to_thread(self._front.desk.library.count_through, None)
        asks = await self._three_examples() if articles else []
        await self._front.reply(to, lists.start_html(asks, articles, day))

    async def ask(self, update: Update, context: Context) -> None:
        """/ask QUESTION, or under somebody's message."""
        await self.text(update, context)

    async def all(self, update: Update, context: Context) -> None:
        """/all [QUESTION]: this, or what was asked last, without the outlet, author and days that it names."""
        message, _ = parts_of(update)
        question = asked(update.update_id, message, self._front.bot.id, self._front.bot.username)
        if question is None:
            return
        last = None if question.text else self._front.kept.last(question.to, question.user)
        if last is not None:
            question = replace(question, text=last.searched, asked_on=last.asked_on)
        await self._asking.ask(question)

    async def text(self, update: Update, context: Context) -> None:
        """Any message that may be a question."""
        message, _ = parts_of(update)
        bot = self._front.bot
        question = asked(update.update_id, message, bot.id, bot.username)
        if question is not None:
            await self._asking.ask(question)

    async def edited(self, update: Update, context: Context) -> None:
        """A question that was edited within five minutes is answered anew, in the same place."""
        message, _ = parts_of(update)
        bot = self._front.bot
        question = asked(update.update_id, message, bot.id, bot.username)
        age = (message.edit_date - message.date).total_seconds() if message.edit_date else 0.0
        if question is not None and age <= 300:
            original = self._front.inbox.question(message.chat.id, message.message_id)
            await self._asking.edit(question, original)

    async def other(self, update: Update, context: Context) -> None:
        """A picture, a voice message: said in private chats, passed over in groups."""
        message, _ = parts_of(update)
        if message.chat.type == "private":
            await self._front.reply(to_of(message), sentences.not_text(), reply_to=message.message_id)

    async def unknown(self, update: Update, context: Context) -> None:
        """A command that there is not, in a private chat."""
        message, _ = parts_of(update)
        if message.chat.type == "private":
            command = (message.text or message.caption or "").split()[0].split("@")[0].removeprefix("/")
            nearest = difflib.get_close_matches(command, sorted(names()), n=1, cutoff=0.0)[0]
            await self._front.reply(to_of(message), sentences.unknown_command(command, nearest))

    async def latest(self, update: Update, context: Context) -> None:
        """/latest [OUTLET or TOPIC]: the newest articles, by day."""
        message, user = parts_of(update)
        words, to = " ".join(context.args or []), to_of(message)
        if not await self._let_in(user, to):
            return
        articles = await asyncio.to_thread(newest, self._front.desk.library, words, _LATEST)
        await self._front.reply(to, lists.latest_html(articles, words))

    async def sources(self, update: Update, context: Context) -> None:
        """/sources: outlets, with counts and the newest day of each."""
        message, user = parts_of(update)
        to = to_of(message)
        if not await self._let_in(user, to):
            return
        outlets = await asyncio.to_thread(self._front.desk.library.outlets)
        await self._front.reply(to, lists.outlets_html(outlets))

    async def new(self, update: Update, context: Context) -> None:
        """/new: what this person said here so far is erased, and not leaned on any more."""
        message, user = parts_of(update)
        self._front.conversations.forget(place_of(to_of(message)), user)
        await self._front.reply(to_of(message), sentences.conversation_forgotten())

    async def why(self, update: Update, context: Context) -> None:
        """/why: how this person's last question here, or the one whose answer it replies to, was understood."""
        message, user = parts_of(update)
        to, replied = to_of(message), message.reply_to_message
        last = self._front.before(to, user, replied.message_id if replied is not None else None)
        turns = self._front.conversations.turns(last)
        await self._front.reply(to, lists.why_html(turns[-1] if turns else None))

    async def cancel(self, update: Update, context: Context) -> None:
        """/cancel: what this person is waiting for in this chat."""
        message, user = parts_of(update)
        # What was stopped says so in its own place.
        if not self._asking.cancel(message.chat.id, user, update.update_id):
            await self._front.reply(to_of(message), sentences.nothing_to_cancel())

    async def help(self, update: Update, context: Context) -> None:
        """/help: the commands; an admin sees the admins' too."""
        message, user = parts_of(update)
        await self._front.reply(to_of(message), lists.help_html(admin=self._front.is_admin(user)))

    async def privacy(self, update: Update, context: Context) -> None:
        """/privacy: what is stored, for how long."""
        message, _ = parts_of(update)
        await self._front.reply(to_of(message), lists.privacy_html(DAYS))

    async def forget(self, update: Update, context: Context) -> None:
        """/forget: everything of this person, at once."""
        message, user = parts_of(update)
        self._asking.drop(user)
        self._front.inbox.forget(user, but=update.update_id)
        self._front.kept.forget(user)
        self._front.conversations.forget_user(user)
        await self._front.reply(to_of(message), sentences.erased())
        self._front.inbox.forget(user, but=-1)

    async def moved(self, update: Update, context: Context) -> None:
        """A group became a supergroup."""
        message, _ = parts_of(update)
        if message.migrate_to_chat_id is not None:
            self._front.inbox.rekey(message.chat.id, message.migrate_to_chat_id)

    async def _let_in(self, user: int, to: To) -> bool:
        if self._front.may_ask(user, to.chat):
            return True
        await self._front.reply(to, sentences.not_allowed(user))
        return False

    async def _three_examples(self) -> list[str]:
        """Examples of what the index holds now, as far as they are found: they are looked for since the bot began."""
        work = asyncio.create_task(self._front.examples.refresh())
        self._front.background.add(work)
        work.add_done_callback(self._front.background.discard)
        await asyncio.wait([work], timeout=_PATIENCE)
        return list(self._front.examples.found)


def parts_of(update: Update) -> tuple[Message, int]:
    message, user = update.effective_message, update.effective_user
    assert message is not None
    return message, user.id if user is not None else 0
