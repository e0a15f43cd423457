"""All benchmarks behind one small interface: what each is about, what data it needs, and what runs it.

A benchmark returns its figures by name; `curves` among them are for the report's plots. The index over RealTimeQA's
articles is built once (about twenty minutes on two cores) and kept in the bench's home.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from bot.progress import progress
from bot.settings import load_settings
from evals import answering, freshness, indexing, pool, reading, refusing, retrieval
from evals.benchmark import Bench, Benchmark, Figures, desk_at
from evals.data import (
    ARTICLES,
    CONVERSATIONS,
    FIXTURE_ARTICLES,
    FIXTURE_NEWS,
    FIXTURE_QUESTIONS,
    QUESTIONS,
    SEED_QUESTIONS,
    SEEDS,
    data_file,
    news_questions,
    small_questions,
    squad_questions,
)  # fmt: skip
from index.articles import Article, BadArticle, read_articles
from index.build import sync
from index.embed import load_encoder

_READ = 30  # of the news questions, every so many-th is read against the clock
_CROWD = 10  # of all news articles, every so many-th stands beside our own
_INDEXED = 1_200  # articles that throughput is measured on
_SQUAD = ("reading/squad-dev-v1.1.json.xz", "reading/squad-dev-v2.0.json.xz")


def small(source: Path, questions: Path) -> answering.SmallScores:
    """Our own `questions` on the few articles in `source`, at the caution of the settings."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        sync(Path(folder), read_articles(source), load_encoder)
        with desk_at(Path(folder)) as desk:
            return answering.on_seeds(desk, small_questions(questions))


def seeds(_: Bench) -> Figures:
    return small(SEEDS, SEED_QUESTIONS).as_json()


def fixtures(_: Bench) -> Figures:
    return small(FIXTURE_NEWS, FIXTURE_QUESTIONS).as_json()


def talking(bench: Bench, crowd: Iterable[Article | BadArticle] = ()) -> Figures:
    from evals import followups

    own = [article for place in (FIXTURE_NEWS, FIXTURE_ARTICLES, SEEDS) for article in read_articles(place)]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        sync(Path(folder), [*own, *crowd], load_encoder)
        talks = bench.some(followups.conversations(CONVERSATIONS))
        with desk_at(Path(folder)) as desk, progress() as shown:
            shown.start("talking", len(talks))
            rows = followups.hold(desk, talks, shown.advance)
            articles = desk.library.counts().articles
    return {"articles": articles, **followups.figures(rows), "missed": followups.missed(rows)}


def crowded(bench: Bench) -> Figures:
    return talking(bench, islice(read_articles(data_file(bench.data, ARTICLES)), 0, None, _CROWD))


def recasting(bench: Bench) -> Figures:
    from evals import followups

    return followups.on_cast(bench.data)


def squad(bench: Bench) -> Figures:
    from evals.span_models import load_span_model  # late: it needs what the reader needs

    model = load_span_model(load_settings())
    first, second = (bench.some(squad_questions(bench.data, version)) for version in ("1.1", "2.0"))
    with progress() as shown:
        shown.start("reading", len(first) + len(second))
        return reading.measure(model, first, second, shown.advance)


def search(bench: Bench) -> Figures:
    questions = bench.some([question for question in news_questions(bench.data) if question.gold_urls])
    with bench.news() as desk, progress() as shown:
        shown.start("searching", len(questions))
        return retrieval.on_news(desk, questions, shown.advance).as_json()


def openly(bench: Bench) -> Figures:
    questions, caution = bench.some(news_questions(bench.data)), load_settings().caution
    with bench.news(caution=0.0) as desk, progress() as shown:
        shown.start("asking", len(questions))
        rows = answering.ask_all(desk, questions, caution, shown.advance)
    return answering.figures(rows, caution) | {"published": answering.PUBLISHED}


def given(bench: Bench) -> Figures:
    questions, caution = bench.some(news_questions(bench.data)), load_settings().caution
    with bench.news(caution=0.0) as desk, progress() as shown:
        shown.start("asking", len(questions))
        rows = answering.ask_all(
            desk, questions, caution, shown.advance, lambda asked: pool.listed(desk.library, asked.retrieved_urls)
        )
    return answering.figures(rows, caution)


