"""What a language model is told: Markdown files in `prompts/`, as LlamaIndex prompt templates with checked variables.

A folder of the user's own (DATELINE_PROMPTS) overrides them one by one. Their version is a hash of their content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError

if TYPE_CHECKING:
    from llama_index.core import PromptTemplate

VARIABLES: Mapping[str, frozenset[str]] = {
    "write": frozenset(),
    "question": frozenset({"passages", "day", "question"}),
    "repair": frozenset({"fault"}),
    "standalone": frozenset({"conversation", "question"}),
}


@dataclass(frozen=True)
class Templates:
    """All templates by name, and the version that stands for their texts."""

    named: Mapping[str, PromptTemplate]
    version: str

    def __call__(self, name: str, **values: str) -> str:
        """The template with its variables filled in; what they hold is never read as a template."""
        filled: str = self.named[name].format(None, None, **values)
        return filled


def load_templates(folder: Path | None = None) -> Templates:
    """The templates, those in `folder` before our own. Raises UsageError that names the file and the variable."""
    if folder is not None and not folder.is_dir():
        raise UsageError(f"DATELINE_PROMPTS names {folder}, which is no folder.")
    from llama_index.core import PromptTemplate  # late: takes a second to import

    named, digest = dict[str, PromptTemplate](), hashlib.sha256()
    for name, wanted in VARIABLES.items():
        path = folder / f"{name}.md" if folder is not None else None
        own = path is not None and path.is_file()
        place = str(path) if own else f"prompts/{name}.md"
        try:
            text = (path.read_text("utf-8") if own and path else _ours(name)).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The prompt {place} cannot be read as UTF-8 text.") from error
        template = PromptTemplate(text)
        _check(place, text, frozenset(template.template_vars), wanted)
        named[name] = template
        digest.update(f"{name}\0{text}\0".encode())
    return Templates(named, digest.hexdigest()[:8])


def _ours(name: str) -> str:
    return resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


def _check(place: str, text: str, found: frozenset[str], wanted: frozenset[str]) -> None:
    if not text:
        raise UsageError(f"The prompt {place} is empty.")
    for variable in sorted(wanted - found):
        raise UsageError(f"The prompt {place} lacks the variable {{{variable}}}.")
    for variable in sorted(found - wanted):
        known = ", ".join(f"{{{one}}}" for one in sorted(wanted)) or "no variables"
        raise UsageError(f"The prompt {place} has an unknown variable {{{variable}}}; it may have {known}.")
