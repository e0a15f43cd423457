"""What becomes of a text on its way in: cleaned, trimmed, its entities put in order and counted.

After tdlib's `fix_formatted_text`. Knows nothing of the markup they came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.telegram_api.markup import parse_html
from tests.telegram_api.refusal import Json, bad
from tests.telegram_api.utf16 import Offsets, found_entities, units

LONGEST = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100
_VERBATIM = ("pre", "code")
_WHOLE = (*_VERBATIM, "text_link", "url", "email", "mention", "text_mention", "bot_command", "hashtag", "cashtag",
          "custom_emoji", "date_time")  # fmt: skip
_QUOTES = ("blockquote", "expandable_blockquote")
_REMOVED = {"\r", *map(chr, range(0x2028, 0x202F)), "\u0333", "\u033f", "\u030a"}


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
        Refusal: the markup is wrong, or the mode is unknown.
    """
    if parse_mode.lower() == "html":
        text, given = parse_html(raw)
    elif parse_mode:
        raise bad("unsupported parse_mode")
    else:
        text, given = raw, [dict(each) for each in entities or ()]
    return fixed(text, given)


def fixed(text: str, entities: list[Json]) -> Formatted:
    """A text cleaned and trimmed, with the entities that remain and those that Telegram finds by itself."""
    offsets = Offsets(text)
    last = len(text)
    spans = [
        (min(last, offsets.index(e["offset"])), min(last, offsets.index(e["offset"] + e["length"])), e)
        for e in entities
    ]
    kept = [index for index, character in enumerate(text) if character not in _REMOVED]
    while kept and _blank(text[kept[-1]]):
        kept.pop()
    first_entity = min((start for start, _, _ in spans), default=len(text))
    while kept and _blank(text[kept[0]]) and kept[0] < first_entity:
        kept.pop(0)
    clean = "".join(text[index] if text[index] >= " " or text[index] == "\n" else " " for index in kept)
    place = {index: position for position, index in enumerate(kept)}
    ends = [place.get(index, -1) for index in range(len(text))] + [len(kept)]
    for index in range(len(text) - 1, -1, -1):  # what was removed stands where the next kept character does
        ends[index] = ends[index + 1] if ends[index] < 0 else ends[index]
    moved = [(ends[start], ends[end], entity) for start, end, entity in spans]
    moved = [(start, end, entity) for start, end, entity in moved if clean[start:end].strip()]
    ordered = _nested(moved)
    new = Offsets(clean)
    out = [
        entity | {"offset": new.unit(start), "length": new.unit(end) - new.unit(start)}
        for start, end, entity in ordered
    ]
    out += [each for each in found_entities(clean) if not any(_clash(each, other) for other in out)]
    out.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(clean, out[:MOST_ENTITIES], max(0, len(out) - MOST_ENTITIES))


def _blank(character: str) -> bool:
    return character.isspace() or character < " "


def _clash(found: Json, given: Json) -> bool:
    """Whether an entity that Telegram would find stands in one that was given and cannot be divided."""
    if given["type"] not in _WHOLE:
        return False
    return bool(
        found["offset"] < given["offset"] + given["length"] and given["offset"] < found["offset"] + found["length"]
    )


_Span = tuple[int, int, Json]


def _nested(spans: list[_Span]) -> list[_Span]:
    """The entities that may stand together: nothing in or around code but quotes, no quote in a quote, no link in one.

    Styles are cut around code; of two that may not nest the outer stays.
    """
    whole = [span for span in spans if span[2]["type"] in _VERBATIM]
    out: list[_Span] = []
    for start, end, entity in spans:
        kind = entity["type"]
        if kind in _QUOTES:
            if not any(s <= start and end <= e and other["type"] in _QUOTES for s, e, other in out):
                out.append((start, end, entity))
        elif kind in _WHOLE:
            inner = any(
                s <= start and end <= e and other is not entity and other["type"] in _WHOLE for s, e, other in out
            )
            around = kind not in _VERBATIM and any(start <= s and e <= end for s, e, _ in whole)
            if not inner and not around:
                out.append((start, end, entity))
        else:
            pieces = [(start, end)]
            for s, e, _ in whole:
                pieces = [p for a, b in pieces for p in ((a, min(b, s)), (max(a, e), b)) if p[0] < p[1]]
            for a, b in pieces:
                previous = next((each for each in out if each[1] >= a and each[2]["type"] == kind), None)
                if previous:  # the same style again, within it or right after it, is one
                    out[out.index(previous)] = (previous[0], max(previous[1], b), previous[2])
                else:
                    out.append((a, b, entity))
    return out
