import pandas as pd
import pytest

from cuadra.checks.rule import load_rules, nested_rule, partition_rule
from cuadra.sources.source import Parsed
from cuadra.warehouse.load import load_vintage
from tests.checks.figures import TOPIC, figure, frame
from tests.flows.world import checked
from tests.warehouse.loading import NOW

SHARE = {"unit": "percent", "share_of": "age=_T", "age": "Y0T17"}
MINORS = SHARE | {"complete": "sex"}
SDG = {"register": "SDG", "indicator": "victims_detected"}
PLANTED = {
    "together": (
        {"value": (500, 1499)}, {"value": (19.5, 21), "sex": "F", "says": "20 %", **MINORS},
        {"value": (19.5, 21), "sex": "M", "says": "20 %", **MINORS}, {"value": (49.5, 51), "says": "50 %", **MINORS},
    ),
    "one_value": ({"value": 454, "locator": "¶4"}, {"value": 1054}),
    "exhaustive": ({"value": 509}, {"value": 907, "sex": "F"}, {"value": 147, "sex": "M"}),
    "disjoint": (
        {"value": 100, "citizenship": "FOREIGN"}, {"value": 80, "citizenship": "VEN"},
        {"value": 40, "citizenship": "COL"},
    ),
    "overlapping": ({"value": 10}, {"value": 20, "exploitation": "SEXUAL"}),
    "nested": ({"value": 10, "age": "Y12T17"}, {"value": 20, "age": "Y14T17"}),
    "stated": (
        *({"value": 2, "exploitation": form, **SDG} for form in ("SEXUAL", "FORCED_LABOUR", "ORGAN_REMOVAL", "OTHER")),
        {"value": 9, **SDG},
    ),
    "share_of_whole": ({"value": 100}, {"value": 80, "age": "Y0T17"}, {"value": (24.5, 25.5), "says": "25 %", **SHARE}),
    "period_is_period": ({"value": 5}, {"value": 6, "time_period": "2019-01-01/2019-12-31"}),
    "period_within_period": (
        {"value": 5, "indicator": "operations"},
        {"value": 6, "indicator": "operations", "time_period": "2019-03-10/2019-05-20"},
    ),
    "periods_make_year": ({"value": 20}, *({"value": 11, "time_period": each} for each in ("2019-S1", "2019-S2"))),
    "periods_make_period": (
        {"value": 20, "time_period": "2019-S1"}, *({"value": 11, "time_period": f"2019-Q{each}"} for each in (1, 2)),
    ),
    "periods_at_most_period": (
        {"value": 20}, {"value": 11, "time_period": "2019-03-10/2019-05-20"},
        {"value": 11, "time_period": "2019-09-10/2019-11-20"},
    ),
    "regions_make_country": (
        {"value": 10, "ref_area": "PE"}, *({"value": 20, "ref_area": each} for each in ("PE-LIM", "PE-CUS")),
    ),
}  # fmt: skip
"""For each kind of rule a contradiction: figures of one source, all of which are in it."""

PLAUSIBLE = {"plausible", "rates_agree"}
"""Kinds of rules that only say what is usual: nothing contradicts them."""

OF_ITS_OWN = {"derived_bound": "what follows from figures, and is none"}
"""Views with a flag that need not be set for what a contradicted figure is in."""


def kind(rule):
    """What a rule follows from: a kind of division, its being stated, or a name that no other rule shares."""
    for codes in map(TOPIC.code_list, TOPIC.names):
        for partition in codes.partitions:
            if rule.name == partition_rule(codes, partition):
                return partition.kind
        if rule.name == nested_rule(codes):
            return "nested"
    if rule.is_plausible and rule.stated is not None:
        return "plausible"
    return "stated" if rule.stated is not None else rule.name


def named(each):
    return PLANTED[each][0].get("register", f"OF_{each}".upper())


@pytest.fixture(scope="module")
def planted():
    rows = [{"register": named(each)} | row for each, rows in PLANTED.items() for row in rows]
    return checked(*rows, {"value": 3, "register": "OF_SOUND"})


@pytest.fixture(scope="module")
def views(planted):
    """Of each view with a flag its rows: the flag, the findings, and all that the row says."""
    flags = planted.execute("SELECT table_name FROM duckdb_columns() WHERE column_name = 'is_contradicted'").fetchall()
    return {
        name: planted.execute(f"SELECT is_contradicted, findings, each::VARCHAR FROM {name} AS each").fetchall()
        for (name,) in flags
    }


def rows_of(rows, register):
    return [(is_contradicted, findings) for is_contradicted, findings, said in rows if register in said]


