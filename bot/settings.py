"""Settings: every dial of Dateline, read once from the environment and from `.env` in the working folder.

The environment wins over `.env`; an empty value counts as unset. `.env.example` lists them all.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import UsageError

PREFIX = "DATELINE_"
ENV_FILE = Path(".env")

# What keeps the libraries offline and quiet. `setdefault` is used: what the user has set themselves stays.
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PTB_TIMEDELTA": "1",  # python-telegram-bot's coming default, and no warning of it
}
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


class Settings(BaseSettings):
    """What can be chosen. Field `home` is read from DATELINE_HOME, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("dateline"),
        description="Folder that holds the library, the index and the chat history.",
    )
    encoder: str | None = Field(
        default=None,
        description="Sentence-transformers model, by name or folder. Unset: the bundled all-MiniLM-L6-v2, offline.",
    )
    reader: str | None = Field(
        default=None,
        description="Extractive question-answering model, by name or folder. Unset: the bundled reader, offline.",
    )
    reranker: str | None = Field(
        default=None,
        description="Sentence-transformers CrossEncoder, by name or folder, that reorders passages. Unset: none.",
    )
    caution: float = Field(
        default=0.35, ge=0, le=1, description="How sure the reader must be to answer: 0 always tries, 1 hardly ever."
    )
    llm: str | None = Field(
        default=None,
        description="Language model: openai-like/MODEL, openai/MODEL, anthropic/MODEL or ollama/MODEL. Unset: none.",
    )
    llm_url: str | None = Field(
        default=None, description="Address of the language model's server, such as http://127.0.0.1:8080/v1."
    )
    llm_key: SecretStr | None = Field(
        default=None, description="Key for the language model. Unset: OPENAI_API_KEY or ANTHROPIC_API_KEY, or none."
    )
    llm_seconds: float = Field(
        default=40, gt=0, le=600, description="Seconds within which the language model must have answered."
    )
    llm_budget_chat: int = Field(
        default=200_000, ge=0, description="Tokens of the language model that one chat may use in a day."
    )
    llm_budget_day: int = Field(
        default=2_000_000, ge=0, description="Tokens of the language model that all may use in a day."
    )
    prompts: Path | None = Field(
        default=None, description="Folder of your own prompts for the language model, which go before those of ours."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What is logged to stderr: debug, info, warning or error."
    )

    telegram_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias="TELEGRAM_BOT_TOKEN",
        description="The bot's token, from @BotFather. Needed by `dateline telegram` alone.",
    )
    telegram_api_url: str | None = Field(
        default=None,
        validation_alias="TELEGRAM_API_URL",
        description="Bot API server. Unset: Telegram's own, https://api.telegram.org.",
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="Telegram ids of those who may add and remove articles, comma-separated."
    )
    allowed: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="Telegram ids of the people and groups that may ask, comma-separated. Unset: everyone.",
    )
    webhook_url: str | None = Field(
        default=None, description="Public https address to which Telegram sends updates. Unset: the bot fetches them."
    )
    webhook_listen: str = Field(
        default="127.0.0.1:8443",
        description="Address and port of the webhook's server, behind your https proxy.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="What Telegram has to send with each update. Unset: chosen anew at each start."
    )
    health_listen: str | None = Field(
        default=None, description="Address and port of /healthz and /metrics, such as 127.0.0.1:8080. Unset: none."
    )
    stale_days: int = Field(
        default=7, ge=1, description="Days after which the newest article is called old, in answers on Telegram."
    )

    @field_validator("admins", "allowed", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        """Comma-separated numbers."""
        if not isinstance(value, str):
            return value
        try:
            return frozenset(int(part) for part in value.replace(";", ",").split(",") if part.strip())
        except ValueError:
            raise ValueError("write numeric ids, separated by commas") from None

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            host, _, port = value.rpartition(":")
            if not host or not port.isdecimal() or not int(port) < 65_536:
                raise ValueError("write an address and a port, such as 127.0.0.1:8080")
        return value

    @field_validator("llm_url")
    @classmethod
    def _server(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("write an address that begins with http:// or https://")
        return value.rstrip("/") if value else value

    @field_validator("prompts")
    @classmethod
    def _folder(cls, folder: Path | None) -> Path | None:
        return folder.expanduser().absolute() if folder is not None else None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level

    @property
    def uses_hub(self) -> bool:
        """Whether a model is named by a hub name rather than by a folder: then it may be fetched."""
        named = (self.encoder, self.reader, self.reranker)
        return any(name is not None and not Path(name).expanduser().is_dir() for name in named)


def variable(field: str) -> str:
    """The environment variable that a field of `Settings` is read from."""
    return str(Settings.model_fields[field].validation_alias or PREFIX + field.upper())


def load_settings() -> Settings:
    """Read the settings. Raises UsageError that names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        name = name if name.startswith((PREFIX, "TELEGRAM_")) else PREFIX + name
        # The value itself is not repeated: a setting may be a secret.
        why = _lower_first(first["msg"].removeprefix("Value error, "))
        raise UsageError(f"The setting {name} is not usable: {why}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The settings file {ENV_FILE.absolute()} cannot be read as UTF-8 text.") from error


def unknown_settings() -> list[str]:
    """One sentence per DATELINE_* variable that no setting answers to, with the nearest name that one does."""
    known = [name for name in map(variable, Settings.model_fields) if name.startswith(PREFIX)]
    places = {name: str(ENV_FILE) for name in dotenv_values(ENV_FILE)} if ENV_FILE.is_file() else {}
    places.update(dict.fromkeys(os.environ, "the environment"))
    sentences = []
    for name, place in sorted(places.items()):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.0)
            sentences.append(f"There is no setting {name} (in {place}); the nearest is {near[0]}.")
    return sentences


def prepare_environment(settings: Settings) -> None:
    """Tell the libraries to stay offline and quiet. To be called before any of them is imported."""
    offline = {} if settings.uses_hub else _OFFLINE
    for name, value in (_QUIET | offline).items():
        os.environ.setdefault(name, value)


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]
