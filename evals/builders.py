"""Builders in processes of their own, and the news they are given: what the tests of crashes and switching share.

Nearly all articles are filler with made-up vectors, kept in the library beforehand, so that a build has bulk and yet
takes a second; the articles that are asked for are encoded by the bundled encoder.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import wraps
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from bot.settings import Settings, prepare_environment
from index import aside, derive
from index.articles import Article
from index.build import sync
from index.embed import Encoders, load_encoder, model_id
from index.generations import open_collection, open_searcher, upsert
from index.library import FILE_NAME, Library
from index.manifest import Manifest, opening
from index.passages import Passage, embedding_text, passage_hash
from index.publish import Verifier
from index.serving import Generations

TOWNS = ("Aberdeen", "Bergen", "Cadiz", "Dakar", "Esbjerg")
ASKED_ON = date(2024, 6, 1)
BULK = 1100  # articles that come and go together: more than the thousand after which Chroma persists
_NEW = 30  # articles of each round, gone two rounds later
_DIMENSION = 384

# Where a builder kills itself: (owner, function, beginning of its first argument's name, before or after the call).
POINTS: dict[str, tuple[object, str, str, bool]] = {
    "manifest written": (Manifest, "write", "", False),
    "before the rename": (Path, "rename", "building-", True),
    "renamed": (Path, "rename", "building-", False),
    "CURRENT.new written": (Path, "replace", "CURRENT.new", True),
    "CURRENT replaced": (Path, "replace", "CURRENT.new", False),
    "sweeping": (shutil, "rmtree", "swept-", True),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A published index as a reader finds it: the ids in each engine, and the first passages for each question."""

    name: str
    promised: int
    dense: frozenset[str]
    lexical: int
    answers: tuple[tuple[tuple[str, str], ...], ...]


def forks() -> ForkServerContext:
    """Processes that start in milliseconds, with all that is slow to import there already."""
    prepare_environment(Settings())
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["evals.builders", "sentence_transformers", "chromadb", "index.retrieve", "bot.desk"]
    )
    return context


def settle() -> None:
    """Make a process that may be killed, beside others on few cores, a good neighbour."""
    import torch
    from tqdm import tqdm  # type: ignore[import-untyped]

    torch.set_num_threads(1)  # on cores that others use too, several wait for each other more than they work
    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, which a kill would leave behind


def question(town: str) -> str:
    return f"How many ships did the port of {town} count?"


def count_of_ships(town: str, number: int) -> Article:
    """The article that answers `question(town)`, as it stands in round `number`."""
    text = f"The port of {town} counted {1000 + number} ships this year, its harbour master said on Monday."
    return Article(f"ports/{town}", "", f"Ships at {town}", "Harbour News", (), date(2024, 5, 30), text)


def articles(number: int, bulk: bool) -> list[Article]:
    """What the sources hold in round `number`: some of it changed, some new, some gone since the round before."""
    watched = [count_of_ships(town, number) for town in TOWNS]
    new = [
        Article(f"new/{at}-{n}", "", f"Bulletin {at}-{n}", "Gazette", (), None, f"The council met for hour {at}-{n}.")
        for at in (number - 1, number)
        for n in range(_NEW)
    ]
    return [*watched, *new, *_filler("base"), *(_filler("bulk") if bulk else [])]


def _filler(kind: str) -> list[Article]:
    day = date(2024, 1, 1)
    return [
        Article(f"{kind}/{n}", "", f"Notice {n}", "Filler", (), day, f"Lot {n} of the {kind} sale went to bidder {n}.")
        for n in range(BULK)
    ]


def prefill(home: Path) -> None:
    """Keep made-up vectors for the filler, so that it need not be encoded."""
    filler = [*_filler("base"), *_filler("bulk")]
    hashes = [passage_hash(embedding_text(a, Passage("", a.id, 0, len(a.text)))) for a in filler]
    vectors = np.random.default_rng(7).normal(size=(len(hashes), _DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with closing(Library(home / FILE_NAME)) as library:
        library.put_vectors(model_id(), hashes, vectors)


def build(home: Path, number: int, bulk: bool, pipe: Connection, point: str | None = None) -> None:
    """One build. Tells over `pipe` ("stage", name), ("verifier", its process) and at last ("report", Report)."""
    settle()

    def told_upsert(collection: Any, entries: Any) -> None:
        pipe.send(("stage", "persist" if len(entries) >= 1000 else "indexing"))
        upsert(collection, entries)
        pipe.send(("stage", "indexing"))

    class ToldVerifier(Verifier):
        def __init__(self) -> None:
            super().__init__()
            pipe.send(("verifier", self._process.pid))

    mock.patch.object(aside, "upsert", told_upsert).start()
    mock.patch.object(derive, "Verifier", ToldVerifier).start()
    if point is not None:
        _die_at(point, pipe)
    now = articles(number, bulk)
    with closing(Library(home / FILE_NAME)) as library:
        gone = library.live_ids() - {article.id for article in now}
    report = sync(home, now, load_encoder, progress=_Told(pipe), remove=sorted(gone), model_id=model_id())
    pipe.send(("report", report))


def _die_at(point: str, pipe: Connection) -> None:
    owner, name, beginning, before = POINTS[point]
    call: Callable[..., Any] = getattr(owner, name)

    @wraps(call)
    def deadly(first: Any, *args: Any, **options: Any) -> Any:
        aimed = first.name.startswith(beginning)
        result = None if aimed and before else call(first, *args, **options)
        if aimed:
            pipe.send(("stage", "publish"))
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    mock.patch.object(owner, name, deadly).start()


class _Told:
    """Progress that goes through a pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def start(self, stage: str, total: int | None) -> None:
        self._pipe.send(("stage", stage))

    def advance(self, n: int = 1) -> None: ...
    def done(self) -> None: ...


def look(home: Path, pipe: Connection) -> None:
    """Send what a reader finds in the published index: a Seen, or the fault as text."""
    from index.retrieve import NewsQuery, NewsRetriever

    settle()
    try:
        generations = Generations(home)
        with closing(Library(home / FILE_NAME)) as library, closing(generations), generations.lease() as generation:
            retriever = NewsRetriever(library, generations, Encoders())
            found = [retriever.search(NewsQuery(question(town), asked_on=ASKED_ON), 3) for town in TOWNS]
            with opening(generation.folder):
                collection, close = open_collection(generation.folder)
                dense = frozenset(collection.get(include=[])["ids"])
                count = collection.count()
                close()
                searcher, _ = open_searcher(generation.folder)
            if count != len(dense):
                raise AssertionError(f"Chroma counts {count} and lists {len(dense)}")
            answers = tuple(tuple((f.passage.id, f.article.text) for f in each) for each in found)
            name, promised = generation.manifest.name, generation.manifest.passages
            pipe.send(Seen(name, promised, dense, searcher.num_docs, answers))
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


def still_verifies(pid: int) -> bool:
    """Whether a verifier runs there: neither gone, nor waiting for its new parent to notice that it has ended."""
    try:
        return b"verify_generation" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()
