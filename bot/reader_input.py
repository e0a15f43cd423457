"""What a reading model is shown above a passage: the same words in training and in use. Pure."""

from __future__ import annotations

from datetime import date


def header(title: str, outlet: str, day: date | None) -> str:
    """`Title (Outlet, 6 June 2024)`: where a passage comes from. An answer's span never lies in it."""
    source = ", ".join(part for part in (outlet, f"{day.day} {day:%B} {day.year}" if day else "") if part)
    return f"{title} ({source})" if source else title
