"""The emulator's reading of Telegram's HTML: text, entities in UTF-16 units, refusals. No server here."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evals.telegram_api.formatting import MOST_ENTITIES, formatted
from evals.telegram_api.keyboard import checked_markup
from evals.telegram_api.refusal import Json, Refusal
from evals.telegram_api.utf16 import Offsets, found_entities, units


def seen(source: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of some HTML, and each entity's type and words."""
    result = formatted(source, "HTML")
    offsets = Offsets(result.text)
    return result.text, [(e["type"], offsets.piece(e["offset"], e["length"])) for e in result.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &lt;b&gt; &amp;amp; &#128512;&#x41;", "plain <b> &amp; 😀A", []),
        ("&nbsp;&copy; &bogus; & &;", "&nbsp;&copy; &bogus; & &;", []),  # Telegram knows four names
        ("<b>a</b> <STRONG>b</strong> <i>c</i> <em>d</em>", "a b c d", ["bold:a", "bold:b", "italic:c", "italic:d"]),
        ("<u>a</u> <ins>b</ins> <s>c</s>", "a b c", ["underline:a", "underline:b", "strikethrough:c"]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", ["spoiler:ab"]),
        ("<code>x < y</code>".replace("< y", "&lt; y"), "x < y", ["code:x < y"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["pre:x"]),
        ("<blockquote>q</blockquote>\n<blockquote expandable>r</blockquote>", "q\nr",
         ["blockquote:q", "expandable_blockquote:r"]),
        ('<blockquote expandable="">r</blockquote>', "r", ["expandable_blockquote:r"]),
        ('<tg-time unix="1647531900" format="wDT">22:45</tg-time>', "22:45", ["date_time:22:45"]),
        ('<a href="https://bbc.co.uk/a?b=1&amp;c=2">[1]</a>', "[1]", ["text_link:[1]"]),
        ('<a href="not a link">x</a>', "x", []),
        ("<b></b>x<i></i>", "x", []),
        ("<b>a <i>b</i></b> c", "a b c", ["bold:a b", "italic:b"]),
        ("<b>a</b><b>b</b>", "ab", ["bold:ab"]),
        ("<b>a<code>b</code>c</b>", "abc", ["bold:a", "code:b", "bold:c"]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", ["blockquote:ab"]),
        ('<a href="a.org">x <a href="b.org">y</a></a>', "x y", ["text_link:x y"]),
        ("  \n <b> a </b> \t\n", "a", ["bold:a"]),
        ("a\r\nb\tc\u202ed", "a\nb cd", []),
        ("see bbc.com/x, /help and @someone #tag", "see bbc.com/x, /help and @someone #tag",
         ["url:bbc.com/x", "bot_command:/help", "mention:@someone", "hashtag:#tag"]),
        ('<a href="https://a.org">https://b.org</a>', "https://b.org", ["text_link:https://b.org"]),
        ("<blockquote>a $</blockquote>A <blockquote>#b</blockquote>", "a $A #b",
         ["blockquote:a $", "blockquote:#b", "hashtag:#b"]),  # a cashtag that reaches out of a quote is none
    ],
)  # fmt: skip
def test_what_is_kept(source: str, text: str, entities: list[str]) -> None:
    assert seen(source) == (text, [tuple(entity.split(":", 1)) for entity in entities])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a <b>b", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<br>x", 'Unsupported start tag "br" at byte offset 2'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("1 <b", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href='x>y</a>", "Unclosed start tag at byte offset 0"),
        ("<a href=/x>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<tg-time unix='soon'>x</tg-time>", "Invalid date specified"),
        ("<tg-emoji emoji-id='0'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xD800;", "Text contains invalid Unicode characters"),
    ],
)
def test_what_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        formatted(source, "HTML")
    assert refused.value.code == 400
    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


def test_offsets_are_in_utf16_units() -> None:
    result = formatted("😀é <b>𝔘x</b> 🇺🇦<i>שלום</i>", "html")
    spans = [(entity["offset"], entity["length"]) for entity in result.entities]
    assert (units("😀é "), units("𝔘x"), result.units) == (4, 3, 16)
    assert spans == [(4, 3), (12, 4)]


def test_links_are_written_as_telegram_writes_them() -> None:
    urls = [
        formatted(f'<a href="{url}">x</a>', "HTML").entities[0]["url"]
        for url in ("https://BBC.co.uk", "a.org/B?c#d", "tg://resolve?domain=x", "https://t.me/x_bot?start=a_1")
    ]
    assert urls == ["https://bbc.co.uk/", "http://a.org/B?c#d", "tg://resolve?domain=x", "https://t.me/x_bot?start=a_1"]


def test_the_hundred_and_first_entity_is_lost_in_silence() -> None:
    result = formatted(" ".join("<b>x</b>" for _ in range(103)), "HTML")
    assert (len(result.entities), result.dropped) == (MOST_ENTITIES, 3)


def test_too_much_source_is_refused_whatever_is_in_it() -> None:
    with pytest.raises(Refusal, match="text is too long"):
        formatted("<b></b>" * 5000 + "x", "HTML")


def test_the_entities_of_what_people_write() -> None:
    def kinds(text: str) -> list[tuple[str, int, int]]:
        return [(each["type"], each["offset"], each["length"]) for each in found_entities(text)]

    assert kinds("/ask@dateline_test_bot 😀 x") == [("bot_command", 0, 22)]
    assert kinds("😀 @dateline_test_bot, https://a.org/b_(c).") == [("mention", 3, 18), ("url", 23, 18)]
    assert kinds("1/2 and/or a@b.org $USD #1 #news") == [("email", 11, 7), ("cashtag", 19, 4), ("hashtag", 27, 5)]
    assert kinds("What did Russia object to? 3.5 e.g. No.") == []


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=12)
TREE = st.recursive(
    TEXT.map(html.escape),
    lambda inner: st.tuples(
        st.sampled_from(
            ["b", "i", "u", "s", "code", "blockquote", 'a href="https://a.org/x"', "blockquote expandable"]
        ),
        st.lists(inner, max_size=4),
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0].split()[0]}>"),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(TREE, max_size=5))
@example(["<blockquote><b>x$</b></blockquote>", "A"])
def test_entities_lie_within_the_text_and_never_cross_what_cannot_be_cut(parts: list[str]) -> None:
    result = formatted("".join(parts), "HTML")
    spans = [(e["offset"], e["offset"] + e["length"], e["type"]) for e in result.entities]
    assert all(0 <= start < end <= result.units for start, end, _ in spans)
    solid = [span for span in spans if span[2] not in ("bold", "italic", "underline", "strikethrough")]
    for one in spans:
        for other in solid:
            crossing = one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]
            assert not (crossing and one in solid)


@settings(max_examples=60)
@given(TEXT)
def test_escaped_text_comes_back(text: str) -> None:
    expected = formatted(text, "").text
    assert formatted(html.escape(text), "HTML").text == expected


def keyboard(**button: Any) -> Json:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, 'Can\'t find field "text"'),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "x", "url": "https://a.org"}, "exactly one action expected"),
        ({"text": "x", "url": "nothing"}, "inline keyboard button URL 'nothing' is invalid"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
def test_buttons_that_are_refused(button: Json, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_markup(keyboard(**button))
    assert reason in refused.value.description


def test_buttons_that_are_kept() -> None:
    assert checked_markup(keyboard(text="x", callback_data="é" * 32)) == keyboard(text="x", callback_data="é" * 32)
    assert checked_markup(keyboard(text="x", url="https://t.me/b?start=1")) == keyboard(
        text="x", url="https://t.me/b?start=1"
    )
    assert checked_markup({"inline_keyboard": []}) is None
    with pytest.raises(Refusal, match="inline keyboard expected"):
        checked_markup({"force_reply": True}, inline_only=True)
