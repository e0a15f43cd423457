"""The vector cache of the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.library import Library
from index.passages import Passage
from tests.test_library import BRIDGE, cut


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.sqlite")


def test_vectors_are_kept_rounded_to_float16(library: Library) -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    library.put_vectors("m@bf16", ["a", "b", "c"], vectors)
    kept = library.vectors("m@bf16", ["a", "c", "z"])
    assert set(kept) == {"a", "c"}
    np.testing.assert_array_equal(kept["c"], vectors[2].astype(np.float16).astype(np.float32))
    assert library.vectors("m@fp32", ["a"]) == {}


def test_an_articles_vector_is_the_mean_of_its_passages_as_the_index_holds_it(library: Library) -> None:
    library.put([BRIDGE])
    cut(library)
    held = library.sequence
    library.put_vectors("m@fp32", [BRIDGE.digest[:32]], np.array([[3.0, 4.0]], dtype=np.float32))
    library.put([replace(BRIDGE, text="The bridge closed again.")])
    cut(library)
    np.testing.assert_allclose(library.article_vectors("m@fp32", [BRIDGE.id], held)[BRIDGE.id], [0.6, 0.8], atol=1e-3)
    assert library.article_vectors("m@fp32", [BRIDGE.id], library.sequence) == {}
    assert library.article_vectors("other", [BRIDGE.id], held) == {}


def test_unencoded_names_each_missing_hash_once(library: Library) -> None:
    copy = replace(BRIDGE, id="b", title="T", text="Other text.")
    library.put([BRIDGE, copy])
    rows = [(article, [(Passage(f"p{article.id}", article.id, 0, 5), "same")]) for article in library.pending("s")]
    library.put_passages(rows, "s")
    assert set(library.unencoded("m")) == {"same"}
    library.put_vectors("m", ["same"], np.ones((1, 4), dtype=np.float32))
    assert library.unencoded("m") == {}
