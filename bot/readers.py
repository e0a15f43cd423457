"""Which reader the settings name."""

from __future__ import annotations

from bot.reader import Reader


def load_reader(name: str | None) -> Reader:
    """The bundled reader, or any extractive model by folder or hub name. Raises ModelMissing."""
    if name is None:
        from bot.news_reader import NewsReader

        return NewsReader()
    from bot.span_reader import SpanReader

    return SpanReader.load(name)
