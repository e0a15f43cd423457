"""The language model that DATELINE_LLM names, by LlamaIndex's classes, each from an extra that is imported late.

Knows nothing of prompts. Clients retry nothing and wait no longer than they are told; no tokenizer is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.settings import Settings
from index.errors import ModelMissing, UsageError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"passage": {"type": "integer"}, "words": {"type": "string"}},
                            "required": ["passage", "words"],
                            "additionalProperties": False,
                        },
                    },
                },
                "required": ["text", "quotes"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
_MOST_TOKENS = 1_500  # of a reply
_WINDOW = 32_768  # tokens; only tells LlamaIndex, and Ollama how much to make room for
_OLLAMA_WINDOW = 8_192
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Model:
    """A language model. `structured`: what a call takes besides for a reply in the form of SCHEMA."""

    name: str
    llm: LLM
    structured: Mapping[str, Any]
    usage: Mapping[str, Any]
    close: Callable[[], None] = lambda: None


def kind_of(name: str) -> tuple[str, str]:
    """(`openai-like`, `qwen3:8b`) of a DATELINE_LLM. Raises UsageError."""
    kind, _, model = name.partition("/")
    if kind not in _KINDS or not model.strip():
        kinds = ", ".join(f"{one}/MODEL" for one in _KINDS)
        raise UsageError(f"DATELINE_LLM is {name!r}; write one of {kinds}.")
    return kind, model.strip()


def open_model(settings: Settings) -> Model:
    """The model that the settings name. Raises UsageError, or ModelMissing with the line that installs it."""
    kind, model = kind_of(settings.llm or "")
    return _KINDS[kind](settings, model)


def secrets_of(settings: Settings) -> list[str]:
    """The keys that must never be seen."""
    own = settings.llm_key.get_secret_value() if settings.llm_key else None
    return [secret for secret in (own, os.environ.get("OPENAI_API_KEY"), os.environ.get("ANTHROPIC_API_KEY")) if secret]


def _openai_like(settings: Settings, model: str) -> Model:
    url = _url(settings, "such as http://127.0.0.1:8080/v1")
    made = _module("openai_like", "openai-like").OpenAILike
    return _openai(settings, model, made, url, _key(settings) or "none", is_chat_model=True, context_window=_WINDOW)


def _openai_own(settings: Settings, model: str) -> Model:
    made = _module("openai", "openai").OpenAI
    key = _needed(settings, "OPENAI_API_KEY")
    url = str(settings.llm_url) if settings.llm_url else "https://api.openai.com/v1"
    return _openai(settings, model, made, url, key)


def _openai(settings: Settings, model: str, made: Any, url: str, key: str, **options: Any) -> Model:
    import httpx

    # No redirects: the key goes to the server that was named. A server on this machine is not behind a proxy.
    # Without https no certificates need be loaded.
    server = urlsplit(url)
    client = httpx.Client(
        timeout=settings.llm_seconds,
        follow_redirects=False,
        trust_env=server.hostname not in _LOOPBACK,
        verify=server.scheme == "https",
    )
    try:
        llm = made(
            model=model, api_key=key, api_base=url, temperature=0.0, max_tokens=_MOST_TOKENS, max_retries=0,
            timeout=settings.llm_seconds, http_client=client, **options,
        )  # fmt: skip
    except ValueError as error:
        client.close()
        raise UsageError(
            f"DATELINE_LLM names a model that cannot be used: {str(error).splitlines()[0][:200]}"
        ) from None
    form = {"type": "json_schema", "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA}}
    usage = {"stream_options": {"include_usage": True}}
    return Model(f"{settings.llm}", llm, {"response_format": form}, usage, client.close)


def _anthropic(settings: Settings, model: str) -> Model:
    made = _module("anthropic", "anthropic").Anthropic
    key = _needed(settings, "ANTHROPIC_API_KEY")
    llm = made(
        model=model, api_key=key, base_url=settings.llm_url, temperature=0.0, max_tokens=_MOST_TOKENS, max_retries=0,
        timeout=settings.llm_seconds,
    )  # fmt: skip
    return Model(f"{settings.llm}", llm, {}, {})


def _ollama(settings: Settings, model: str) -> Model:
    made = _module("ollama", "ollama").Ollama
    llm = made(
        model=model, base_url=settings.llm_url or "http://127.0.0.1:11434", temperature=0.0,
        request_timeout=settings.llm_seconds, context_window=_OLLAMA_WINDOW,
    )  # fmt: skip
    return Model(f"{settings.llm}", llm, {"format": SCHEMA}, {})


_KINDS: dict[str, Callable[[Settings, str], Model]] = {
    "openai-like": _openai_like,
    "openai": _openai_own,
    "anthropic": _anthropic,
    "ollama": _ollama,
}


def _module(name: str, extra: str) -> ModuleType:
    try:
        return import_module(f"llama_index.llms.{name}")
    except ImportError as error:
        raise ModelMissing(
            f"DATELINE_LLM needs a package that is not installed: pip install 'dateline[{extra}]'."
        ) from error


def _url(settings: Settings, example: str) -> str:
    if not settings.llm_url:
        raise UsageError(f"DATELINE_LLM needs the address of its server: set DATELINE_LLM_URL, {example}.")
    return settings.llm_url


def _key(settings: Settings) -> str | None:
    return settings.llm_key.get_secret_value() if settings.llm_key else None


def _needed(settings: Settings, variable: str) -> str:
    key = _key(settings) or os.environ.get(variable)
    if not key:
        raise UsageError(f"DATELINE_LLM needs a key: set DATELINE_LLM_KEY or {variable}.")
    return key
