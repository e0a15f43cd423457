"""`dateline index …`: articles in, and what the index holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.edge import FAILED, PARTLY, begin, complain
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.settings import Settings
    from index.articles import Article, BadArticle
    from index.build import Report

app = typer.Typer(help="Add articles, remove them, and see what the index holds.", rich_markup_mode=None)

_SOURCES = typer.Argument(metavar="PATH|URL...", help="Files, folders, globs, pages or feeds.", show_default=False)
_NICE = 5  # less than the bot's own builds: somebody waits for this one


@app.callback(invoke_without_command=True)
def index(context: typer.Context) -> None:
    """Add articles, remove them, and see what the index holds."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def add(sources: Annotated[list[str], _SOURCES]) -> None:
    """Index articles: only new and changed ones are encoded."""
    settings = begin()
    raise typer.Exit(_report(_sync(settings, _read(sources))))


@app.command()
def rebuild(sources: Annotated[list[str] | None, _SOURCES] = None) -> None:
    """Make the index anew, from these sources alone.

    Articles that are not among the sources are removed. Without sources, the articles stay as they are and only the
    index is made again from them, with what was encoded before: the remedy for a damaged one.
    """
    settings = begin()
    report = _sync(settings, _read(sources or []), replace=True)
    if sources:
        raise typer.Exit(_report(report))
    from bot.sources import counted

    print(f"The index was made again, with {counted(report.passages, 'passage')} ({report.seconds:.1f} s).")


@app.command()
def remove(ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Article ids or URLs.")]) -> None:
    """Take articles out of the index."""
    settings = begin()
    from index.library import FILE_NAME, Library

    library = Library(settings.home / FILE_NAME, read_only=True)
    try:
        found = [library.resolve(id) for id in ids]
    finally:
        library.close()
    raise typer.Exit(_report(_sync(settings, (), remove=found)))


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show what the index holds, in numbers."""
    from bot.holdings import holdings, show_holdings
    from bot.visible import to_json

    held = holdings(begin())
    if json:
        print(to_json(held.as_json()))
    else:
        show_holdings(held)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="An article id or URL, or the beginning of one.")],
    dropped: Annotated[bool, typer.Option("--dropped", help="Show what cleaning took out, and by which rule.")] = False,
) -> None:
    """Show an article, or what cleaning dropped from it."""
    settings = begin()
    from bot.holdings import show_stored
    from index.library import FILE_NAME, Library

    library = Library(settings.home / FILE_NAME, read_only=True)
    try:
        show_stored(library, library.resolve(id), dropped=dropped)
    finally:
        library.close()


def _read(sources: list[str]) -> Iterator[Article | BadArticle]:
    from index.articles import read_articles

    # All sources are looked up before the first is read: a misspelt one stops the command before any work.
    readers = [read_articles(source) for source in sources]
    return (item for reader in readers for item in reader)


def _sync(
    settings: Settings,
    articles: Iterable[Article | BadArticle],
    *,
    replace: bool = False,
    remove: list[str] | None = None,
) -> Report:
    from bot.progress import progress
    from index.build import sync
    from index.embed import load_encoder, model_id

    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fault = f"{settings.home} cannot be written: {error.strerror}. Choose another folder with DATELINE_HOME."
        raise DatelineError(fault) from error
    # A bot that answers on the same machine goes first.
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    with progress() as shown:
        return sync(
            settings.home,
            articles,
            lambda: load_encoder(settings.encoder),
            progress=shown,
            replace=replace,
            remove=remove or (),
            model_id=model_id(settings.encoder),
        )


def _report(report: Report) -> int:
    """Print what was done, name each failure, and return the exit code."""
    from bot.sources import counted

    taken = report.added + report.changed + report.unchanged + report.duplicates
    for bad in report.failed:
        complain(f"Not indexed: {bad.source}: {bad.reason}")
    counts = {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "same text elsewhere": report.duplicates,
        "failed": len(report.failed),
    }
    done = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    print(f"Articles: {done or 'none found'} ({counted(report.passages, 'passage')}, {report.seconds:.1f} s).")
    sys.stdout.flush()
    if report.failed:
        return PARTLY if taken else FAILED
    return 0 if taken or report.removed else FAILED
