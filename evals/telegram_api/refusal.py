"""What the emulator says no with. Knows nothing of chats or HTTP servers."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with `ok: false`.

    Args:
        code: the HTTP status, which is also `error_code`.
        description: as Telegram words it, its prefix ("Bad Request: ") included.
        parameters: `retry_after` or `migrate_to_chat_id`, where there are any.
    """

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_dict(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> Refusal:
    """400 "Bad Request: …"."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """403 "Forbidden: …"."""
    return Refusal(403, f"Forbidden: {reason}")
