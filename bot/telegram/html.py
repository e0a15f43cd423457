"""Telegram's HTML: text of others made safe, markup measured as Telegram measures it, whole blocks packed in a message.

Knows nothing of answers or articles. The limits are those of the Bot API: https://core.telegram.org/bots/api
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.telegram.excerpts import Piece, blank, shortened
from bot.words import say

_VALUE = 500  # units of a value within a sentence
_LONGEST_URL = 1_000  # in bytes once escaped: a longer one is no page of an article, and would eat up the message
_TAG = re.compile(r"<(/?)(\w[\w-]*)[^>]*>")
_QUOTED = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_LINKED = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_MARKER = re.compile(r"\[\d+\]")
# Telegram turns `/forget` into a link that sends the command. Word joiners keep an article's text from doing so.
_COMMAND = re.compile(r"(?<![\w/<>])/(?=[A-Za-z0-9_]|$)")


class Html(str):
    """Markup ready to be sent: every text of others in it is escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Size:
    """What Telegram counts: UTF-16 units after parsing, entities, and bytes of the markup itself."""

    units: int = 0
    entities: int = 0
    bytes: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.units + other.units, self.entities + other.entities, self.bytes + other.bytes)

    def within(self, most: Size) -> bool:
        return self.units <= most.units and self.entities <= most.entities and self.bytes <= most.bytes


MESSAGE = Size(units=4_096, entities=100, bytes=32_768)


def size(markup: str) -> Size:
    """The size of well-formed markup."""
    text = html.unescape(_TAG.sub("", markup))
    entities = sum(not closing for closing, _ in _TAG.findall(markup))
    return Size(len(text.encode("utf-16-le")) // 2, entities, len(markup.encode("utf-8")))


def escape(text: str) -> Html:
    """Text that is safe to show already (`bot.visible`), with nothing in it taken for markup or for a command."""
    return Html(html.escape(_COMMAND.sub("/\u2060", text), quote=False))


def line(text: object, most: int = _VALUE) -> Html:
    """Any text or number on one line, safe, escaped, and shortened to `most` units."""
    return escape(shortened(str(text), most))


def say_html(name: str, **values: object) -> Html:
    """`say(name)` from a prompt that is Telegram HTML: each value goes through `line`, unless it is Html."""
    return Html(say(name, **{key: value if isinstance(value, Html) else line(value) for key, value in values.items()}))


def joined(parts: Sequence[str], by: str = "") -> Html:
    """Pieces of markup in a row, the empty ones left out."""
    return Html(by.join(part for part in parts if part))


def bold(markup: Html) -> Html:
    return Html(f"<b>{markup}</b>") if markup else markup


def italic(markup: Html) -> Html:
    return Html(f"<i>{markup}</i>") if markup else markup


def code(text: str, most: int = _VALUE) -> Html:
    """Text on one line to copy by a press; Telegram finds no links or commands in it, so it stays as it is."""
    return Html(f"<code>{html.escape(shortened(text, most), quote=False)}</code>")


def blockquote(markup: Html, *, expandable: bool = True) -> Html:
    """A quotation; an expandable one shows its first lines until it is pressed."""
    return Html(f"<blockquote{' expandable' if expandable else ''}>{markup}</blockquote>") if markup else markup


def link(markup: Html, url: str) -> Html:
    """`markup`, linked when `url` is a web page's."""
    return Html(f'<a href="{html.escape(url)}">{markup}</a>') if markup and is_web(url) else markup


def marked(pieces: Sequence[Piece]) -> Html:
    """An excerpt with its marked pieces in bold."""
    return joined(
        [bold(escape(piece.text)) if piece.marked and not blank(piece.text) else escape(piece.text) for piece in pieces]
    )


def is_web(url: str) -> bool:
    """Whether a URL is plain http or https with a host, and neither misleading nor too long to be sent."""
    if not url.isprintable() or any(character in ' "\\<>' for character in url):
        return False
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return False
        return len(html.escape(url).encode("utf-8")) <= _LONGEST_URL
    except ValueError:
        return False


def packed(
    head: Html, blocks: Iterable[Html], foot: Callable[[int], Html], by: str = "\n", count: int | None = None
) -> tuple[Html, int]:
    """`head`, as many whole `blocks` from the first on as fit, and `foot(left out)`; and how many were left out.

    `by` stands between blocks and after the head. What does not fit goes from the end; `head` and `foot` always stay.
    With their `count` told, blocks are asked for one by one, and none beyond the first that does not fit.
    """
    if count is None:
        blocks = list(blocks)
        count = len(blocks)
    fitting: list[Html] = []
    sizes = [size(head)]
    for block in blocks:
        grown = sizes[-1] + size(by + block)
        if not grown.within(MESSAGE):
            break
        fitting.append(block)
        sizes.append(grown)
    for kept in range(len(fitting), -1, -1):
        last = foot(count - kept)
        if kept == 0 or (sizes[kept] + size(last)).within(MESSAGE):
            break
    return Html(head + "".join(by + block for block in fitting[:kept]) + last), count - kept


def plain(markup: str) -> str:
    """The message without markup, for when Telegram cannot parse it: links written out and quotes marked if it fits."""
    full = _QUOTED.sub(r"“\1”", _LINKED.sub(_written_out, markup))
    shown = full if size(full).units <= MESSAGE.units else markup
    return html.unescape(_TAG.sub("", shown))


def _written_out(found: re.Match[str]) -> str:
    return found[2] if _MARKER.fullmatch(found[2]) else f"{found[2]} ({found[1]})"
