"""What Telegram holds of a `reply_markup`: inline keyboards checked button by button. Knows nothing of messages."""

from __future__ import annotations

from typing import Any

from evals.telegram_api.markup import checked_link
from evals.telegram_api.refusal import Json, bad

_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
MOST_BUTTONS = 100
MOST_DATA = 64  # bytes of UTF-8


def checked_markup(markup: Any, inline_only: bool = False) -> Json | None:
    """A reply markup as Telegram keeps it; None for none (an inline keyboard with no button is none).

    Args:
        markup: the parsed JSON of the parameter.
        inline_only: for edits, where another kind is refused.

    Raises:
        Refusal: what is wrong with it.
    """
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard")
        kept = [[_checked_button(button) for button in row] for row in rows]
        kept = [row for row in kept if row]
        if sum(map(len, kept)) > MOST_BUTTONS:
            raise bad("reply markup is too long")
        return {"inline_keyboard": kept} if kept else None
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        for row in _rows(markup["keyboard"], "keyboard"):
            for button in row:
                if not (button if isinstance(button, str) else button.get("text")):
                    raise bad("can't parse keyboard button: Can't find field \"text\"")
        return markup
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    raise bad("can't parse reply keyboard markup JSON object")


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad(f'field "{what.replace(" ", "_")}" of the ReplyMarkup must be an Array')
    if not all(isinstance(row, list) for row in value):
        raise bad(f"can't parse {what}: rows must be Arrays")
    return value


def _checked_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if not actions or button.get("callback_data") == "":
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:  # documented so; the server in truth takes the first, and the bot's author never learns
        raise bad(f"can't parse inline keyboard button: exactly one action expected, found {', '.join(actions)}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        url = checked_link(str(button["url"]))
        if not url:
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        return button | {"url": url}
    if "copy_text" in button:
        copied = button["copy_text"]
        if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text", ""))) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    return button
