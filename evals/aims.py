"""The figures that the reader was built to reach, and where among the benchmarks' results each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure and its bound: at least `bound`, or at most. `path` are the keys that lead to it in the results."""

    about: str
    benchmark: str
    path: tuple[str, ...]
    bound: float
    at_most: bool = False

    def met(self, figure: float) -> bool:
        return figure <= self.bound if self.at_most else figure >= self.bound


AIMS = (
    Aim("SQuAD 1.1 dev, F1", "reading", ("SQuAD 1.1", "f1"), 0.84),
    Aim("SQuAD 2.0 dev, F1 at the reader’s own threshold", "reading", ("SQuAD 2.0", "f1"), 0.66),
    Aim(
        "SQuAD 2.0 dev, F1 of the answerable, always answering",
        "reading", ("SQuAD 2.0", "f1 of the answerable, always answering"), 0.83,
    ),
    Aim("news of 2022, all articles, F1", "answers", ("2022", "f1"), 0.44),
    Aim("news of 2023, all articles, F1", "answers", ("2023", "f1"), 0.34),
    Aim("news of 2022: a cited sentence holds the answer", "answers", ("2022", "cited"), 0.5),
    Aim("news of 2023: a cited sentence holds the answer", "answers", ("2023", "cited"), 0.4),
    Aim("news, the surest fifth: a cited sentence holds the answer", "answers", ("all", "surest_fifth"), 0.85),
    Aim("news, expected calibration error", "answers", ("all", "calibration_error"), 0.05, at_most=True),
    Aim("answered although the answer was taken out", "refusing", ("answered when taken out",), 0.15, at_most=True),
    Aim("answered, of the answerable", "refusing", ("answered, of the answerable",), 0.6),
    Aim("owner’s article: right, of 25", "seeds", ("right",), 23),
    Aim("owner’s article: answered though unanswerable, of 10", "seeds", ("wrongly_answered",), 0, at_most=True),
    Aim("follow-ups: the article in the first four passages", "followups", ("all", "found"), 0.85),
    Aim("the same, conversations held out", "followups", ("held out", "found"), 0.85),
    Aim("the same among a thousand other articles", "crowded", ("all", "found"), 0.85),
    Aim("changes of topic unpolluted", "followups", ("all", "unpolluted"), 0.9),
    Aim("the same, conversations held out", "followups", ("held out", "unpolluted"), 0.9),
    Aim("retrieval, hits@4", "retrieval", ("hits@4",), 0.9),
    Aim("retrieval, mean reciprocal rank", "retrieval", ("mrr",), 0.76),
    Aim("reading 16 passages, median, ms", "cost", ("reading, median ms",), 250, at_most=True),
    Aim("a whole answer over all articles, median, ms", "answers", ("p50_ms",), 400, at_most=True),
    Aim("a cold `dateline ask`, median, s", "cost", ("cold ask, median s",), 4, at_most=True),
    Aim("a cold `dateline ask`, peak memory, MB", "cost", ("peak resident MB",), 600, at_most=True),
    Aim("bot, a hundred chats at once: longest stall of polling, s", "telegram", ("at_once", "stall"), 1, at_most=True),
    Aim("bot, beside a flood: times the usual wait", "telegram", ("flood", "ratio"), 2, at_most=True),
    Aim("bot, a flood: longest stall of polling, s", "telegram", ("flood", "stall"), 1, at_most=True),
    Aim("bot, publishing: longest stall of polling, s", "telegram", ("publishing", "stall"), 1, at_most=True),
    Aim("bot, publishing: longest pause beyond the usual, s", "telegram", ("publishing", "pause"), 1, at_most=True),
    Aim("bot under load: faults found", "telegram", ("faults",), 0, at_most=True),
    Aim("bot, a hundred times killed: faults found", "kills", ("faults",), 0, at_most=True),
)  # fmt: skip


def figure_at(figures: object, path: tuple[str, ...]) -> float | None:
    """The number that `path` leads to, of a list how many it holds; None where there is neither."""
    for key in path:
        figures = figures.get(key) if isinstance(figures, Mapping) else None
    if isinstance(figures, list | tuple):
        return len(figures)
    return figures if isinstance(figures, (int, float)) else None
