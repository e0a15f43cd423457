"""Which chat, topic and message a call is about, and whether the bot may write there."""

from __future__ import annotations

from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Refusal, bad, forbidden
from evals.telegram_api.world import Chat, Message, World


def chat_of(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat that a call names by number or @username.

    Raises:
        Refusal: it is unknown, or has become a supergroup.
    """
    raw = params.text(name).strip()
    if not raw:
        raise bad(f"{name} is empty")
    if raw.startswith("@"):
        chat = next((c for c in world.chats.values() if (c.username or "").lower() == raw[1:].lower()), None)
    else:
        number = int(raw) if raw.lstrip("-").isdigit() else 0
        chat = world.chats.get(number)
        if chat is None and number in world.users and any(number in each.members for each in world.chats.values()):
            raise forbidden("bot can't initiate conversation with a user")
    if chat is None:
        raise bad("chat not found")
    if chat.migrated_to:
        moved = {"migrate_to_chat_id": chat.migrated_to}
        raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
    return chat


def writable(world: World, params: Params) -> Chat:
    """The chat of a call that writes.

    Raises:
        Refusal: 403 where the bot is blocked or is not in the chat.
    """
    chat = chat_of(world, params)
    kind = f"{chat.type} chat"
    if chat.private:
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.status == "kicked":
            raise forbidden("bot was blocked by the user")
    elif chat.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind}")
    elif chat.status == "left":
        raise forbidden(f"bot is not a member of the {kind}")
    elif chat.status == "restricted":
        raise bad("not enough rights to send text messages to the chat")
    elif chat.type == "channel" and chat.status != "administrator":
        raise bad("need administrator rights in the channel chat")
    return chat


def message_of(chat: Chat, params: Params, missing: str, name: str = "message_id") -> Message:
    """A message of a chat that is still there.

    Args:
        chat: where it should be.
        params: the call's.
        missing: the refusal where it is not.
        name: the parameter.
    """
    message = chat.messages.get(params.integer(name))
    if message is None or message.deleted:
        raise bad(missing)
    return message


def thread_of(chat: Chat, params: Params, reply_to: Message | None = None) -> int | None:
    """The topic that a message goes to: the one named, else that of the message it replies to.

    Raises:
        Refusal: there is no such topic. (In a chat without topics there is none at all: what its messages carry as
            `message_thread_id` is a chain of replies, which cannot be written to.)
    """
    thread = params.integer("message_thread_id")
    if thread and thread not in chat.topics:
        raise bad("message thread not found")
    if thread:
        return thread
    return reply_to.thread if reply_to and chat.is_forum else None


def reply_of(chat: Chat, params: Params) -> Message | None:
    """The message that is replied to, by `reply_parameters` or the old `reply_to_message_id`.

    Raises:
        Refusal: it is gone, and that was not said to be fine.
    """
    given = params.json("reply_parameters", "reply parameters")
    if given is None:
        number = params.integer("reply_to_message_id")
        tolerant = params.flag("allow_sending_without_reply")
    elif isinstance(given, dict):
        number = Params(given).integer("message_id")
        tolerant = Params(given).flag("allow_sending_without_reply")
        if str(given.get("chat_id", chat.id)) != str(chat.id):
            raise bad("replies to other chats are not emulated")
    else:
        raise bad("object expected as reply parameters")
    if not number:
        return None
    message = chat.messages.get(number)
    if message and not message.deleted:
        return message
    if tolerant:
        return None
    raise bad("message to be replied not found")