def refuse(bench: Bench) -> Figures:
    questions, caution = bench.some(news_questions(bench.data)), load_settings().caution
    read = read_articles(data_file(bench.data, ARTICLES))
    with bench.news(caution=0.0) as desk, progress() as shown:
        articles = pool.Pool(article for article in read if isinstance(article, Article))
        shown.start("asking, with articles and without", len(questions))
        rows = refusing.try_all(desk, articles, questions, caution, shown.advance)
    return refusing.figures(rows, caution)


def asking_cost(bench: Bench) -> Figures:
    from evals import cost

    with bench.news() as desk:
        some = news_questions(bench.data)[:: _READ * bench.sample]
        found = [desk.found(question.question, question.asked_on) for question in some]
    reading_cost = cost.of_reading(found)  # the desk is closed again: the others are processes of their own
    return cost.of_asking(bench.home).as_json() | reading_cost


def throughput(bench: Bench) -> Figures:
    return indexing.throughput(data_file(bench.data, ARTICLES), _INDEXED).as_json()


def fresh(bench: Bench) -> Figures:
    with bench.news() as desk:
        return {"seconds until found": round(freshness.seconds_until_found(desk, bench.home), 2)}


def kills(_: Bench) -> Figures:
    from evals import crashes  # late, as `switching`: they tame what the development tools bring

    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        return asdict(crashes.kill_builders(Path(folder)))


def switches(_: Bench) -> Figures:
    from evals import switching

    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        return asdict(switching.switch_while_asking(Path(folder)))


def telegram(bench: Bench) -> Figures:
    from evals import telegram_load  # late: it needs the extra `telegram`

    questions = [asked.question for asked in news_questions(bench.data)]
    bench.index()
    return asdict(telegram_load.on_news(bench.home, questions))


def telegram_kills(_: Bench) -> Figures:
    from evals import telegram_kills

    return asdict(telegram_kills.on_fixtures())


_CAST = tuple(f"followups/{name}" for name in (
    "evaluation_topics_v1.0.json", "evaluation_topics_annotated_resolved_v1.0.tsv",
    "2020_manual_evaluation_topics_v1.0.json", "2021_manual_evaluation_topics_v1.0.json",
))  # fmt: skip
_NEWS, _FIXTURES = (QUESTIONS, ARTICLES), (FIXTURE_NEWS, FIXTURE_QUESTIONS)
_TALKS = (FIXTURE_NEWS, FIXTURE_ARTICLES, SEEDS, CONVERSATIONS)
BENCHMARKS = {
    "seeds": Benchmark("questions on the owner's article", seeds, own=(SEEDS, SEED_QUESTIONS)),
    "fixtures": Benchmark("questions on our own small news", fixtures, own=_FIXTURES),
    "followups": Benchmark("follow-up questions of conversations on all our small articles", talking, own=_TALKS),
    "crowded": Benchmark("the same, with a tenth of RealTimeQA’s articles beside ours", crowded, (ARTICLES,), _TALKS),
    "rewriting": Benchmark("TREC CAsT’s follow-up questions against their rewriting by hand", recasting, _CAST),
    "reading": Benchmark("SQuAD 1.1 and 2.0 dev: the words that answer in a given paragraph", squad, _SQUAD),
    "retrieval": Benchmark("the place at which the article known to hold the answer is found", search, _NEWS),
    "answers": Benchmark("quiz questions on news, asked of all articles (“open”)", openly, _NEWS),
    "given": Benchmark("the same, asked only of the articles that a web search brought (“given”)", given, _NEWS),
    "refusing": Benchmark("the same with the answer taken out of the pool, or asked too early", refuse, _NEWS),
    "cost": Benchmark("seconds and memory of `dateline ask` in a fresh process", asking_cost, _NEWS),
    "throughput": Benchmark("indexing against the bare encoder", throughput, (ARTICLES,)),
    "freshness": Benchmark("from adding an article to finding it, in a large index", fresh, (ARTICLES,)),
    "crashes": Benchmark("builders killed at every point; what is left must serve", kills),
    "switching": Benchmark("questions asked while generations are published", switches),
    "telegram": Benchmark("the bot: many chats at once, one that floods, generations published", telegram, _NEWS),
    "kills": Benchmark("the bot killed a hundred times while chats ask", telegram_kills, own=_FIXTURES),
}
