"""What every test gets: no network beyond this machine, a state folder of its own, no settings from outside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from bot.settings import PREFIX, Settings, prepare_environment

if TYPE_CHECKING:
    from bot.desk import Desk
    from evals.telegram_api import Emulator, User
    from tests.llm_server import LlmServer

ROOT = Path(__file__).resolve().parent.parent
_connect = socket.socket.connect

# No property is about how long an example takes, and the machine may be busy. Otherwise as hypothesis would have it.
settings.register_profile("dateline", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dateline")


def _connect_here(self: socket.socket, address: Any) -> None:
    """`socket.connect` to this machine alone."""
    host = address[0] if isinstance(address, tuple) else "localhost"
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a test reached for the network: {address!r}")
    _connect(self, address)


def pytest_configure() -> None:
    """Before any test module is imported: block the network, and let no library think of it.

    A shell has its background jobs ignore Ctrl-C, and what they start inherits that: here it is heeded.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    socket.socket.connect = _connect_here  # type: ignore[method-assign, assignment]
    for name in [name for name in os.environ if name.startswith((PREFIX, "TELEGRAM_"))]:
        del os.environ[name]
    Settings.model_config["env_file"] = None
    prepare_environment(Settings())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty DATELINE_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration index, built once from seeds/ with the bundled encoder. Not to be written to.

    The processes that share the suite share it too: the second one finds nothing left to build.
    """
    from filelock import FileLock

    from index.articles import read_articles
    from index.build import sync
    from index.embed import load_encoder, model_id

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with FileLock(f"{folder}.lock"):
        sync(folder, read_articles(ROOT / "seeds"), load_encoder, model_id=model_id())
    return folder


@pytest.fixture(scope="session")
def spare_export(demo_home: Path) -> Callable[[Path], None]:
    """Put the bundled encoder's export under a home, so that a build there need not take ten seconds to make it."""

    def put(home: Path) -> None:
        shutil.copytree(demo_home / "encoders", home / "encoders")

    return put


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """Compare a text with `tests/golden/NAME`, literally; UPDATE_GOLDEN=1 writes it instead, for review in the diff."""

    def compare(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def api() -> Iterator[Emulator]:
    """The Telegram Bot API, emulated: a server of its own for each test."""
    from evals.telegram_api import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def ann(api: Emulator) -> User:
    """Somebody who has written to the bot, whose update is out of the way."""
    user = api.user("Ann")
    assert api.say(user, "/start") == 1
    api.world.updates.pending.clear()
    return user


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    """A scripted language model, asked again at once where it fails."""
    from tests.llm_server import LlmServer

    monkeypatch.setattr("bot.llm_call._PAUSE", 0.05)
    with LlmServer() as running:
        yield running


@pytest.fixture(scope="session")
def writing_desk(demo_home: Path) -> Iterator[Desk]:
    """The demonstration; what it writes with is put in by each test."""
    from bot.desk import Desk

    desk = Desk(Settings(home=demo_home))
    yield desk
    desk.close()


@pytest.fixture
def opened(writing_desk: Desk, home: Path, server: LlmServer) -> Iterator[Callable[..., Desk]]:
    """The demonstration's desk, writing with the scripted server; `opened(llm_seconds=1)` changes settings."""
    from bot.writing import Writing
    from tests.llm_server import KEY

    def make(**changed: object) -> Desk:
        values = {"llm": "openai-like/scripted", "llm_url": server.url, "llm_key": KEY, "llm_seconds": 3.0}
        writing_desk.writing.close()
        settings = Settings.model_validate({"home": home, **values, **changed})
        writing_desk.writing = Writing(settings, writing_desk.library.article)
        return writing_desk

    yield make
    writing_desk.writing.close()
    writing_desk.writing = Writing(Settings(home=home), writing_desk.library.article)
