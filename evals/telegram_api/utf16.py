"""Offsets as Telegram counts them: in UTF-16 code units. And the entities that it finds in a text by itself."""

from __future__ import annotations

import re
from bisect import bisect_left

from evals.telegram_api.refusal import Json

# After tdlib's own patterns (td/telegram/MessageEntity.cpp), without their rare cases.
_COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_MENTION = re.compile(r"(?<![\w/@])@[A-Za-z0-9_]{4,32}(?!\w)")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d_])\w{1,256}(?![\w#])")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w@])")
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_URL = re.compile(
    rf"(?<![\w@/.])(?:(?:https?|ftp|tonsite)://(?:{_LABEL}\.)+[^\W\d_]{{2,}}"
    r"|(?:https?|ftp)://\d{1,3}(?:\.\d{1,3}){3}"
    rf"|(?:{_LABEL}\.)+(?:com|org|net|edu|gov|int|info|news|io|co|uk|de|fr|ru|ua|eu|us|me|tv|app|dev))"
    r"(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?(?![\w@])",
    re.IGNORECASE,
)
_KINDS = (
    ("url", _URL),
    ("email", _EMAIL),
    ("bot_command", _COMMAND),
    ("mention", _MENTION),
    ("hashtag", _HASHTAG),
    ("cashtag", _CASHTAG),
)


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


class Offsets:
    """Both ways between a text's characters and its UTF-16 units."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        for character in text:
            self._starts.append(self._starts[-1] + (2 if character > "\uffff" else 1))

    def unit(self, index: int) -> int:
        """The unit at which character `index` starts."""
        return self._starts[index]

    def index(self, unit: int) -> int:
        """The character that starts at a unit, or the next one where the unit is within one."""
        return bisect_left(self._starts, unit)

    def piece(self, offset: int, length: int) -> str:
        """The text of an entity."""
        return self.text[self.index(offset) : self.index(offset + length)]


def found_entities(text: str) -> list[Json]:
    """Commands, mentions, links, hashtags, cashtags and e-mail addresses, in order, none overlapping another."""
    offsets = Offsets(text)
    spans: list[tuple[int, int, str]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = start + len(match[0].rstrip(".,;:!?'\")]}…"))
            if not any(start < other_end and other_start < end for other_start, other_end, _ in spans):
                spans.append((start, end, kind))
    return [
        {"type": kind, "offset": offsets.unit(start), "length": offsets.unit(end) - offsets.unit(start)}
        for start, end, kind in sorted(spans)
    ]
