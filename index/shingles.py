"""How alike two texts are by the words they are made of. Pure; knows nothing of articles or where texts are kept.

A text is the set of its runs of five words (shingles: Broder, "On the resemblance and containment of documents", 1997).
MinHash signatures in bands find the few texts that may be alike without comparing all (Leskovec et al., "Mining of
Massive Datasets", chapter 3); the shingles themselves say whether they are.
"""

from __future__ import annotations

import functools
import hashlib
import re
import zlib
from itertools import islice
from typing import Any

_WORD = re.compile(r"\w+")
_RUN = 5  # words
_READ = 1_000  # words of a text: what goes on for longer is often a gallery that many stories of an outlet end with
_BANDS, _ROWS = 24, 4  # texts of whose shingles half are common share a band in 79 of 100 cases, 70% in 99.8
_SHORT = 40  # shingles: fewer say too little to tell a copy by a part of them
_COPIED = 0.8  # of the shorter text's shingles, also in the longer: at 0.7, last year's story with this year's facts
_LEAST_SHARE = 0.5  # of the longer text's number of shingles: an agency's text may be cut, but not to a paragraph

Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """Runs of five words, hashed to 32 bits: case folded, whatever stands between the words.

    Of a text of fewer words, all of them.
    """
    found = islice(_WORD.finditer(text.casefold()), _READ)
    words = [word.group().encode("utf-8", "surrogatepass") for word in found]
    return frozenset(zlib.crc32(b" ".join(words[at : at + _RUN])) for at in range(max(1, len(words) - _RUN + 1)))


def bands(made: Shingles) -> list[int]:
    """24 numbers of 64 bits, signed. Texts that share one may be alike; those that share none hardly are."""
    values = _sketch(made)
    return [_folded(band, values[band * _ROWS : (band + 1) * _ROWS].tobytes()) for band in range(_BANDS)]


def alike(one: Shingles, other: Shingles) -> bool:
    """Whether one text is a copy of the other: with another headline, byline or first line, or cut at the end.

    Texts of fewer than forty shingles must be the same.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORT:
        return one == other
    return len(short) >= _LEAST_SHARE * len(long) and contained(short, long) >= _COPIED


def contained(one: Shingles, other: Shingles) -> float:
    """The share of the first text's shingles that the second has too."""
    return len(one & other) / len(one)


def _sketch(made: Shingles) -> Any:
    """The MinHash signature: an array of 96 unsigned numbers."""
    from datasketch import MinHash  # late: it imports scipy, which takes half a second

    sketch = MinHash(_BANDS * _ROWS, hashfunc=int, permutations=_permutations())  # shingles are hashes already
    sketch.update_batch(made)
    return sketch.hashvalues


@functools.cache
def _permutations() -> Any:
    from datasketch import MinHash

    return MinHash(_BANDS * _ROWS).permutations


def _folded(band: int, values: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(bytes([band]) + values, digest_size=8).digest(), "big", signed=True)
