"""The words the bot says: one Markdown file each in `prompts/`, with {placeholders} that are checked.

Code decides what is said; the files decide how.
"""

from __future__ import annotations

import string
from functools import cache
from importlib import resources


@cache
def template(name: str) -> tuple[str, frozenset[str]]:
    """The text of `prompts/<name>.md` without its closing line feed, and the names of its placeholders."""
    text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8").rstrip("\n")
    return text, frozenset(field for _, field, _, _ in string.Formatter().parse(text) if field is not None)


def say(name: str, **values: object) -> str:
    """`prompts/<name>.md` with its placeholders filled. Raises ValueError when they are not exactly `values`."""
    text, wanted = template(name)
    if wanted != values.keys():
        raise ValueError(f"prompts/{name}.md has the placeholders {sorted(wanted)}, given were {sorted(values)}")
    return text.format(**values)
