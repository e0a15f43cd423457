"""Texts into batches of like length, so that little is padded. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def batches(lengths: Sequence[int], window: int, tokens: int) -> Iterator[NDArray[np.int64]]:
    """The places of texts of so many tokens, cut at `window`, longest first, in batches.

    A batch holds at most `tokens`, padding included, or one text.
    """
    whole = np.minimum(np.array(lengths, dtype=np.int64), window)
    order = np.argsort(-whole, kind="stable")
    at = 0
    while at < len(order):
        size = max(1, tokens // max(1, int(whole[order[at]])))
        yield order[at : at + size]
        at += size
