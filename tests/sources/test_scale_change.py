import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.sources.scale_change import Cell, notes
from tests.sources.described.tables import read, write_csv
from tests.sources.described.test_propose import proposed

AREAS = [f"PE/{n}" for n in range(20)]


def told(sizes, periods=("2019",), areas=AREAS[:1], column="n"):
    """The notes on a table of these sizes, row by row: of each period the areas."""
    rows = [(area, period) for period in periods for area in areas]
    cells = [
        Cell(f"row {row}", row, column, "", area, period, size)
        for row, ((area, period), size) in enumerate(zip(rows, sizes, strict=True), 2)
    ]
    return list(notes(cells, "tbl"))


def test_series_that_becomes_a_thousand_times_smaller_is_noticed_at_its_row():
    found = told([1200, 1300, 1250, 1.3, 1.2, 1.4], [str(2015 + n) for n in range(6)])

    assert found == [
        "tbl, 'n': from row 5 on, numbers are about 1,000 times smaller than before. If their unit changes there, "
        "describe them as a [[table]] or column of their own, with its `scale`."
    ]


def test_change_is_named_where_the_file_changes_also_when_time_runs_backwards():
    found = told([1.3, 1.2, 1.4, 1200, 1300, 1250], [str(2020 - n) for n in range(6)])

    assert "from row 5 on, numbers are about 1,000 times greater" in found[0]


def test_all_areas_that_change_together_are_one_note():
    sizes = [random.Random(n).randint(100, 90_000) for n in range(6)]
    found = told([*sizes, *(size * 1100 for size in sizes)], ["2019", "2020"], AREAS[:6])

    assert len(found) == 1
    assert "from row 8 on, numbers are about 1,000 times greater" in found[0]


def test_list_of_areas_that_changes_below_a_row_is_noticed():
    sizes = [52, 17, 33, 80, 12, 41, 65, 23, 38_000, 91_000, 20_500, 64_000, 45_000, 30_100, 71_000, 55_000]

    assert "from row 10 on, numbers are about 1,000 times greater" in told(sizes, areas=AREAS[:16])[0]


@pytest.mark.parametrize(
    ("sizes", "periods", "areas"),
    [
        ([10**6, *range(900, 80, -50)], ["2019"], AREAS[:18]),  # a total that comes first
        ([9 * 10 ** (6 - n * 0.4) for n in range(16)], ["2019"], AREAS[:16]),  # a list by size
        ([1000, 1100, 1, 1000, 1100, 1050], [str(2015 + n) for n in range(6)], AREAS[:1]),  # one slip
        ([2, 3, 1, 2000, 1800, 2500], ["2015", "2016", "2017", "2018-Q1", "2019-Q1", "2020-Q1"], AREAS[:1]),
        ([5, 0, 0, 8000, 7, 9000], ["2019", "2020"], AREAS[:3]),  # areas that grow unalike
        ([5000, 0, 6000, 0], ["2019", "2020"], AREAS[:2]),
    ],
)
def test_what_is_no_change_of_size_is_no_note(sizes, periods, areas):
    assert told(sizes, periods, areas) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=40, max_size=40))
def test_numbers_without_order_are_no_change(sizes):
    assert told(sizes, [str(2000 + n) for n in range(2)], AREAS) == []


def test_change_is_said_by_the_reading_of_a_table_and_by_its_draft(tmp_path):
    rows = [["Year", "Women", "Men", "All"], *([str(2010 + n), "1200", "1100", "2300"] for n in range(4)),
            *([str(2014 + n), "1", "1", "2"] for n in range(4))]  # fmt: skip
    said = "from row 6 on, numbers are about 1,000 times smaller"

    assert any(said in line for line in read(tmp_path, rows).warnings)
    assert any(said in line for line in proposed(write_csv(tmp_path / "t.csv", rows)).rows)
