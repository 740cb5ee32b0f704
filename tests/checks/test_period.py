from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.period import Period, PeriodError, parse


@pytest.mark.parametrize(
    ("text", "start", "end", "frequency"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31), "A"),
        ("2020-S1", date(2020, 1, 1), date(2020, 6, 30), "S"),
        ("2020-S2", date(2020, 7, 1), date(2020, 12, 31), "S"),
        ("2019-Q3", date(2019, 7, 1), date(2019, 9, 30), "Q"),
        ("2020-M02", date(2020, 2, 1), date(2020, 2, 29), "M"),
        ("2019-M2", date(2019, 2, 1), date(2019, 2, 28), "M"),
        ("2020-01-01/2020-07-13", date(2020, 1, 1), date(2020, 7, 13), ""),
        ("2020-01-01/2020-01-01", date(2020, 1, 1), date(2020, 1, 1), ""),
    ],
)
def test_period_is_whole_days_with_both_ends(text, start, end, frequency):
    assert parse(text) == Period(start, end, frequency)


@pytest.mark.parametrize(
    "text",
    ["", "19", "2019-S3", "2019-Q0", "2019-Q5", "2019-M13", "2019-M", "2019/20", "2020-02-30/2020-03-01",
     "2020-07-13/2020-01-01", "2019 ", "_U", "0000"],
)  # fmt: skip
def test_text_that_is_no_period_is_refused_with_the_ways_to_write_one(text):
    with pytest.raises(PeriodError, match=r"expected `2019`, `2020-S1`, .*got"):
        parse(text)


@given(st.integers(1, 9999))
def test_parts_of_a_year_follow_one_another_and_fill_it(year):
    for kind, parts in (("S", 2), ("Q", 4), ("M", 12)):
        found = [parse(f"{year:04}-{kind}{place}") for place in range(1, parts + 1)]

        assert (found[0].start, found[-1].end) == parse(f"{year:04}")[:2]
        assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(found))
