"""The rules of the house, held over the syntax trees of all modules."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("bot", "index", "evals", "models", "prompts", "tests")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
}
MAY_IMPORT = {
    "index": {"index"},
    "prompts": {"prompts"},
    "bot": {"bot", "index", "prompts"},
    "models": {"models", "bot", "index", "evals"},
    "evals": {"evals", "bot", "index"},
    "tests": set(FOLDERS),
}
# A library, and the only modules of ours that may import it.
HOMES = {
    "chromadb": ("index.generations",),
    "tantivy": ("index.generations",),
    "sqlite3": ("index.database",),
    "telegram": ("bot.telegram.",),
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield from (f"{module}.{n.name}" if f"{module}.{n.name}" in MODULES else module for n in node.names)


def test_imports_go_one_way() -> None:
    for name, path in MODULES.items():
        own = {module.split(".")[0] for module in imported(path)} & set(FOLDERS)
        assert own <= MAY_IMPORT[name.split(".")[0]], name


def test_no_import_cycle() -> None:
    graph = {name: set(imported(path)) & set(MODULES) for name, path in MODULES.items()}
    list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_one_place(library: str) -> None:
    users = {name for name, path in MODULES.items() if library in {module.split(".")[0] for module in imported(path)}}
    assert {name for name in users if not name.startswith((*HOMES[library], "tests."))} == set()


def test_files_are_short_and_folders_shallow() -> None:
    for name, path in MODULES.items():
        assert len(name.split(".")) <= 3, f"{name} is nested deeper than two folders"
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, f"{name} is longer than 250 lines"
