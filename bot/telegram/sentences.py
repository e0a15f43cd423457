"""Every sentence that a handler says to people, one function each: typed values in, escaped HTML out.

The words are in `prompts/`. What a pressed button shows on top of the chat is in `toasts.py`, what only admins are
told in `admin_sentences.py`.
"""

from __future__ import annotations

from datetime import date

from bot.sources import counted, day_words
from bot.telegram.blocks import QUESTION
from bot.telegram.html import Html, bold, joined, line, say_html

# While an answer is made


def searching(articles: int) -> Html:
    """The placeholder before any passage is found."""
    return say_html("telegram_searching", articles=counted(articles, "article"))


def reading(passages: int, articles: int) -> Html:
    """The placeholder while passages are read."""
    return say_html("telegram_reading", passages=f"{passages:,}", articles=counted(articles, "article"))


def queued(place: int) -> Html:
    """The placeholder of a question that waits; `place` 1 is next."""
    return say_html("telegram_queued", place=f"{place:,}")


def resuming(question: str) -> Html:
    """The placeholder of a question taken up again after a restart."""
    return _about(question, say_html("telegram_resuming"))


def still_wanted(question: str, minutes: int) -> Html:
    """Asked of a question that came `minutes` ago, while the bot was away."""
    return _about(question, say_html("telegram_still_wanted", ago=ago(minutes)))


def dropped(question: str) -> Html:
    return _about(question, say_html("telegram_dropped"))


def cancelled(question: str) -> Html:
    """In the place of a placeholder whose question was cancelled."""
    return _about(question, say_html("telegram_cancelled"))


def nothing_to_cancel() -> Html:
    return say_html("telegram_nothing_to_cancel")


# Why there is no answer


def busy(waiting: int) -> Html:
    """The queue is full: `waiting` questions are in it."""
    return say_html("telegram_busy", questions=counted(waiting, "question"))


def limited(seconds: int) -> Html:
    """A user or group asks too fast; the next question is taken in `seconds`."""
    return say_html("telegram_limited", wait=wait(seconds))


def failed(id: str) -> Html:
    """Something broke; the admins find it in the log by `id`."""
    return say_html("telegram_failed", id=id)


def took_too_long(seconds: int) -> Html:
    """The hard limit of one answer was reached."""
    return say_html("telegram_took_too_long", limit=wait(seconds))


def library_empty() -> Html:
    return say_html("telegram_start_empty")


def question_too_long(length: int, most: int) -> Html:
    return say_html("telegram_too_long", length=f"{length:,}", most=f"{most:,}")


def question_empty() -> Html:
    return say_html("telegram_empty")


def ask_usage() -> Html:
    """`/ask` with no question behind it."""
    return say_html("telegram_ask_usage")


def only_link(*, admin: bool = False) -> Html:
    """A message that is a link and nothing else; an admin may want it indexed."""
    return say_html("telegram_only_link_admin") if admin else say_html("telegram_only_link")


def not_text() -> Html:
    """A picture, a voice message, a sticker: nothing that can be answered."""
    return say_html("telegram_not_text")


def not_allowed(user: int) -> Html:
    """Someone outside DATELINE_ALLOWED, with the id to hand to an admin."""
    return say_html("telegram_not_allowed", id=user)


def admins_only() -> Html:
    return say_html("telegram_admins_only")


def unknown_command(command: str, nearest: str) -> Html:
    """`nearest` is the name of a command that there is; both without the slash."""
    return say_html("telegram_unknown_command", command=line(command, 40), nearest=nearest)


# What is kept


def expired(days: int) -> Html:
    """A button or link to an answer that is no longer kept."""
    return say_html("telegram_expired", days=counted(days, "day"))


def shared_gone(days: int) -> Html:
    """A shared answer that is no longer kept, or was erased."""
    return say_html("telegram_shared_gone", days=counted(days, "day"))


def share(url: str) -> Html:
    """The deep link of an answer."""
    return say_html("telegram_share", url=url)


def conversation_forgotten() -> Html:
    return say_html("telegram_new")


def erased() -> Html:
    """After `/forget`: all that was stored of a user is gone."""
    return say_html("telegram_erased")


def source_gone(title: str, published: date | None) -> Html:
    """An article that an answer cited is no longer in the library."""
    return say_html("telegram_source_gone", title=line(title, QUESTION), day=day_words(published))


def wait(seconds: int) -> str:
    """`1 second`, `40 seconds`, `3 minutes`: rounded up."""
    return counted(seconds, "second") if seconds < 90 else counted(-(-seconds // 60), "minute")


def ago(minutes: int) -> str:
    """`20 minutes`, `3 hours`, `2 days`."""
    if minutes < 120:
        return counted(minutes, "minute")
    hours = minutes // 60
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")


def _about(question: str, sentence: Html) -> Html:
    return joined([bold(line(question, QUESTION)), sentence], "\n")
