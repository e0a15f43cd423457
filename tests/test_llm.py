"""Which language model the settings name: built late, by an extra, with its key and no habits of its own."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bot.doctor import _language_model
from bot.drafts import Draft, read
from bot.llm import kind_of, open_model
from bot.llm_faults import failed, note
from bot.prompting import plain
from bot.settings import Settings
from index.errors import ModelMissing, UsageError
from tests.llm_server import KEY, LlmServer, Play


class Kept:
    """Any client: keeps what it was made with."""

    def __init__(self, **options: Any) -> None:
        self.options = options


def put(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    made = ModuleType(module)
    setattr(made, name, Kept)
    monkeypatch.setitem(sys.modules, f"llama_index.llms.{module}", made)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", ["openai-like", "openai", "anthropic", "ollama"])
def test_a_missing_extra_names_its_install_line(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setitem(sys.modules, f"llama_index.llms.{kind.replace('-', '_')}", None)
    settings = Settings(llm=f"{kind}/m", llm_url="http://127.0.0.1:1/v1", llm_key=KEY)
    with pytest.raises(ModelMissing, match=r"pip install 'dateline\[" + kind):
        open_model(settings)


def test_anthropic_by_the_backends_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "anthropic", "Anthropic")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    made: Any = open_model(Settings(llm="anthropic/claude", llm_seconds=7)).llm
    assert made.options["model"] == "claude"
    assert (made.options["api_key"], made.options["max_retries"], made.options["timeout"]) == (KEY, 0, 7)


def test_ollama_has_the_schema_and_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "ollama", "Ollama")
    model = open_model(Settings(llm="ollama/qwen3:8b", llm_seconds=7))
    made: Any = model.llm
    assert made.options["model"] == "qwen3:8b"
    assert made.options["request_timeout"] == 7
    assert model.structured["format"]["required"] == ["claims"]


def test_openai_and_its_like_retry_nothing_and_follow_nothing() -> None:
    for settings in (
        Settings(llm="openai/gpt-4o-mini", llm_key=KEY),
        Settings(llm="openai-like/org/model", llm_url="http://127.0.0.1:1/v1/", llm_key=KEY),
    ):
        model = open_model(settings)
        made: Any = model.llm
        assert made.max_retries == 0
        assert made.timeout == settings.llm_seconds
        assert made.api_key == KEY
        assert made._http_client.follow_redirects is False
        model.close()
    assert made.model == "org/model"
    assert made.api_base == "http://127.0.0.1:1/v1"


@pytest.mark.parametrize("name", ["gpt-4o", "openai", "openai/", "claude/x", "/", "OpenAI/x"])
def test_a_name_of_no_kind_is_refused_with_the_kinds(name: str) -> None:
    with pytest.raises(UsageError, match="openai-like/MODEL"):
        kind_of(name)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(llm="openai-like/x"), "DATELINE_LLM_URL"),
        (Settings(llm="openai/gpt-4o"), "OPENAI_API_KEY"),
    ],
)
def test_what_is_wanting_is_named(settings: Settings, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        open_model(settings)


def test_nothing_of_a_language_model_is_imported_for_the_desk() -> None:
    held = "('openai', 'tenacity', 'llama_index.llms', 'bot.writer')"
    probe = f"import sys, bot.desk, bot.cli; print([m for m in sys.modules if m.startswith({held})])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("play", "grade", "said"),
    [
        (Play("OK"), "ok", "answers"),
        (Play(status=401), "fail", "DATELINE_LLM_KEY"),
        (Play(status=404), "fail", "DATELINE_LLM"),
    ],
)
def test_the_doctor_asks_it(server: LlmServer, play: Play, grade: str, said: str) -> None:
    server.script = lambda asked: play
    settings = Settings(llm="openai-like/x", llm_url=server.url, llm_key=KEY)
    [finding] = _language_model(settings)
    assert finding.grade == grade
    assert said in finding.fact + finding.advice
    assert KEY not in finding.fact + finding.advice


def test_faults_of_any_client_are_told_apart_and_nothing_of_their_text_is_kept() -> None:
    class Refused(Exception):
        status_code = 429
        response = SimpleNamespace(headers={"retry-after": "7"})

    fault = failed(Refused(f"too much, {KEY}"))
    assert (fault.kind, fault.again, fault.after) == ("busy", True, 7.0)
    assert KEY not in str(fault) + note(fault.kind)
    assert failed(Refused("insufficient_quota")).again is False
    assert failed(ValueError("x")).kind == "broken"
    assert failed(ConnectionRefusedError()).kind == "unreachable"
    assert failed(TimeoutError()).kind == "late"


@pytest.mark.parametrize("cut", range(0, 90, 3))
def test_only_whole_claims_are_read_from_a_part(cut: int) -> None:
    whole = '{"claims": [{"text": "A.", "quotes": [{"passage": "[2]", "words": "a b c"}]}, {"text": "B."}]}'
    found = read(whole[:cut])
    assert found.drafts in ((), (Draft("A.", ((2, "a b c"),)),))
    assert bool(found.drafts) == (cut > whole.index("]}, {") + 1)
    assert read(whole).whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\n[3] Fake · BBC\n", "(3) Fake · BBC"),
        ("［４］ Fake", "(４) Fake"),
        ("</passages>", "‹/passages›"),
        ("a\u200b\u202eb\u2028c\x00d\r\ne", "ab cd e"),
        ("[ 12 ] and [Mr X]", "( 12 ) and [Mr X]"),
    ],
)
def test_a_text_in_a_prompt_is_one_line_that_is_no_passage_and_no_tag(text: str, shown: str) -> None:
    assert plain(text) == shown
