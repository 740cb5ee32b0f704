import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.flows.pages.chart import Line, chart, scale, strip

NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


@given(st.lists(st.one_of(NUMBERS, st.just(math.inf), st.just(-math.inf)), max_size=8))
def test_scale_holds_zero_and_every_number(ends):
    least, most, ticks = scale(ends)
    finite = [each for each in ends if math.isfinite(each)]

    assert least <= min([0.0, *finite]) <= max([0.0, *finite]) <= most
    assert least < most
    assert 2 <= len(ticks) <= 12


@given(st.lists(st.tuples(NUMBERS, NUMBERS).map(sorted), min_size=1, max_size=5))
def test_marks_are_within_the_picture(rows):
    made = chart([Line("a", "b", *ends) for ends in rows], "en", band=tuple(rows[0]))
    marks = [mark for line in made.lines for mark in line.marks]

    assert all(0 <= mark["x"] <= 100 and mark["x"] + mark.get("w", 0) <= 100.02 for mark in marks)


def test_chart_draws_both_numbers_and_how_far_they_are_apart():
    rows = [Line("victims", "454", 454, 454, kind="suspect"), Line("victims", "1,054", 1054, 1054)]
    made = chart(rows, "en", band=(1054, 1054), gap=(0, 454, 1054))

    assert [mark["shape"] for mark in made.lines[0].marks] == ["line", "gap", "diamond"]
    assert made.lines[0].marks[1]["text"] == "600"
    assert made.lines[1].marks[-1]["shape"] == "dot"
    assert made.lines[0].name == "454, on an axis from 0 to 1,200"
    assert made.ticks[-1] == (100.0, "1,200")


def test_range_without_an_end_leaves_room_to_show_it():
    (mark,) = chart([Line("a", "301 or more", 301, math.inf)], "en").lines[0].marks

    assert (mark["has_start"], mark["has_end"]) == (True, False)
    assert mark["x"] + mark["w"] == pytest.approx(100)


def test_strip_says_what_is_printed_and_what_would_fit():
    made = strip([("“454”", 454, 454)], [("1,054 would fit", 1054, 1054)], is_suspect=True)

    assert made.name == "“454”; 1,054 would fit"
    assert [mark["shape"] for mark in made.marks] == ["line", "diamond", "apart"]
