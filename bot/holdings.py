"""What the index holds, in numbers, and one article with all that is known of it: `index status`, `index show`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.text import Text

from bot.render import console, headline, show_article
from bot.settings import Settings
from bot.sources import day_words
from bot.visible import one_line, visible
from index.articles import Article
from index.catalogue import Counts, OutletCount
from index.errors import UsageError
from index.library import FILE_NAME, Library
from index.manifest import Manifest, current_manifest

_OUTLETS = 10  # named in the status; the rest are counted


@dataclass(frozen=True, slots=True)
class Holdings:
    """The state under one home. `behind`: the library has changes that the published index lacks."""

    home: Path
    counts: Counts
    outlets: tuple[OutletCount, ...]
    manifest: Manifest | None
    behind: bool
    bytes_on_disk: int

    def as_json(self) -> dict[str, Any]:
        """The state for machines; days in ISO form, sizes in bytes."""
        counts = asdict(self.counts)
        newest = counts.pop("newest")
        outlets = [
            {"outlet": o.outlet, "articles": o.articles, "newest": o.newest.isoformat() if o.newest else None}
            for o in self.outlets
        ]
        return {
            **counts,
            "newest": newest.isoformat() if newest else None,
            "outlets": outlets,
            "generation": asdict(self.manifest) if self.manifest else None,
            "behind": self.behind,
            "bytes_on_disk": self.bytes_on_disk,
            "home": str(self.home),
        }


def holdings(settings: Settings) -> Holdings:
    """Read the state. Raises IndexMissing when nothing was ever indexed."""
    home = settings.home
    library = Library(home / FILE_NAME, read_only=True)
    try:
        manifest = current_manifest(home)
        behind = manifest is None or manifest.sequence != library.sequence
        return Holdings(home, library.counts(), tuple(library.outlets()), manifest, behind, size_of(home))
    finally:
        library.close()


def newest(library: Library, words: str, n: int, through: date | None = None) -> list[Article]:
    """The newest `n` articles up to a day: of the outlet whose name begins with `words`, or with them in the title."""
    wanted = words.casefold()
    outlet = next((o.outlet for o in library.outlets() if wanted and o.outlet.casefold().startswith(wanted)), None)
    return library.latest(n, outlet=outlet, topic=None if outlet else words or None, through=through)


def size_of(folder: Path) -> int:
    """Bytes of all files under `folder`; what vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def show_holdings(held: Holdings) -> None:
    """Print the state, a line a fact."""
    counts, manifest = held.counts, held.manifest
    undated = f", {counts.undated:,} undated" if counts.undated else ""
    named = [f"{one_line(o.outlet) or 'no outlet'} {o.articles:,}" for o in held.outlets[:_OUTLETS]]
    more = [f"{len(held.outlets) - _OUTLETS:,} more"] if len(held.outlets) > _OUTLETS else []
    facts = {
        "Articles": f"{counts.articles:,}{undated}",
        "Places": f"{counts.places:,}",
        "Passages": f"{counts.passages:,}",
        "Outlets": ", ".join(named + more) or "none",
        "Newest": day_words(counts.newest),
        "Model": manifest.model_id if manifest else "none yet",
        "Generation": f"{manifest.name}, made {manifest.created}" if manifest else "none published yet",
        "Up to date": "no: run the last `dateline index` command again" if held.behind else "yes",
        "On disk": f"{held.bytes_on_disk / 1e6:,.1f} MB",
        "Home": visible(str(held.home)),
    }
    out = console()
    for name, fact in facts.items():
        out.print(Text.assemble((f"{name:<12}", "bold"), fact), soft_wrap=True)


def show_stored(library: Library, id: str, *, dropped: bool) -> None:
    """Print an article of the library whole, or what cleaning dropped from it."""
    article = library.article(id)
    if article is None:
        raise UsageError(f"The library has no text of {id!r}.")
    out = console()
    if dropped:
        out.print(headline(article), soft_wrap=True)
        for block in article.dropped:
            out.print()
            out.print(Text.assemble((f"{block.rule}:", "bold"), "\n", visible(block.text)), soft_wrap=True)
        if not article.dropped:
            out.print("\nCleaning dropped nothing.")
        return
    show_article(out, article)
    versions, places = library.versions(id), library.also(id)
    facts = {
        "Id": one_line(article.id),
        "Authors": one_line(", ".join(article.authors)),
        "Language": one_line(article.language or ""),
        "Versions": ", ".join(f"{stored} ({len(version.text):,} characters)" for stored, version in versions),
        "Also at": ", ".join(one_line(place.url or place.id) for place in places),
        "Dropped": f"{len(article.dropped)} blocks (--dropped shows them)" if article.dropped else "",
    }
    out.print()
    for name, fact in facts.items():
        if fact:
            out.print(Text.assemble((f"{name:<12}", "bold"), fact), soft_wrap=True)
