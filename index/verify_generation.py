"""`python -m index.verify_generation`: open the generation named on standard input and probe it.

Exit 0 when it holds, 1 with the reason on standard output when it does not; a crash says the same. Probing is a
sample: HNSW may miss a vector, so a few misses pass.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import IndexBroken
from index.generations import Generation, import_engines
from index.query_terms import query_terms

_SURE = 0.999  # cosine similarity of a float16-rounded vector with itself, or with a twin of the same text
_MISSES = 0.1  # of the probes


def verify(folder: Path, probes: list[tuple[str, str, Any]]) -> None:
    """Raise IndexBroken unless the generation opens, its counts agree and the probes are found."""
    generation = Generation(folder)
    try:
        missed = 0
        for _, title, values in probes:
            hits = generation.dense(np.array(values, dtype=np.float32), 10)
            missed += not hits or hits[0].score < _SURE
            if query_terms(title) and not generation.lexical(title, 1):
                raise IndexBroken(f"the words of {title!r} find nothing")
        if missed > len(probes) * _MISSES:
            raise IndexBroken(f"{missed} of {len(probes)} vectors do not find themselves")
    finally:
        generation.close()


def main() -> int:
    import_engines()  # while whoever asks still builds
    request = json.load(sys.stdin)
    try:
        verify(Path(request["folder"]), request["probes"])
    except (IndexBroken, FileNotFoundError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
