"""What `/start`, `/latest`, `/sources`, `/why`, `/help` and `/privacy` show: one message each, lists cut between lines.

Pure: it is handed what the library holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from bot.conversation import HOURS
from bot.sources import counted, day_words
from bot.telegram.blocks import OUTLET, QUESTION, and_more, title_link
from bot.telegram.excerpts import blank, shortened
from bot.telegram.html import Html, bold, code, escape, joined, line, packed, say_html
from bot.telegram.menus import Menu, menu
from bot.turns import Turn
from bot.why import why
from bot.words import say
from index.articles import Article
from index.catalogue import OutletCount


def start_html(examples: Sequence[str], articles: int, newest: date | None) -> Html:
    """What this is, and questions that can be asked of what the index really holds."""
    if not articles:
        return say_html("telegram_start_empty")
    held = say_html("telegram_start", articles=counted(articles, "article"), newest=day_words(newest))
    if not examples:
        return held
    asked = [code(example, QUESTION) for example in examples]
    return joined([held, joined([say_html("telegram_start_examples"), *asked], "\n")], "\n\n")


def help_html(*, admin: bool = False) -> Html:
    """How to ask, and every command."""
    commands = [Html(f"/{command.name} – {line(command.what)}") for command in menu(Menu.PRIVATE)]
    parts = [say_html("telegram_help"), joined(commands, "\n")]
    if admin:
        own = [Html(f"/{command.name} – {line(command.what)}") for command in menu(Menu.ADMIN)[len(commands) :]]
        parts += [joined([bold(say_html("telegram_help_admin")), *own], "\n")]
    return joined(parts, "\n\n")


def privacy_html(days: int) -> Html:
    """What is stored, for how many days, and how to have it erased."""
    return say_html("telegram_privacy", days=counted(days, "day"), hours=counted(HOURS, "hour"))


def why_html(turn: Turn | None) -> Html:
    """How a question was understood; None: there is none."""
    if turn is None:
        return say_html("telegram_no_why")
    return packed(Html(), [line(sentence, 2 * QUESTION) for sentence in why(turn)], and_more, "\n")[0]


def latest_html(articles: Sequence[Article], topic: str = "") -> Html:
    """The newest articles, newest first, under the day of each; `topic` is what they were asked to be about."""
    if not articles:
        return (
            escape(say("chat_no_latest", words=shortened(topic, QUESTION)))
            if topic
            else say_html("telegram_start_empty")
        )
    heading = bold(say_html("telegram_latest"))
    head = joined([heading, line(topic, QUESTION)], " · ")
    blocks: list[Html] = []
    for day, of_day in groupby(articles, key=lambda article: article.day):
        for number, article in enumerate(of_day):
            title = title_link(article.title, article.url)
            entry = joined([title, Html() if blank(article.outlet) else line(article.outlet, OUTLET)], " · ")
            blocks.append(Html(f"{'' if number else f'{chr(10)}{bold(line(day_words(day)))}{chr(10)}'}• {entry}"))
    return packed(head, blocks, and_more)[0]


def outlets_html(outlets: Sequence[OutletCount]) -> Html:
    """The outlets, how many articles each has, and the day of its newest."""
    if not outlets:
        return say_html("telegram_start_empty")
    total = sum(outlet.articles for outlet in outlets)
    head = say_html("telegram_outlets", outlets=counted(len(outlets), "outlet"), articles=counted(total, "article"))
    blocks = [
        say_html(
            "telegram_outlet",
            outlet=say_html("telegram_no_outlet") if blank(row.outlet) else line(row.outlet, OUTLET),
            articles=counted(row.articles, "article"),
            newest=day_words(row.newest),
        )
        for row in outlets
    ]
    return packed(Html(f"{head}\n"), blocks, and_more)[0]
