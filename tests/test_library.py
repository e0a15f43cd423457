"""The library: versions, places, passages by sequence, numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index.articles import Article, Dropped
from index.errors import LibraryError, UsageError
from index.library import Library, Outcome
from index.passages import Passage

BRIDGE = Article(
    id="https://example.org/2012/bridge",
    url="https://example.org/2012/bridge",
    title="Bridge reopens",
    outlet="Example Herald",
    authors=("A. Writer",),
    published=date(2012, 3, 4),
    text="The bridge reopened on Sunday. Traffic was light.",
    language="en",
    dropped=(Dropped("share-bar", "Share this"),),
)
HARBOUR = replace(
    BRIDGE,
    id="https://example.org/2012/harbour",
    url="https://example.org/2012/harbour",
    title="Harbour closes",
    published=datetime(2012, 5, 6, 7, 8, tzinfo=UTC),
    text="The harbour closed on Monday for a 100% check.",
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.sqlite")


def cut(library: Library, splitting: str = "s") -> None:
    """One passage for each pending article, named after its text."""
    rows = []
    for article in library.pending(splitting):
        passage = Passage(f"{article.id}/{article.digest[:8]}", article.id, 0, len(article.text))
        rows.append((article, [(passage, article.digest[:32])]))
    library.put_passages(rows, splitting)


def test_an_article_comes_back_as_it_was(library: Library) -> None:
    assert library.put([BRIDGE, HARBOUR]) == Outcome(added=2)
    assert library.article(BRIDGE.id) == BRIDGE
    assert library.article(HARBOUR.id) == HARBOUR
    assert library.article("https://example.org/none") is None


def test_putting_it_again_changes_nothing(library: Library) -> None:
    library.put([BRIDGE])
    before = library.sequence
    assert library.put([BRIDGE]) == Outcome(unchanged=1)
    assert library.sequence == before


def test_a_changed_article_is_a_new_version_and_the_old_one_stays(library: Library) -> None:
    changed = replace(BRIDGE, text="The bridge closed again.")
    library.put([BRIDGE])
    assert library.put([changed]) == Outcome(changed=1)
    assert library.article(BRIDGE.id) == changed
    assert library.article(BRIDGE.id, BRIDGE.digest) == BRIDGE
    stored, articles = zip(*library.versions(BRIDGE.id), strict=True)
    assert articles == (BRIDGE, changed)
    assert datetime.fromisoformat(stored[0]).tzinfo is not None


@pytest.mark.parametrize("field", [{"title": "Bridge opens"}, {"outlet": "Other"}, {"published": None}])
def test_what_shapes_passages_makes_a_version(library: Library, field: dict[str, str | None]) -> None:
    library.put([BRIDGE])
    assert library.put([replace(BRIDGE, **field)]) == Outcome(changed=1)  # type: ignore[arg-type]


def test_authors_are_corrected_in_place(library: Library) -> None:
    library.put([BRIDGE])
    assert library.put([replace(BRIDGE, authors=("B. Writer",))]) == Outcome(unchanged=1)
    found = library.article(BRIDGE.id)
    assert found is not None
    assert found.authors == ("B. Writer",)


def test_the_same_text_from_two_places_is_one_article(library: Library) -> None:
    copy = replace(BRIDGE, id="copy", url="", published=None)
    assert library.put([copy]) == Outcome(added=1)
    assert library.put([BRIDGE]) == Outcome(duplicates=1)
    assert library.counts().articles == 1
    assert library.counts().places == 2
    assert library.also(BRIDGE.id) == [copy]
    assert [article.id for article in library.pending("s")] == [BRIDGE.id]  # the dated one leads


def test_the_next_place_takes_over_from_a_removed_one(library: Library) -> None:
    library.put([replace(BRIDGE, id="copy", published=None), BRIDGE])
    cut(library)
    before = library.sequence
    assert library.remove([BRIDGE.id, "never there"]) == 1
    assert library.live_passages() == []
    cut(library)
    added, ended = library.difference(before)
    assert [id_.split("/")[0] for id_ in added] == ["copy"]
    assert ended == [f"{BRIDGE.id}/{BRIDGE.digest[:8]}"]


def test_a_removed_article_leaves_the_index_and_stays_for_old_answers(library: Library) -> None:
    library.put([BRIDGE])
    cut(library)
    (passage_id,) = library.live_passages()
    library.remove([BRIDGE.id])
    assert library.live_passages() == []
    assert library.live_ids() == set()
    assert library.article(BRIDGE.id) == BRIDGE
    assert library.passages([passage_id])[passage_id][1] == BRIDGE
    assert library.put([BRIDGE]) == Outcome(added=1)


def test_old_passages_belong_to_the_version_they_were_cut_from(library: Library) -> None:
    library.put([BRIDGE])
    cut(library)
    (old,) = library.live_passages()
    library.put([replace(BRIDGE, text="Something else.")])
    cut(library)
    (new,) = library.live_passages()
    found = library.passages([old, new, "unknown"])
    assert {key: article.text for key, (_, article) in found.items()} == {old: BRIDGE.text, new: "Something else."}


def test_an_article_that_returns_to_its_old_text_gets_its_passages_back(library: Library) -> None:
    library.put([BRIDGE])
    cut(library)
    first, at_first = library.live_passages(), library.sequence
    library.put([replace(BRIDGE, text="Something else.")])
    cut(library)
    at_second = library.sequence
    library.put([BRIDGE])
    cut(library)
    assert library.live_passages() == first
    added, ended = library.difference(at_second)
    assert added == first
    assert len(ended) == 1
    library.remove([BRIDGE.id])
    assert set(first) <= set(library.difference(at_first)[1]), "gone, back and gone again is gone"


def test_another_splitting_cuts_everything_again(library: Library) -> None:
    library.put([BRIDGE, HARBOUR])
    cut(library, "one")
    assert library.pending_count("one") == 0
    assert library.pending_count("two") == 2
    rows = [(article, [(Passage(f"two/{article.id}", article.id, 0, 5), "h")]) for article in library.pending("two")]
    library.put_passages(rows, "two")
    assert library.live_passages() == [f"two/{BRIDGE.id}", f"two/{HARBOUR.id}"]


def test_resolve_takes_ids_urls_and_clear_beginnings(library: Library) -> None:
    library.put([BRIDGE, HARBOUR, replace(BRIDGE, id="folder/100%_a.txt", url="https://example.com/x", text="Other.")])
    assert library.resolve(BRIDGE.id) == BRIDGE.id
    assert library.resolve("https://example.com/x") == "folder/100%_a.txt"
    assert library.resolve("folder/100%") == "folder/100%_a.txt"
    assert library.resolve("https://example.org/2012/h") == HARBOUR.id
    with pytest.raises(UsageError, match="more than one"):
        library.resolve("https://example.org/2012/")
    for unknown in ("folder/1000", "", "%"):
        with pytest.raises(UsageError, match="No article"):
            library.resolve(unknown)


def test_numbers(library: Library) -> None:
    undated = replace(BRIDGE, id="undated", url="", outlet="Gazette", published=None, text="When was this?")
    library.put([BRIDGE, HARBOUR, undated])
    assert library.count_through(None) == (3, date(2012, 5, 6))
    assert library.count_through(date(2012, 5, 5)) == (2, date(2012, 3, 4))
    assert library.count_through(date(2000, 1, 1)) == (1, None)
    counts = library.counts()
    assert (counts.articles, counts.undated, counts.newest) == (3, 1, date(2012, 5, 6))
    assert [(row.outlet, row.articles, row.newest) for row in library.outlets()] == [
        ("Example Herald", 2, date(2012, 5, 6)),
        ("Gazette", 1, None),
    ]
    assert library.latest(5) == [HARBOUR, BRIDGE, undated]
    assert library.latest(5, outlet="gazette") == [undated]
    assert library.latest(5, topic="BRIDGE reopens") == [BRIDGE, undated]
    assert library.latest(5, topic="%") == []


def test_a_failed_put_leaves_nothing_behind(library: Library) -> None:
    def articles() -> Iterator[Article]:
        yield BRIDGE
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        library.put(articles())
    assert library.counts().places == 0
    assert library.put([HARBOUR]) == Outcome(added=1), "the connection is usable again"


def test_a_reader_sees_what_a_writer_commits(library: Library) -> None:
    library.put([BRIDGE])
    reader = Library(library.path, read_only=True)
    library.put([HARBOUR])
    assert reader.counts().articles == 2
    with pytest.raises(LibraryError, match="cannot be written"):
        reader.put([BRIDGE])
    reader.close()


def test_many_threads_may_ask(library: Library) -> None:
    library.put([BRIDGE, HARBOUR])
    cut(library)
    ids = library.live_passages()
    found: list[int] = []

    def ask() -> None:
        found.extend(len(library.passages(ids)) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 160
