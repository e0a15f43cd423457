"""Conversations: is the article of a follow-up found when it is asked as people ask, "Why?", "And France?".

Our own conversations, over our fixtures and the owner's article in one index, are held turn by turn as a front end
holds them: what the desk answers, right or wrong, is what the next question leans on. Beside it stand the questions
just as they were typed, and their standalone forms as written by hand. On TREC CAsT's topics, which are on other
matters and have no answers of ours, the rewriting alone is set against the rewriting by hand.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any

from bot.conversation import ask
from bot.desk import Desk
from bot.followups import standalone
from bot.leaning import tokens
from bot.turns import Turn
from bot.wording import stem
from evals.data import data_file
from evals.scoring import overlap

FIRST = 4  # passages among which the article must be
_ASKED_ON = date(2024, 10, 1)
CAST = {
    "2019": "followups/evaluation_topics_v1.0.json",
    "2020": "followups/2020_manual_evaluation_topics_v1.0.json",
    "2021": "followups/2021_manual_evaluation_topics_v1.0.json",
}
CAST_2019_RESOLVED = "followups/evaluation_topics_annotated_resolved_v1.0.tsv"


@dataclass(frozen=True, slots=True)
class Line:
    """A turn of the set: what is typed, the same standing on its own, and the id of the article that answers."""

    question: str
    standalone: str
    article: str
    new_topic: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of the set."""

    id: str
    held_out: bool
    turns: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a turn after the first. `found…`: its article is among the first passages.

    `found_alone`: by the words alone, no article being preferred. `clean`: nothing of the conversation was added to
    the question.
    """

    id: str
    held_out: bool
    line: Line
    text: str
    found: bool
    found_alone: bool
    found_raw: bool
    found_by_hand: bool
    clean: bool


def conversations(path: Path) -> list[Talk]:
    """The set, in the order of the file."""
    with path.open(encoding="utf-8") as lines:
        return [
            Talk(
                row["id"],
                row["held_out"],
                tuple(
                    Line(turn["question"], turn["standalone"], turn["article"], turn.get("new_topic", False))
                    for turn in row["turns"]
                ),
            )
            for row in map(json.loads, lines)
        ]


def hold(desk: Desk, talks: Sequence[Talk], advance: Callable[[], None] = lambda: None) -> list[Held]:
    """Hold every conversation; what came of each turn but the first. `advance` is called after each conversation."""
    rows = []
    for talk in talks:
        turns: list[Turn] = []
        for number, line in enumerate(talk.turns):
            _, turn = ask(desk, line.question, turns, _ASKED_ON)
            if number:
                text, prefer = turn.standalone, frozenset(turn.prefer)
                rows.append(
                    Held(
                        f"{talk.id}/{number + 1}", talk.held_out, line, text,
                        found=line.article in _first(desk, text, prefer),
                        found_alone=line.article in _first(desk, text),
                        found_raw=line.article in _first(desk, line.question),
                        found_by_hand=line.article in _first(desk, line.standalone),
                        clean=not _added(line.question, text),
                    )
                )  # fmt: skip
            turns.append(turn)
        advance()
    return rows


def figures(rows: Sequence[Held]) -> dict[str, Any]:
    """Shares of the follow-ups and of the turns that change the topic, for those seen while building and held out."""
    groups = {"all": list(rows)}
    groups["open"] = [row for row in rows if not row.held_out]
    groups["held out"] = [row for row in rows if row.held_out]
    return {name: _group(some) for name, some in groups.items() if some}


def _group(rows: Sequence[Held]) -> dict[str, float | int]:
    follow = [row for row in rows if not row.line.new_topic]
    change = [row for row in rows if row.line.new_topic]
    return {
        "follow-ups": len(follow),
        "found": _share(row.found for row in follow),
        "found, no article preferred": _share(row.found_alone for row in follow),
        "found, as typed": _share(row.found_raw for row in follow),
        "found, rewritten by hand": _share(row.found_by_hand for row in follow),
        "changes of topic": len(change),
        "unpolluted": _share(row.found and row.clean for row in change),
        "nothing added": _share(row.clean for row in change),
    }


def on_cast(folder: Path) -> dict[str, dict[str, float | int]]:
    """By year: unigram recall and F1 against the questions rewritten by hand, as typed and as we rewrite them.

    Over all turns but the first of each topic. The conversation is that of the questions, with the passage that TREC
    names as their answer where the file has its text (2021). Raises UsageError where the data is missing.
    """
    out = {}
    for year, name in CAST.items():
        topics = json.loads(data_file(folder, name).read_text(encoding="utf-8"))
        by_hand = _resolved(folder) if year == "2019" else {}
        rows = [row for topic in topics for row in _topic(topic, by_hand)]
        typed, ours = [overlap(raw, hand) for raw, _, hand in rows], [overlap(text, hand) for _, text, hand in rows]
        out[year] = {
            "turns": len(rows),
            "recall, as typed": round(fmean(recall for _, recall, _ in typed), 4),
            "recall": round(fmean(recall for _, recall, _ in ours), 4),
            "F1, as typed": round(fmean(f1 for *_, f1 in typed), 4),
            "F1": round(fmean(f1 for *_, f1 in ours), 4),
        }
    return out


def _topic(topic: dict[str, Any], by_hand: dict[str, str]) -> list[tuple[str, str, str]]:
    """(as typed, as we put it, as put by hand) of each turn but the first."""
    rows, turns = list[tuple[str, str, str]](), list[Turn]()
    for turn in topic["turn"]:
        raw, passage = turn["raw_utterance"].strip(), turn.get("passage", "")
        hand = turn.get("manual_rewritten_utterance") or by_hand[f"{topic['number']}_{turn['number']}"]
        background = turns[-1].said if turns else ""
        meant = standalone(raw, turns, background)
        if turns:
            rows.append((raw, meant.text, hand))
        turns.append(Turn(raw, meant.text, said=passage, topic=meant.topic, why=meant.why))
    return rows


def _resolved(folder: Path) -> dict[str, str]:
    with data_file(folder, CAST_2019_RESOLVED).open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) > 1}


def _first(desk: Desk, text: str, prefer: frozenset[str] = frozenset()) -> list[str]:
    return [hit.article.id for hit in desk.search(text, _ASKED_ON, FIRST, prefer=prefer).hits]


def _added(question: str, text: str) -> set[str]:
    """Stems of the content words that the question as searched has and as typed has not."""
    have = {stem(token.lower) for token in tokens(question)}
    return {stem(token.lower) for token in tokens(text) if token.content} - have


def _share(values: Any) -> float:
    listed = list(values)
    return round(fmean(listed), 4) if listed else 0.0
