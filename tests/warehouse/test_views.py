from datetime import date

import pytest

from cuadra.warehouse.load import record_corrections
from tests.flows.world import check
from tests.warehouse.loading import load, made


@pytest.fixture
def con(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        load(
            con,
            {"value": 1054, "says": "1,054"},
            {"value": 454, "says": "454", "locator": "¶4"},
            {"value": 907, "sex": "F"},
            {"value": 222, "age": "Y0T17"},
            {
                "value": (24.5, 25.5),
                "says": "25 percent",
                "age": "Y0T17",
                "unit": "percent",
                "share_of": "age=_T",
            },
            {"value": 161, "indicator": "operations"},
            {"value": 31, "indicator": "operations", "time_period": "2019-S1"},
            {"value": 765, "register": "RETA"},
            {"value": (301, float("inf")), "citizenship": "VEN"},
            {"value": 88, "exploitation": "SEXUAL"},
        )
        yield con


def test_view_of_a_year_keeps_registers_apart_and_says_what_is_contradicted(con):
    check(con, "r1")
    found = con.execute("SELECT register, lower, upper, is_contradicted FROM victims_by_year").fetchall()

    assert found == [("R", 454, 1054, True), ("RETA", 765, 765, False)]


def test_minors_stand_with_the_bounds_that_a_share_gives(con):
    found = con.execute("SELECT rests_on, lower, upper FROM victims_by_age ORDER BY ALL").fetchall()

    assert found == [("count", 222, 222), ("share", 112, 115), ("share", 259, 268)]


@pytest.mark.parametrize(
    ("view", "column", "expected"),
    [
        ("victims_by_sex", "sex", ("F", 907, 907, 454, 1054)),
        ("victims_by_citizenship", "citizenship", ("VEN", 301, float("inf"), 454, 1054)),
        ("victims_by_exploitation", "exploitation", ("SEXUAL", 88, 88, 454, 1054)),
    ],
)
def test_parts_stand_beside_their_total(con, view, column, expected):
    found = con.execute(f"SELECT {column}, lower, upper, total_lower, total_upper FROM {view}").fetchall()

    assert found == [expected]


def test_operations_stand_with_victims_per_operation(con):
    found = con.execute(
        "SELECT time_period, operations_lower, victims_per_operation_lower, victims_per_operation_upper "
        "FROM operations_by_period ORDER BY ALL"
    ).fetchall()

    assert found == [("2019", 161, 2.8, 6.5), ("2019-S1", 31, None, None)]


def test_half_a_year_stands_beside_the_year(con):
    found = con.execute("SELECT part_period, part_lower, whole_lower, rest_lower, rest_upper FROM half_and_year")

    assert found.fetchall() == [("2019-S1", 31, 161, 130, 130)]


def test_figure_carries_its_provenance(con):
    found = con.execute("SELECT says, locator, title, url, said_by FROM figure WHERE says = '454'").fetchall()

    assert found == [("454", "¶4", "T", "https://example.org", "police")]


def test_source_health_counts_what_was_read(con):
    found = con.execute("SELECT source, rows_in, observations, fails FROM source_health").fetchall()

    assert found == [("press", 10, 10, 0)]


def test_corrected_figure_says_why_and_what_was_printed(tmp_path):
    with made(tmp_path / "b.duckdb") as con:
        load(con, {"value": 1054, "says": "1,054 [printed: 454]", "locator": "¶4"}, {"value": 7, "sex": "F"})
        correction = {
            "source": "press", "locator": "¶4", "was": "454", "becomes": "1,054", "reason": "misprint",
            "told": "the editor", "status": "told", "until": date(2027, 1, 1),
        }  # fmt: skip
        record_corrections(con, "press", [correction], "r1")
        found = con.execute("SELECT says, corrected_because FROM figure ORDER BY ALL").fetchall()
        record_corrections(con, "press", [], "r2")
        left = con.execute("SELECT count(*) FROM correction").fetchall()

    assert found == [("1,054 [printed: 454]", "misprint"), ("7", None)]
    assert left == [(0,)]
