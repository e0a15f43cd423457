"""Articles cut into passages: exact spans on sentence boundaries, sized by the encoder's own tokenizer.

Knows nothing of vectors or storage. `article.text[p.start:p.end]` is the passage, always.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from index.articles import Article
from index.sentences import Span, sentence_spans

SPLITTER = "sentences-2"  # part of the manifest: change it whenever the spans or the embedded text change
CountTokens = Callable[[Sequence[str]], list[int]]

_TITLE_TOKENS = 40  # of the window at most; a longer headline is cut for the encoder only
_SPECIAL_TOKENS = 2
_OVERLAP_TOKENS = 60  # sentences longer than this are not repeated
_WORD = re.compile(r"\S+")
_PART = 12  # characters: a longer word is counted in parts too
_LEAST_SHARE = 4  # a quarter of the window is the story's, however long the headline


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` of an article's text; `id` is 16 hexadecimal digits made from its content."""

    id: str
    article_id: str
    start: int
    end: int


def split(article: Article, count_tokens: CountTokens, window: int = 256) -> list[Passage]:
    """Cut `article` into passages that fit `window` tokens together with the headline in front.

    Passages follow one another with one sentence of overlap, are of about equal length, and together hold every
    visible character of the text. `count_tokens` counts without special tokens.
    """
    header_tokens = count_tokens([_header(article)])[0]
    budget = max(window - _SPECIAL_TOKENS - header_tokens, window // _LEAST_SHARE)
    spans = sentence_spans(article.text)
    counts = count_tokens([article.text[start:end] for start, end in spans])
    pieces: list[tuple[Span, int]] = []
    for span, count in zip(spans, counts, strict=True):
        pieces.extend([(span, count)] if count <= budget else _cut(article.text, span, count_tokens, budget))
    state = _state(article)
    return [
        Passage(_digest(state, str(start), str(end), size=8), article.id, start, end)
        for start, end in _pack(pieces, budget)
    ]


def embedding_text(article: Article, passage: Passage) -> str:
    """What the encoder reads: headline and day in front of the passage. Never shown, never quoted."""
    return f"{_header(article)}\n{article.text[passage.start : passage.end]}"


def passage_hash(embedding_text: str) -> str:
    """32 hexadecimal digits: with the model's id, the key of the vector cache."""
    return _digest(embedding_text, size=16)


def _header(article: Article) -> str:
    words = article.title.split()[:_TITLE_TOKENS]
    day = article.day
    return " ".join(words) + (f" ({day.day} {day:%B} {day.year})" if day else "")


def _state(article: Article) -> str:
    """All that a passage's identity rests on besides its span."""
    published = article.published.isoformat() if article.published else ""
    return _digest(article.id, article.url, article.title, article.outlet, published, article.digest, size=16)


def _digest(*parts: str, size: int) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=size).hexdigest()


def _pack(pieces: list[tuple[Span, int]], budget: int) -> list[Span]:
    """Greedy packing to an even length, the last sentence of a passage opening the next."""
    total = sum(count for _, count in pieces)
    number = max(1, ceil(total / max(1, budget - _OVERLAP_TOKENS // 2)))
    target = min(budget, ceil(total / number) + _OVERLAP_TOKENS // 2)
    passages: list[Span] = []
    first = 0
    while first < len(pieces):
        last, size = first, pieces[first][1]
        while last + 1 < len(pieces) and size < target and size + pieces[last + 1][1] <= budget:
            last += 1
            size += pieces[last][1]
        passages.append((pieces[first][0][0], pieces[last][0][1]))
        if last + 1 == len(pieces):
            break
        overlap = pieces[last][1]
        fits = overlap <= _OVERLAP_TOKENS and overlap + pieces[last + 1][1] <= budget
        first = last if fits and last > first else last + 1
    return passages


def _cut(text: str, span: Span, count_tokens: CountTokens, budget: int) -> list[tuple[Span, int]]:
    """A sentence longer than the window, cut between words, a word longer than the window between characters."""
    words = [match.span() for match in _WORD.finditer(text, *span)]
    whole = count_tokens([text[start:end] for start, end in words])
    parts = [text[at : min(at + _PART, end)] for start, end in words for at in range(start, end, _PART)]
    in_parts = iter(count_tokens(parts))
    pieces: list[tuple[Span, int]] = []
    for word, tokens in zip(words, whole, strict=True):
        # Part of a long word may need as many tokens as the word: the greater count is safe.
        count = max(tokens, sum(next(in_parts) for _ in range(word[0], word[1], _PART)))
        if tokens > budget:
            # Counted as full, so that nothing joins it: the counts of a word's parts do not add up to the word's.
            pieces.extend((part, budget) for part in _cut_word(text, word, count_tokens, budget))
        elif pieces and pieces[-1][1] + count <= budget:
            (start, _), size = pieces[-1]
            pieces[-1] = ((start, word[1]), size + count)
        else:
            pieces.append((word, min(count, budget)))
    return pieces


def _cut_word(text: str, word: Span, count_tokens: CountTokens, budget: int) -> list[Span]:
    """What has no white space (a script without it, a run of marks), halved until every part fits."""
    parts, too_long = [word], True
    while too_long:
        too_long = False
        halved: list[Span] = []
        counts = count_tokens([text[start:end] for start, end in parts])
        for (start, end), count in zip(parts, counts, strict=True):
            if count > budget and end - start > 1:
                middle = (start + end) // 2
                halved += [(start, middle), (middle, end)]
                too_long = True
            else:
                halved.append((start, end))
        parts = halved
    return parts
