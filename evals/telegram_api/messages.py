"""The methods that write: send, edit, delete, act, answer a pressed button, hand out files."""

from __future__ import annotations

from typing import Any

from evals.telegram_api.access import chat_of, message_of, reply_of, thread_of, writable
from evals.telegram_api.formatting import LONGEST, LONGEST_CAPTION, Formatted, formatted
from evals.telegram_api.keyboard import checked_markup
from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Json, bad
from evals.telegram_api.sent import snapshot
from evals.telegram_api.utf16 import units
from evals.telegram_api.world import Message, World, present

ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
QUERY_LIFE = 15 * 60  # seconds; Telegram documents none, and refuses after minutes
DELETABLE = 48 * 3600


def _written(params: Params, name: str) -> Formatted:
    return formatted(
        params.text(name),
        params.text("parse_mode"),
        params.json("entities" if name == "text" else "caption_entities", "entities"),
    )


def _text(params: Params, too_long: str) -> tuple[Formatted, Json]:
    """A checked text, and the part of the message's body that it makes."""
    text = _written(params, "text")
    if not text.text:
        raise bad("text must be non-empty" if params.text("text") else "message text is empty")
    if text.units > LONGEST:
        raise bad(too_long)
    preview = params.json("link_preview_options", "link preview options")
    if params.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    entities = {"entities": text.entities} if text.entities else {}
    return text, {"text": text.text} | entities | ({"link_preview_options": preview} if preview else {})


def _markup(params: Params, inline_only: bool = False) -> Json | None:
    return checked_markup(params.json("reply_markup", "reply keyboard markup"), inline_only)


def _post(world: World, params: Params, body: Json, dropped: int) -> Json:
    markup = _markup(params)
    chat = writable(world, params)
    reply = reply_of(chat, params)
    thread = thread_of(chat, params, reply)
    if reply and not chat.is_forum and chat.type == "supergroup":
        thread = reply.thread or reply.id  # the chain of replies, shown as a thread though it is none
    sender = None if chat.type == "channel" else world.bot
    rest = {"thread": thread, "reply_to": reply, "reply_markup": markup, "dropped_entities": dropped}
    return world.post(chat, sender, body, sent=params.logged(), **rest).as_dict()


def send_message(world: World, params: Params) -> Any:
    """sendMessage."""
    text, body = _text(params, "message is too long")
    return _post(world, params, body, text.dropped)


def send_document(world: World, params: Params) -> Any:
    """sendDocument: an upload, or a file_id that is known. (Links are not fetched.)"""
    given = params.text("document")
    upload = params.files.get(given.removeprefix("attach://") if given.startswith("attach://") else "document")
    caption = _written(params, "caption")
    if caption.units > LONGEST_CAPTION:
        raise bad("message caption is too long")
    if upload:
        if not upload.data:
            raise bad("file must be non-empty")
        if len(upload.data) > LARGEST_UPLOAD:
            raise bad("file is too big")
        file = world.add_file(upload.data, upload.name, upload.mime)
    elif given in world.files:
        file = world.files[given]
    else:
        raise bad("there is no document in the request" if not given else "wrong remote file identifier specified")
    body: Json = {"document": file.as_dict()}
    if caption.text:
        body |= {"caption": caption.text, "caption_entities": caption.entities}
    return _post(world, params, body, caption.dropped)


def _to_edit(world: World, params: Params) -> Message:
    if params.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    message = message_of(writable(world, params), params, "message to edit not found")
    ours = message.sender is None or message.sender.id == world.bot.id
    if not ours or (message.reply_markup and "inline_keyboard" not in message.reply_markup):
        raise bad("message can't be edited")
    return message


def _edit(world: World, message: Message, params: Params, body: Json, markup: Json | None, dropped: int) -> Json:
    if (body, markup) == (message.body, message.reply_markup):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    before = snapshot(message)
    message.edits = [*message.edits, before]
    message.body, message.reply_markup, message.dropped_entities = body, markup, dropped
    message.sent = message.sent | params.logged()
    message.edit_date = world.now()
    return message.as_dict()


