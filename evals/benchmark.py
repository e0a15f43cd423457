"""What a benchmark is: what it is about, what data it needs, and what it is run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.desk import Desk
from bot.progress import progress
from bot.settings import Settings, load_settings
from evals.data import ARTICLES, data_file
from index.articles import read_articles
from index.build import sync
from index.embed import load_encoder, model_id

Figures = dict[str, Any]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the data and the large index are, and of how many questions one is asked (1: all)."""

    data: Path
    home: Path
    sample: int = 1

    def some(self, items: Sequence[_Item]) -> list[_Item]:
        """Every `sample`-th."""
        return list(items[:: self.sample])

    def index(self) -> None:
        """Index all of RealTimeQA's articles in `home`, where they are not yet."""
        source, settings = read_articles(data_file(self.data, ARTICLES)), load_settings()
        with progress() as shown:
            encoder = settings.encoder
            sync(self.home, source, lambda: load_encoder(encoder), progress=shown, model_id=model_id(encoder))

    @contextmanager
    def news(self, **dials: float) -> Iterator[Desk]:
        """A desk over all of RealTimeQA's articles."""
        self.index()
        with desk_at(self.home, **dials) as desk:
            yield desk


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One of the suite. `needs` are files under the data folder, `own` files and folders of the checkout."""

    about: str
    run: Callable[[Bench], Figures]
    needs: tuple[str, ...] = ()
    own: tuple[Path, ...] = ()

    def files(self, data: Path) -> list[Path]:
        """All files whose contents the figures are about, in a fixed order. Raises UsageError where one is missing."""
        ours = [file for place in self.own for file in (sorted(place.iterdir()) if place.is_dir() else [place])]
        return [*ours, *(data_file(data, name) for name in self.needs)]


@contextmanager
def desk_at(home: Path, **dials: float) -> Iterator[Desk]:
    """A desk over the index in `home`, its models loaded; what `dials` do not set, the settings do."""
    desk = Desk.open(Settings.model_validate({"home": home, **dials}))
    try:
        desk.warm()
        yield desk
    finally:
        desk.close()
