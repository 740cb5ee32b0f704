import math

from hypothesis import given
from hypothesis import strategies as st

from cuadra.flows.words.axis import axis

ENDS = st.one_of(st.just(math.inf), st.integers(0, 10**9).map(float))


def test_axis_shows_a_number_beside_a_range():
    assert axis([("a", 50, 50), ("more", 75, 100)], width=20) == [
        "a     ··········◆            50",
        "more  ···············├────┤  75 to 100",
    ]


def test_range_without_end_points_on():
    (line,) = axis([("a", 301, math.inf)], width=20)

    assert "├" in line
    assert "▶" in line
    assert line.endswith("301 or more")


def test_axis_begins_below_zero_where_a_number_is():
    assert axis([("a", -10, -10), ("b", 10, 10)], width=10)[0].startswith("a  ◆")


@given(st.lists(st.tuples(st.integers(0, 10**9).map(float), ENDS), min_size=1, max_size=4), st.integers(10, 80))
def test_every_interval_stays_on_the_axis(ends, width):
    rows = [("x", min(each), max(each)) for each in ends]
    drawn = [line[3 : 3 + width + 1] for line in axis(rows, width=width)]

    assert all(set(each) <= set("·◆├┤─▶◀ ") and each.strip() for each in drawn)
