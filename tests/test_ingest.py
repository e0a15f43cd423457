"""The whole way in, as a front end goes it: real processes, the real encoder, and a stop at any moment."""

from __future__ import annotations

import asyncio
import gzip
import random
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.ingest import Ingested, Intake, Stage
from bot.parsing import Limits
from bot.settings import Settings
from index.embed import model_id
from index.errors import BuildLocked, DatelineError, UsageError
from index.library import FILE_NAME, Library
from index.publish import build_lock
from tests.site import HERE, article, serving
from tests.small_index import STORIES, Words, indexed, texts, update
from tests.test_parse_worker import STORY, TEXT


def intake(home: Path, **limits: float) -> Intake:
    return Intake(Settings(home=home), allow=HERE, limits=Limits(**limits))  # type: ignore[arg-type]


@pytest.fixture
def ready(home: Path, spare_export: Callable[[Path], None]) -> Path:
    """An index that the build's process goes on with, and that has the vectors it needs to be made anew."""
    spare_export(home)
    update(home, STORIES, Words(model_id=model_id(), dimension=384))
    return home


def test_a_document_and_a_link_are_taken_in(home: Path, tmp_path: Path, spare_export: Callable[[Path], None]) -> None:
    spare_export(home)
    sent = tmp_path / "a1b2"
    sent.write_text(TEXT, encoding="utf-8")
    stages: list[Stage] = []

    async def take() -> tuple[Ingested, Ingested, Ingested]:
        taking = intake(home)
        with serving() as site:
            site.put("/strike", article("Ferry crews strike", *(line.replace("dam", "quay") for line in STORY)))
            # Both at once: the builds take their turns.
            first, second = await asyncio.gather(
                taking.add(sent, name="dam.txt", told=stages.append), taking.add(f"{site.url}/strike")
            )
        return first, second, await taking.add(sent, name="dam.txt")

    first, second, again = asyncio.run(take())
    (dam,), (strike,), (same,) = first.articles, second.articles, again.articles
    assert (dam.happened, dam.passages, first.failed) == ("added", 1, ())
    assert dam.id.endswith("/dam.txt")
    assert (strike.happened, strike.title) == ("added", "Ferry crews strike")
    assert strike.url.endswith("/strike")
    assert (same.id, same.happened, again.passages) == (dam.id, "unchanged", 2)
    assert 0 < again.seconds < 300
    names = [stage.name for stage in stages]
    assert names[0] == "reading"
    assert {"storing", "encoding", "indexing"} <= set(names)
    with closing(Library(home / FILE_NAME, read_only=True)) as library:
        assert library.live_ids() == {dam.id, strike.id}
    assert "torch" not in sys.modules or "sentence_transformers" not in sys.modules or stages


def test_what_cannot_be_read_is_refused_and_nothing_is_built(home: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.txt.gz"
    bomb.write_bytes(gzip.compress(bytes(100 << 20)))

    async def take() -> list[Ingested]:
        with serving() as site:
            taking = intake(home, link=20.0)
            return [await taking.add(bomb), await taking.add(f"{site.url}/gone")]

    packed, gone = asyncio.run(take())
    assert (packed.articles, packed.failed[0].source) == ((), "bomb.txt.gz")
    assert packed.failed[0].reason.startswith("too large")
    assert gone.failed[0].reason == "cannot be fetched: the server answered 404"
    assert not home.exists()


@pytest.mark.parametrize("text", ["", "hello", "ftp://a.example/", "/etc/passwd", "file:///etc/passwd", "seeds/"])
def test_text_that_is_no_link_is_not_looked_up(home: Path, text: str) -> None:
    with pytest.raises(UsageError, match="not a link"):
        asyncio.run(intake(home).add(text))


def test_articles_are_removed_and_the_index_made_anew(ready: Path) -> None:
    async def take() -> tuple[Ingested, Ingested]:
        taking = intake(ready)
        return await taking.remove([STORIES[0].id, "never/there"]), await taking.reindex()

    removed, made = asyncio.run(take())
    assert (removed.removed, removed.passages) == (1, 10)
    assert (made.removed, made.passages) == (0, 10)
    assert indexed(ready) == texts(*STORIES[1:])


def test_a_build_of_another_process_is_waited_for_and_named(ready: Path) -> None:
    notes: list[str] = []
    with build_lock(ready), pytest.raises(BuildLocked, match="is being built by process"):
        asyncio.run(intake(ready, patience=0.5).remove([STORIES[0].id], lambda stage: notes.append(stage.note)))
    assert "is being built by process" in notes[0]


def test_a_build_may_be_stopped_at_any_moment(ready: Path) -> None:
    """Cancelled after a random while, again and again: each time the index serves, and the last time it is right."""
    rng = random.Random(4)

    async def cancelled() -> None:
        task = asyncio.create_task(intake(ready).remove([STORIES[0].id]))
        await asyncio.sleep(rng.uniform(0.1, 2.5))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for _ in range(4):
        asyncio.run(cancelled())
        assert indexed(ready) in (texts(*STORIES), texts(*STORIES[1:]))
    asyncio.run(intake(ready).remove([STORIES[0].id]))
    assert indexed(ready) == texts(*STORIES[1:])


def test_a_build_that_says_nothing_is_given_up(ready: Path) -> None:
    with build_lock(ready), pytest.raises(DatelineError, match=r"stopped: nothing was heard .+ Nothing is lost"):
        asyncio.run(intake(ready, silence=0.05).remove([STORIES[0].id]))
