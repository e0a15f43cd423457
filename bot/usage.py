"""How many tokens of the language model were used on a day, by place, and what is left of the budgets."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from bot.state import FILE_NAME, State, StateError

_LOG = logging.getLogger(__name__)
_WHAT = "tokens"


class Usage:
    """Counts in the bot's own database, which is opened with the first question. Days are of UTC."""

    def __init__(self, home: Path, chat: int, day: int) -> None:
        """`chat` and `day` are the budgets, in tokens: of one place, and of all."""
        self._path = home / FILE_NAME
        self._state: State | None = None
        self.chat, self.day = chat, day

    def add(self, place: str, tokens: int) -> None:
        """Count tokens. What cannot be written is told to the log: it must not cost an answer."""
        try:
            with self._opened().write() as connection:
                connection.execute(
                    "INSERT INTO usage (day, place, what, amount) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (day, place, what) DO UPDATE SET amount = amount + excluded.amount",
                    (_today(), place, _WHAT, tokens),
                )
        except StateError as error:
            _LOG.warning("tokens were not counted: %s", error)

    def today(self, place: str | None = None) -> int:
        """Tokens used today, by one place or by all."""
        of_place = "" if place is None else " AND place = ?"
        values = (_today(), _WHAT) if place is None else (_today(), _WHAT, place)
        try:
            rows = self._opened().rows(
                f"SELECT coalesce(sum(amount), 0) FROM usage WHERE day = ? AND what = ?{of_place}", values
            )
        except StateError as error:
            _LOG.warning("tokens cannot be counted: %s", error)
            return 0
        return int(rows[0][0])

    def exhausted(self, place: str) -> str:
        """Which budget is used up: `chat_budget`, `day_budget`, or none of them, ""."""
        if self.today() >= self.day:
            return "day_budget"
        return "chat_budget" if self.today(place) >= self.chat else ""

    def close(self) -> None:
        if self._state is not None:
            self._state.close()

    def _opened(self) -> State:
        if self._state is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._state = State(self._path)
        return self._state


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