def edit_message_text(world: World, params: Params) -> Any:
    """editMessageText. An edit without buttons takes the buttons away, as Telegram does."""
    text, body = _text(params, "MESSAGE_TOO_LONG")
    markup = _markup(params, inline_only=True)
    message = _to_edit(world, params)
    if "text" not in message.body:
        raise bad("there is no text in the message to edit")
    return _edit(world, message, params, body, markup, text.dropped)


def edit_message_caption(world: World, params: Params) -> Any:
    """editMessageCaption."""
    caption = _written(params, "caption")
    if caption.units > LONGEST_CAPTION:
        raise bad("message caption is too long")
    markup = _markup(params, inline_only=True)
    message = _to_edit(world, params)
    if "document" not in message.body:
        raise bad("there is no caption in the message to edit")
    body = {"document": message.body["document"]}
    body |= {"caption": caption.text, "caption_entities": caption.entities} if caption.text else {}
    return _edit(world, message, params, body, markup, caption.dropped)


def edit_message_reply_markup(world: World, params: Params) -> Any:
    """editMessageReplyMarkup."""
    markup = _markup(params, inline_only=True)
    message = _to_edit(world, params)
    return _edit(world, message, Params({}), message.body, markup, message.dropped_entities)


def delete_message(world: World, params: Params) -> Any:
    """deleteMessage."""
    chat = writable(world, params)
    message = message_of(chat, params, "message to delete not found")
    ours = message.sender is None or message.sender.id == world.bot.id
    if not (ours or chat.private or chat.status == "administrator"):
        raise bad("message can't be deleted")
    if world.now() - message.date > DELETABLE:
        raise bad("message can't be deleted for everyone")
    message.deleted = True
    return True


def send_chat_action(world: World, params: Params) -> Any:
    """sendChatAction; kept in `world.actions`."""
    chat = writable(world, params)
    if params.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    thread = thread_of(chat, params)
    world.actions.append({"chat": chat.id, "action": params.text("action"), "thread": thread, "date": world.clock()})
    return True


def send_message_draft(world: World, params: Params) -> Any:
    """sendMessageDraft, for private chats only; kept in `world.actions`."""
    chat = writable(world, params)
    if not chat.private:
        raise bad("PEER_ID_INVALID")
    if not params.integer("draft_id"):
        raise bad("draft identifier must be non-zero")
    text = _written(params, "text")
    if text.units > LONGEST:
        raise bad("message is too long")
    world.actions.append({"chat": chat.id, "action": "draft", "text": text.text, "date": world.clock()})
    return True


def answer_callback_query(world: World, params: Params) -> Any:
    """answerCallbackQuery: once, and in time."""
    query = world.queries.get(params.text("callback_query_id"))
    if query is None or query.answer is not None or world.clock() - query.asked > QUERY_LIFE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if units(params.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if (url := params.text("url")) and not url.lower().startswith(
        (f"https://t.me/{world.bot.username}", f"t.me/{world.bot.username}")
    ):
        raise bad("URL_INVALID")
    query.answer = present({"text": params.text("text"), "show_alert": params.flag("show_alert"), "url": url or None})
    return True


def get_file(world: World, params: Params) -> Any:
    """getFile: 20 MB at most."""
    if not params.text("file_id"):
        raise bad("file_id not specified")
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    named = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
    return named | {"file_path": file.path}


def get_chat(world: World, params: Params) -> Any:
    """getChat: a `ChatFullInfo` of what must be there."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    chat = chat_of(world, params)
    return chat.as_dict() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


METHODS = {
    "sendmessage": send_message,
    "senddocument": send_document,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "sendchataction": send_chat_action,
    "sendmessagedraft": send_message_draft,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "getchat": get_chat,
}
