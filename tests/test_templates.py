"""What a language model is told: templates with checked variables, overridden one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.templates import VARIABLES, load_templates
from index.errors import UsageError


def test_ours_have_the_variables_that_are_filled_and_a_version_that_is_their_content(tmp_path: Path) -> None:
    ours = load_templates()
    assert load_templates().version == ours.version == load_templates(tmp_path).version
    filled = ours("question", passages="[1] {day}", day="2024-06-06", question="{passages}")
    assert "[1] {day}" in filled
    assert "{passages}" in filled  # values are no templates
    assert '{"claims": [{"text": "…", "quotes": [{"passage": 1, "words": "…"}]}]}' in ours("write")


def test_one_of_the_users_own_goes_before_ours_and_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "repair.md").write_text("Again: {fault}.", encoding="utf-8")
    own = load_templates(tmp_path)
    assert own("repair", fault="it broke off") == "Again: it broke off."
    assert own("write") == load_templates()("write")
    assert own.version != load_templates().version


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_bad_one_is_named_with_its_variable(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.md"
    path.write_text("Say {secret}. " + " ".join(f"{{{one}}}" for one in VARIABLES[name]), encoding="utf-8")
    with pytest.raises(UsageError, match=r"unknown variable \{secret\}") as raised:
        load_templates(tmp_path)
    assert str(path) in str(raised.value)
    path.write_text("Nothing in it.", encoding="utf-8")
    if VARIABLES[name]:
        with pytest.raises(UsageError, match=r"lacks the variable \{") as raised:
            load_templates(tmp_path)
        assert str(path) in str(raised.value)
    path.write_bytes(b"\xff")
    with pytest.raises(UsageError, match="UTF-8"):
        load_templates(tmp_path)
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(UsageError, match="empty"):
        load_templates(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DATELINE_PROMPTS"):
        load_templates(tmp_path / "none")
