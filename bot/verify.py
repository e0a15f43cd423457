"""The last gate before anything is said: every quote is in the article as stored now, or the claim is dropped. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.answers import Citation, Claim
from index.articles import Article

LookUp = Callable[[str, str], Article | None]
"""Fetches an article version by (article id, text digest) from the library; None when it is not there."""


def verified(claims: Iterable[Claim], look_up: LookUp) -> tuple[Claim, ...]:
    """The claims whose citations stand in the library; citations that do not are dropped, and empty claims with them.

    The first citation carries the answer's words, so a claim falls with it. An extractive claim must say nothing
    that its citations do not: its text is compared with the quotes that stand, white space folded.
    """
    kept = []
    for claim in claims:
        citations = tuple(citation for citation in claim.citations if _stands(citation, look_up))
        if not citations or citations[0] != claim.citations[0] or not _says_no_more(claim.text, citations):
            continue
        kept.append(claim if citations == claim.citations else replace(claim, citations=citations))
    return tuple(kept)


def stored(claim: Claim, look_up: LookUp) -> bool:
    """Whether all that a claim cites is in the library: for claims in a language model's words, see bot/backing.py."""
    return all(_stands(citation, look_up) for citation in claim.citations)


def _stands(citation: Citation, look_up: LookUp) -> bool:
    stored = look_up(citation.article.id, citation.article.digest)
    return stored is not None and stored.text[citation.start : citation.end] == citation.quote


def _says_no_more(text: str, citations: Iterable[Citation]) -> bool:
    said = " ".join(text.split())
    return bool(said) and any(said in " ".join(citation.quote.split()) for citation in citations)
