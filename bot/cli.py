"""`dateline`: the commands that ask. Models and engines are imported late, so that `--help` is there at once."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot import cli_eval, cli_index
from bot.answers import Claim
from bot.edge import begin, parse_day, run, waiting
from bot.settings import load_settings, prepare_environment
from bot.words import say
from index.errors import DatelineError, UsageError

if TYPE_CHECKING:
    from bot.desk import Desk

app = typer.Typer(
    help="Ask the news: answers from your own articles, each with the sentence that says so.",
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(cli_index.app, name="index")

Question = Annotated[list[str] | None, typer.Argument(metavar="QUESTION", help="What to ask.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AskedOn = Annotated[
    str | None,
    typer.Option("--asked-on", metavar="YYYY-MM-DD", help="Ask as on that day: nothing later is seen. Default: today."),
]
Whole = Annotated[
    bool, typer.Option("--all", help="Search everything: pass over outlet, author and days that the question names.")
]
Batch = Annotated[
    str | None,
    typer.Option("--batch", metavar="FILE.jsonl", help='Rows {"id", "question", "asked_on"?}; - reads stdin.'),
]


@app.callback(invoke_without_command=True)
def dateline(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Ask the news: answers from your own articles, each with the sentence that says so."""
    if version:
        from importlib.metadata import version as installed

        print(f"dateline {installed('dateline')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def ask(
    question: Question = None,
    json: Json = False,
    asked_on: AskedOn = None,
    whole: Whole = False,
    batch: Batch = None,
) -> None:
    """Answer a question, with the sources that say so."""
    words, day = _asked(question, batch), parse_day(asked_on) if asked_on else None
    desk = _open()
    from bot.conversation import TERMINAL

    try:
        if batch is not None:
            from bot.batch import run_batch

            ask_one = partial(desk.ask, place=TERMINAL, whole=whole)
            raise typer.Exit(run_batch(batch, lambda row: ask_one(row.question, row.asked_on or day).as_json()))
        from bot.render import console, show_answer, show_next

        out, said = console(), list[Claim]()

        def shown(claim: Claim) -> None:
            if not json:
                done()
                show_next(out, said, claim)

        with waiting(say("chat_loading")) as done:
            answer = desk.ask(words, day, place=TERMINAL, shown=shown, whole=whole)
        if json:
            from bot.visible import to_json

            print(to_json(answer.as_json()))
        else:
            show_answer(out, answer, "--all", told=len(said))
    finally:
        desk.close()


@app.command()
def search(
    question: Question = None,
    json: Json = False,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many passages.")] = 10,
    asked_on: AskedOn = None,
    batch: Batch = None,
) -> None:
    """Show the passages nearest to a question, best first."""
    words, day = _asked(question, batch), parse_day(asked_on) if asked_on else None
    desk = _open()
    try:
        if batch is not None:
            from bot.batch import run_batch

            raise typer.Exit(run_batch(batch, lambda row: desk.search(row.question, row.asked_on or day, k).as_json()))
        with waiting(say("chat_loading")):
            result = desk.search(words, day, k)
        if json:
            from bot.visible import to_json

            print(to_json(result.as_json()))
        else:
            from bot.render import console, show_hits

            show_hits(console(), result.hits)
    finally:
        desk.close()


@app.command()
def chat(
    asked_on: AskedOn = None,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on with the last conversation.")] = False,
) -> None:
    """Ask one question after another; /help lists the commands."""
    day = parse_day(asked_on) if asked_on else None
    settings = begin()
    from bot.desk import Desk
    from bot.repl import chat as talk

    desk = Desk.open(settings)
    try:
        raise typer.Exit(talk(desk, settings.home, day, go_on))
    finally:
        desk.close()


@app.command()
def telegram() -> None:
    """Run the Telegram bot until it is stopped."""
    settings = begin()
    try:
        from bot.telegram.app import run as serve
    except ModuleNotFoundError as error:
        raise DatelineError(f"{error.name} is not installed: pip install 'dateline[telegram]'.") from error
    serve(settings)


@app.command()
def doctor() -> None:
    """Check everything, and say what to do about each fault."""
    from bot.doctor import examine, report

    settings = load_settings()
    prepare_environment(settings)
    raise typer.Exit(report(examine(settings)))


app.command("eval")(cli_eval.evaluate)


def main() -> None:
    """The console script."""
    sys.exit(run(app))


def _asked(question: list[str] | None, batch: str | None) -> str:
    words = " ".join(question or []).strip()
    if bool(words) == (batch is not None):
        raise UsageError("Give either a question or --batch FILE.jsonl.")
    return words


def _open() -> Desk:
    settings = begin()
    from bot.desk import Desk

    return Desk.open(settings)


if __name__ == "__main__":
    main()
