"""How the bot is: when updates last came, how old the index is, how long the line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import DatelineError
from index.manifest import current_manifest

if TYPE_CHECKING:
    from bot.telegram.asking import Asking
    from bot.telegram.front import Front

_SILENT = 90.0  # seconds without a successful poll, after which the bot is not well: a poll takes ten


class Health:
    """Facts for /healthz and /metrics; nothing in them names a person or a question."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._front: Front | None = None
        self._asking: Asking | None = None
        self._started = self._polled = time.monotonic()
        self.polls = 0

    def watch(self, front: Front) -> None:
        self._front = front

    def count(self, asking: Asking) -> None:
        self._asking = asking

    def polled(self) -> None:
        """Updates were fetched, be it none."""
        self._polled = time.monotonic()
        self.polls += 1

    def facts(self) -> tuple[bool, Mapping[str, Any]]:
        """(whether all is well, what is known). Ages in seconds."""
        figures = self.metrics()
        polling = self._front is not None and not self._front.settings.webhook_url
        well = not polling or figures["last_poll_age_seconds"] < _SILENT
        return well, figures

    def metrics(self) -> Mapping[str, float]:
        now = time.monotonic()
        figures = {
            "uptime_seconds": now - self._started,
            "last_poll_age_seconds": now - self._polled,
            "polls_total": self.polls,
        }
        if (age := self._index_age()) is not None:
            figures["index_age_seconds"] = age
        if self._front is not None:
            figures["queue_length"] = len(self._front.line.waiting)
            figures["messages_sent_total"] = self._front.delivery.sent
            figures["message_retries_total"] = self._front.delivery.retried
        if self._asking is not None:
            figures["answers_total"] = self._asking.answered
            figures["faults_total"] = self._asking.failed
        return {name: round(value, 3) for name, value in figures.items()}

    def _index_age(self) -> float | None:
        try:
            manifest = current_manifest(self._home)
        except (DatelineError, OSError):
            return None
        if manifest is None:
            return None
        return (datetime.now(UTC) - datetime.fromisoformat(manifest.created)).total_seconds()
