"""The queue of updates: numbered, kept until confirmed, only of the kinds that are allowed.

Knows nothing of how they are fetched: `evals/telegram_api/delivery.py` does that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from evals.telegram_api.refusal import Json

KINDS = frozenset(
    "message edited_message channel_post edited_channel_post business_connection business_message "
    "edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query "
    "chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer "
    "my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot guest_message".split()
)
_BY_DEFAULT = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True, eq=False)
class Pending:
    """An update that has not been confirmed. `again`: one that was pushed with a number that was given out before."""

    update: Json
    again: bool = False
    delivered: bool = False
    added: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> int:
        """Its `update_id`."""
        return int(self.update["update_id"])


class Updates:
    """Every method is to be called under the world's lock."""

    def __init__(self) -> None:
        self.pending: list[Pending] = []
        self.allowed: frozenset[str] = _BY_DEFAULT
        self.next_id = 700_000_001
        self.confirmed = 0  # the highest number that was confirmed
        self.waits: list[float] = []  # seconds from each update's coming to its being fetched
        self.wake: Callable[[], None] = lambda: None

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Set the kinds that will be kept from now on; None leaves them, none or no known one is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & KINDS or _BY_DEFAULT

    def add(self, update: Json) -> int | None:
        """Queue an update, numbered unless it has a number.

        A number given out before is delivered once more, whatever was confirmed, as when a confirmation was lost.

        Returns:
            Its number, or None where its kind is not wanted.
        """
        if not (update.keys() - {"update_id"}) & self.allowed:
            return None
        number = int(update.get("update_id", self.next_id))
        again = number < self.next_id and (number <= self.confirmed or any(each.id == number for each in self.pending))
        self.next_id = max(self.next_id, number + 1)
        # A kept update stays as it was when it was made: what it quotes may change before it is fetched.
        self.pending.append(Pending({"update_id": number, **update}, again))
        self.wake()
        return number

    def confirm(self, offset: int) -> None:
        """Forget what comes before an offset; a negative one keeps that many of the last."""
        if offset < 0:
            numbers = sorted(each.id for each in self.pending)[offset:]
            offset = numbers[0] if numbers else 0
        if offset:
            self.confirmed = max(self.confirmed, min(offset, self.next_id) - 1)
        self.pending = [each for each in self.pending if (not each.delivered if each.again else each.id >= offset)]

    def take(self, limit: int) -> list[Json]:
        """The first updates, which stay until they are confirmed."""
        first = sorted(self.pending, key=lambda each: (not each.again, each.id))[:limit]
        now = time.monotonic()
        for each in first:
            if not each.delivered:
                self.waits.append(now - each.added)
            each.delivered = True
        return [each.update for each in first]

    def done(self, pending: Pending) -> None:
        """Forget one update: a webhook took it."""
        if pending in self.pending:
            self.pending.remove(pending)
        self.confirmed = max(self.confirmed, pending.id)
