"""Time words in questions: the days they mean, and the words that only look like days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.when import Window, find_time

ASKED = date(2022, 6, 15)  # a Wednesday
DAY = timedelta(days=1)


def find_window(text: str, asked_on: date) -> Window | None:
    """The publication days of what `text` speaks of; None when it names no day."""
    found = find_time(text, asked_on)
    return found.reported if found else None


def day(text: str) -> Window:
    """The window of what happened on one day: in the papers of the next two as well."""
    found = date.fromisoformat(text)
    return found, found + 2 * DAY


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("What happened on 3 March?", day("2022-03-03")),
        ("What happened on the 3rd of March?", day("2022-03-03")),
        ("the 12 March attack", day("2022-03-12")),
        ("on March 3rd", day("2022-03-03")),
        ("on May 3rd, 2022", day("2022-05-03")),
        ("on Sept. 11, 2001", day("2001-09-11")),
        ("the 11 September 2001 attacks", day("2001-09-11")),
        ("on 2022-03-04", day("2022-03-04")),
        ("on Monday, 3 May 2021", day("2021-05-03")),
        ("on Dec. 25", day("2021-12-25")),
        ("3–5 May 2022", (date(2022, 5, 3), date(2022, 5, 7))),
        ("between 3 and 5 May 2022", (date(2022, 5, 3), date(2022, 5, 7))),
        ("May 3-5, 2022", (date(2022, 5, 3), date(2022, 5, 7))),
        ("the day before yesterday", (ASKED - 2 * DAY, ASKED)),
        ("What happened yesterday?", (ASKED - DAY, ASKED)),
        ("last night", (ASKED - DAY, ASKED)),
        ("this morning", (ASKED, ASKED)),
        ("on Monday", (date(2022, 6, 13), ASKED)),
        ("on Wednesday", (ASKED, ASKED)),
        ("last Wednesday", day("2022-06-08")),
        ("on last Wednesday", day("2022-06-08")),
        ("last Friday", day("2022-06-10")),
        ("since Friday", (date(2022, 6, 10), ASKED)),
        ("since Monday", (date(2022, 6, 13), ASKED)),
        ("What happened today?", (ASKED, ASKED)),
        ("this week", (date(2022, 6, 9), ASKED)),
        ("announced this week that it ends what it began in March 2020", (date(2022, 6, 9), ASKED)),
        ("this month", (date(2022, 6, 1), ASKED)),
        ("in the past week", (date(2022, 6, 8), ASKED)),
        ("in the past two weeks", (date(2022, 6, 1), ASKED)),
        ("in the last 3 days", (date(2022, 6, 12), ASKED)),
        ("on 29 February", day("2020-02-29")),
        ("on 29 Feb. 2016", day("2016-02-29")),
    ],
)
def test_days(text: str, window: Window) -> None:
    assert find_window(text, ASKED) == window


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in January 2012", "2012-01-01", "2012-01-31"),
        ("in March, 2020", "2020-03-01", "2020-03-31"),
        ("in March of 2020", "2020-03-01", "2020-03-31"),
        ("in December", "2021-12-01", "2021-12-31"),
        ("in mid-May", "2022-05-01", "2022-05-31"),
        ("last May", "2022-05-01", "2022-05-31"),
        ("last June", "2021-06-01", "2021-06-30"),
        ("last month", "2022-05-01", "2022-05-31"),
        ("the previous week", "2022-06-06", "2022-06-12"),
        ("last week", "2022-06-06", "2022-06-12"),
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("in early 2019", "2019-01-01", "2019-12-31"),
        ("last year", "2021-01-01", "2021-12-31"),
        ("Where did they march in 2019?", "2019-01-01", "2019-12-31"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    assert find_window(text, ASKED) == (date.fromisoformat(first), date.fromisoformat(last) + 2 * DAY)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("last week", date(2022, 6, 8)),
        ("two weeks ago", date(2022, 6, 1)),
        ("3 days ago", date(2022, 6, 12)),
        ("a year ago", date(2021, 6, 15)),
        ("this year's march, a month ago", date(2022, 5, 15)),
    ],
)
def test_vague_times_hold_their_day(text: str, named: date) -> None:
    window = find_window(text, ASKED)
    assert window is not None
    assert window[0] <= named <= window[1]


@pytest.mark.parametrize(
    "text",
    """
    this year | since 2019 | today’s teens |
    over the last 12 months | compared to a year ago | more than a year ago | over the past year |
    recently hit a high of 2008 | on July 4, 1776 |
    since 3 March | since 3 March 2012 | since the 3rd of March | since March 3, 2022 | since January 2012
    until March 2020 | before 3 March | since 2022-03-04 | after 11 September 2001
    the 2020 election | in the 1990s | Who won the 2018 World Cup? | How many died in 2020 census blocks?
    What may happen in Ukraine? | May I leave? | May 5 people leave? | Who may 10 people vote for? | Which 2 may run?
    How many of the 25 may be dead? | Who will march on Sunday? | Where did 20 march to? | during the march on Rome
    Who came second? | a second time | the sun sat on the sea | What did Mar-a-Lago cost? | Who lives in Mar-a-Lago?
    in Decatur | in Marchmont | on 3 Mayors
    next week | next Friday | tomorrow | in 2030 | What will happen on 20 June? | the album coming July 29
    prices cut through July 4 weekend | notes that are set to expire at the end of September
    the Jan. 6 committee | the September 11 attacks
    on 31 February | 2022-13-45 | on 0 March | over 600 years ago | on 3 ſept | on frıday
    """.strip()
    .replace("\n", "|")
    .split("|"),
)
def test_no_window(text: str) -> None:
    assert find_window(text.strip(), ASKED) is None


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("what happened on 3 may", day("2022-05-03")),
        ("what happened on 3 March this year?", day("2022-03-03")),
        ("protests in may", (date(2022, 5, 1), date(2022, 6, 2))),
        ("the 3rd march protests", day("2022-03-03")),
        ("what happened 3 march 2020", day("2020-03-03")),
    ],
)
def test_months_in_small_letters(text: str, window: Window) -> None:
    assert find_window(text, ASKED) == window


@pytest.mark.parametrize(
    ("text", "asked_on", "first"),
    [
        ("in December", date(2022, 1, 10), date(2021, 12, 1)),
        ("last month", date(2022, 1, 31), date(2021, 12, 1)),
        ("last January", date(2022, 1, 10), date(2021, 1, 1)),
        ("yesterday", date(2020, 3, 1), date(2020, 2, 29)),
        ("on 29 February", date(2020, 2, 29), date(2020, 2, 29)),
        ("on 29 February", date(2020, 2, 28), date(2016, 2, 29)),
        ("last month", date(2020, 3, 31), date(2020, 2, 1)),
    ],
)
def test_the_asking_day_turns_the_year(text: str, asked_on: date, first: date) -> None:
    window = find_window(text, asked_on)
    assert window is not None
    assert window[0] == first


def test_what_happened_is_reported_in_the_next_days_but_not_after_the_asking_day() -> None:
    assert find_window("on 14 June", ASKED) == (ASKED - DAY, ASKED)
    assert find_window("in June", ASKED) == (date(2022, 6, 1), date(2022, 6, 30))


WORDS = st.sampled_from(
    "in on since last this may May March of the 3 31 30th 2020 0 – - and to ago days years week Friday yesterday today "
    "Feb. 29 , ſept frıday ten 999 before 2022-02-30 will next \n ² ٣".split(" ")
)


@given(st.lists(WORDS | st.text(max_size=4), max_size=8).map(" ".join), st.dates())
@example("today", date.max)
@example("yesterday", date.min)
@example("this month", date.min)
@example("5-3 May 2022", ASKED)
def test_any_text_has_a_window_or_none(text: str, asked_on: date) -> None:
    window = find_window(text, asked_on)
    assert window is None or (window[0] <= window[1] and window[0] <= asked_on)
