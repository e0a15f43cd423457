"""Copies of one text are one source; reports of one's own stay several."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.copies import of_one_copy
from bot.desk import Desk
from bot.reader import Reading
from bot.render import console, show_answer
from bot.settings import Settings
from bot.sources import sources_of
from bot.telegram.render import answer_html
from index.articles import Article
from index.build import sync
from index.embed import load_encoder
from index.library import Library
from index.shingles import alike, bands, shingles
from tests.small_index import Words

AGENCY = (
    "A cargo ship carrying 3,000 tonnes of fertiliser ran aground off the island of Fanø on Tuesday, the Danish "
    "coast guard said. None of the 14 crew members was hurt. The Aurelia, which sails under the flag of Malta, lost "
    "power in heavy seas shortly before midnight and drifted for two hours before it struck a sandbank west of the "
    "village of Rindby.\n\n"
    "Two tugs from Esbjerg were unable to pull the vessel free at high tide, and a second attempt was planned for "
    "Wednesday evening. Divers found no damage to the hull, said Lone Madsen, a spokeswoman for the coast guard. "
    "Fishing within three miles of the wreck was forbidden until further notice.\n\n"
    "The owner, Calder Shipping of Rotterdam, said that it was working with the authorities and would pay for the "
    "salvage. It is the third vessel to run aground on this coast within a year."
)
PARAGRAPHS = AGENCY.split("\n\n")
COPIED = {
    "a dateline and a byline": "ESBJERG, Denmark (Reuters) - By Our Correspondent\n\n" + AGENCY,
    "another first line": "Danish rescuers spoke of a miracle.\n\n"
    + AGENCY.partition("\n\n")[2]
    + "\n\n"
    + PARAGRAPHS[0],
    "cut at the end": "\n\n".join(PARAGRAPHS[:2]),
    "case, quotes and spaces": AGENCY.upper().replace("\n\n", "\n \n").replace(",", " ,"),
    "a few words": AGENCY.replace("Two tugs", "Three tugs").replace("on Tuesday", "on 4 June"),
}
OWN = (
    "The Aurelia, a freighter with fertiliser on board, is stuck on a sandbank west of Rindby since Tuesday night. Our "
    "reporter watched from the beach as two tugs pulled in vain. Residents of Fanø gathered with blankets and coffee, "
    "but nobody had to leave the ship: all 14 sailors were well, Lone Madsen of the coast guard told this newspaper. "
    "Its engine had failed in the storm. What angers people here is that two others have stranded on the same coast "
    "since last summer, and that nobody has marked the shallows. Calder Shipping, the owner, promised to pay."
)


def article(name: str, text: str, day: date | None = date(2024, 6, 5), outlet: str = "") -> Article:
    url = f"https://{name}.example/story"
    return Article(url, url, f"Ship aground, says {name}", outlet or name.title(), (), day, text)


@pytest.mark.parametrize("text", COPIED.values(), ids=COPIED)
def test_an_edited_copy_is_one_and_is_found(text: str) -> None:
    one, other = shingles(AGENCY), shingles(text)
    assert alike(one, other)
    assert alike(other, one)
    assert set(bands(one)) & set(bands(other))


@pytest.mark.parametrize(
    "text", [OWN, PARAGRAPHS[0], AGENCY + "\n\n" + OWN + OWN.replace("a", "e") + OWN.replace("t", "d"), ""],
    ids=["a report of its own", "a paragraph of it", "a long story that quotes all of it", "nothing"],
)  # fmt: skip
def test_what_is_no_copy(text: str) -> None:
    assert not alike(shingles(AGENCY), shingles(text))


def test_a_short_text_must_be_the_same() -> None:
    text = "The port of Kiel counted three ships on Monday, said the harbour master, and two of them left again."
    assert alike(shingles(text), shingles(text.upper() + "!"))
    assert not alike(shingles(text), shingles(text.replace("three", "four")))


@settings(max_examples=30)
@given(st.text(), st.text())
def test_any_text_has_shingles_and_likeness_is_mutual(one: str, other: str) -> None:
    assert len(bands(shingles(one))) == len(set(bands(shingles(one))))
    assert alike(shingles(one), shingles(one))
    assert alike(shingles(one), shingles(other)) is alike(shingles(other), shingles(one))


def together(library: Library, *ids: str, through: date = date.max) -> dict[str, set[str]]:
    return {id_: {copy.outlet for copy in copies} for id_, copies in library.copies(ids, through).items()}


NAMED = [article(f"n{n}", text) for n, text in enumerate([AGENCY, *COPIED.values(), OWN])]


def test_whatever_the_order_and_the_steps_the_copies_are_the_same(tmp_path: Path) -> None:
    orders = random.Random(1).sample(list(permutations(NAMED)), 5)
    told = []
    for number, order in enumerate(orders):
        with closing(Library(tmp_path / f"{number}.sqlite")) as library:
            for n in range(0, len(order), number + 1):
                library.put(order[n : n + number + 1])
                while library.compare(1 + number):
                    pass
            assert library.uncompared_count() == 0
            told.append(together(library, *(one.id for one in NAMED)))
    assert all(one == told[0] for one in told)
    assert told[0][NAMED[-1].id] == set()
    everyone = {one.outlet for one in NAMED[:-1]}
    assert all(told[0][one.id] == everyone - {one.outlet} for one in NAMED[:-1])


def test_removed_changed_and_later_copies_are_not_named(tmp_path: Path) -> None:
    first, second, third = (article(name, text, day) for name, text, day in (
        ("first", AGENCY, date(2024, 6, 5)),
        ("second", "Rindby (dpa) - " + AGENCY, date(2024, 6, 6)),
        ("third", AGENCY, None),
    ))  # fmt: skip
    with closing(Library(tmp_path / "library.sqlite")) as library:
        library.put([first, second, third])
        library.compare()
        assert together(library, first.id, second.id) == {first.id: {"Second", "Third"}, second.id: {"First", "Third"}}
        assert together(library, first.id, through=date(2024, 6, 5)) == {first.id: {"Third"}}
        library.remove([third.id])
        library.put([replace(second, text=OWN)])
        library.compare()
        assert together(library, first.id, second.id) == {first.id: set(), second.id: set()}
        library.put([third, second])
        library.compare()
        assert together(library, first.id) == {first.id: {"Second", "Third"}}


def test_a_build_compares_what_an_earlier_dateline_or_a_kill_left_out(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "library.sqlite")) as library:
        library.put(NAMED[:2])
        assert together(library, NAMED[0].id) == {NAMED[0].id: set()}
    sync(tmp_path, NAMED[:2], Words)
    with closing(Library(tmp_path / "library.sqlite")) as library:
        assert together(library, NAMED[0].id) == {NAMED[0].id: {"N1"}}


def reading(of: Article, words: str, chance: float, *also: Article) -> Reading:
    at = of.text.index(words)
    return Reading(of, at, at + len(words), chance, (at, at + len(words)), 0.0, also)


def test_of_copies_the_surest_is_cited_and_what_only_another_says_stays() -> None:
    one, other = article("one", AGENCY), article("other", AGENCY)
    surest = reading(one, "14 crew", 0.9, other)
    same = reading(other, "14 crew", 0.8, one)
    kept = reading(one, "Rindby", 0.3, other)
    surer = reading(other, "Rindby", 0.5, one)
    alone = reading(other, "Rotterdam", 0.2, one)
    assert of_one_copy([surest, same, surer, kept, alone]) == [surest, kept, alone]
    assert surest.source == same.source


VOTE = (
    "Ada Brown has won the election for mayor of Norwick, with 52% of the votes. Her rival conceded before midnight.",
    "After a close count, the new mayor of Norwick is Ada Brown, a former teacher. Crowds sang in Market Street.",
    "The people of Norwick have elected Ada Brown as mayor. She wants to build trams, and promised to begin this year.",
)
PAPERS = [
    article("courier", AGENCY, date(2024, 6, 5)),
    article("herald", "ESBJERG (Reuters) - " + AGENCY, date(2024, 6, 6)),
    *(replace(article(f"paper{n}", text), title="Mayor of Norwick elected") for n, text in enumerate(VOTE)),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, spare_export: Callable[[Path], None]) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("papers")
    spare_export(folder)
    sync(folder, PAPERS, load_encoder)
    made = Desk.open(Settings(home=folder))
    yield made
    made.close()


def test_two_outlets_with_one_agencys_text_are_one_source(desk: Desk) -> None:
    answer = desk.ask("How many crew members did the cargo ship that ran aground have?", date(2024, 6, 7))
    (claim,) = answer.claims
    assert "14" in claim.answer
    (source,) = sources_of(answer)
    (citation,) = answer.as_json()["claims"][0]["citations"]
    outlets = {"Courier": "https://courier.example/story", "Herald": "https://herald.example/story"}
    (other,) = set(outlets) - {source.article.outlet}
    assert source.also == (other,)
    assert citation["also"] == [{"url": outlets[other], "outlet": other}]
    out = io.StringIO()
    show_answer(console(out), answer)
    assert f"\n    also in {other}\n" in out.getvalue()
    assert f"also in {other}" in answer_html(answer, date(2024, 6, 7)).replace("<b>", "").replace("</b>", "")


def test_a_copy_that_came_later_than_the_asking_day_is_not_named(desk: Desk) -> None:
    answer = desk.ask("How many crew members did the cargo ship that ran aground have?", date(2024, 6, 5))
    (source,) = sources_of(answer)
    assert (source.article.outlet, source.also) == ("Courier", ())


def test_three_reports_of_their_own_are_three_sources(desk: Desk) -> None:
    answer = desk.ask("Who was elected mayor of Norwick?", date(2024, 6, 7))
    (claim,) = answer.claims
    assert "Ada Brown" in claim.answer
    assert {citation.article.outlet for citation in claim.citations} == {"Paper0", "Paper1", "Paper2"}
    assert [source.also for source in sources_of(answer)] == [(), (), ()]
