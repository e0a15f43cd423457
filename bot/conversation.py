"""A conversation: what was said is kept in SQLite, and a question is answered with it in mind.

Turns are linked: each knows the one it goes on from, so that conversations in one chat do not mix, and a reply to an
earlier answer goes on from there. They are forgotten on demand and after twelve hours of silence.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.answers import Answer, Claim
from bot.followups import standalone
from bot.leaning import tokens
from bot.sources import sources_of
from bot.state import State
from bot.turns import Lean, Leaning, Standalone, Turn
from bot.wording import stem

if TYPE_CHECKING:
    from bot.desk import Desk

_LOG = logging.getLogger(__name__)
HOURS = 12  # of silence, after which a conversation is over
TERMINAL = "terminal"  # the terminal's place
_TURNS = 4  # leaned on at most
_BACKGROUND = 8_000  # characters of the article under discussion
_LONGEST = 400  # characters that a language model may make of a question


@dataclass(frozen=True, slots=True)
class Kept:
    """A turn as it is kept: `after` is the turn it goes on from, `message` the question's message, where it has one."""

    id: int
    turn: Turn
    after: int | None
    message: int | None


class Conversations:
    """The `turns` table. Every method may raise StateError."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock

    def last(self, place: str, user: int | None = None) -> int | None:
        """The turn that a new question of `user` goes on from; None when there is none, or it is too long ago."""
        rows = self._state.rows(
            "SELECT id FROM turns WHERE place = ? AND user IS ? AND created > ? ORDER BY created DESC, id DESC LIMIT 1",
            (place, user, self._since()),
        )
        return rows[0][0] if rows else None

    def of_message(self, place: str, message: int) -> Kept | None:
        """The turn whose question is this message."""
        rows = self._state.rows(
            "SELECT id, body FROM turns WHERE place = ? AND body ->> 'message' = ? AND created > ?",
            (place, message, self._since()),
        )
        return _kept(*rows[0]) if rows else None

    def turns(self, id: int | None) -> list[Turn]:
        """The turn `id` and those it goes on from, oldest first, as far as they are kept and leaned on."""
        found = list[Turn]()
        while id is not None and len(found) < _TURNS:
            rows = self._state.rows("SELECT id, body FROM turns WHERE id = ? AND created > ?", (id, self._since()))
            if not rows:
                break
            kept = _kept(*rows[0])
            found.append(kept.turn)
            id = kept.after
        return found[::-1]

    def put(
        self, place: str, turn: Turn, after: int | None = None, user: int | None = None, message: int | None = None
    ) -> int:
        """Keep a turn, in the place of an earlier one of the same message; returns its id."""
        body = json.dumps(turn.as_json() | {"after": after, "message": message})
        old = self.of_message(place, message) if message is not None else None
        with self._state.write() as db:
            db.execute("DELETE FROM turns WHERE created <= ?", (self._since(),))
            if old is not None:
                db.execute("UPDATE turns SET body = ?, created = ? WHERE id = ?", (body, self._clock(), old.id))
                return old.id
            row = (place, user, body, self._clock())
            made = db.execute("INSERT INTO turns (place, user, body, created) VALUES (?, ?, ?, ?)", row)
            assert made.lastrowid is not None
            return made.lastrowid

    def forget(self, place: str, user: int | None = None) -> None:
        """Erase what `user` said at `place`."""
        with self._state.write() as db:
            db.execute("DELETE FROM turns WHERE place = ? AND user IS ?", (place, user))

    def forget_user(self, user: int) -> None:
        """Erase what a user said anywhere."""
        with self._state.write() as db:
            db.execute("DELETE FROM turns WHERE user = ?", (user,))

    def sweep(self) -> None:
        """Drop what is over."""
        with self._state.write() as db:
            db.execute("DELETE FROM turns WHERE created <= ?", (self._since(),))

    def _since(self) -> float:
        return self._clock() - HOURS * 3_600


def ask(
    desk: Desk,
    question: str,
    turns: Sequence[Turn],
    asked_on: date | None = None,
    *,
    whole: bool = False,
    told: Callable[[int, int], None] = lambda reading, searched: None,
    place: str = "",
    shown: Callable[[Claim], None] = lambda claim: None,
) -> tuple[Answer, Turn]:
    """Answer `question` as it is meant after `turns`, and what is to be kept of it. The rest is as for `Desk.ask`."""
    meant = understood(desk, question, turns)
    answer = desk.ask(question, asked_on, meant=meant, whole=whole, told=told, place=place, shown=shown)
    return answer, turn_of(answer, meant)


def understood(desk: Desk, question: str, turns: Sequence[Turn]) -> Standalone:
    """What `question` means after `turns`: a language model's words where there is one and they hold, else ours."""
    question, turns = " ".join(question.split()), turns[-_TURNS:]
    article = desk.library.article(turns[-1].articles[0]) if turns and turns[-1].articles else None
    meant = standalone(question, turns, article.text[:_BACKGROUND] if article else "")
    if desk.rewriter is None or not turns:
        return meant
    try:
        put = " ".join((desk.rewriter(turns, question) or "").split())
    except Exception as error:  # whatever a model's client may raise: the code's own words stand
        _LOG.warning("the language model did not make a question standalone: %s", error)
        return meant
    if not put or put == question or not adds_nothing(put, turns, question):
        return meant
    why = (Leaning(Lean.MODEL, "", ""), *(lean for lean in meant.why if lean.how is Lean.ARTICLE))
    return Standalone(put, meant.prefer, meant.topic, why)


def adds_nothing(text: str, turns: Sequence[Turn], question: str) -> bool:
    """Whether every content word, name and number of `text` stands in the conversation or in `question`. Pure."""
    if len(text) > _LONGEST or not any(character.isalnum() for character in text):
        return False
    said = [question]
    for turn in turns:
        said += [turn.question, turn.standalone, turn.answer, turn.said, *turn.quotes, *turn.titles]
    have = {stem(token.lower) for words in said for token in tokens(words)}
    return all(
        stem(token.lower) in have
        for n, token in enumerate(tokens(text))
        if token.content or token.text.isdigit() or (token.capital and n > 0)
    )


def turn_of(answer: Answer, meant: Standalone) -> Turn:
    """What is kept of an answer."""
    sources = sources_of(answer)  # where nothing was found, what came closest may still be what is talked about
    if not answer.claims:
        sources = [source for source in sources if source.article.id in meant.prefer] or sources
    first = answer.claims[0] if answer.claims else None
    return Turn(
        question=answer.question.text,
        standalone=meant.text,
        answer=first.answer if first else "",
        said=answer.text if answer.claims else "",
        articles=tuple(source.article.id for source in sources[:3]),
        titles=tuple(source.article.title for source in sources[:3]),
        quotes=tuple(cited.quote for claim in answer.claims[:3] for cited in claim.citations[:1]),
        topic=meant.topic,
        prefer=tuple(sorted(meant.prefer)),
        why=meant.why,
    )


def _kept(id: int, body: str) -> Kept:
    fields = json.loads(body)
    return Kept(id, Turn.from_json(fields), fields["after"], fields["message"])
