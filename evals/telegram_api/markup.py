"""Telegram's HTML: text and entities out of it, or the refusal that Telegram would give.

A reading of tdlib's `parse_html` (td/telegram/MessageEntity.cpp): the same tags, the same leniences (an unknown
`&name;` is text, attributes that mean nothing are passed over), the same sentences. Knows nothing of chats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evals.telegram_api.refusal import Json, Refusal, bad
from evals.telegram_api.utf16 import units

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "tg-emoji": "custom_emoji", "blockquote": "blockquote",
    "tg-time": "date_time",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\0\v"
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,8})|#([0-9]{1,9})|([A-Za-z]+));?")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    extra: str
    offset: int
    at: int  # in the text so far, in characters


def parse_html(html: str) -> tuple[str, list[Json]]:
    """The plain text and its entities, offsets in UTF-16 units, outer entities first.

    Raises:
        Refusal: "Bad Request: can't parse entities: …".
    """
    parser = _Parser(html)
    parser.run()
    text = "".join(parser.out)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    for entity in parser.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return text, sorted(parser.entities, key=lambda e: (e["offset"], -e["length"], _PRIORITY.index(e["type"])))


# tdlib's order for entities over the same words: what encloses comes first.
_PRIORITY = (
    "expandable_blockquote", "blockquote", "text_link", "pre", "code", "date_time", "custom_emoji",
    "bold", "italic", "underline", "strikethrough", "spoiler",
)  # fmt: skip


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.i = 0
        self.out: list[str] = []
        self.offset = 0
        self.entities: list[Json] = []
        self.open: list[_Open] = []

    def run(self) -> None:
        while self.i < len(self.html):
            character = self.html[self.i]
            if character == "<":
                (self._close if self.html[self.i + 1 : self.i + 2] == "/" else self._start)()
                continue
            if character == "&" and (decoded := self._decoded()):
                character = decoded
            else:
                self.i += 1
            self.out.append(character)
            self.offset += units(character)
        if self.open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self.open[-1].tag}\"")

    def _refuse(self, reason: str, at: int, after: str = "") -> Refusal:
        return bad(f"can't parse entities: {reason} at byte offset {len(self.html[:at].encode())}{after}")

    def _decoded(self) -> str:
        """The character that the `&…;` here stands for, passed over; nothing where it stands for itself."""
        match = _ENTITY.match(self.html, self.i)
        if not match:
            return ""
        hexadecimal, decimal, name = match.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
        character = _NAMED.get(name, "") if name else chr(code) if 0 < code < 0x10FFFF else ""
        if character:
            self.i = match.end()
        return character

    def _peek(self) -> str:
        return self.html[self.i : self.i + 1]

    def _skip(self, stop: str, stop_at_space: bool = True) -> str:
        """The run up to white space or one of `stop`."""
        start = self.i
        while (c := self._peek()) and c not in stop and not (stop_at_space and c in _SPACE):
            self.i += 1
        return self.html[start : self.i]

    def _spaces(self) -> None:
        while (c := self._peek()) and c in _SPACE:
            self.i += 1

    def _start(self) -> None:
        begin = self.i
        self.i += 1
        tag = self._skip(">").lower()
        if not self._peek():
            raise self._refuse("Unclosed start tag", begin)
        if tag not in _STYLES:
            raise self._refuse(f'Unsupported start tag "{tag}"', begin)
        argument, extra = "", ""
        while self._peek() != ">":
            self._spaces()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, begin)
            if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")}:
                argument = value
            elif (tag, name) == ("code", "class") and value.startswith("language-"):
                argument = value.removeprefix("language-")
            elif (tag, name) == ("span", "class") and value.startswith("tg-"):
                argument = value.removeprefix("tg-")
            elif (tag, name) == ("blockquote", "expandable"):
                argument = "1"
            elif (tag, name) == ("tg-time", "format"):
                extra = value
        if tag == "span" and argument != "spoiler":
            raise self._refuse('Tag "span" must have class "tg-spoiler"', begin)
        self.i += 1
        self.open.append(_Open(tag, argument, extra, self.offset, len(self.out)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._skip("=>/\"'").lower()
        if not name:
            raise self._refuse(f'Empty attribute name in the tag "{tag}"', begin)
        self._spaces()
        if self._peek() != "=":
            if not self._peek():
                raise self._refuse(f'Unclosed start tag "{tag}"', begin)
            if self._peek() in "/\"'":
                raise self._refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
            return name, ""
        self.i += 1
        self._spaces()
        quote = self._peek()
        if not quote:
            raise self._refuse(f'Unclosed start tag "{tag}"', begin)
        if quote not in "'\"":
            match = _TOKEN.match(self.html, self.i)
            value, token = (match[0] if match else "").lower(), self.i
            self.i += len(value)
            if self._peek() not in (*_SPACE, ">"):
                raise self._refuse("Unexpected end of name token", token)
            return name, value
        self.i += 1
        parts = []
        while (character := self._peek()) and character != quote:
            decoded = self._decoded() if character == "&" else ""
            parts.append(decoded or character)
            self.i += 0 if decoded else 1
        self.i += 1
        if not self._peek():
            raise self._refuse("Unclosed start tag", begin)
        return name, "".join(parts)

    def _close(self) -> None:
        begin = self.i
        if not self.open:
            raise self._refuse("Unexpected end tag", begin)
        self.i += 2
        tag = self._skip(">").lower()
        self._spaces()
        if self._peek() != ">":
            raise self._refuse("Unclosed end tag", begin)
        self.i += 1
        top = self.open.pop()
        if tag and tag != top.tag:
            raise self._refuse("Unmatched end tag", begin, f', expected "</{top.tag}>", found "</{tag}>"')
        if self.offset > top.offset:
            self._add(top)

    def _add(self, top: _Open) -> None:
        kind = _STYLES[top.tag]
        entity: Json = {"type": kind, "offset": top.offset, "length": self.offset - top.offset}
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if kind == "text_link":
            url = checked_link(top.argument or "".join(self.out[top.at :]))
            if not url:
                return  # tdlib drops a link that leads nowhere and keeps its words
            entity["url"] = url
        elif kind == "custom_emoji":
            if not top.argument.lstrip("-").isdigit() or not int(top.argument):
                raise bad("can't parse entities: Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = top.argument
        elif kind == "blockquote" and top.argument:
            entity["type"] = "expandable_blockquote"
        elif kind == "date_time":
            if not re.fullmatch(r"-?\d{1,12}", top.argument):
                raise bad("can't parse entities: Invalid date specified")
            if not _FORMAT.fullmatch(top.extra):
                raise bad("can't parse entities: Invalid date-time format specified")
            entity |= {"unix_time": int(top.argument), "date_time_format": top.extra}
        elif kind == "pre" and same and last["type"] == "code" and last.get("language"):
            last["type"] = "pre"
            return
        elif kind == "code" and top.argument:
            if same and last["type"] == "pre":
                last["language"] = top.argument
                return
            entity["language"] = top.argument
        self.entities.append(entity)


def checked_link(url: str) -> str:
    """A link as Telegram keeps it (scheme added, host in lower case), or nothing where it is none."""
    match = re.fullmatch(r"(?:([A-Za-z][A-Za-z0-9+.-]*):/{0,2})?([^/?#\s]+)([^\s]*)", url.strip(), re.DOTALL)
    if not match:
        return ""
    scheme, host, rest = (match[1] or "http").lower(), match[2], match[3]
    if scheme in ("tg", "ton", "tonsite"):
        return f"{scheme}://{host}{rest}"
    if scheme not in ("http", "https", "ftp"):
        return ""
    name = host.rpartition("@")[2].partition(":")[0].lower()
    if "." not in name.strip(".") or not re.fullmatch(r"[\w.-]+", name):
        return ""
    return f"{scheme}://{host.lower()}{rest or '/'}"
