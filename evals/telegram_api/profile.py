"""The methods about the bot itself: getMe, commands by scope and language, name, descriptions, who is in a chat."""

from __future__ import annotations

import json
import re
from typing import Any

from evals.telegram_api.access import chat_of
from evals.telegram_api.params import Params
from evals.telegram_api.refusal import Json, bad
from evals.telegram_api.world import World

_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (), "chat": ("chat_id",),
    "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip
_LENGTHS = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> Any:
    """getMe, with the fields that only it has."""
    return world.bot.as_dict() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _where(world: World, params: Params) -> str:
    """The scope and language of a call, as a key."""
    scope = params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad("object expected as BotCommandScope")
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad("unsupported type specified")
    out: Json = {"type": kind}
    if "chat_id" in _SCOPES[kind]:
        chat = chat_of(world, Params(scope))
        if chat.private and kind != "chat":
            raise bad("chat not found")
        out["chat_id"] = chat.id
    if "user_id" in _SCOPES[kind]:
        out["user_id"] = Params(scope).integer("user_id")
        if out["user_id"] not in world.users:
            raise bad("invalid user_id specified")
    language = _language(params)
    return json.dumps(out | ({"language_code": language} if language else {}))


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def set_my_commands(world: World, params: Params) -> Any:
    """setMyCommands."""
    commands = params.json("commands", "commands")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        if not isinstance(command, dict):
            raise bad("expected an Object as BotCommand")
        name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(description.strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    world.profile["commands", _where(world, params)] = kept
    return True


def delete_my_commands(world: World, params: Params) -> Any:
    """deleteMyCommands."""
    world.profile.pop(("commands", _where(world, params)), None)
    return True


def get_my_commands(world: World, params: Params) -> Any:
    """getMyCommands: of exactly this scope and language."""
    return world.profile.get(("commands", _where(world, params)), [])


def _set(what: str) -> Any:
    def method(world: World, params: Params) -> Any:
        if len(params.text(what)) > _LENGTHS[what]:
            raise bad(f"{what.replace('_', ' ')} is too long")
        world.profile[what, _language(params)] = params.text(what)
        return True

    return method


def _get(what: str) -> Any:
    def method(world: World, params: Params) -> Any:
        fallback = world.bot.first_name if what == "name" else ""
        general = world.profile.get((what, ""), fallback)
        return {what: world.profile.get((what, _language(params)), "") or general}

    return method


def set_chat_menu_button(world: World, params: Params) -> Any:
    """setChatMenuButton."""
    where = str(chat_of(world, params).id) if params.text("chat_id") else ""
    world.profile["menu_button", where] = params.json("menu_button", "menu button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, params: Params) -> Any:
    """getChatMenuButton."""
    where = str(chat_of(world, params).id) if params.text("chat_id") else ""
    return world.profile.get(("menu_button", where), {"type": "default"})


def get_chat_member(world: World, params: Params) -> Any:
    """getChatMember: members, administrators, and those who are neither."""
    chat, number = chat_of(world, params), params.integer("user_id")
    if number == world.bot.id:
        return member(world, world.bot.id, chat.status)
    if number not in world.users:
        raise bad("invalid user_id specified")
    status = "administrator" if number in chat.administrators else "member" if number in chat.members else "left"
    return member(world, number, status)


def get_chat_administrators(world: World, params: Params) -> Any:
    """getChatAdministrators: without other bots."""
    chat = chat_of(world, params)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    ours = [world.bot.id] if chat.status == "administrator" else []
    return [member(world, number, "administrator") for number in [*sorted(chat.administrators), *ours]]


def member(world: World, number: int, status: str) -> Json:
    """A `ChatMember`."""
    user = world.bot if number == world.bot.id else world.users[number]
    out: Json = {"user": user.as_dict(), "status": status}
    if status == "kicked":
        out["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
            " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
        )
        out |= dict.fromkeys(rights.split(), False) | {"can_manage_chat": True, "can_delete_messages": True}
    return out


def leave_chat(world: World, params: Params) -> Any:
    """leaveChat."""
    chat = chat_of(world, params)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.status = "left"
    return True


METHODS = {
    "getme": get_me,
    "setmycommands": set_my_commands,
    "deletemycommands": delete_my_commands,
    "getmycommands": get_my_commands,
    "setmyname": _set("name"),
    "getmyname": _get("name"),
    "setmydescription": _set("description"),
    "getmydescription": _get("description"),
    "setmyshortdescription": _set("short_description"),
    "getmyshortdescription": _get("short_description"),
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "leavechat": leave_chat,
}
