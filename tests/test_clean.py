"""Cleaning: measured on the hand-written articles, and what it must never touch."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, read_articles
from index.clean import clean
from tests.fixture_truth import TRUTH, measure

LEAST_DROPPED = 0.95  # of the marked boilerplate; every sentence of the stories must stay
SEEDS = Path(__file__).parent.parent / "seeds"


def test_the_measure() -> None:
    measures = {name: measure(name) for name in TRUTH}
    assert len(measures) >= 30
    lost = {name: found.lost for name, found in measures.items() if found.lost}
    left = {name: found.left for name, found in measures.items() if found.left}
    total = sum(len(truth["boilerplate"]) for truth in TRUTH.values())
    assert not lost
    assert 1 - sum(map(len, left.values())) / total >= LEAST_DROPPED, left


@pytest.mark.parametrize("name", TRUTH)
def test_metadata(name: str) -> None:
    article, truth = measure(name).article, TRUTH[name]
    if "title" in truth:
        assert article.title == truth["title"]
    if "outlet" in truth:
        assert article.outlet == truth["outlet"]
    if "published" in truth:
        assert (article.day.isoformat() if article.day else None) == truth["published"]


def test_the_owners_article() -> None:
    (article,) = read_articles(SEEDS)
    assert isinstance(article, Article)
    assert article.published is None
    assert article.title.startswith("Western governments prepared to send their top diplomats")
    assert len(article.title) <= 100
    assert article.title.endswith("…")
    assert article.text.endswith("into the hands of the rebels.")
    assert [dropped.rule for dropped in article.dropped] == ["newsletter"] * 4
    assert "Mailchimp" in article.dropped[-1].text


@pytest.mark.parametrize(
    "story",
    [
        "“Sign up to our newsletter,” the poster said, and thousands did.",
        "Sign up for a flu jab at the town hall, the mayor urged residents.",
        "The newsletter told readers to unsubscribe by clicking a link in the footer.",
        "Cookies baked by pupils raised 400 crowns for the museum.",
        "We use cookies to bribe the children, said the dentist.",
        "Follow the river north and you come to the ruins of Alt Rehm.",
        "Read more slowly and you remember more, a study of 900 pupils found.",
        "Comments by the finance minister sent the crown lower on Monday.",
        "Share prices fell by a tenth in early trading.",
        "Photo finishes decided three of the four races.",
        "Copyright law will be changed to let libraries lend e-books.",
        "More than 200 people were hurt.",
        "More: the word that Oliver made famous.\nIt was sung again on Sunday at the old theatre.",
        "Related charges against the two brothers were dropped in May.",
        "Advertisement spending fell for the third year.",
        "Contact with the probe was lost at 4.12 a.m.",
        "Police asked witnesses to contact them at tips@police.example before Friday.",
        "Credit cards and home equity lines of credit became dearer.",
        "Register your dog by 1 June or pay a fine of 90 crowns.",
        "Get well soon, the president wrote to his rival.",
        "Print runs of the paper have halved since 2008.",
        "Watch prices have doubled in Geneva.",
        "Subscribers of the national telephone company lost service overnight.",
        "(C) that the hauler keeps a yard of its own in the port.",
        "Join me at the quarry on Friday, where the last block will be cut.",
        "See us on the pitch and you would not think that we had lost nine times.",
        "Find out more at the town hall, or call the desk before noon.",
        "12. Jo Tull, football reporter: a million people follow him on the bus and off it, for he knows all.",
        "Mayor Ann Reed. Jo Tull/Reuters",
        "More: he said it twice, and the second time they heard.",
        "Read the full text of the treaty and you find the word port eleven times.",
        "Contact the reporter at jtull@post.example. Ann Reed contributed to this report.",
        "Make a will, and tell your bank. Subscribe to nothing that you cannot cancel.",
    ],
)
def test_traps_stay(story: str) -> None:
    text = f"The council met on Monday.\n\n{story}\n\nIt will meet again in a week."
    assert clean(text) == (text, ())


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Sign up to our free newsletters", "newsletter"),
        ("►Get the latest travel news:Sign up for our travel newsletter", "newsletter"),
        ("By subscribing, you acknowledge that your information will be transferred.", "newsletter"),
        ("Support local journalism. Subscribe today.", "subscription"),
        ("This website uses cookies to improve your visit.", "cookie notice"),
        ("1. How relevant is this ad to you?", "advertising"),
        ("- Advertisement -", "advertising"),
        ("Facebook | Twitter | Instagram | Pinterest", "share bar"),
        ("Follow us on Facebook", "social"),
        ("Follow Ann Reed on Twitter: @annreed.", "social"),
        ("Contact Ann Reed at areed@outlet.example.", "contact"),
        ("Ann Reed is a reporter at the Post. Follow her on Twitter @annreed.", "contact"),
        ("© 2022 The Post", "copyright"),
        ("This material may not be published, broadcast, rewritten or redistributed.", "copyright"),
        ("Read more", "link teaser"),
        ("Related: What the council decided last year", "link teaser"),
        ("37 comments", "comments"),
        ("(Image credit: Ann Reed/Getty Images)", "photo credit"),
        ("Ann Reed/AFP/Getty Images", "photo credit"),
        ("Skip to main content", "navigation"),
        ("Get Post Travel's weekly newsletter Sign up here to hear from Ann Reed every Friday.", "newsletter"),
        (
            "If your day starts late, then this one is for you, and it is short. Sign up here for the newsletter.",
            "newsletter",
        ),
        ("To get royal gossip sent to your inbox, sign up for the Crown newsletter.", "newsletter"),
        ("A subscription makes work like this possible. Sign up at post.example/deal.", "subscription"),
        ("Reach Ann Reed on Twitter @annreed.", "social"),
        ("Join us on Facebook", "social"),
        ("Ann Reed can be reached at areed@post.example.", "contact"),
        ("Reach the reporter at 555-0100 or news@post.example.", "contact"),
        ("Ann Reed is an editor at the Post. Send her an email at ann@post.example.", "contact"),
        ("More:Council says the bridge may close, and the mayor says it may not", "link teaser"),
        ("The story continues below the video.", "link teaser"),
        ("► Read the full story here.", "link teaser"),
        ("Read moreBridge to close for a year", "link teaser"),
        ("Learn more: Best ferry fares", "link teaser"),
        ("Unsubscribe | Manage preferences", "newsletter"),
        ("View this email in your browser", "newsletter"),
        ("You are receiving this email because you signed up at post.example.", "newsletter"),
    ],
)
def test_rules_name_themselves(line: str, rule: str) -> None:
    story, dropped = clean(f"The council met on Monday.\n\n{line}\n\nIt will meet again in a week.")
    assert story == "The council met on Monday.\n\nIt will meet again in a week."
    assert [(found.rule, found.text) for found in dropped] == [(rule, line)]


def test_a_box_takes_its_own_lines_along_and_no_more() -> None:
    story, dropped = clean("Sign up to our free newsletters\nEmail address\nPrivacy policy\n\nThe dam held.\n\nEmail")
    assert story == "The dam held.\n\nEmail"
    assert len(dropped) == 3


def test_a_wrapped_sentence_is_seen_whole() -> None:
    text = "Of the 40 towns that were asked in the spring of this year only six\nsubscribe to the register."
    assert clean(text) == (text, ())


LINES = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(codec="utf-8"), max_size=120),
        st.sampled_from(
            [
                "Sign up to our free newsletters",
                "Email",
                "Share",
                "Read more",
                "",
                "The dam held.",
                "Follow us on X",
                "\u200bAdvertisement",
                "Twitter",
                "► More:a teaser here",
            ]
        ),
    ),
    max_size=12,
)


@given(LINES)
def test_only_whole_lines_go_and_cleaning_twice_is_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    story, dropped = clean(text)
    assert {line.strip() for line in story.split("\n")} <= {line.strip() for line in text.split("\n")} | {""}
    assert clean(story)[0] == story
    kept = len("".join(story.split()))
    gone = sum(len("".join(block.text.split())) for block in dropped)
    assert kept + gone == len("".join(text.split()))


def test_speed() -> None:
    line = "The council met on Monday and decided to close the pier by the end of the decade, he said."
    text = "\n\n".join([line] * 5000)
    began = time.process_time()
    clean(text)
    assert time.process_time() - began < 3  # 0.5 million characters; a regular expression gone quadratic takes minutes
