"""Secrets kept out of what is written: a formatter around every log handler's own. Knows nothing of who logs what."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

_TOKEN = re.compile(r"\d{3,}(?::|%3[Aa])[\w-]{30,}")  # a Telegram bot's, whoever's it is
_HIDDEN = "[secret]"
_SHORTEST = 6  # characters; a shorter part of a secret would also hide ordinary words


class Redacting(logging.Formatter):
    """Formats as `inner` does, tracebacks included, and then hides `secrets` and whatever looks like a bot's token."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self.inner = inner
        self.secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redacted(self.inner.format(record), self.secrets)


def redacted(text: str, secrets: tuple[str, ...] = ()) -> str:
    """`text` without any of `secrets`, also as they stand in URLs, nor the part of a token after its colon."""
    for secret in secrets:
        parts = {secret, quote(secret, safe=""), quote(secret), secret.rpartition(":")[2]}
        for part in sorted(parts, key=len, reverse=True):
            if len(part) >= _SHORTEST:
                text = text.replace(part, _HIDDEN)
    return _TOKEN.sub(_HIDDEN, text)


def redact_logs(*secrets: str) -> None:
    """Put the formatter around that of every handler there is, and keep the HTTP client from logging each address."""
    hidden = tuple(secret for secret in secrets if secret)
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        inner = handler.formatter or logging.Formatter()
        known = inner.secrets if isinstance(inner, Redacting) else ()
        handler.setFormatter(Redacting(inner.inner if isinstance(inner, Redacting) else inner, known + hidden))
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
