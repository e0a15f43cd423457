"""`python -m bot.build_worker`: bring the index up to date in a process of its own, so that the bot goes on answering.

Reads a request and then articles, a line each; prints how it goes, what became of each article, and a report, for
bot/ingest.py. At low priority, and with PyTorch in this process alone. It may be killed at any moment: what was done
is kept. Knows nothing of where articles come from.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from bot.settings import Settings, prepare_environment
from bot.wire import BuildRequest, Happened, Taken, article_from_json, read_line, taken_to_json, write_line
from index.articles import Article, BadArticle
from index.build import Report, sync
from index.embed import Encoder, load_encoder, model_id
from index.errors import BuildLocked, DatelineError
from index.library import FILE_NAME, Library

_LOOK_AGAIN = 2.0  # seconds, while another process builds
_TELL_EVERY = 0.5  # seconds between two words on progress

Tell = Callable[[str, Any], None]


def build(
    request: BuildRequest,
    articles: Iterator[Article | BadArticle],
    tell: Tell,
    *,
    load: Callable[[], Encoder],
    model: str,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do what is asked, and tell it: `stage`, `step`, `waiting`; `taken` for each article; `bad`; `report` at the end.

    Waits for another build as long as the request has patience. Raises as `index.build.sync` does.
    """
    home = Path(request.home)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatelineError(f"{home} cannot be written: {error.strerror}.") from error
    watched = _Watched(home)
    patient_until = time.monotonic() + request.patience
    while True:
        try:
            report = sync(
                home,
                watched.passing(articles),  # not begun where another builds: the lock comes first
                load,
                progress=Told(tell),
                replace=request.replace,
                remove=request.remove,
                model_id=model,
            )
            break
        except BuildLocked as locked:
            if time.monotonic() > patient_until or _orphaned():
                raise
            tell("waiting", str(locked))
            sleep(_LOOK_AGAIN)
    for taken in watched.taken():
        tell("taken", taken_to_json(taken))
    for bad in report.failed:
        tell("bad", [bad.source, bad.reason])
    tell("report", _numbers(report))


def _numbers(report: Report) -> dict[str, int]:
    return {"removed": report.removed, "passages": report.passages}


@dataclass
class _Watched:
    """Looks at each article before it is stored, to say afterwards what became of it."""

    home: Path
    first: dict[str, tuple[Article, Happened]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)  # of texts that came in now, and with which article

    def passing(self, articles: Iterable[Article | BadArticle]) -> Iterator[Article | BadArticle]:
        """The articles as they come, each looked up in the library on its way."""
        with closing(Library(self.home / FILE_NAME, read_only=True)) as library:
            for item in articles:
                if isinstance(item, Article) and item.id not in self.first:
                    self.first[item.id] = (item, self._happens(library, item))
                yield item

    def _happens(self, library: Library, article: Article) -> Happened:
        with suppress(UnicodeEncodeError):  # it will be refused
            place, digest = library.places([article.id]).get(article.id), article.digest
            if place is not None and place.live:
                return "unchanged" if _alike(library.article(article.id), article) else "changed"
            if self.digests.setdefault(digest, article.id) != article.id:
                return "duplicate"
            if library.held_elsewhere(digest, article.id):
                return "duplicate"
        return "added"

    def taken(self) -> Iterator[Taken]:
        """What the library holds now of what came."""
        with closing(Library(self.home / FILE_NAME, read_only=True)) as library:
            for article_id, (article, happened) in self.first.items():
                place = library.places([article_id]).get(article_id)
                if place is not None and place.live and _alike(library.article(article_id), article):
                    yield Taken(
                        article.id,
                        article.url,
                        article.title,
                        article.outlet,
                        article.published,
                        place.passages,
                        happened,
                    )


def _alike(held: Article | None, article: Article) -> bool:
    """Whether the library's version of an article is this one."""
    return held is not None and (held.url, held.title, held.outlet, held.published, held.text) == (
        article.url,
        article.title,
        article.outlet,
        article.published,
        article.text,
    )


class Told:
    """The progress of a sync, told in as many words as can be used."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._steps, self._last = 0, 0.0

    def start(self, stage: str, total: int | None) -> None:
        """Begin a stage of `total` steps; None when nobody knows."""
        self._steps, self._last = 0, time.monotonic()
        self._tell("stage", [stage, total])

    def advance(self, n: int = 1) -> None:
        self._steps += n
        if time.monotonic() - self._last >= _TELL_EVERY:
            self._last = time.monotonic()
            self._tell("step", self._steps)

    def done(self) -> None:
        """The next stage says as much."""


def _orphaned() -> bool:
    return os.getppid() == 1


def received(stream: BinaryIO) -> Iterator[Article | BadArticle]:
    """The articles of the lines that follow a request; what is none is refused."""
    for line in stream:
        try:
            yield article_from_json(read_line(line)[1])
        except ValueError:
            yield BadArticle("a line from the reader", "not an article")


def main() -> int:
    os.nice(10)
    request = BuildRequest(**json.loads(sys.stdin.buffer.readline()))
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is not for the bot

    def tell(kind: str, body: Any) -> None:
        with suppress(BrokenPipeError):  # the bot is gone: what it began is finished all the same
            out.write(write_line(kind, body))
            out.flush()

    prepare_environment(Settings.model_construct(encoder=request.encoder, reader=None, reranker=None))
    try:
        build(
            request,
            received(sys.stdin.buffer),
            tell,
            load=lambda: load_encoder(request.encoder),
            model=model_id(request.encoder),
        )
    except DatelineError as error:
        tell("fault", [type(error).__name__, str(error)])
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=error)
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        tell("fault", ["", f"Building the index failed ({what}). Nothing is lost: try again."])
    return 0


if __name__ == "__main__":
    sys.exit(main())
