"""A picture of a conversation on Telegram: `python -m evals.chat_picture OUT.svg [QUESTION …]`.

The bot runs as a process of its own over the owner's article and our own news; what it sends is drawn as it would look
in a chat, from the text and the entities that the emulated Bot API was sent. No fonts are embedded: widths are guessed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from evals.chats import is_answer
from evals.data import FIXTURE_NEWS, SEEDS
from evals.running_bot import RunningBot
from evals.telegram_api.emulator import Emulator
from evals.telegram_api.sent import Sent
from evals.telegram_api.utf16 import Offsets
from index.articles import read_articles
from index.build import sync
from index.embed import load_encoder

QUESTIONS = (
    "How many people were killed in Syria?",
    "How many of them were civilians?",
    "Who is the chief executive of Dumont?",
    "And how much did sales fall?",
)
_WIDTH, _SIZE, _LINE, _PAD, _GAP = 640, 14, 20, 12, 10  # all lengths in pixels
_BUBBLE = 520  # of the widest
_SHOWN = 3  # lines of a quote that is folded, as Telegram folds it
_NARROW, _WIDE = set("iljtfr.,:;'’‘!|()[] I1"), set("mwMW—%@")
_COLOURS = {"text_link": "#168acd", "url": "#168acd", "bot_command": "#168acd"}
_QUOTES = ("blockquote", "expandable_blockquote")


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters with one look."""

    text: str
    kinds: frozenset[str]

    @property
    def width(self) -> float:
        bold = 1.06 if "bold" in self.kinds else 1.0
        return bold * sum(_SIZE * (0.33 if c in _NARROW else 0.9 if c in _WIDE else 0.6) for c in self.text)

    def svg(self) -> str:
        fill = next((_COLOURS[kind] for kind in self.kinds if kind in _COLOURS), "")
        looks = (f' fill="{fill}"' if fill else "") + (' font-weight="600"' if "bold" in self.kinds else "")
        looks += ' font-style="italic"' if "italic" in self.kinds else ""
        return f"<tspan{looks}>{escape(self.text)}</tspan>"


@dataclass(frozen=True, slots=True)
class _Line:
    runs: tuple[_Run, ...]
    quoted: bool

    @property
    def width(self) -> float:
        return sum(run.width for run in self.runs) + (_PAD if self.quoted else 0)


def lines_of(text: str, entities: Sequence[dict[str, object]]) -> list[_Line]:
    """The text in lines that fit a bubble, each character with the kinds of the entities that cover it."""
    offsets = Offsets(text)
    kinds: list[set[str]] = [set() for _ in text]
    for entity in entities:
        begin, size = int(str(entity["offset"])), int(str(entity["length"]))
        for at in range(offsets.index(begin), offsets.index(begin + size)):
            kinds[at].add(str(entity["type"]))
    made, at = list[_Line](), 0
    for paragraph in text.split("\n"):
        quoted = bool(paragraph) and bool(kinds[at] & set(_QUOTES))
        wrapped = list(_wrapped(paragraph, kinds[at : at + len(paragraph)], quoted))
        if quoted and "expandable_blockquote" in kinds[at] and len(wrapped) > _SHOWN:
            wrapped = wrapped[:_SHOWN]
            wrapped[-1] = _Line((*wrapped[-1].runs, _Run(" ⌄", frozenset())), quoted)
        made += wrapped
        at += len(paragraph) + 1
    return made


def _wrapped(paragraph: str, kinds: Sequence[set[str]], quoted: bool) -> Iterator[_Line]:
    room = _BUBBLE - 2 * _PAD - (_PAD if quoted else 0)
    line, width, at = list[_Run](), 0.0, 0
    for word in paragraph.split(" "):
        size = len(word) + 1
        runs = [_Run(c, frozenset(k)) for c, k in zip(paragraph[at : at + size], kinds[at : at + size], strict=True)]
        wide = sum(run.width for run in runs)
        if line and width + wide > room:
            yield _Line(tuple(_joined(line)), quoted)
            line, width = [], 0.0
        line, width, at = line + runs, width + wide, at + size
    yield _Line(tuple(_joined(line)), quoted)


