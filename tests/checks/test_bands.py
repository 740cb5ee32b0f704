import pytest

from cuadra.checks import topic
from cuadra.checks.codelist import CodeError, read
from cuadra.checks.column import can_be_complete
from tests.checks.figures import TOPIC, confronted, figure, verdicts
from tests.checks.inputs import found, needs_inputs, sides

ONS = """code,label_en,label_es,parent,partition,kind
Y0T14,0 to 14,x,_T,ons_band,exhaustive
_U,x,x,_T,ons_band,exhaustive
"""
CHILD, ADULT, AGE = {"age": "Y0T17"}, {"age": "Y_GE18"}, {"complete": "age"}
F, M = {"sex": "F"}, {"sex": "M"}


@needs_inputs
def test_band_within_band_is_at_most_it(tmp_path):
    assert sides(found("e08_band_within_band.toml", tmp_path)) == {(10, 20)}


@needs_inputs
def test_partition_of_another_source_is_not_complete_since_its_unknown_is(tmp_path):
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / "age.added.csv").write_text(ONS, encoding="utf-8")
    of = topic.load([*TOPIC.folders, tmp_path], "mine")

    confrontation = found("real/02_partition_of_another_source.csv", tmp_path, of)

    assert set(confrontation.finding["verdict"]) <= {"open"}
    assert confrontation.tally.set_index("rule")["holds"]["age_parts_make_total"] == 1


@needs_inputs
def test_complete_ages_say_nothing_of_a_band_that_is_only_mentioned(tmp_path):
    assert "fails" not in set(found("real/03_complete_and_subband.csv", tmp_path).finding["verdict"])


@needs_inputs
def test_two_ways_to_divide_an_unstated_whole_are_open_with_both_sums(tmp_path):
    assert sides(found("real/07_two_partitions_no_total.csv", tmp_path), "open") == {(25, 27)}


def test_two_complete_ways_to_divide_an_unstated_whole_are_compared():
    both = {"complete": "sex age"}
    rows = [figure(25, **ADULT, **both), figure(0, **CHILD, **both), figure(22, **M, **both), figure(5, **F, **both)]
    row = confronted(*rows).finding.set_index("verdict").loc["fails"]

    assert {row["left_lower"], row["right_upper"]} == {25, 27}


@pytest.mark.parametrize(
    ("complete", "expected"),
    [("age", "fails"), ("age.age", "fails"), ("age.police_band", "open"), ("sex", "open"), ("", "open")],
)
def test_complete_names_a_breakdown_or_one_partition(complete, expected):
    rows = [figure(100), figure(40, **CHILD, complete=complete), figure(50, **ADULT, complete=complete)]

    assert verdicts(*rows)["age_parts_make_total"] == {expected}


@pytest.mark.parametrize(("complete", "expected"), [("age", "open"), ("age.police_band", "fails")])
def test_complete_partition_reaches_below_the_total_only_by_its_name(complete, expected):
    rows = [figure(40, **CHILD), figure(30, age="Y12T17", complete=complete)]

    assert verdicts(*rows)["age_police_band_parts_make_y0t17"] == {expected}


@pytest.mark.parametrize("screen_from", [0, 10**9])
@pytest.mark.parametrize(
    ("foreign", "complete", "expected"),
    [
        (73, "citizenship.country", ["fails"]),
        (63, "citizenship.country", ["holds"]),
        (73, "", ["holds"]),
    ],
)
def test_parts_that_are_at_most_their_whole_make_it_where_they_are_said_to_be_all(
    foreign, complete, expected, screen_from
):
    rows = [figure(foreign, citizenship="FOREIGN")]
    rows += [figure(51, citizenship="VEN", complete=complete), figure(12, citizenship="BOL", complete=complete)]
    # Elsewhere nobody says so, and what is declared here changes nothing there.
    rows += [figure(80, citizenship="FOREIGN", ref_area="CO")]
    rows += [figure(51, citizenship="VEN", ref_area="CO"), figure(12, citizenship="BOL", ref_area="CO")]
    tally = confronted(*rows, screen_from=screen_from).tally.query(
        "rule == 'citizenship_country_parts_at_most_foreign'"
    )

    assert tally[["holds", "fails", "open"]].sum().to_dict() == {
        "holds": 1 + (expected == ["holds"]), "fails": int(expected == ["fails"]), "open": 0
    }  # fmt: skip


def test_complete_countries_and_nationals_are_held_against_a_total_that_names_no_foreigners():
    both = {"complete": "citizenship citizenship.country"}
    rows = [figure(212, **both), figure(139, citizenship="NATIONAL", **both)]
    rows += [figure(51, citizenship="VEN", **both), figure(12, citizenship="BOL", **both)]

    assert "fails" in set(confronted(*rows).finding["verdict"])
    assert "fails" not in set(confronted(figure(202, **both), *rows[1:]).finding["verdict"])


def test_overlapping_parts_cannot_be_declared_complete():
    assert "means" not in can_be_complete(TOPIC)
    assert not {name for name in can_be_complete(TOPIC) if name.startswith("means.")}


def test_what_is_undecided_shows_what_stated_parts_leave_and_nothing_derived():
    rows = [figure(212), figure(139, citizenship="NATIONAL"), figure(63, citizenship="VEN")]
    (row,) = confronted(*rows).finding.query("rule == 'citizenship_parts_make_total'").itertuples()

    assert (row.verdict, row.left_lower, row.left_upper, row.right_upper) == ("open", 139, 139, 212)


def test_band_of_the_same_limits_is_equal(tmp_path):
    (tmp_path / "codelists").mkdir()
    lines = "code,label_en,parent,partition,kind\nY_LT18,minors,,,\n"
    (tmp_path / "codelists" / "age.added.csv").write_text(lines, encoding="utf-8")
    codes = topic.load([*TOPIC.folders, tmp_path], "mine").code_list("age")

    assert ("Y0T17", "Y_LT18", True) in codes.nested
    assert not any({"Y_LT18", "Y_GE18"} == {a, b} for a, b, _ in codes.nested)


def test_bands_are_read_from_columns_before_codes(tmp_path):
    (tmp_path / "band.csv").write_text(
        "code,from,to\n_T,,\nYOUNG,0,24\nTEEN,13,19\nOLD,65,\nY1T99,,\n", encoding="utf-8"
    )
    codes = read("band", [tmp_path])

    assert codes is not None
    assert set(codes.nested) == {("TEEN", "YOUNG", False), ("TEEN", "Y1T99", False)}


@pytest.mark.parametrize("line", ["A,x,3", "A,5,3", "A,nan,3"])
def test_band_with_ends_that_are_no_interval_is_refused(tmp_path, line):
    (tmp_path / "band.csv").write_text(f"code,from,to\n{line}\n", encoding="utf-8")

    with pytest.raises(CodeError, match=r"band\.csv, code 'A': expected numbers in `from` and `to`"):
        read("band", [tmp_path])
