"""Getting a page or feed over http(s), with a bound on time and size. The one place that opens a connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from index.records import RefusedError, web_url

MOST_BYTES = 32 << 20
MOST_SECONDS = 30.0
_AGENT = "Mozilla/5.0 (compatible; Dateline)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: `url` after redirects, `content_type` as sent ("" when not), the body undecoded."""

    url: str
    content_type: str
    body: bytes


Fetch = Callable[[str], Fetched]


def fetch(url: str) -> Fetched:
    """The body behind `url`, redirects followed. Raises RefusedError with a plain reason for anything but success."""
    import httpx

    if not web_url(url):
        raise RefusedError("not an http or https address")
    deadline = time.monotonic() + MOST_SECONDS
    try:
        with (
            httpx.Client(follow_redirects=True, max_redirects=5, timeout=10.0) as client,
            client.stream("GET", url, headers={"User-Agent": _AGENT}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise RefusedError(f"cannot be fetched: the server answered {response.status_code}")
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise RefusedError(f"too large: over {MOST_BYTES >> 20} MB")
                if time.monotonic() > deadline:
                    raise RefusedError(f"cannot be fetched: it takes more than {MOST_SECONDS:.0f} seconds")
            return Fetched(str(response.url), response.headers.get("content-type", ""), bytes(body))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, OSError, ValueError) as error:
        raise RefusedError(f"cannot be fetched: {_plain(error)}") from None


def _plain(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.TooManyRedirects):
        return "too many redirects"
    return "no connection" if isinstance(error, httpx.TransportError) else "not a valid address or answer"
