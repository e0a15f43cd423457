"""How a question was understood, in sentences: what every front end shows on /why."""

from __future__ import annotations

from bot.turns import Lean, Leaning, Turn
from bot.words import say


def why(turn: Turn) -> list[str]:
    """One sentence each: what was asked, what was searched, and what that leaned on."""
    asked = say("why_asked", question=turn.question)
    if not turn.why:
        return [asked, say("why_alone")]
    searched = [say("why_searched", question=turn.standalone)] if turn.standalone != turn.question else []
    return [asked, *searched, *map(_sentence, turn.why)]


def _sentence(lean: Leaning) -> str:
    match lean.how:
        case Lean.MEANT:
            return say("why_meant", words=lean.words, on=lean.on)
        case Lean.REPLACED:
            return say("why_replaced", words=lean.words, on=lean.on)
        case Lean.CONTINUED:
            return say("why_continued", words=lean.words, on=lean.on)
        case Lean.TOPIC:
            return say("why_topic", on=lean.on)
        case Lean.ARTICLE:
            return say("why_article", on=lean.on)
        case Lean.MODEL:
            return say("why_model")
