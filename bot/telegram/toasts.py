"""What a pressed button shows on top of the chat: plain text (not HTML), at most 200 units.

The words are in `prompts/`.
"""

from __future__ import annotations

from bot.sources import counted
from bot.words import say


def thanks() -> str:
    """After 👍, or a reason."""
    return say("telegram_toast_thanks")


def why() -> str:
    """After 👎: the reasons are on the buttons now."""
    return say("telegram_toast_why")


def expired(days: int) -> str:
    """A button of an answer that is no longer kept, or that cannot be read."""
    return say("telegram_toast_expired", days=counted(days, "day"))


def no_further() -> str:
    return say("telegram_toast_no_further")


def not_yours() -> str:
    """A button that only the one who asked may press."""
    return say("telegram_toast_not_yours")


def stopping() -> str:
    return say("telegram_toast_stopping")


def too_late() -> str:
    """Cancel, pressed when there is nothing left to cancel."""
    return say("telegram_toast_too_late")


def slow_down(seconds: int) -> str:
    """Buttons pressed too fast."""
    return say("telegram_toast_slow_down", wait=counted(seconds, "second"))


def failed(id: str) -> str:
    return say("telegram_toast_failed", id=id)
