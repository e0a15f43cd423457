"""What a test sees of the bot's messages: snapshots that no longer change."""

from __future__ import annotations

from dataclasses import dataclass

from evals.telegram_api.refusal import Json
from evals.telegram_api.utf16 import Offsets
from evals.telegram_api.world import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot as it looked at one moment. For a document, `text` is the caption.

    `html` is the text parameter as it was sent. `edits` are its earlier looks, oldest first.
    """

    chat_id: int
    message_id: int
    text: str
    entities: tuple[Json, ...]
    html: str
    parse_mode: str
    reply_markup: Json | None
    thread: int | None
    reply_to: int | None
    date: int
    edit_date: int | None
    link_preview_off: bool
    silent: bool
    dropped_entities: int
    document: str | None  # its file_id
    deleted: bool
    edits: tuple[Sent, ...] = ()

    @property
    def buttons(self) -> tuple[Json, ...]:
        """The inline buttons, row after row."""
        return tuple(button for row in (self.reply_markup or {}).get("inline_keyboard", ()) for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """The inline buttons' texts."""
        return tuple(button["text"] for button in self.buttons)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The words and addresses of the links in the text, those given by tags only."""
        return tuple((self.piece(each), each["url"]) for each in self.entities if each["type"] == "text_link")

    def piece(self, entity: Json) -> str:
        """The words of one of its entities."""
        return Offsets(self.text).piece(entity["offset"], entity["length"])

    def pieces(self, kind: str) -> tuple[str, ...]:
        """The words of every entity of a type."""
        return tuple(self.piece(each) for each in self.entities if each["type"] == kind)


def snapshot(message: Message) -> Sent:
    """A message as it looks now."""
    body, sent = message.body, message.sent
    name = "caption" if "document" in body else "text"
    return Sent(
        chat_id=message.chat.id,
        message_id=message.id,
        text=body.get(name, ""),
        entities=tuple(body.get("caption_entities" if name == "caption" else "entities", ())),
        html=str(sent.get(name, "")),
        parse_mode=str(sent.get("parse_mode", "")),
        reply_markup=message.reply_markup,
        thread=message.thread if message.chat.is_forum else None,
        reply_to=message.reply_to.id if message.reply_to else None,
        date=message.date,
        edit_date=message.edit_date,
        link_preview_off=bool(body.get("link_preview_options", {}).get("is_disabled")),
        silent=str(sent.get("disable_notification", "")).lower() == "true",
        dropped_entities=message.dropped_entities,
        document=body.get("document", {}).get("file_id"),
        deleted=message.deleted,
        edits=tuple(message.edits),
    )
