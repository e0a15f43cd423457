"""Many questions from a JSON Lines file: one JSON line out for each, in order, whatever is wrong with some of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.edge import FAILED, PARTLY, parse_day, unexpected
from bot.visible import to_json
from index.errors import DatelineError, UsageError


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a batch; `asked_on` is None for today."""

    id: Any
    question: str
    asked_on: date | None


def run_batch(source: str, answer: Callable[[Row], dict[str, Any]]) -> int:
    """Answer every row of the file `source` (`-`: stdin), printing `{"id": …, …}`, or `{"id": …, "error": …}`.

    Returns the exit code: 0, 3 when some rows failed, 1 when all did. A fault that is not one row's own, such as a
    missing index, ends the batch as a DatelineError.
    """
    with ExitStack() as opened:
        try:
            lines = sys.stdin.buffer if source == "-" else opened.enter_context(Path(source).open("rb"))
        except OSError as error:
            raise UsageError(f"The batch file {source} cannot be read: {error.strerror}.") from error
        return _answer_all(lines, answer)


def _answer_all(lines: Iterable[bytes], answer: Callable[[Row], dict[str, Any]]) -> int:
    done = failed = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        id: Any = None
        try:
            record = _record(line, number)
            id = record.get("id")
            out = answer(_row(record, number))
            done += 1
        except UsageError as error:
            out, failed = {"error": str(error)}, failed + 1
        except DatelineError:
            raise
        except Exception as error:
            out, failed = {"error": unexpected(error)}, failed + 1
        print(to_json({"id": id, **out}), flush=True)
    return (PARTLY if done else FAILED) if failed else 0


def _record(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"Line {number} is not JSON.") from error
    if not isinstance(record, dict):
        raise UsageError(f"Line {number} is not a JSON object.")
    return record


def _row(record: dict[str, Any], number: int) -> Row:
    question, asked_on = record.get("question"), record.get("asked_on")
    if not isinstance(question, str) or not question.strip():
        raise UsageError(f"Line {number} has no question.")
    if asked_on is not None and not isinstance(asked_on, str):
        raise UsageError(f"Line {number}: asked_on must be a day such as 2024-06-06.")
    return Row(record.get("id"), question, parse_day(asked_on) if asked_on else None)
