"""Stems are the same whoever asks at the same time."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from snowballstemmer import stemmer

from index.stemming import snowball

_PARTS = ("nation", "organis", "hope", "relate", "fulfil", "govern", "depend", "vietnam"), (
    "alization", "ational", "fulness", "iveness", "ement", "ing", "edly", "ization",
)  # fmt: skip
_WORDS = [f"{start}{end}{n}x{end}" for n in range(60) for start in _PARTS[0] for end in _PARTS[1]]


def test_threads_do_not_disturb_one_another() -> None:
    alone = stemmer("english")
    expected = [alone.stemWord(word) for word in _WORDS]
    begin, before = threading.Barrier(4), sys.getswitchinterval()

    def all_stems(_: int) -> list[str]:
        begin.wait()
        return [snowball(word) for word in _WORDS]

    sys.setswitchinterval(1e-6)  # so that one stemmer for all fails here, and not once a week
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(all_stems, range(4)))
    finally:
        sys.setswitchinterval(before)
    assert found == [expected] * 4
