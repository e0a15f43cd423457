"""Asking one feed what is new, in a reader's process, and understanding what it tells.

What a reader tells may have been made by a hostile feed: its shapes are checked, and nothing of it raises here. Knows
nothing of schedules.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.feed_reading import TRIES
from bot.feed_table import STATES, Feed, Seen, SeenEntry
from bot.ingest import Intake
from bot.parsing import Parsed, first, parse, plain
from bot.visible import one_line
from bot.wire import ParseRequest
from index.fetch import Validators
from index.records import line, web_url

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What is at an address: a feed's title, or why it is none, and the feeds that a page there names instead."""

    title: str = ""
    reason: str = ""
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    """How asking a feed went. `parsed` has the articles, and is to be closed; None where there can be none.

    `fault`: why it could not be read, "" when it could; the server then wants to be left for `retry_after` seconds.
    `validators` are for the next time: none where something is left to be read.
    """

    parsed: Parsed | None = None
    fault: str = ""
    retry_after: float = 0.0
    title: str = ""
    validators: Validators = Validators()  # noqa: RUF009 (frozen)
    entries: tuple[SeenEntry, ...] = ()


async def look(url: str, intake: Intake) -> Look:
    """Whether there is a feed at an address."""
    with await parse(_request(url, intake, look=True), intake.limits) as parsed:
        try:
            refused, about = first(parsed.lines, "refused"), first(parsed.lines, "feed")
            if refused is not None:
                named = tuple(filter(None, map(web_url, refused["feeds"])))
                return Look(reason=line(refused["reason"]), named=named)
            if about is not None:
                return Look(title=line(about["title"]))
        except (TypeError, KeyError, ValueError):
            log.warning("What the reader told of %s is not understood", one_line(url))
        return Look(reason=_reason(parsed))


async def poll(feed: Feed, seen: Seen, intake: Intake) -> Poll:
    """Ask a feed of which `seen` is known."""
    parsed = await parse(_request(feed.url, intake, feed=feed, seen=seen), intake.limits)
    try:
        found = _understood(feed, seen, parsed)
    except (TypeError, KeyError, ValueError):
        log.warning("What the reader told of %s is not understood", one_line(feed.url))
        found = Poll(fault="cannot be read: its reader broke")
    if found.parsed is None:
        parsed.close()
    return found


def _understood(feed: Feed, seen: Seen, parsed: Parsed) -> Poll:
    refused = first(parsed.lines, "refused")
    if refused is not None:
        return Poll(fault=line(refused["reason"]), retry_after=float(refused["retry_after"] or 0))
    if any(kind == "same" for kind, _ in parsed.lines):
        return Poll(title=feed.title, validators=feed.validators)
    about = first(parsed.lines, "feed")
    if about is None:
        return Poll(fault=_reason(parsed))
    if parsed.stopped:
        log.warning("Reading the feed %s was stopped: %s", one_line(feed.url), parsed.stopped)
    entries = _entries(parsed)
    again = {entry.id for entry in entries if entry.state == "failed" and _failures(entry, seen) < TRIES}
    left = any(kind == "entry" and body["state"] == "left" for kind, body in parsed.lines)
    whole = any(kind == "listed" for kind, _ in parsed.lines) and not left and not again
    # Where something is left to be read, the server must not be told that all is known.
    validators = Validators(line(about["etag"]), line(about["modified"])) if whole else Validators()
    return Poll(parsed, title=line(about["title"]) or feed.title, validators=validators, entries=entries)


def _entries(parsed: Parsed) -> tuple[SeenEntry, ...]:
    """The entries as they were listed; the one at which the reader was stopped has failed."""
    found: dict[str, SeenEntry] = {}
    for kind, body in parsed.lines:
        if kind in ("trying", "entry"):
            state = STATES.get("failed" if kind == "trying" else body["state"])
            if state is not None:
                found[str(body["id"])] = SeenEntry(str(body["id"]), str(body["digest"]), state)
    return tuple(found.values())


def _failures(entry: SeenEntry, seen: Seen) -> int:
    digest, failures = seen.get(entry.id, ("", 0))
    return failures + 1 if digest == entry.digest else 1


def _request(
    url: str, intake: Intake, *, look: bool = False, feed: Feed | None = None, seen: Seen | None = None
) -> ParseRequest:
    return ParseRequest(
        "feed",
        url,
        intake.limits.feed,
        intake.limits.memory,
        allow=intake.allow,
        home=str(intake.settings.home),
        etag=feed.validators.etag if feed else "",
        modified=feed.validators.modified if feed else "",
        look=look,
        seen=seen or {},
    )


def _reason(parsed: Parsed) -> str:
    """Why nothing was told of a feed."""
    if parsed.stopped:
        return plain(parsed.stopped)
    return parsed.failed[0].reason if parsed.failed else "cannot be read"
