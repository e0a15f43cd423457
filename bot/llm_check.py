"""Whether the language model that the settings name answers, and what to do if it does not."""

from __future__ import annotations

import time

from bot.llm_faults import note
from bot.settings import Settings
from bot.usage import Usage
from bot.writer import Writer

_ADVICE = {
    "unreachable": "Start its server, or correct DATELINE_LLM_URL.",
    "key": "Correct DATELINE_LLM_KEY.",
    "model": "Correct the model's name in DATELINE_LLM; an address mostly ends in /v1.",
    "busy": "Wait, or see whether the account is paid up.",
    "late": "Raise DATELINE_LLM_SECONDS, or take a smaller model.",
}
_OTHER = "See what its server logs, or unset DATELINE_LLM: answers are then in the articles' own words."


def examine_model(settings: Settings) -> tuple[bool, str, str]:
    """(whether something is wrong, what was found, what to do). One short call is made; its tokens are not counted.

    Raises UsageError or ModelMissing for what is wrong without a call.
    """
    writer = Writer(settings, Usage(settings.home, settings.llm_budget_chat, settings.llm_budget_day))
    began = time.monotonic()
    try:
        fault = writer.check()
    finally:
        writer.close()
    if fault:
        return True, f"{settings.llm}: {note(fault)}", _ADVICE.get(fault, _OTHER)
    return False, f"{writer.name} answers, in {time.monotonic() - began:.1f} s", ""
