"""Answers as they were given, kept so that their buttons work and their links show the same answer to someone else."""

from __future__ import annotations

import json
import secrets
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.sources import Source
from bot.state import State
from bot.telegram.delivery import To
from bot.telegram.html import Html

DAYS = 30
_LETTERS = string.ascii_letters + string.digits
_ID_LENGTH = 12  # 71 bits: nobody comes upon a stranger's answer


@dataclass(frozen=True, slots=True)
class Quoted:
    """What was quoted, as (start, end) of characters, of the version of an article whose text has `digest`."""

    article: str
    digest: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer: what was asked as on which day, the message that was sent, and its sources in their order.

    `limited`: something in the question limited or led the search; `whole`: it was asked to pass over that.
    """

    id: str
    question: str
    asked_on: date
    html: Html
    again: Html  # the same for a second time
    sources: tuple[Quoted, ...]
    user: int
    limited: bool = False
    whole: bool = False
    standalone: str = ""  # the question as searched, where it leaned on a conversation

    @property
    def searched(self) -> str:
        return self.standalone or self.question


class KeptAnswers:
    """The `answers` and `feedback` tables. Every method may raise StateError."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock

    def new_id(self) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))

    def put(self, kept: Kept, to: To) -> None:
        body = {
            "question": kept.question,
            "standalone": kept.standalone,
            "asked_on": kept.asked_on.isoformat(),
            "html": kept.html,
            "again": kept.again,
            "limited": kept.limited,
            "whole": kept.whole,
            "sources": [[source.article, source.digest, source.spans] for source in kept.sources],
        }
        row = (kept.id, to.chat, to.thread, kept.user, json.dumps(body), self._clock())
        with self._state.write() as db:
            db.execute("INSERT INTO answers (id, chat, thread, user, body, created) VALUES (?, ?, ?, ?, ?, ?)", row)

    def get(self, id: str) -> Kept | None:
        """The answer with this id; None when there is none, or it is over thirty days old."""
        since = self._clock() - DAYS * 86_400
        rows = self._state.rows("SELECT body, user FROM answers WHERE id = ? AND created > ?", (id, since))
        if not rows:
            return None
        return _kept(id, rows[0][1], json.loads(rows[0][0]))

    def last(self, to: To, user: int) -> Kept | None:
        """What this person asked last in this chat and topic; None when nothing is kept."""
        rows = self._state.rows(
            "SELECT id FROM answers WHERE chat = ? AND thread IS ? AND user = ? "
            "ORDER BY created DESC, rowid DESC LIMIT 1",
            (to.chat, to.thread, user),
        )
        return self.get(rows[0][0]) if rows else None

    def judge(self, id: str, user: int, verdict: str, reason: str | None = None) -> None:
        """What a person thought of an answer; their last word counts."""
        with self._state.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback (answer, user, verdict, reason, created) VALUES (?, ?, ?, ?, ?)",
                (id, user, verdict, reason, self._clock()),
            )

    def forget(self, user: int) -> None:
        """Erase a user's answers and opinions."""
        with self._state.write() as db:
            db.execute(
                "DELETE FROM feedback WHERE user = ?1 OR answer IN (SELECT id FROM answers WHERE user = ?1)", (user,)
            )
            db.execute("DELETE FROM answers WHERE user = ?", (user,))

    def sweep(self) -> None:
        """Drop what is over thirty days old."""
        before = self._clock() - DAYS * 86_400
        with self._state.write() as db:
            db.execute("DELETE FROM answers WHERE created < ?", (before,))
            db.execute("DELETE FROM feedback WHERE created < ?", (before,))

    def figures(self) -> dict[str, int]:
        """What /stats shows: answers, people and opinions of thirty days."""
        answers, people = self._state.rows("SELECT count(*), count(DISTINCT user) FROM answers")[0]
        liked, not_liked = self._state.rows(
            "SELECT count(*) FILTER (WHERE verdict = 'good'), count(*) FILTER (WHERE verdict = 'bad') FROM feedback"
        )[0]
        return {"answers": answers, "people": people, "liked": liked, "not_liked": not_liked}


def quoted(sources: Sequence[Source]) -> tuple[Quoted, ...]:
    """Sources by their articles' ids and digests: what they quote can be shown after the articles have changed."""
    return tuple(Quoted(source.article.id, source.article.digest, source.spans) for source in sources)


def _kept(id: str, user: int, body: dict[str, Any]) -> Kept:
    sources = tuple(Quoted(article, digest, tuple(map(tuple, spans))) for article, digest, spans in body["sources"])
    day, html, again = date.fromisoformat(body["asked_on"]), Html(body["html"]), Html(body["again"])
    limited, whole = body.get("limited", False), body.get("whole", False)  # what was kept before has none of these
    return Kept(id, body["question"], day, html, again, sources, user, limited, whole, body.get("standalone", ""))
