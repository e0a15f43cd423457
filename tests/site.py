"""A web site on this machine, for tests of fetching: pages, redirects, entity tags, slow and endless bodies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = ("127.0.0.1/32",)  # what a guarded fetch has to be allowed to reach it


@dataclass(frozen=True)
class Page:
    """What a path gives. `drip`: seconds before each next byte; `endless`: the body over and over, for good."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    endless: bool = False


@dataclass
class Site:
    """The site at `url`: what is at each path, and which were asked for with which headers."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [path for path, _ in self.asked]

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """A page; an underscore in the name of a header is a hyphen."""
        data = body if isinstance(body, bytes) else body.encode()
        self.pages[path] = Page(data, kind, headers={name.replace("_", "-"): value for name, value in headers.items()})


def article(title: str, *lines: str) -> str:
    """An HTML page with one article, long enough to be one."""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.site.pages.get(self.path, Page(status=404))
        tag = page.headers.get("ETag")
        unchanged = tag is not None and self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if not unchanged:
            self.send_header("Content-Type", page.kind)
        self.end_headers()
        with suppress(OSError):  # the other side has had enough
            while not unchanged:
                for at in range(len(page.body)) if page.drip else ():
                    self.wfile.write(page.body[at : at + 1])
                    time.sleep(page.drip)
                if not page.drip:
                    self.wfile.write(page.body)
                if not page.endless:
                    break

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that leaves is none."""


@contextmanager
def serving() -> Iterator[Site]:
    """A site of its own."""
    site = Site("")
    handler = type("Handler", (_Handler,), {"site": site})
    with _Server(("127.0.0.1", 0), handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
