"""A small index with the real engines and an encoder that costs nothing, for tests of the index's life."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, BadArticle
from index.build import Report, sync
from index.embed import Encoder
from index.library import FILE_NAME, Library
from index.manifest import generations_folder
from index.serving import open_current

TOWNS = ("Aberdeen", "Bergen", "Cadiz", "Dakar", "Esbjerg", "Florence", "Genoa", "Hobart", "Izmir", "Jaffa", "Kiel")


@dataclass
class Words:
    """An encoder of word counts: every text has a vector of its own, at no cost. `before` is called for each batch."""

    model_id: str = "words@fp32"
    dimension: int = 48
    window: int = 256
    before: Callable[[], None] = lambda: None
    encoded: list[str] = field(default_factory=list)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.before()
        self.encoded += texts
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> NDArray[np.float32]:
        words = [np.random.default_rng(zlib.crc32(word.encode())).normal(size=self.dimension) for word in text.split()]
        vector = np.sum(words, axis=0).astype(np.float32)
        unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit


def story(town: str, ships: int = 3) -> Article:
    text = f"The port of {town} counted {ships} ships on Monday."
    return Article(f"ports/{town}", "", f"Ships at {town}", "Harbour News", (), date(2024, 5, 30), text)


STORIES = [story(town) for town in TOWNS]


def no_encoder() -> Encoder:
    raise AssertionError("the encoder was loaded")


def update(
    home: Path, articles: Sequence[Article | BadArticle], encoder: Encoder | None = None, replace: bool = False,
    remove: Sequence[str] = (),
) -> Report:  # fmt: skip
    encoder = encoder or Words()
    return sync(home, articles, lambda: encoder, replace=replace, remove=remove, model_id=encoder.model_id)


def indexed(home: Path) -> dict[str, str]:
    """The text of every passage in the published index, by article; both engines have to agree."""
    with closing(open_current(home)) as generation, closing(Library(home / FILE_NAME)) as library:
        count = generation.manifest.passages
        dense = generation.dense(np.ones(generation.manifest.dimension, dtype=np.float32), count)
        lexical = generation.lexical("ships", count)
        assert {hit.passage_id for hit in dense} == {hit.passage_id for hit in lexical}
        found = library.passages([hit.passage_id for hit in dense]).values()
        assert len(found) == count
        return {article.id: article.text[passage.start : passage.end] for passage, article in found}


def folders(home: Path) -> set[str]:
    return {folder.name for folder in generations_folder(home).glob("*/")}


def texts(*articles: Article) -> dict[str, str]:
    return {article.id: article.text for article in articles}