def failing(con):
    return {
        row[0]: row[1] for row in con.execute("SELECT finding, rule FROM finding WHERE verdict = 'fails'").fetchall()
    }


def test_a_contradiction_is_planted_for_every_kind_of_rule():
    assert {kind(rule) for rule in load_rules(TOPIC)} - PLAUSIBLE == set(PLANTED)


@pytest.mark.parametrize("each", PLANTED)
def test_every_view_flags_a_planted_contradiction(planted, views, each):
    register = named(each)
    found = planted.execute(
        "SELECT finding, rule FROM open_finding WHERE verdict = 'fails' AND register = ?", [register]
    ).fetchall()
    kinds = {kind(rule) for rule in load_rules(TOPIC) if rule.name in {name for _, name in found}}
    said = {view: rows_of(rows, register) for view, rows in views.items() if view not in OF_ITS_OWN}
    unflagged = {view for view, rows in said.items() if not all(all(row) for row in rows)}

    assert each in kinds
    assert len(said["figure"]) == len(PLANTED[each])
    assert {key for _, keys in said["figure"] for key in keys.split()} == {key for key, _ in found}
    assert unflagged == set()
    assert sum(map(bool, said.values())) > 1
    assert [row for view in said for row in rows_of(views[view], "OF_SOUND") if any(row)] == []


def test_every_view_shows_some_contradiction(views):
    assert [name for name, rows in views.items() if not any(row[0] for row in rows)] == []


def test_shares_that_exceed_their_whole_are_flagged_and_what_they_are_shares_of_is_said():
    share = {"unit": "percent", "share_of": "sex=_T"}
    con = checked(
        {"value": (49.5, 51), "sex": "F", "says": "50 %", **share}, {"value": 100, "sex": "F"},
        {"value": (59.5, 61), "sex": "M", "says": "60 %", **share},
    )  # fmt: skip
    flagged = con.execute("SELECT says FROM figure WHERE is_contradicted ORDER BY says").fetchall()
    found = con.execute(
        "SELECT rule, per, left_lower, right_upper FROM open_finding WHERE verdict = 'fails'"
    ).fetchall()

    assert flagged == [("50 %",), ("60 %",)]
    assert found == [("sex_parts_make_total", "percent|R|victims_rescued|PE|2019|_T|_T|_T|_T|_T", 109.0, 100.0)]


def test_share_of_one_printed_figure_stands_beside_that_one_only():
    con = checked({"value": 454, "locator": "¶4"}, {"value": 1054, "locator": "¶1"})
    (base,) = con.execute("SELECT observation_id FROM figure WHERE says = '454'").fetchone()
    con = checked(
        {"value": 454, "locator": "¶4"}, {"value": 1054, "locator": "¶1"},
        {"value": (49.5, 51), "says": "50 %", "share_base": base, **SHARE}, {"value": (25, 26), "says": "25 %",
        "locator": "¶2", **SHARE},
    )  # fmt: skip
    found = con.execute(
        "SELECT says, whole_says, total_lower FROM part_of_whole WHERE rests_on = 'share' ORDER BY ALL"
    ).fetchall()

    assert found == [("25 %", "1054", 1054), ("25 %", "454", 454), ("50 %", "454", 454)]


def test_every_view_with_numbers_of_quantities_has_the_flag():
    con = checked({"value": 1})
    without = {
        row[0]
        for row in con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary AND view_name NOT IN ("
            "SELECT table_name FROM duckdb_columns() WHERE column_name = 'is_contradicted')"
        ).fetchall()
    }

    assert without == {
        "cell_code", "figure_finding", "figure_in_force", "open_finding", "quantity_finding", "quarantined", "revision",
        "rule_health", "source_health", "source_tested", "untested_figure",
    }  # fmt: skip


def test_percentages_are_ordered_and_within_bounds_or_say_why_not():
    con = checked(
        {"value": 100}, {"value": 150, "sex": "F"}, {"value": 30, "age": "Y0T17"},
        {"value": 5, "register": "S", "sex": "F"},
    )  # fmt: skip
    found = con.execute(
        "SELECT register, code, percent_lower, percent_upper, percent_missing FROM part_of_whole ORDER BY ALL"
    ).fetchall()

    assert found == [
        ("R", "F", None, None, "more than the total"), ("R", "Y0T17", 30.0, 30.0, None),
        ("S", "F", None, None, "no total"),
    ]  # fmt: skip


