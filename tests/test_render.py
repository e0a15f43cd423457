"""What a terminal shows: golden files, and no text that acts on the terminal."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answers import Answer, Citation, Claim
from bot.render import console, show_answer, show_article, show_hits
from bot.sources import counted, sources_of
from bot.visible import acts, one_line, to_json, visible
from tests.scripted import BRIDGE, COST, HOSTILE, answered, cite, claim, not_found

Golden = Callable[[str, str], None]


def shown(answer: Answer, **options: object) -> str:
    out = io.StringIO()
    show_answer(Console(file=out, markup=False, highlight=False, emoji=False, **options), answer)  # type: ignore[arg-type]
    return out.getvalue()


def test_an_answer_piped(golden: Golden) -> None:
    golden("answer_piped.txt", shown(COST))


def test_an_answer_in_a_narrow_terminal(golden: Golden) -> None:
    terminal = {"force_terminal": True, "width": 40, "color_system": "standard", "legacy_windows": False}
    golden("answer_terminal.txt", shown(COST, **terminal))


def test_not_found_shows_the_closest_as_closest(golden: Golden) -> None:
    golden("not_found_piped.txt", shown(not_found(cite(BRIDGE, BRIDGE.text))))


def test_not_found_without_any_passage() -> None:
    assert "No passage comes close." in shown(not_found())


def test_a_long_closest_passage_is_shortened() -> None:
    long = replace(BRIDGE, text="word " * 400)
    assert "word word […]\n" in shown(not_found(Citation(long, 0, 1999)))


def test_hostile_text_is_shown_not_obeyed(golden: Golden) -> None:
    answer = answered(claim(HOSTILE, HOSTILE.text, "more\u2069 :smile: [bold]not bold"))
    golden("hostile_piped.txt", shown(answer))
    assert "\x1b[2J" not in shown(answer, force_terminal=True, width=200, color_system="truecolor")


def test_one_article_has_one_number() -> None:
    other = replace(BRIDGE, id="other")
    answer = answered(
        claim(BRIDGE, "The old bridge was closed on Thursday."),
        Claim("Twice.", (cite(other, "Ferries"), cite(BRIDGE, "Ferries"), cite(BRIDGE, "Ferries")), "Ferries", 1.0),
    )
    assert [len(source.spans) for source in sources_of(answer)] == [2, 1]
    assert "Twice. [2] [1]\n" in shown(answer)


def test_an_article_around_its_quote() -> None:
    text = "\n\n".join(["Before. " * 60] * 5 + ["The middle says so."] + ["After. " * 60] * 5)
    article, out = replace(BRIDGE, text=text), io.StringIO()
    span = cite(article, "middle says")
    show_article(console(out), article, [(span.start, span.end), (span.start, span.end - 2)], whole=False)
    printed = out.getvalue()
    assert "The »middle says« so." in printed
    assert printed.count("[…]") == 2
    assert "[…]\n\nBefore. Before" in printed


def test_hits_are_numbered_one_by_one() -> None:
    out = io.StringIO()
    show_hits(console(out), [cite(BRIDGE, "1911"), cite(BRIDGE, "Ferries")])
    assert "[1] Old bridge" in out.getvalue()
    assert "[2] Old bridge" in out.getvalue()


def test_no_color_means_no_escape_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    show_answer(console(out), COST)
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize(("number", "words"), [(0, "0 articles"), (1, "1 article"), (1234, "1,234 articles")])
def test_counted(number: int, words: str) -> None:
    assert counted(number, "article") == words


@given(st.text(st.characters()))
def test_visible_text_has_no_acting_character(text: str) -> None:
    shown_text = visible(text)
    assert not any(acts(character) for character in shown_text if character not in "\n\t")
    assert shown_text.encode("utf-8").decode("utf-8") == shown_text
    assert not any(acts(character) for character in one_line(text))


@given(st.text(st.characters()))
def test_json_keeps_the_value_and_prints_safely(text: str) -> None:
    line = to_json({"text": text})
    assert json.loads(line) == {"text": text}
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line)
    assert not any(acts(character) for character in line)


@given(st.text(st.characters(), min_size=1), st.text(st.characters()))
def test_any_answer_is_rendered_without_control_characters(text: str, title: str) -> None:
    article = replace(BRIDGE, id=title, url=title, title=title, outlet=title, text=text)
    for answer in (answered(claim(article, text, text[:3])), not_found(cite(article, text))):
        printed = shown(answer)
        assert not any(acts(character) for character in printed if character != "\n")
