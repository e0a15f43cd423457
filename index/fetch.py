"""Getting a page or feed over http(s), with a bound on time and size. The one place that opens a connection.

`fetch` goes wherever its user may go; `guarded_fetch` and `poll` are for links that others give, and reach public
addresses alone (`index/guard.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from index.records import RefusedError, web_url

if TYPE_CHECKING:
    import httpx

    from index.guard import Network

MOST_BYTES = 32 << 20
MOST_SECONDS = 30.0
_MOST_REDIRECTS = 5
_MOST_VALIDATOR = 1000  # characters
_AGENT = "Mozilla/5.0 (compatible; Dateline)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: `url` after redirects, `content_type` as sent ("" when not), the body undecoded."""

    url: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again with (RFC 9110, 8.8): ETag and Last-Modified as sent, "" where it gave none."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Polled:
    """What asking again gave: `page` is None when nothing has changed since the validators asked with (304)."""

    page: Fetched | None
    validators: Validators


class AnsweredError(RefusedError):
    """The server answered with something other than success: `status`, and how many seconds it wants to be left."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"cannot be fetched: the server answered {status}")
        self.status = status
        self.retry_after = retry_after


Fetch = Callable[[str], Fetched]
_NOTHING_KNOWN = Validators()


def fetch(url: str) -> Fetched:
    """The body behind `url`, redirects followed. Raises RefusedError with a plain reason for anything but success."""
    return _page(_get(url, None, {}))


def guarded_fetch(url: str, *, allow: Sequence[Network] = ()) -> Fetched:
    """As `fetch`, but for links that others give: only from public addresses, and from those within `allow`."""
    return _page(poll(url, allow=allow))


def poll(url: str, known: Validators = _NOTHING_KNOWN, *, allow: Sequence[Network] = ()) -> Polled:
    """As `guarded_fetch`, and nothing is sent again that has not changed since `known`. Raises RefusedError."""
    from index.guard import GuardedTransport

    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return _get(url, GuardedTransport(allow), {name: value for name, value in asked.items() if value})


def _page(polled: Polled) -> Fetched:
    if polled.page is None:
        raise AnsweredError(304, None)
    return polled.page


def _get(url: str, transport: httpx.BaseTransport | None, headers: Mapping[str, str]) -> Polled:
    import httpx

    if not web_url(url):
        raise RefusedError("not an http or https address")
    deadline = time.monotonic() + MOST_SECONDS
    try:
        with httpx.Client(transport=transport, timeout=10.0, headers={"User-Agent": _AGENT}) as client:
            request = client.build_request("GET", url, headers=headers)
            # Followed here, since httpx reads the body of a redirect whole, however long it is.
            for _ in range(_MOST_REDIRECTS + 1):
                with closing(client.send(request, stream=True)) as response:
                    if response.next_request is None:
                        return _answer(response, deadline, conditional=bool(headers))
                    request = response.next_request
                _check(deadline)
        raise RefusedError("cannot be fetched: too many redirects")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, OSError, ValueError) as error:
        raise RefusedError(f"cannot be fetched: {_plain(error)}") from None


def _answer(response: httpx.Response, deadline: float, *, conditional: bool) -> Polled:
    validators = Validators(_validator(response, "etag"), _validator(response, "last-modified"))
    if response.status_code == 304 and conditional:
        return Polled(None, validators)
    if response.status_code != 200:
        raise AnsweredError(response.status_code, _retry_after(response.headers.get("retry-after", "")))
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RefusedError(f"too large: over {MOST_BYTES >> 20} MB")
        _check(deadline)
    return Polled(Fetched(str(response.url), response.headers.get("content-type", ""), bytes(body)), validators)


def _check(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise RefusedError(f"cannot be fetched: it takes more than {MOST_SECONDS:.0f} seconds")


def _validator(response: httpx.Response, name: str) -> str:
    """A validator that can be sent back as it is, or ""."""
    value = str(response.headers.get(name, ""))
    return value if value.isascii() and value.isprintable() and len(value) <= _MOST_VALIDATOR else ""


def _retry_after(value: str) -> float | None:
    """Seconds, from the header's either form: a number of them, or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _plain(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return "no connection" if isinstance(error, httpx.TransportError) else "not a valid address or answer"
