import pytest

from tests.checks.figures import confronted, figure
from tests.checks.inputs import found, needs_inputs, sides

OLD = {"source": "report_2019", "published": "2019-06", "series": "report"}
NEW = {"source": "report_2021", "published": "2021-07", "series": "report"}
F, M = {"sex": "F"}, {"sex": "M"}


def verdicts(*rows):
    return set(confronted(*rows).finding["verdict"]) - {"open"}


def test_later_edition_restates_and_stands():
    rows = [figure(882, **OLD), figure(738, **F, **OLD), figure(144, **M, **OLD), figure(1189, **NEW)]
    found = confronted(*rows, figure(1200, source="other"))
    (restated,) = found.finding.query("verdict == 'restated'").itertuples()
    (fails,) = found.finding.query("verdict == 'fails'").itertuples()

    assert (restated.left_lower, restated.right_lower, restated.gap) == (882, 1189, 307)
    assert set(restated.observations.split()) == {"o0", "o3"}
    assert set(fails.observations.split()) == {"o3", "o4"}
    assert {restated.finding}.isdisjoint({fails.finding})
    assert found.tally.query("rule == 'one_value'")["restated"].sum() == 1


def test_parts_of_the_earlier_edition_are_not_held_against_the_later_total():
    rows = [figure(882, **OLD), figure(738, **F, **OLD), figure(144, **M, **OLD)]

    assert verdicts(*rows, figure(700, **NEW)) == {"restated"}
    assert verdicts(*rows, figure(882, **NEW)) == set()
    assert verdicts(*rows, figure(700, **NEW | {"series": "another"})) == {"fails"}


def test_an_earlier_edition_that_agrees_stays_in_force():
    assert verdicts(figure(10, **OLD), figure(11, **F, **OLD), figure(10, **NEW)) == {"fails"}
    assert verdicts(figure(10, **OLD), figure(10, **NEW), figure(11, **F, **NEW)) == {"fails"}


def test_other_blocks_of_the_earlier_edition_stand():
    rows = [figure(5, **OLD), figure(6, **NEW), figure(9, **OLD, time_period="2018")]
    rows += [figure(10, **F, **OLD, time_period="2018")]

    assert verdicts(*rows) == {"restated", "fails"}


def test_one_edition_that_contradicts_itself_fails():
    assert verdicts(figure(5, **NEW), figure(6, **NEW)) == {"fails"}


def test_share_of_a_restated_total_is_superseded_with_it():
    share = figure((24.5, 25.5), age="Y0T17", unit="percent", share_of="age=_T", **OLD)

    assert verdicts(figure(100, **OLD), share, figure(90, **NEW), figure(5, age="Y0T17", **NEW)) == {"restated"}


def test_ratio_to_a_restated_quantity_of_another_kind_is_superseded_with_it():
    operations = [figure(number, indicator="operations", **edition) for number, edition in ((100, OLD), (80, NEW))]
    ratio = figure((0.45, 0.55), unit="ratio", share_of="indicator=operations", **OLD)

    assert verdicts(*operations, ratio, figure(50, source="other")) == {"restated"}


SHARE = {"age": "Y0T17", "unit": "percent", "share_of": "age=_T"}


@pytest.mark.parametrize(
    "given",
    [
        SHARE,
        {"unit": "per_100k"},
        pytest.param(SHARE | {"unit": "ratio"}, marks=pytest.mark.slow),
        {"unit": "percent_change", "share_of": "time_period=2018"},
    ],
)
def test_changed_share_or_rate_alone_is_restated(given):
    scale = 0.01 if given["unit"] == "ratio" else 1
    old, new = (figure((low * scale, (low + 1) * scale), **given, **each) for low, each in ((24.5, OLD), (29.5, NEW)))

    assert verdicts(old, new) == {"restated"}
    assert verdicts(figure(100, **OLD), old, figure(100, **NEW), new) == {"restated"}
    assert verdicts(new, figure((39.5, 40.5), **given, **NEW) if scale == 1 else new) <= {"fails"}


CHILDREN = {"age": "Y0T17"}


@pytest.mark.parametrize(("minors", "found"), [(600, {"restated"}), (291, {"restated"}), (292, set()), (309, set())])
@pytest.mark.parametrize("editions", [(OLD, NEW), (NEW, OLD)])
def test_count_and_share_of_one_part_restate_each_other(minors, found, editions):
    share = figure((24.5, 26), unit="percent", share_of="age=_T", **CHILDREN, **editions[0])

    assert verdicts(figure(1189, **NEW), share, figure(minors, **CHILDREN, **editions[1])) == found


def test_share_and_count_of_one_edition_restate_nothing():
    share = figure((24.5, 26), unit="percent", share_of="age=_T", **CHILDREN, **NEW)

    assert verdicts(figure(1189, **NEW), share, figure(600, **CHILDREN, **NEW)) == {"fails"}
    assert verdicts(share | OLD, figure(600, **CHILDREN, **NEW)) == set()


def test_shares_of_unlike_wholes_restate_nothing():
    of_women, of_minors = SHARE | F, SHARE | F | {"share_of": "sex=_T"}

    assert verdicts(figure((24.5, 25.5), **of_women, **OLD), figure((79.5, 80.5), **of_minors, **NEW)) == set()
    assert verdicts(figure((24.5, 25.5), **SHARE, **OLD), figure((25, 26), **SHARE, **NEW)) == set()


@needs_inputs
def test_two_releases_of_one_series_are_a_revision(tmp_path):
    assert sides(found("real/16_revision_between_two_sources.csv", tmp_path)) == {(4578, 4586)}
    lines = (
        "at,says,indicator,period,area,register,series,published\n"
        "first,4586,referrals,2022-Q3,GB,NRM,nrm,2022-11\nlater,4578,referrals,2022-Q3,GB,NRM,nrm,2024-03\n"
    )
    path = tmp_path / "own.csv"
    path.write_text(lines, encoding="utf-8")

    assert sides(found(str(path), tmp_path), "restated") == {(4578, 4586)}
