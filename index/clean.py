"""What is not the story: newsletter boxes, share bars, "read more" lines, cookie notices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """A block that cleaning took out, with the name of the rule that did."""

    rule: str
    text: str


def clean(text: str) -> tuple[str, tuple[Dropped, ...]]:
    return text.strip(), ()