def _joined(runs: Sequence[_Run]) -> Iterator[_Run]:
    held: _Run | None = None
    for run in runs:
        if held is not None and held.kinds == run.kinds:
            held = _Run(held.text + run.text, held.kinds)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def picture(turns: Sequence[tuple[str, Sent]]) -> str:
    """The turns, each a question and its answer, as an SVG document."""
    parts, top = list[str](), float(_GAP)
    for question, sent in turns:
        top = _bubble(parts, lines_of(question, ()), top, mine=True)
        top = _bubble(parts, lines_of(sent.text, sent.entities), top, mine=False)
        for row in (sent.reply_markup or {}).get("inline_keyboard", []):
            top = _buttons(parts, [str(button["text"]) for button in row], top - _GAP + 4)
    font = f'font-family="Helvetica, Arial, sans-serif" font-size="{_SIZE}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top:.0f}" {font}>\n'
        f'<rect width="100%" height="100%" fill="#d5e2c8"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _bubble(parts: list[str], lines: Sequence[_Line], top: float, *, mine: bool) -> float:
    """Draws a message; returns where the next begins."""
    width = min(_BUBBLE, max(line.width for line in lines) + 2 * _PAD)
    height = len(lines) * _LINE + 2 * _PAD - 4
    left = _WIDTH - width - _GAP if mine else _GAP
    colour = "#eeffde" if mine else "#ffffff"
    parts.append(f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height}" rx="12" fill="{colour}"/>')
    for number, line in enumerate(lines):
        y = top + _PAD + number * _LINE
        if line.quoted:
            parts.append(f'<rect x="{left + _PAD:.0f}" y="{y - 2:.0f}" width="3" height="{_LINE}" fill="#168acd"/>')
        x = left + _PAD * (2 if line.quoted else 1)
        said = "".join(run.svg() for run in line.runs)
        parts.append(f'<text x="{x:.0f}" y="{y + 12:.0f}" xml:space="preserve">{said}</text>')
    return top + height + _GAP


def _buttons(parts: list[str], words: Sequence[str], top: float) -> float:
    width = (_BUBBLE - 4 * (len(words) - 1)) / len(words)
    for number, text in enumerate(words):
        left = _GAP + number * (width + 4)
        parts.append(f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="28" rx="8" fill="#8fae7f"/>')
        middle = left + width / 2
        parts.append(
            f'<text x="{middle:.0f}" y="{top + 19:.0f}" fill="#fff" text-anchor="middle">{escape(text)}</text>'
        )
    return top + 28 + _GAP


def converse(questions: Sequence[str]) -> list[tuple[str, Sent]]:
    """Ask the running bot one question after another, in one private chat."""
    with tempfile.TemporaryDirectory(prefix="dateline-picture-") as folder, Emulator() as api:
        home = Path(folder) / "home"
        sync(home, [a for source in (SEEDS, FIXTURE_NEWS) for a in read_articles(source)], load_encoder)
        with RunningBot(api, home, Path(folder) / "log", STALE_DAYS="36500"):
            user, turns = api.user("Ann"), list[tuple[str, Sent]]()
            for question in questions:
                api.say(user, question)
                api.wait(lambda: len(api.sent(user)) > len(turns) and is_answer(api.last(user).reply_markup), 60)
                turns.append((question, api.last(user)))
            return turns


def main() -> None:
    """Draw it from the command line."""
    parser = argparse.ArgumentParser(description="Draw a conversation with the Telegram bot.")
    parser.add_argument("out", type=Path)
    parser.add_argument("questions", nargs="*", default=QUESTIONS)
    options = parser.parse_args()
    options.out.write_text(picture(converse(options.questions)), encoding="utf-8")


if __name__ == "__main__":
    main()
