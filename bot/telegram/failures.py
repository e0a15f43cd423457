"""What the Bot API's refusals and failures mean for a message: gone, perhaps arrived, or to wait."""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

_GONE = (
    "chat not found", "user not found", "not enough rights", "have no rights", "chat_write_forbidden", "topic_closed",
    "topic_deleted", "message thread not found", "need administrator rights", "peer_id_invalid", "group is deactivated",
    "chat_restricted", "user is deactivated",
)  # fmt: skip
_NO_SUCH_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message not found")


def chat_is_gone(error: BadRequest) -> bool:
    """Whether nothing will ever arrive there."""
    return any(words in str(error).lower() for words in _GONE)


def message_is_gone(error: BadRequest) -> bool:
    """Whether there is no message to be edited."""
    return any(words in str(error).lower() for words in _NO_SUCH_MESSAGE)


def seconds(error: RetryAfter) -> float:
    """How long a chat wants to be left alone."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def surely_lost(error: TelegramError) -> bool:
    """Whether the message cannot have arrived: no connection was made, or the server said that it failed."""
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    # An answer with a status has no cause in the HTTP client, only perhaps in its body, which is a gateway's page. A
    # gateway that gave up waiting may have passed it on.
    answered = error.__cause__ is None or isinstance(error.__cause__, TelegramError)
    return isinstance(error, NetworkError) and answered and "504" not in str(error)
