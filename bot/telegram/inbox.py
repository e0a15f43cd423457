"""The inbox: every update is written down before anything else is done with it, and crossed off when it is settled.

Telegram forgets an update once the next ones are fetched; this does not. Knows nothing of what updates mean.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.state import State, StateError

_LOG = logging.getLogger(__name__)
_KEPT = 3 * 86_400.0  # seconds; Telegram delivers again for one day, and may number anew after a week of silence
_COLUMNS = "update_id, chat, thread, user, message, payload, state, reply, answer"
_RETRY = 1.0  # seconds between attempts to write an update down


@dataclass(frozen=True, slots=True)
class Entry:
    """One update as it stands: `state` is new, sending (its answer is on the way), again (that may have arrived, and
    `reply` is to hold it once more) or done.

    `reply` is the bot's message about it, be it a placeholder or the answer; `answer` the id of a kept answer.
    """

    update_id: int
    chat: int | None
    thread: int | None
    user: int | None
    message: int | None
    payload: dict[str, Any] | None
    state: str
    reply: int | None
    answer: str | None

    @property
    def unsure(self) -> bool:
        """Whether the answer may stand already, in a message that is not known."""
        return self.state == "again" or (self.state == "sending" and self.reply is None)


class Inbox:
    """The `inbox` table. Every method may raise StateError."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock

    def accept(self, update: Update) -> bool:
        """Write an update down; False when it is known already.

        A number alone does not make it known: Telegram numbers anew after a silence, and so does another server.
        """
        message = update.effective_message
        thread = message.message_thread_id if message is not None and message.is_topic_message else None
        kind = next((name for name in ("message", "edited_message", "callback_query") if getattr(update, name)), "")
        row = (
            update.update_id,
            kind,
            update.effective_chat.id if update.effective_chat else None,
            thread,
            update.effective_user.id if update.effective_user else None,
            message.message_id if message is not None else None,
            update.to_json(),
            self._clock(),
            _identity(update),
        )
        with self._state.write() as db:
            made = db.execute(
                "INSERT INTO inbox (update_id, kind, chat, thread, user, message, payload, state, received, identity) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 'new', ?, ?) ON CONFLICT (update_id) DO UPDATE SET kind = excluded.kind, "
                "chat = excluded.chat, thread = excluded.thread, user = excluded.user, message = excluded.message, "
                "payload = excluded.payload, state = 'new', reply = NULL, answer = NULL, received = excluded.received, "
                "identity = excluded.identity WHERE identity != excluded.identity",
                row,
            )
            return made.rowcount == 1

    def entry(self, update_id: int) -> Entry | None:
        """An update as it stands."""
        rows = self._state.rows(f"SELECT {_COLUMNS} FROM inbox WHERE update_id = ?", (update_id,))
        return _entry(rows[0]) if rows else None

    def unfinished(self) -> list[Entry]:
        """All that was not settled, in the order in which it came."""
        return [
            _entry(row)
            for row in self._state.rows(f"SELECT {_COLUMNS} FROM inbox WHERE state != 'done' ORDER BY update_id")
        ]

    def question(self, chat: int, message: int) -> Entry | None:
        """The update that brought a message, if it was given a reply or still may be."""
        rows = self._state.rows(
            f"SELECT {_COLUMNS} FROM inbox WHERE chat = ? AND message = ? AND kind = 'message' "
            "AND (reply IS NOT NULL OR state != 'done') ORDER BY update_id DESC LIMIT 1",
            (chat, message),
        )
        return _entry(rows[0]) if rows else None

    def asked_in(self, chat: int, reply: int) -> int | None:
        """The message that the bot's message `reply` answers."""
        rows = self._state.rows(
            "SELECT message FROM inbox WHERE chat = ? AND reply = ? AND message IS NOT NULL "
            "ORDER BY update_id DESC LIMIT 1",
            (chat, reply),
        )
        return rows[0][0] if rows else None

    def placed(self, update_id: int, reply: int | None, again: bool = False) -> None:
        """The bot's message that stands for the answer to come; None when it is gone. `again`: see `Entry`."""
        self._change("reply = ?, state = 'again'" if again else "reply = ?", reply, update_id)

    def sending(self, update_id: int, answer: str | None) -> None:
        """From here on the answer may have arrived, whatever happens."""
        self._change("state = 'sending', answer = ?", answer, update_id)

    def done(self, update_id: int) -> None:
        """Settled: what was written is forgotten, its number is not."""
        self._change("state = 'done', payload = NULL", update_id)

    def _change(self, change: str, *values: int | str | None) -> None:
        """Set columns of one update, whose number is the last of `values`."""
        with self._state.write() as db:
            db.execute(f"UPDATE inbox SET {change} WHERE update_id = ?", values)

    def rekey(self, old: int, new: int) -> None:
        """A group became a supergroup: its rows follow it."""
        with self._state.write() as db:
            for table in ("inbox", "answers"):
                db.execute(f"UPDATE {table} SET chat = ? WHERE chat = ?", (new, old))
            db.execute(
                "UPDATE turns SET place = ? || substr(place, length(?) + 1) WHERE place LIKE ? || '%'",
                (f"telegram:{new}:", f"telegram:{old}:", f"telegram:{old}:"),
            )

    def forget(self, user: int, but: int) -> None:
        """Erase what a user wrote, and that they did, except for the update `but`, which is being handled."""
        with self._state.write() as db:
            db.execute(
                "UPDATE inbox SET payload = NULL, state = 'done', user = NULL, chat = NULL, thread = NULL, "
                "message = NULL, reply = NULL, answer = NULL, identity = NULL WHERE user = ? AND update_id != ?",
                (user, but),
            )

    def sweep(self) -> None:
        """Drop settled rows of days ago."""
        with self._state.write() as db:
            db.execute("DELETE FROM inbox WHERE state = 'done' AND received < ?", (self._clock() - _KEPT,))


class InboxQueue(asyncio.Queue[object]):
    """The queue between the client and the handlers: `put` returns once the update is written down.

    Polling confirms an update, and a webhook answers 200, only after that. Known updates go no further.
    """

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def put(self, item: object) -> None:
        if isinstance(item, Update) and not await self._accepted(item):
            return
        await super().put(item)

    async def resume(self, update: Update) -> None:
        """Handle again what was written down by a process that did not get to the end of it."""
        await super().put(update)

    async def _accepted(self, update: Update) -> bool:
        while True:
            try:
                return self._inbox.accept(update)
            except StateError as error:  # a full disk: fetch nothing more until there is room
                _LOG.error("an update cannot be written down: %s", error)
                await asyncio.sleep(_RETRY)


def _identity(update: Update) -> str:
    """The same for every delivery of an update, another for every other update."""
    query, message = update.callback_query, update.effective_message
    if query is not None or message is None:
        return query.id if query is not None else ""
    edited = message.edit_date.timestamp() if message.edit_date else 0
    return f"{message.chat.id}:{message.message_id}:{message.date.timestamp():.0f}:{edited:.0f}"


def _entry(row: tuple[Any, ...]) -> Entry:
    values = list(row)
    values[5] = json.loads(values[5]) if values[5] else None
    return Entry(*values)
