"""Hypothesis strategies: articles as nasty as they come, and any answer that can be made of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from bot.answers import Answer, Citation, Claim, Question, Status
from index.articles import Article

_NASTY = (
    "<b>", "</a>", "<", "&", "&amp;", "&#60;", '"', "'", "“quoted”", "/forget", "@someone", "[1]", "{0}", " ", "\n\n",
    "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\x85", "\u2028",
    "\xa0", "שלום עולם ", "مرحبا ", "東京で会議が開かれた。", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪🇫🇷", "e\u0301\u0302", "क्षि",
    "\ud83d", "\U000e0001",
    "word ", "and/or ", "The bridge was closed on Thursday. ",
)  # fmt: skip
_NASTY_URLS = (
    "", "javascript:alert(1)", "https://example.org/story", 'https://example.org/"onclick="x', "http://a.b/<b>&c='d'",
    "https://bbc.com@evil.example/", "https://evil.example\\@bbc.com/", "tg://user?id=1", "//example.org", "https://",
    "https://[::1", "https://example.org/" + "x" * 5000, "https://example.org/" + "&" * 300, "HTTPS://EXAMPLE.ORG/é",
    "https://example.org/a b", "https://example.org/\u202e", "file:///etc/passwd", "https://пример.испытание/новость",
)  # fmt: skip

texts = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(st.sampled_from(_NASTY) | st.text(st.characters(), max_size=8), max_size=12),
    st.sampled_from((1, 1, 1, 3, 200)),
)
days = st.none() | st.dates()
articles = st.builds(
    Article,
    id=st.text(st.characters(), min_size=1, max_size=5),
    url=st.sampled_from(_NASTY_URLS) | texts,
    title=texts | texts.map(lambda text: (text * 10_000)[:10_000]),
    outlet=texts,
    authors=st.just(()),
    published=days,
    text=texts.map(lambda text: text or "x"),
)


@st.composite
def citations(draw: st.DrawFn, article: Article) -> Citation:
    """Any span of an article."""
    start = draw(st.integers(0, len(article.text) - 1))
    return Citation(article, start, draw(st.integers(start + 1, len(article.text)) | st.just(len(article.text))))


@st.composite
def claims(draw: st.DrawFn, held: list[Article]) -> Claim:
    """A claim in an article's words or in others, with up to four hundred sources."""
    cited = [draw(citations(draw(st.sampled_from(held)))) for _ in range(draw(st.integers(1, 4)))]
    quote = cited[0].quote
    start = draw(st.integers(0, len(quote)))
    answer = quote[start : draw(st.integers(start, len(quote)) | st.just(start + 3))]
    text = draw(st.just(" ".join(quote.split())) | texts)
    copies = draw(st.sampled_from((0, 0, 0, 0, 400)))
    cited += [replace(cited[-1], article=replace(cited[-1].article, id=f"copy {n}")) for n in range(copies)]
    return Claim(text, tuple(cited), answer, 1.0)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer: with claims, with closest passages, or with nothing."""
    held = draw(st.lists(articles, min_size=1, max_size=4, unique_by=lambda article: article.id))
    said = tuple(draw(st.lists(claims(held), max_size=3))) * draw(st.sampled_from((1, 1, 50)))
    near = () if said else tuple(draw(citations(article)) for article in draw(st.lists(st.sampled_from(held))))
    return Answer(
        Question(draw(texts.filter(str.strip)), draw(st.dates())),
        draw(st.sampled_from((Status.ANSWERED, Status.CONFLICTING))) if said else Status.NOT_FOUND,
        draw(texts.filter(str.strip)),
        said,
        near,
        draw(st.integers(0, 10**9)),
        draw(days),
        0.1,
        note=draw(st.just("") | texts.map(lambda text: text[:100])),
    )
