"""A user's words made into search terms: no syntax survives, and words that every text has are left out."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_MOST = 64  # terms of one query: a pasted page is a search for its beginning

STOP_WORDS = frozenset(
    """a about above after again against all am an and any are as at be because been before being below between both
    but by can could d did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just ll m me more most my myself no nor not now of off
    on once only or other our ours ourselves out over own re s same she should so some such t than that the their
    theirs them themselves then there these they this those through to too under until up ve very was we were what
    when where which while who whom whose why will with would you your yours yourself yourselves""".split()
)


def query_terms(text: str) -> list[str]:
    """The distinct lower-case words of `text` without stop words; with them when there is nothing else."""
    words = list(dict.fromkeys(_WORD.findall(text.lower())))
    return [word for word in words if word not in STOP_WORDS][:_MOST] or words[:_MOST]


def named(text: str) -> frozenset[str]:
    """Those of `query_terms(text)` that are written as names or numbers; a capital that opens the text says nothing."""
    words = [match.group() for match in _WORD.finditer(text)]
    marked = {word.lower() for n, word in enumerate(words) if word[0].isdigit() or (n > 0 and word[0].isupper())}
    return frozenset(marked.intersection(query_terms(text)))
