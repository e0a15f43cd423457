"""Publication dates: read where they are said, unknown everywhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import date_in_name, dateline_date, parse_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022-05-03", date(2022, 5, 3)),
        ("2022-05-03T10:15:00Z", datetime(2022, 5, 3, 10, 15, tzinfo=UTC)),
        ("2022-05-03 10:15:00 +0200", datetime(2022, 5, 3, 10, 15, tzinfo=timezone(timedelta(hours=2)))),
        ("2022-05-03T10:15", datetime(2022, 5, 3, 10, 15)),
        ("Tue, 03 May 2022 10:15:00 GMT", datetime(2022, 5, 3, 10, 15, tzinfo=UTC)),
        ("3 May 2022", date(2022, 5, 3)),
        ("May 3, 2022", date(2022, 5, 3)),
        ("Tuesday, May 3rd, 2022", date(2022, 5, 3)),
        ("Sept. 9, 1999", date(1999, 9, 9)),
        ("2022/05/03", date(2022, 5, 3)),
        ("20220503", date(2022, 5, 3)),
        (20220503, date(2022, 5, 3)),
        ("03.05.2022", date(2022, 5, 3)),
        ("25/12/2021", date(2021, 12, 25)),
        ("12/25/2021", date(2021, 12, 25)),
        ("3 de mayo de 2022", date(2022, 5, 3)),
        (1651572900, datetime(2022, 5, 3, 10, 15, tzinfo=UTC)),
        ("1651572900000", datetime(2022, 5, 3, 10, 15, tzinfo=UTC)),
        (date(2001, 9, 11), date(2001, 9, 11)),
    ],
)
def test_metadata(value: object, expected: date | datetime) -> None:
    found = parse_date(value)
    if isinstance(found, datetime) and not isinstance(expected, datetime):
        found = found.date()
    assert found == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        17,
        -5.5,
        float("nan"),
        float("inf"),
        10**400,
        [],
        {},
        "",
        "yesterday",
        "2 hours ago",
        "2022",
        "May 2022",
        "0001-01-01",
        "1492-10-12",
        "9999-12-31",
        "2022-13-45",
        "04/05/2022",
        "3 May",
        "n/a",
        "Monday",
        "31 February 2020",
    ],
)
def test_unknown_stays_unknown(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LONDON, May 3, 2022 (Reuters) - The bank said.", date(2022, 5, 3)),
        ("NEW DELHI (AP), 3 May 2022 — The court ruled.", date(2022, 5, 3)),
        ("Lake runs dry\n\nBy Ann Reed\n\n12 August 2021\n\nThe lake ran dry.", date(2021, 8, 12)),
        ("Published: Tuesday, 3 May 2022, 10:15 BST\nThe bank said.", date(2022, 5, 3)),
        ("LONDON, May 3 (Reuters) - The bank said.", None),
        ("On May 3, 2022 the bank failed - and nobody noticed.", None),
        ("The bank failed on 3 May 2022 - a Tuesday.", None),
        ("Updated: 3 May 2022\n\nThe bank failed.", None),
    ],
)
def test_opening(text: str, expected: date | None) -> None:
    assert dateline_date(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("https://a.example/2022/05/03/bank-fails", date(2022, 5, 3)),
        ("https://a.example/2022/may/03/bank-fails", date(2022, 5, 3)),
        ("news/2022-05-03-bank.txt", date(2022, 5, 3)),
        ("bank_20220503.txt", date(2022, 5, 3)),
        ("https://a.example/39664259", None),
        ("000_480eab7bb03f86f6.txt", None),
        ("report-2022-05.txt", None),
        ("2022-02-31.txt", None),
    ],
)
def test_name(name: str, expected: date | None) -> None:
    assert date_in_name(name) == expected


@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.binary(),
        st.dates(),
        st.datetimes(),
        st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ,]\d{1,5}[T ]?[\d:+Z-]{0,12}", fullmatch=True),
    )
)
def test_nothing_but_a_plausible_date_comes_out(value: object) -> None:
    found = parse_date(value)
    assert found is None or 1700 <= found.year <= 2100
    if isinstance(value, str):
        dateline_date(value)
        date_in_name(value)
