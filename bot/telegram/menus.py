"""The commands: their names and what the menus say of them, by who sees the menu."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.words import say


class Menu(StrEnum):
    """Who sees a menu: people in a private chat, members of a group, admins in their private chat."""

    PRIVATE = "private"
    GROUP = "group"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Command:
    """A command without its slash (at most 32 characters), and what it does (at most 256)."""

    name: str
    what: str


_GROUP = ("ask", "all", "latest", "sources", "why", "new", "cancel", "help", "privacy", "forget")


def menu(of: Menu) -> list[Command]:
    """The commands of a menu in their order; the admins' begins with everyone's."""
    lines = say("telegram_commands_admin" if of is Menu.ADMIN else "telegram_commands").splitlines()
    own = [Command(*line.split(" - ", 1)) for line in lines if line]
    if of is Menu.ADMIN:
        return [*menu(Menu.PRIVATE), *own]
    return [command for command in own if of is Menu.PRIVATE or command.name in _GROUP]


def names() -> frozenset[str]:
    """Every command that there is."""
    return frozenset(command.name for command in menu(Menu.ADMIN))
