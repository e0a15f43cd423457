"""The language model between desk and writer: opened with the first question, and not at all where there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bot.answers import Claim, Written
from bot.question import Meaning
from bot.settings import Settings
from bot.turns import Rewriter, Turn
from bot.usage import Usage
from bot.verify import LookUp, stored

if TYPE_CHECKING:
    from bot.reader import Reading
    from bot.writer import Writer
    from index.retrieve import Found


class Writing:
    """Claims by the language model that the settings name. `usage` counts its tokens."""

    def __init__(self, settings: Settings, look_up: LookUp) -> None:
        self.usage = Usage(settings.home, settings.llm_budget_chat, settings.llm_budget_day)
        self._settings = settings
        self._look_up = look_up
        self._writer: Writer | None = None
        self._opening = threading.Lock()

    @property
    def writer(self) -> Writer | None:
        """None where no model is named. Raises UsageError or ModelMissing for one that cannot be opened."""
        with self._opening:
            if self._writer is None and self._settings.llm:
                from bot.writer import Writer  # late: nothing of it is loaded without a model

                self._writer = Writer(self._settings, self.usage)
            return self._writer

    @property
    def rewriter(self) -> Rewriter | None:
        """Makes a question standalone; None where there is no model. Its tokens count against the day's budget."""
        return self._rewritten if self._settings.llm else None

    def _rewritten(self, turns: Sequence[Turn], question: str) -> str | None:
        writer = self.writer
        return writer.standalone([(turn.standalone, turn.said) for turn in turns], question) if writer else None

    def write(
        self,
        meaning: Meaning,
        found: Sequence[Found],
        asked_on: date,
        readings: Sequence[Reading],
        place: str,
        shown: Callable[[Claim], None],
    ) -> Written:
        """What the model says that its quotes bear out; nothing where there is no model."""
        writer = self.writer
        if writer is None:
            return Written()
        stands = partial(stored, look_up=self._look_up)
        day = asked_on.isoformat()
        return writer.write(meaning, found, day, readings=readings, stands=stands, place=place, shown=shown)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self.usage.close()
