"""What becomes of a text on its way in: cleaned, trimmed, its entities put in order and counted.

What tdlib does between `parse_html` and sending (`fix_formatted_text` in td/telegram/MessageEntity.cpp), written anew
for whole entities. Knows nothing of the markup they came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals.telegram_api.markup import parse_html
from evals.telegram_api.refusal import Json, bad
from evals.telegram_api.utf16 import Offsets, found_entities, units

LONGEST = 4096
LONGEST_CAPTION = 1024
LONGEST_SOURCE = 1 << 15  # bytes, markup included
MOST_ENTITIES = 100
# Outer first where two entities cover the same words. What is not named here comes after "code" and before the styles.
_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
_ORDER = {
    kind: rank
    for rank, kinds in enumerate((("blockquote", "expandable_blockquote"), ("pre",), ("code",), ("text_link",), (), *[
        (style,) for style in _STYLES
    ]))
    for kind in kinds
}  # fmt: skip
_QUOTES = ("blockquote", "expandable_blockquote")
_REMOVED = {"\r", *map(chr, range(0x2028, 0x202F)), "\u0333", "\u033f", "\u030a"}
_Span = tuple[int, int, Json]  # from which character to which, and the entity


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as it is kept. `dropped` counts the entities beyond the hundredth, lost without a word."""

    text: str
    entities: list[Json]
    dropped: int = 0

    @property
    def units(self) -> int:
        """Its length as Telegram counts it."""
        return units(self.text)


def formatted(raw: str, parse_mode: str, entities: Any = None) -> Formatted:
    """The text that is kept of a text that was sent.

    Args:
        raw: the parameter.
        parse_mode: HTML in any case, or empty. (Markdown is not emulated.)
        entities: a list of `MessageEntity`, heeded where there is no parse mode.

    Raises:
        Refusal: the markup is wrong, the mode unknown, or the whole of it too long to be looked at.
    """
    if len(raw.encode(errors="replace")) > LONGEST_SOURCE:
        raise bad("text is too long")
    if parse_mode.lower() == "html":
        text, given = parse_html(raw)
    elif parse_mode:
        raise bad("unsupported parse_mode")
    else:
        text, given = raw, [dict(each) for each in entities or ()]
    return fixed(text, given)


def fixed(text: str, entities: list[Json]) -> Formatted:
    """A text cleaned and trimmed, with the entities that remain and those that Telegram finds by itself."""
    offsets, last = Offsets(text), len(text)
    spans = [
        (min(last, offsets.index(e["offset"])), min(last, offsets.index(e["offset"] + e["length"])), e)
        for e in entities
    ]
    clean, spans = _cleaned(text, spans)
    new = Offsets(clean)
    out = [e | {"offset": new.unit(a), "length": new.unit(b) - new.unit(a)} for a, b, e in _nested(spans)]
    out += [each for each in found_entities(clean) if not any(_clash(each, other) for other in out)]
    out.sort(key=lambda entity: (entity["offset"], -entity["length"], _rank(entity)))
    return Formatted(clean, out[:MOST_ENTITIES], max(0, len(out) - MOST_ENTITIES))


def _cleaned(text: str, spans: list[_Span]) -> tuple[str, list[_Span]]:
    """The text without what Telegram takes out, and without blanks around it; the entities moved along.

    Blanks before the first entity go, but none within it: the entity begins after them instead.
    """
    moved = [(_past_blanks(text, start, end, entity), end, entity) for start, end, entity in spans]
    moved = [span for span in moved if span[0] < span[1]]
    kept = [index for index, character in enumerate(text) if character not in _REMOVED]
    while kept and _blank(text[kept[-1]]):
        kept.pop()
    first = min((start for start, _, _ in moved), default=len(text))
    begin = next((n for n, index in enumerate(kept) if not _blank(text[index]) or index >= first), len(kept))
    kept = kept[begin:]
    place = [len(kept)] * (len(text) + 1)  # where each character now is; one that went is where the next one is
    at = len(kept)
    for index in range(len(text) - 1, -1, -1):
        if at and kept[at - 1] == index:
            at -= 1
        place[index] = at
    clean = "".join(text[index] if text[index] >= " " or text[index] == "\n" else " " for index in kept)
    placed = [(place[start], place[end], entity) for start, end, entity in moved]
    return clean, [span for span in placed if span[0] < span[1]]


def _past_blanks(text: str, start: int, end: int, entity: Json) -> int:
    while entity["type"] not in ("text_link", "text_mention", "custom_emoji") and start < end and _blank(text[start]):
        start += 1
    return start


def _blank(character: str) -> bool:
    return character == "\n" or (character <= " " and character != "\r")


def _rank(entity: Json) -> int:
    return _ORDER.get(entity["type"], 4)


def _clash(found: Json, given: Json) -> bool:
    """Whether an entity that Telegram finds can't stand beside one that was given.

    That is where they share words and the given one cannot be divided, or where the found one reaches out of a quote.
    """
    start, end = found["offset"], found["offset"] + found["length"]
    first, last = given["offset"], given["offset"] + given["length"]
    if start >= last or first >= end or given["type"] in _STYLES:
        return False
    return given["type"] not in _QUOTES or start < first or last < end


def _nested(spans: list[_Span]) -> list[_Span]:
    """The entities that may stand together.

    No quote within a quote. Of the others that cannot be divided (links, code, dates, emoji) the outer one of two
    stays, and none that holds a quote. Styles are cut out of code; the same style twice over is one.
    """
    spans = sorted(spans, key=lambda span: (span[0], -span[1], _rank(span[2])))
    quotes: list[_Span] = []
    whole: list[_Span] = []
    for span in spans:
        if span[2]["type"] in _QUOTES and not any(_overlap(span, other) for other in quotes):
            quotes.append(span)
    for span in spans:
        start, end, entity = span
        around = any(start <= s and e <= end and (s, e) != (start, end) for s, e, _ in quotes)
        if entity["type"] not in (*_STYLES, *_QUOTES) and not around and not any(_overlap(span, o) for o in whole):
            whole.append(span)
    code = [span for span in whole if span[2]["type"] in ("pre", "code")]
    edges = {edge for start, end, _ in quotes + whole for edge in (start, end)}
    styles: list[_Span] = []
    for start, end, entity in spans:
        if entity["type"] not in _STYLES:
            continue
        pieces = [(start, end)]
        for s, e, _ in code:
            pieces = [p for a, b in pieces for p in ((a, min(b, s)), (max(a, e), b)) if p[0] < p[1]]
        for a, b in pieces:
            same = [n for n, (_, e, o) in enumerate(styles) if o["type"] == entity["type"] and e >= a]
            if same and (styles[same[-1]][1] > a or a not in edges):
                before = styles[same[-1]]
                styles[same[-1]] = (before[0], max(before[1], b), before[2])
            else:
                styles.append((a, b, entity))
    return quotes + whole + styles


def _overlap(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
