"""Questions that lean on a conversation, and those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.followups import standalone
from bot.leaning import Leans, anaphors, leans, tokens
from bot.referents import full, named, people, spelled
from bot.turns import Lean, Standalone, Turn
from bot.wording import stem, stems
from evals.data import FIXTURE_NEWS, SEEDS

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FIXTURE_NEWS.glob("*.md"))}
TEXTS["seed"] = next(SEEDS.iterdir()).read_text(encoding="utf-8")
QUOTE = {
    "seed": "US Secretary of State Hillary Clinton said the UN Security Council “must act” to end the attacks.",
    "election": "Amara Bello of the Green Alliance is the new mayor of Kestrel Bay.",
    "ferry": "The route will be served by the Aurelia, a ship built in 1998.",
    "football": "The goalkeeper Tomás Rivera had come up for a corner.",
}


def after(article: str, question: str, answer: str = "", quote: str = "") -> Turn:
    """A turn about one of the articles."""
    meant = standalone(question, [])
    said = quote or QUOTE.get(article, "")
    return Turn(question, question, answer, said, (article,), (article.title(),), (said,), meant.topic)


def meant(question: str, *turns: Turn) -> Standalone:
    return standalone(question, turns, TEXTS[turns[-1].articles[0]])


@pytest.mark.parametrize(
    ("article", "before", "answer", "question", "text"),
    [
        ("seed", "What did Russia object to?", "", "Why?", "Why did Russia object to it?"),
        ("seed", "What did Russia object to?", "", "And France?", "What did France object to?"),
        ("seed", "What did Russia object to?", "", "what about france", "What did france object to?"),
        ("seed", "When will Clinton travel there?", "", "And Hague?", "When will William Hague travel there?"),
        ("seed", "When will Mrs Clinton travel there?", "", "And Hague?", "When will William Hague travel there?"),
        ("seed", "What did the Arab League do?", "", "Why?", "Why did the Arab League do that?"),
        ("seed", "What did Hillary Clinton say?", "", "when is she going", "when is Hillary Clinton going?"),
        ("seed", "Who is Bernard Valero?", "", "What is his job?", "What is Bernard Valero’s job?"),
        ("election", "Who is the mayor of Kestrel Bay?", "Amara Bello", "How old is she?",
         "How old is Amara Bello (mayor, Kestrel Bay)?"),
        ("election", "How many votes did Amara Bello get?", "", "And Hale?", "How many votes did Victor Hale get?"),
        ("election", "who won in kestrel bay", "", "what was the turnout", "what was the turnout (won, kestrel bay)?"),
        ("ferry", "How many passengers does it carry?", "", "and cars?", "How many cars does it carry?"),
        ("ferry", "Which ship serves the route?", "the Aurelia", "When was it built?",
         "When was it built (ship serves, route, Aurelia)?"),
        ("ferry", "Where was the Aurelia rebuilt?", "", "By whom?", "By whom was the Aurelia rebuilt?"),
        ("football", "Who was sent off?", "Luke Farrow", "What for?", "What for was Luke Farrow sent off?"),
        ("football", "Who scored for Ashby Town?", "", "And for the Wanderers?", "Who scored for the Wanderers?"),
        ("strike", "Who was hurt on Monday?", "", "And on Sunday?", "Who was hurt on Sunday?"),
        ("chocolate", "How did Dumont’s shares react?", "", "And its sales?", "How did Dumont’s sales react?"),
    ],
)  # fmt: skip
def test_what_leans_is_made_to_stand(article: str, before: str, answer: str, question: str, text: str) -> None:
    found = meant(question, after(article, before, answer))
    bare = found.text if "(" in text else found.text.split(" (")[0].rstrip("?") + "?"
    assert bare == text
    assert found.leaned
    assert found.prefer == {article}


@pytest.mark.parametrize(
    ("article", "question"),
    [
        ("seed", "How long did the bus strike in port callum last"),
        ("election", "How much is the fine for using a hosepipe in Elmsford?"),
        ("ferry", "who won the northern cup"),
        ("library", "And the nurses in Elmira, how long were they on strike?"),
        ("reservoir", "Did the wall of the Callan reservoir pass its test?"),
        ("strike", "Is it true that Dumont closes its factory?"),
        ("telescope", "ok different thing. how many seats does her party have"),
        ("chocolate", "What is inflation?"),
        ("chocolate", "How many passengers were on the ferry that ran aground off Ostervik?"),
    ],
)
def test_a_new_topic_is_left_alone(article: str, question: str) -> None:
    assert meant(question, after(article, "What happened?")) == Standalone(
        question, topic=meant(question, after(article, "What happened?")).topic
    )


def test_the_same_article_is_preferred_for_a_question_of_its_own_that_speaks_of_it() -> None:
    found = meant("What did Ruth Adeyemi say?", after("reservoir", "How full is the Thornbeck reservoir?"))
    assert found.text == "What did Ruth Adeyemi say?"
    assert found.prefer == {"reservoir"}
    assert not found.leaned
    assert [lean.how for lean in found.why] == [Lean.ARTICLE]


def test_a_pronoun_may_point_further_back_and_agrees() -> None:
    first = after("election", "Who is the new mayor?", "Amara Bello")
    second = Turn("What was the turnout?", "What was the turnout (new mayor)?", "57 per cent", "", ("election",),
                  ("Election",), ("Turnout was 57 per cent.",), first.topic)  # fmt: skip
    assert meant("How old is she?", first, second).text.startswith("How old is Amara Bello")
    assert "Bello" not in meant("Did he lose?", first, after("election", "Who was before Victor Hale?")).text


def test_a_first_question_comes_back_as_it_is() -> None:
    assert standalone("Why?", []).text == "Why?"


def test_names_are_found_in_full_and_told_apart() -> None:
    found = {one.name: one for one in named(TEXTS["seed"])}
    assert found["Hillary Clinton"].pronoun == "she"
    assert found["Alain Juppe"].person
    assert not found["Arab League"].person
    assert full("Hague", [TEXTS["seed"]]).name == "William Hague"
    assert spelled("when did kestrel bay vote", [TEXTS["election"]]) == "when did Kestrel Bay vote"
    assert [one.name for one in people(after("football", "Who headed the equaliser?", "Tomás Rivera"), "")] == [
        "Tomás Rivera"
    ]


@pytest.mark.parametrize(
    ("question", "pointing"),
    [
        ("What did they say about him?", ["they", "him"]),
        ("Is it true that the bridge is closed?", []),
        ("What about the ferry that ran aground?", []),
        ("Who said that?", ["that"]),
        ("Is there a cure?", []),
        ("Who lives there?", ["there"]),
        ("Did the bank lose its licence?", []),
        ("the second one?", ["second", "one"]),
        ("Will prices rise this year?", []),
    ],
)
def test_what_points_out_of_a_question(question: str, pointing: list[str]) -> None:
    assert [token.lower for token in anaphors(question)] == pointing


def test_how_far_a_question_leans() -> None:
    known = stems(TEXTS["strike"])
    assert leans("Why?", known) is Leans.HARD
    assert leans("how long did the strike last?", known) is not Leans.HARD
    assert leans("Will fares go up?", known) is Leans.SOFT
    assert leans("What did CityLine drop?", known | stems("CityLine")) in (Leans.NEAR, Leans.SOFT)
    assert leans("What do tulips cost in Amsterdam?", known) is Leans.NOT


_WORDS = st.sampled_from(
    "who what when why how many did does was is she he they it its their the a of in to and about them that there "
    "Clinton hague russia draft mayor ferry killed people said Zorbland quixotic first second one else more not".split()
)
_QUESTIONS = st.lists(_WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + "?")
_GLUE = stems("it that what about did") | {"it", "that", "what", "about"}


@settings(max_examples=150)
@given(st.lists(_QUESTIONS, min_size=1, max_size=3), st.sampled_from(sorted(TEXTS)))
def test_nothing_is_added_that_was_not_said(questions: list[str], article: str) -> None:
    turns: list[Turn] = []
    for question in questions:
        found = standalone(question, turns, TEXTS[article])
        texts = [question, TEXTS[article], *(turn.standalone + " " + " ".join(turn.quotes) for turn in turns)]
        have = {stem(token.lower) for text in texts for token in tokens(text)} | {article} | _GLUE
        assert {stem(token.lower) for token in tokens(found.text)} <= have, found.text
        assert len(tokens(found.text)) <= 60
        first = Turn(question, found.text, "", "", (article,), (article,), (TEXTS[article][:300],), found.topic)
        turns.append(first)


_NEW = st.sampled_from(
    ["When did Zorbland join Quuxia?", "Who leads Frobnia?", "how deep is lake mumblesee", "Why did Wibblecorp fail?"]
)


@given(_NEW, st.sampled_from(sorted(TEXTS)))
@settings(max_examples=40)
def test_a_question_with_its_own_names_comes_back_unchanged(question: str, article: str) -> None:
    assert meant(question, after(article, "What happened in Kestrel Bay?")).text == question
