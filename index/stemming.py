"""English stems, asked for by several threads at once."""

from __future__ import annotations

import threading

from snowballstemmer import stemmer

_own = threading.local()  # a Snowball stemmer keeps the word that it works on in itself: each thread has one


def snowball(word: str) -> str:
    """The Snowball stem of a lower-case English word (Porter, 2001)."""
    if not hasattr(_own, "stemmer"):
        _own.stemmer = stemmer("english")
    stem: str = _own.stemmer.stemWord(word)
    return stem
