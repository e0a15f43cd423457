"""Indexing throughput: `sync` of real articles into an empty home against the encoder alone on the same passages."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bot.progress import progress
from index.articles import read_articles
from index.build import sync
from index.embed import load_encoder
from index.library import FILE_NAME, Library
from index.passages import embedding_text


@dataclass(frozen=True, slots=True)
class IndexingScores:
    """Passages per second: `whole` from reading to publication, `bare` by the encoder alone, one after the other."""

    passages: int
    whole: float
    bare: float

    def as_json(self) -> dict[str, Any]:
        return {
            "passages": self.passages,
            "indexing, passages/s": round(self.whole, 1),
            "encoder alone, passages/s": round(self.bare, 1),
            "ratio": round(self.whole / self.bare, 3),
        }


def throughput(articles: Path, most: int) -> IndexingScores:
    """Index the first `most` articles of the file, then encode their passages alone, in one process and one run.

    Loading the encoder counts to neither: it takes the same five seconds for ten articles and for a million.
    """
    encoder = load_encoder()
    encoder.encode(["warm"])
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        with progress() as shown:
            report = sync(home, islice(read_articles(articles), most), lambda: encoder, progress=shown)
        with closing(Library(home / FILE_NAME, read_only=True)) as library:
            found = library.passages(library.live_passages())
        texts = [embedding_text(article, passage) for passage, article in found.values()]
    began = time.perf_counter()
    for at in range(0, len(texts), 16_384):  # as sorted by length as `sync` has them
        encoder.encode(texts[at : at + 16_384])
    return IndexingScores(
        len(texts), len(texts) / (report.seconds - report.export_seconds), len(texts) / (time.perf_counter() - began)
    )