def test_cause_keeps_its_key_and_first_run_and_ends_with_its_figures():
    con = checked(*PLANTED["one_value"], {"value": 1054, "sex": "_T", "locator": "¶9"})
    first = con.execute("SELECT cause, is_open, first_run, last_run, findings FROM cause").fetchall()
    checked(
        *PLANTED["one_value"], {"value": 1054, "locator": "¶9"}, {"value": 7, "indicator": "cases"}, run="r2", con=con
    )
    second = con.execute("SELECT cause, is_open, first_run, last_run FROM cause").fetchall()
    checked({"value": 1054}, run="r3", con=con)
    third = con.execute("SELECT cause, is_open, first_run, last_run FROM cause").fetchall()

    assert [row[1:] for row in first] == [(True, "r1", "r1", 1)]
    assert second == [(first[0][0], True, "r1", "r2")]
    assert third == [(first[0][0], False, "r1", "r2")]
    assert con.execute("SELECT count(*) FROM finding_term").fetchall() == [(0,)]


def test_terms_add_up_to_the_sides_of_their_finding():
    con = checked(*PLANTED["exhaustive"])
    found = con.execute(
        "SELECT side, coefficient, finding_term.lower, len(string_split(finding_term.observations, ' ')), is_suspect "
        "FROM finding_term ORDER BY term"
    ).fetchall()

    assert found == [("part", 1, 907, 1, True), ("part", 1, 147, 1, False), ("whole", -1, 509, 1, True)]


def test_figures_that_meet_no_rule_say_why():
    con = checked(
        {"value": 1}, {"value": 2, "time_period": "2018", "sex": "F"}, {"value": 3, "time_period": "_U"},
        {"value": 4.5, "unit": "per_100k", "time_period": "2017"}, {"value": 9, "time_period": "2015"},
        {"value": 4, "sex": "F", "time_period": "2015"}, {"value": 5, "sex": "M", "time_period": "2015"},
    )  # fmt: skip
    found = con.execute(
        "SELECT time_period, reason FROM untested_figure INNER JOIN figure USING (observation_id) ORDER BY ALL"
    ).fetchall()
    (tested,) = con.execute("SELECT figures, untested, relations, holds FROM source_tested").fetchall()

    assert found == [("2017", "unit"), ("2018", "total"), ("2019", "alone"), ("_U", "period")]
    assert tested == (7, 4, 1, 1)


def test_figures_keep_their_place_and_a_move_is_no_revision():
    rows = [figure(1, source="press"), figure(2, source="press", sex="F")]

    def edition(order, anchors, run):
        frame_ = frame([rows[place] for place in order]).drop(columns="observation_id")
        parsed = Parsed(frame_, rows_in=2, anchors=anchors)
        return load_vintage(
            con, {"name": "press"}, {"sha256": run, "url": "", "path": run, "fetched_at": NOW}, parsed.in_place(),
            pd.DataFrame(), pd.DataFrame(), run, NOW, id_sql=TOPIC.observation_id_sql(), breakdowns=TOPIC.names,
        )  # fmt: skip

    con = checked()
    edition((0, 1), ("{} of them", None), "r1")
    first = con.execute("SELECT value, position, anchor FROM figure ORDER BY position").fetchall()
    moved = edition((1, 0), (None, "all {}"), "r2")
    then = con.execute("SELECT value, position, anchor FROM figure ORDER BY position").fetchall()

    assert first == [(1, 1, "{} of them"), (2, 2, None)]
    assert then == [(2, 1, None), (1, 2, "all {}")]
    assert (moved.changed, moved.unchanged) == (0, 2)


def test_what_changed_since_a_publication_is_told():
    con = checked(*PLANTED["one_value"])
    con.execute("INSERT INTO publication (publication, published_at, run) VALUES ('p1', '2026-11-24 01:00', 'r1')")
    checked({"value": 1054}, {"value": 8, "indicator": "cases"}, run="r2", con=con)
    found = con.execute("SELECT kind, change, said, says FROM changed_since('p1') ORDER BY ALL").fetchall()

    assert found == [
        ("cause", "over", None, None), ("figure", "new", None, "8"), ("figure", "withdrawn", "454", None),
    ]  # fmt: skip


def test_what_a_later_edition_restates_is_flagged_and_the_later_one_stands():
    old = {"series": "report", "published": "2019", "locator": "2019"}
    new = {"series": "report", "published": "2020", "locator": "2020"}
    con = checked({"value": 882, **old}, {"value": 738, "sex": "F", **old}, {"value": 1189, **new})
    found = con.execute("SELECT says, is_restated, is_contradicted FROM figure ORDER BY says").fetchall()

    assert found == [("1189", False, False), ("738", True, False), ("882", True, False)]
    assert con.execute("SELECT lower, upper FROM victims_by_year").fetchall() == [(1189, 1189)]
    assert con.execute("SELECT count(*) FROM cause").fetchall() == [(0,)]
