"""Whether a question is let in, and what is said when it is not. Knows nothing of answering."""

from __future__ import annotations

import math

from bot.telegram import sentences
from bot.telegram.front import Front
from bot.telegram.html import Html
from bot.telegram.questions import LONGEST, Asked, Fault


def refusal(front: Front, asked: Asked) -> tuple[Html | None, bool]:
    """(why it is not answered, None when it is; whether that has been said often enough)."""
    if not front.may_ask(asked.user, asked.to.chat):
        wait, _ = front.limits.take(asked.user, None)
        return sentences.not_allowed(asked.user), wait > 0
    if not front.is_admin(asked.user):
        wait, tell = front.limits.take(asked.user, asked.to.chat if asked.group else None)
        if wait:
            return sentences.limited(math.ceil(wait)), not tell
    match asked.fault:
        case Fault.EMPTY:
            return sentences.ask_usage() if asked.group else sentences.question_empty(), False
        case Fault.TOO_LONG:
            return sentences.question_too_long(len(asked.text), LONGEST), False
        case Fault.ONLY_A_LINK:
            return sentences.only_link(admin=front.is_admin(asked.user)), False
        case None:
            return None, False
