"""Which update goes to which handler, in order; and the menus that Telegram shows."""

from __future__ import annotations

import logging
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.feeds import Feeds
from bot.ingest import Intake
from bot.telegram.admin import Admin
from bot.telegram.asking import Asking
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands, Context, to_of
from bot.telegram.front import Front
from bot.telegram.menus import Menu, menu

_LOG = logging.getLogger(__name__)
_EVERYWHERE = ("ask", "all", "latest", "sources", "why", "new", "cancel", "help", "privacy", "forget")
_ADMINS = ("add", "addfeed", "feeds", "remove", "stats", "reindex")


def register(app: Application[Any, Any, Any, Any, Any, Any], front: Front, intake: Intake, feeds: Feeds) -> Asking:
    """Set up all handlers; the first that fits an update has it. Returns what answers the questions."""
    asking = Asking(front)
    commands, buttons, admin = Commands(front, asking), Buttons(front, asking), Admin(front, intake, feeds)
    new = filters.UpdateType.MESSAGE

    for name in ("start", *_EVERYWHERE):
        app.add_handler(CommandHandler(name, getattr(commands, name), filters=new))
    for name in _ADMINS:
        app.add_handler(CommandHandler(name, getattr(admin, name), filters=new))
    app.add_handler(CallbackQueryHandler(buttons.pressed))
    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, commands.edited))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, commands.moved))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.ALL, _passed_over))
    app.add_handler(MessageHandler(new & filters.Document.ALL, admin.document))
    app.add_handler(MessageHandler(new & filters.COMMAND, commands.unknown))
    app.add_handler(MessageHandler(new & (filters.TEXT | filters.CAPTION), commands.text))
    app.add_handler(MessageHandler(new, commands.other))

    async def fault(update: object, context: Context) -> None:
        """Whatever a handler did not foresee: a number for the chat, the rest for log and admins."""
        words = await front.fault(context.error)
        message = update.effective_message if isinstance(update, Update) else None
        if message is not None:
            await front.reply(to_of(message), words)

    app.add_error_handler(fault)
    return asking


async def set_menus(front: Front) -> None:
    """The commands that Telegram offers: a few in groups, all in private chats, the admins' to admins."""
    scopes: list[tuple[Any, Menu]] = [
        (BotCommandScopeAllPrivateChats(), Menu.PRIVATE),
        (BotCommandScopeAllGroupChats(), Menu.GROUP),
        *((BotCommandScopeChat(admin), Menu.ADMIN) for admin in front.settings.admins),
    ]
    for scope, shown in scopes:
        try:
            await front.bot.set_my_commands([BotCommand(c.name, c.what) for c in menu(shown)], scope=scope)
        except TelegramError as error:  # an admin who never wrote to the bot has no chat to show it in
            _LOG.info("a menu could not be set: %s", error)


async def _passed_over(update: Update, context: Context) -> None:
    """Somebody came, a title changed: nothing to say."""
