"""A strict parser of the Telegram HTML that Dateline sends: anything that Telegram would refuse or drop is an error.

Stricter than Telegram where that costs nothing: every `<`, `>` and `&` is escaped, links are http or https.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_TOKENS = re.compile(r"(<[^<>]*>)|(&[^;&<>\s]*;)|([<>&])")
_OPENING = re.compile(r'<(?:(b|i|code)|(blockquote)(?: expandable)?|(a) href="([^"<>]+)")>')
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#x27;": "'"}
_MAY_HOLD = {"b": {"i", "a", "code"}, "i": {"b", "a"}, "a": {"b", "i"}, "code": set(), "blockquote": {"b", "i"}}


@dataclass(frozen=True, slots=True)
class Entity:
    """What Telegram would be told: `text` is the part of the message that it covers."""

    kind: str
    text: str
    start: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as people see it."""

    text: str
    entities: tuple[Entity, ...]

    def of(self, kind: str) -> list[str]:
        """The texts of all entities of a kind."""
        return [entity.text for entity in self.entities if entity.kind == kind]

    @property
    def units(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2


def parse(markup: str) -> Message:
    """The message of `markup`. Raises AssertionError for what is not Telegram HTML, or is too much for one message."""
    assert len(markup.encode("utf-8")) <= 32_768
    text, at = "", 0
    entities: list[Entity] = []
    opened: list[tuple[str, int, str]] = []
    for found in _TOKENS.finditer(markup):
        text += markup[at : found.start()]
        at = found.end()
        tag, reference, stray = found.groups()
        assert not stray, f"a bare {stray!r} in {markup!r}"
        if reference:
            text += _NAMED[reference]
        elif tag.startswith("</"):
            kind, start, url = opened.pop()
            assert tag == f"</{kind}>", f"{tag} closes {kind}"
            assert text[start:].strip(), f"an empty {kind}"
            entities.append(Entity(kind, text[start:], start, url))
        else:
            opening = _OPENING.fullmatch(tag)
            assert opening, f"{tag} is not a tag of Telegram"
            kind = opening[1] or opening[2] or opening[3]
            assert not opened or kind in _MAY_HOLD[opened[-1][0]], f"{kind} in {opened[-1][0]}"
            assert all(kind != other for other, _, _ in opened), f"{kind} in {kind}"
            opened.append((kind, len(text), _url(opening[4]) if opening[4] else ""))
    text += markup[at:]
    assert not opened, f"{opened} left open"
    message = Message(text, tuple(sorted(entities, key=lambda entity: entity.start)))
    assert message.text.strip()
    assert message.units <= 4096
    assert len(entities) <= 100
    return message


def _url(escaped: str) -> str:
    url = _TOKENS.sub(lambda found: _NAMED[found[0]], escaped)
    assert urlsplit(url).scheme in ("http", "https"), url
    assert urlsplit(url).hostname, url
    return url
