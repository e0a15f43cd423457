"""The rules of cleaning: what a line has to look like, from its first character on, not to be the story.

Each rule is a name and patterns. LINE rules must match from a line's start; WHOLE rules must match all of it; BOX
rules match all of a line too, but only count beside a line already dropped, since alone they may well be a heading.
"""

from __future__ import annotations

import re

from index import appeals, furniture


def _compiled(rules: appeals.Rules, end: str) -> re.Pattern[str]:
    """All rules as one pattern whose group names are the rules', with a space as "_"."""
    return re.compile(
        "|".join(f"(?P<{name.replace(' ', '_')}>(?:{'|'.join(patterns)}){end})" for name, patterns in rules.items()),
        re.IGNORECASE,
    )


STARTS = _compiled(appeals.LINE | furniture.LINE, "")
WHOLES = _compiled(appeals.WHOLE | furniture.WHOLE, r"\Z")
BOXES = _compiled(appeals.BOX | furniture.BOX, r"\Z")
