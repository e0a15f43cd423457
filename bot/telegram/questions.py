"""Which messages are questions to the bot, and what they ask. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from telegram import Message, MessageEntity
from telegram.constants import ChatType

from bot.telegram.delivery import To

LONGEST = 1_000  # characters of a question
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ASK = re.compile(r"/(?P<how>ask|all)(?:@(?P<bot>\w+))?(?:\s+|$)", re.IGNORECASE)


class Fault(Enum):
    """What keeps a text from being a question."""

    EMPTY = auto()
    TOO_LONG = auto()
    ONLY_A_LINK = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, where it was asked, by whom, in which message, and when, in seconds since 1970.

    `whole`: without the outlet, author and days that it names. `asked_on`: as on that day, today when None. `replied`:
    the bot's own message that it is a reply to.
    """

    update_id: int
    to: To
    group: bool
    user: int
    message: int
    text: str
    sent: float
    whole: bool = False
    asked_on: date | None = None
    replied: int | None = None

    @property
    def place(self) -> str:
        """Where its conversation is kept."""
        return place_of(self.to)

    @property
    def fault(self) -> Fault | None:
        text = self.text.strip()
        if len(text) > LONGEST:
            return Fault.TOO_LONG
        without = _LINK.sub("", text)
        if without != text and not any(character.isalnum() for character in without):
            return Fault.ONLY_A_LINK
        return None if any(character.isalnum() for character in text) else Fault.EMPTY


def place_of(to: To) -> str:
    """A chat's, or a topic's, place among the conversations."""
    return f"telegram:{to.chat}:{to.thread or 0}"


def asked(update_id: int, message: Message, bot: int, username: str) -> Asked | None:
    """What a message asks the bot, or None when it is not meant for it.

    In a private chat everything is. In a group: /ask, /all, a mention of the bot, a reply to one of its messages.
    """
    user = message.from_user
    if user is None or (user.is_bot and message.sender_chat is None):
        return None
    text = message.text or message.caption or ""
    group = message.chat.type != ChatType.PRIVATE
    command = _ASK.match(text)
    if command:
        if command["bot"] and command["bot"].lower() != username.lower():
            return None
        words = text[command.end() :]
        replied = message.reply_to_message
        if not words.strip() and replied is not None and (replied.from_user is None or replied.from_user.id != bot):
            words = replied.text or replied.caption or ""  # /ask under what someone else has asked
    elif group:
        mentions = _mentions(message, bot, username)
        replied = message.reply_to_message
        to_bot = replied is not None and replied.from_user is not None and replied.from_user.id == bot
        if not mentions and not to_bot:
            return None
        words = _without(text, mentions)
    else:
        words = text
    thread = message.message_thread_id if message.is_topic_message else None
    text, sent = " ".join(words.split()), message.date.timestamp()
    whole = command is not None and command["how"].lower() == "all"
    to, replied = To(message.chat.id, thread), message.reply_to_message
    own = replied.message_id if replied is not None and replied.from_user and replied.from_user.id == bot else None
    return Asked(update_id, to, group, user.id, message.message_id, text, sent, whole, replied=own)


def _mentions(message: Message, bot: int, username: str) -> list[str]:
    """The words that name the bot."""
    wanted: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    found = {**message.parse_entities(wanted), **message.parse_caption_entities(wanted)}
    return [
        words
        for entity, words in found.items()
        if (entity.user is not None and entity.user.id == bot) or words.lower() == f"@{username.lower()}"
    ]


def _without(text: str, mentions: list[str]) -> str:
    for words in mentions:
        text = text.replace(words, " ", 1)
    return text.strip().lstrip(",:;-– ")
