"""The parameters of one call, whichever way they came: JSON, a form, multipart, or the query of the address.

Knows the shapes of values, not what they are for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tornado.httputil import HTTPServerRequest

from evals.telegram_api.refusal import Json, bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """One call's parameters, by name."""

    values: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as text; empty where it is absent."""
        value = self.values.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number; the default where it is absent or is none, as Telegram does it."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """The parameter as yes or no."""
        return self.text(name).lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The parameter's JSON, parsed; None where it is absent.

        Args:
            name: the parameter.
            what: what Telegram calls it when it cannot be read.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None

    def logged(self) -> Json:
        """The parameters as they are kept in the record of calls: JSON parsed, files by their size."""
        shown = {name: _parsed(value) for name, value in self.values.items()}
        return shown | {name: f"<{file.name}, {len(file.data)} bytes>" for name, file in self.files.items()}


def read_params(request: HTTPServerRequest) -> Params:
    """The parameters of a request; a body's take precedence over the address's.

    Raises:
        Refusal: a JSON body that is not a JSON object.
    """
    values: Json = {name: each[-1].decode() for name, each in request.query_arguments.items()}
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("object expected as parameters")
        values |= body
    try:
        values |= {name: each[-1].decode() for name, each in request.body_arguments.items()}
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
    files = {
        name: Upload(each[-1].filename, each[-1].content_type, each[-1].body) for name, each in request.files.items()
    }
    return Params(values, files)


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
