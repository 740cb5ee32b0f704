import math
from functools import cache

import pandas as pd
import pytest

from cuadra.checks.rule import RuleError, load_rules, replaced
from cuadra.checks.topic import load
from tests.checks.figures import TOPIC, confronted, figure, verdicts, verdicts_apart, with_rules

F, M = {"sex": "F"}, {"sex": "M"}
CHILD, ADULT = {"age": "Y0T17"}, {"age": "Y_GE18"}
FOREIGN, NATIONAL = {"citizenship": "FOREIGN"}, {"citizenship": "NATIONAL"}
SHARE = {"unit": "percent", "share_of": "age=_T", **CHILD}
H1 = {"time_period": "2019-S1"}
H2 = {"time_period": "2019-S2"}
Q1, Q2 = {"time_period": "2019-Q1"}, {"time_period": "2019-Q2"}
YEAR = {"time_period": "2019-01-01/2019-12-31"}
SPRING, AUTUMN = {"time_period": "2019-03-10/2019-05-20"}, {"time_period": "2019-09-10/2019-11-20"}
ALL_PE = [code for code in TOPIC.code_list("ref_area").codes if code.startswith("PE-")]

MINORS = {"share_of": "age=_T", "unit": "percent", **CHILD}
TWO_WAY = [
    figure((500, 1499)), figure((19.5, 20.99), **MINORS, **F, complete="sex"),
    figure((19.5, 20.99), **MINORS, **M, complete="sex"),
    figure((49.5, 50.99), unit="percent", share_of="sex=_T", **F),
]  # fmt: skip
"""Of all, half are women; a fifth of the women and of the men are minors."""

TOO_FEW = [figure((49.5, 50.99), **MINORS, complete="sex")]
"""And yet half of all are minors."""

DESTINATIONS = ("POLICE", "PROSECUTOR", "JUDGE", "OTHER_AUTHORITY", "PENDING", "WITHDRAWN", "OTHER")
SDG_FORMS = ("SEXUAL", "FORCED_LABOUR", "ORGAN_REMOVAL", "OTHER")


def sdg(count, form):
    return figure(count, register="SDG", indicator="victims_detected", exploitation=form)


def rate(printed, form, half=0.005):
    """A rate of ISTAC, printed to so much."""
    ends = (round(printed - half, 3), round(printed + half, 3))
    return figure(ends, register="ISTAC", indicator="victims_detected", exploitation=form, unit="per_100k")


def form(answered, *parts, breakdown="schooling"):
    """Answers to a question of the police form of Peru: all of them, and of each kind."""
    codes = {"schooling": ("PRIMARY", "SECONDARY", "HIGHER", "_U"), "destination": DESTINATIONS}[breakdown]
    counts = [*parts, *[0] * (len(codes) - len(parts))]
    said = {"register": "PNP_REPORTS", "indicator": "police_reports", "time_period": "2001"}
    return [figure(answered, **said, **{breakdown: "ANSWERED"}),
            *(figure(count, **said, **{breakdown: code})
              for count, code in zip(counts, codes, strict=True))]  # fmt: skip


def form_total(count, answered, breakdown="schooling"):
    """All reports, and all answers to one question about them."""
    said = {"register": "PNP_REPORTS", "indicator": "police_reports", "time_period": "2001"}
    return [figure(count, **said), figure(answered, **said, **{breakdown: "ANSWERED"})]


def form_ages(total, *counts):
    """The women of one police form, and their ages."""
    said = {"source": "mininter_tratasdp", "register": "PNP_REPORTS", "indicator": "police_reports", "sex": "F"}
    bands = zip(counts, ("Y0T5", "Y6T11", "Y12T17", "Y18T29", "Y30T59", "Y_GE60"), strict=True)
    return [figure(total, **said), *(figure(count, **said, age=age) for count, age in bands)]


# rule: figures that hold, figures that fail, figures it does not apply to
EXAMPLES = {
    "age_police_form_parts_make_total": (
        form_ages(3, 0, 0, 1, 2, 0, 0), form_ages(3, 0, 0, 0, 0, 0, 0), [figure(3, age="Y0T5"), figure(2)],
    ),
    "schooling_parts_make_answered": (form(3, 1, 2), form(0, 1, 2), [figure(3, schooling="PRIMARY"), figure(2)]),
    "schooling_answered_parts_make_total": (form_total(3, 3), form_total(1, 37), form(3, 1, 2)),
    "destination_parts_make_answered": (
        form(3, 1, 2, breakdown="destination"), form(0, 6, breakdown="destination"), [figure(3, destination="JUDGE")],
    ),
    "destination_answered_parts_make_total": (
        form_total(3, 3, "destination"), form_total(6, 0, "destination"), form(3, 3, breakdown="destination"),
    ),
    "together": (TWO_WAY, [*TWO_WAY, *TOO_FEW], [figure(5)]),
    "one_value": ([figure(5), figure(5)], [figure(454), figure(1054)], [figure(5)]),
    "rates_agree": (
        [rate(0.2, "SEXUAL", 0), rate(0.2, "SEXUAL", 0) | {"source": "b"}],
        [rate(0.2, "SEXUAL"), rate(0.3, "SEXUAL") | {"source": "b"}],
        [rate(0.2, "SEXUAL"), rate(0.3, "OTHER") | {"source": "b"}],
    ),
    "share_of_whole": (
        [figure(100), figure(25, **CHILD), figure((24.5, 25.5), **SHARE)],
        [figure(1054), figure(222, **CHILD), figure((24.5, 25.5), **SHARE)],
        [figure(100)],
    ),
    "period_is_period": ([figure(5), figure(5, **YEAR)], [figure(5), figure(6, **YEAR)], [figure(5), figure(5, **H1)]),
    "period_within_period": (
        [figure(161), figure(31, **SPRING)], [figure(31), figure(161, **SPRING)], [figure(31, **H1), figure(3, **H2)],
    ),
    "periods_make_period": (
        [figure(10, **H1), figure(4, **Q1), figure(6, **Q2)],
        [figure(10, **H1), figure(4, **Q1), figure(5, **Q2)],
        [figure(4, **Q1), figure(5, **Q2)],
    ),
    "periods_at_most_period": (
        [figure(10), figure(4, **SPRING), figure(6, **AUTUMN)],
        [figure(10), figure(5, **SPRING), figure(6, **AUTUMN)],
        [figure(10), figure(5, **SPRING)],
    ),
    "periods_make_year": (
        [figure(10), figure(4, **H1), figure(6, **H2)],
        [figure(10), figure(4, **H1), figure(5, **H2)],
        [figure(4, **H1), figure(5, **H2)],
    ),
    "regions_make_country": (
        [figure(26), *(figure(1, ref_area=area) for area in ALL_PE)],
        [figure(25), *(figure(1, ref_area=area) for area in ALL_PE)],
        [figure(1, ref_area="PE-LMA")],
    ),
    "sex_parts_make_total": (
        [figure(1054), figure(907, **F, complete="sex"), figure(147, **M)],
        [figure(509), figure(907, **F), figure(147, **M)],
        [figure(509)],
    ),
    "age_parts_make_total": (
        [figure(1054), figure(222, **CHILD, complete="age"), figure(832, **ADULT)],
        [figure(445), figure(222, **CHILD), figure(832, **ADULT)],
        [figure(1054)],
    ),
    "age_band_parts_at_most_y0t17": (
        [figure(10, **CHILD), figure(4, age="Y0T12"), figure(5, age="Y14T17")],
        [figure(8, **CHILD), figure(4, age="Y0T12"), figure(5, age="Y14T17")],
        [figure(10, **CHILD)],
    ),
    "age_band_parts_at_most_y_ge18": (
        [figure(10, **ADULT), figure(4, age="Y18T30")],
        [figure(3, **ADULT), figure(4, age="Y18T30")],
        [figure(1, **ADULT)],
    ),
    "age_police_band_parts_make_y0t17": (
        [figure(9, **CHILD), figure(1, age="Y0T5"), figure(3, age="Y6T11"), figure(5, age="Y12T17")],
        [figure(8, **CHILD), figure(1, age="Y0T5"), figure(3, age="Y6T11"), figure(5, age="Y12T17")],
        [figure(10, **CHILD)],
    ),
    "age_police_band_parts_make_y_ge18": (
        [figure(9, **ADULT), figure(4, age="Y18T29"), figure(5, age="Y30T59"), figure(0, age="Y_GE60")],
        [figure(9, **ADULT), figure(4, age="Y18T29"), figure(4, age="Y30T59"), figure(0, age="Y_GE60")],
        [figure(9, **ADULT)],
    ),
    "citizenship_parts_make_total": (
        [figure(508), figure(437, **NATIONAL, complete="citizenship"), figure(71, **FOREIGN)],
        [figure(445), figure(437, **NATIONAL), figure(71, **FOREIGN)],
        [figure(508)],
    ),
    "citizenship_country_parts_at_most_foreign": (
        [figure(454, **FOREIGN), figure(96, citizenship="ECU"), figure(54, citizenship="COL")],
        [figure(149, **FOREIGN), figure(96, citizenship="ECU"), figure(54, citizenship="COL")],
        [figure(454, **FOREIGN)],
    ),
    "exploitation_parts_each_at_most_total": (
        [figure(9), figure(8, exploitation="SEXUAL"), figure(7, exploitation="FORCED_LABOUR")],
        [figure(9), figure(10, exploitation="SEXUAL")],
        [figure(9)],
    ),
    "age_bands_each_at_most_wider": (
        [figure(9, age="Y12T17"), figure(8, age="Y14T17")],
        [figure(10, age="Y12T17"), figure(20, age="Y14T17")],
        [figure(9, age="Y12T17"), figure(20, age="Y0T12")],
    ),
    "exploitation_other_form_parts_each_at_most_total": (
        [figure(9), figure(8, exploitation="BEGGING")], [figure(9), figure(10, exploitation="BEGGING")], [figure(9)],
    ),
    "means_parts_each_at_most_total": (
        [figure(9), figure(8, means="FRAUD")], [figure(9), figure(10, means="FRAUD")], [figure(9)],
    ),
    "means_threat_or_force_parts_each_at_most_threat_or_force": (
        [figure(9, means="THREAT_OR_FORCE"), figure(8, means="THREAT")],
        [figure(9, means="THREAT_OR_FORCE"), figure(10, means="FORCE")],
        [figure(9, means="THREAT_OR_FORCE")],
    ),
    "investigations_at_most_cases": (
        [figure(8, indicator="investigations"), figure(9, indicator="cases")],
        [figure(9, indicator="investigations"), figure(8, indicator="cases")],
        [figure(9, indicator="investigations"), figure(8, indicator="cases", register="S")],
    ),
    "convicted_at_most_prosecuted": (
        [figure(8, indicator="convicted"), figure(9, indicator="prosecuted")],
        [figure(9, indicator="convicted"), figure(8, indicator="prosecuted")],
        [figure(9, indicator="convicted")],
    ),
    "detained_at_most_suspects": (
        [figure(8, indicator="detained"), figure(9, indicator="suspects")],
        [figure(9, indicator="detained"), figure(8, indicator="suspects")],
        [figure(9, indicator="detained")],
    ),
    "sdg_forms_make_detected_victims": (
        [*(sdg(2, form) for form in SDG_FORMS), sdg(8, "_T")],
        [*(sdg(2, form) for form in SDG_FORMS), sdg(9, "_T")],
        [*(sdg(2, form) for form in SDG_FORMS[1:]), sdg(9, "_T")],
    ),
    "istac_forms_make_detected_victims": (
        [*(rate(0.2, form, 0) for form in SDG_FORMS), rate(0.8, "_T", 0)],
        [*(rate(0.2, form) for form in SDG_FORMS), rate(0.85, "_T")],
        [*(rate(0.2, form) for form in SDG_FORMS[1:]), rate(0.9, "_T")],
    ),
    "victims_jump_within_a_year": (
        [figure(50), figure(40, time_period="2018")], [figure(5000), figure(40, time_period="2018")], [figure(5000)],
    ),
}  # fmt: skip


def write_rules(folder, text, name="mine.toml"):
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / name).write_text(text, encoding="utf-8")


def test_examples_stand_for_every_shipped_rule():
    assert set(EXAMPLES) == {rule.name for rule in load_rules(TOPIC)}


@cache
def examined(column):
    """The verdicts on the examples of one column, which are confronted at once, apart from each other."""
    return verdicts_apart({rule: columns[column] for rule, columns in EXAMPLES.items()})


@pytest.mark.parametrize("rule", EXAMPLES)
def test_rule_holds_where_it_should(rule):
    seen = examined(0)[rule].get(rule, set())

    assert "fails" not in seen
    assert "holds" in seen


@pytest.mark.parametrize("rule", EXAMPLES)
def test_rule_fails_where_it_should(rule):
    is_plausible = {each.name: each.is_plausible for each in load_rules(TOPIC)}[rule]

    assert examined(1)[rule][rule] & {"fails", "doubtful"} == {"doubtful" if is_plausible else "fails"}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_rule_does_not_apply_where_it_should_not(rule):
    assert examined(2)[rule].get(rule, set()) <= {"not_applicable"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]\nsentence='s'", "rule 'a': expected `sentence_es`"),
        ("[one_value]\n", "rule 'one_value': expected a name of its own"),
        ("[a\n", "expected UTF-8 TOML"),
    ],
)
def test_broken_rule_file_is_refused_by_name(tmp_path, text, expected):
    write_rules(tmp_path, text)
    with pytest.raises(RuleError) as error:
        load_rules(with_rules(tmp_path))

    assert str(error.value).startswith(f"{tmp_path}/rules/mine.toml")
    assert expected in str(error.value)
    assert "\n" not in str(error.value) or "TOML" in expected


STATED = """
[mine]
sentence = "s"
sentence_es = "s"
severity = "note"
reason = "r"
source = "s"
left = [{term}]
is = "at most"
right = [{{ indicator = "cases" }}]
"""


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ('{ indicator = "case" }', "got 'case'"),
        ('{ indicator = "cases" }', "each quantity once"),
        ('{ indicator = "calls", divided_by = "cases" }', "no divisions"),
        ('{ indicator = "calls", times = "cases" }', "no products"),
        ('{ indicator = "calls", times = inf }', "mine"),
    ],
)
def test_stated_rule_that_is_no_linear_comparison_is_refused(tmp_path, term, expected):
    write_rules(tmp_path, STATED.format(term=term))
    with pytest.raises(RuleError, match=r"mine\.toml, rule 'mine'") as error:
        load_rules(with_rules(tmp_path))

    assert expected in str(error.value)


def test_rule_that_takes_a_name_in_use_is_refused(tmp_path):
    for file in ("a.toml", "b.toml"):
        write_rules(tmp_path, STATED.format(term='{ indicator = "calls" }'), file)
    with pytest.raises(RuleError, match=r"b\.toml, rule 'mine': expected a name of its own, got one in use"):
        load_rules(with_rules(tmp_path))


def test_file_of_rules_takes_the_place_of_one_of_its_name(tmp_path):
    write_rules(tmp_path, STATED.format(term='{ indicator = "calls" }'), "chain.toml")
    mine = with_rules(tmp_path)
    names = {rule.name for rule in load_rules(mine)}

    assert "mine" in names
    assert "investigations_at_most_cases" not in names
    assert "sdg_forms_make_detected_victims" in names
    assert [path.parent.parent for path in replaced(mine).values()] == [tmp_path]


def test_unlike_periods_are_not_compared():
    found = confronted(
        figure(161, indicator="operations"), figure(31, indicator="operations", time_period="2019-S1")
    ).finding

    assert not set(found["verdict"]) & {"fails", "doubtful"}


def test_registers_are_never_compared():
    found = confronted(figure(1054, register="DIRCTPTIM"), figure(765, register="RETA")).finding

    assert found.empty


def test_part_that_is_missing_can_still_refute():
    assert "fails" in verdicts(figure(9), figure(10, **F))["sex_parts_make_total"]


def test_shortfall_is_open_unless_the_table_is_complete():
    rows = [figure(1054), figure(900, **F), figure(147, **M)]
    complete = [figure(1054), figure(900, **F, complete="sex"), figure(147, **M)]

    assert verdicts(*rows)["sex_parts_make_total"] == {"open"}
    assert verdicts(*complete)["sex_parts_make_total"] == {"fails"}


def test_suppressed_cells_alone_never_fail():
    rows = [figure(8), figure((0, 4), **F), figure((0, 4), **M)]

    assert verdicts(*rows)["sex_parts_make_total"] == {"open"}


def test_hedged_parts_below_a_total_do_not_fail():
    found = confronted(
        figure(454, **FOREIGN), figure((301, math.inf), citizenship="VEN"),
        figure(96, citizenship="ECU"), figure(54, citizenship="COL"),
    )  # fmt: skip

    assert "fails" not in set(found.finding["verdict"])
    pinned = found.bound.set_index("citizenship").loc["VEN"]
    assert (pinned["lower"], pinned["upper"]) == (301, 304)


@pytest.mark.parametrize(("status", "verdict"), [("D", "open"), ("W", "open"), ("A", "fails")])
def test_a_part_of_another_definition_only_bounds_its_total(status, verdict):
    rows = [figure(100), figure(60, **F, complete="sex", obs_status=status), figure(30, **M)]

    assert verdicts(*rows)["sex_parts_make_total"] == {verdict}


def test_growth_is_not_asked_across_a_break():
    growth = figure((9.5, 10.5), unit="percent_change", share_of="time_period=2018", obs_status="B")

    assert "share_of_whole" not in verdicts(figure(100), figure(10, time_period="2018"), growth)


def test_a_table_of_another_block_says_nothing_of_unknown_parts():
    rows = [figure(1054), figure(900, **F), figure(147, **M)]
    elsewhere = [figure(4, time_period="2018", sex=sex) for sex in ("F", "M", "O", "_U")]

    assert "fails" not in verdicts(*rows, *elsewhere)["sex_parts_make_total"]


def test_all_parts_stated_leave_no_rest():
    rows = [figure(100), *(figure(4, sex=sex) for sex in ("F", "M", "O", "_U"))]

    assert verdicts(*rows)["sex_parts_make_total"] == {"fails"}


def test_counts_up_to_the_largest_are_compared_exactly():
    rows = [figure(2**53), figure(2**53 - 1, **F, complete="sex"), figure(2, **M)]

    assert verdicts(*rows)["sex_parts_make_total"] == {"fails"}


def test_any_part_fits_in_a_whole_without_end():
    assert verdicts(figure((301, math.inf)), figure(5, exploitation="SEXUAL")) == {
        "one_value": {"not_applicable"}, "exploitation_parts_each_at_most_total": {"holds"},
    }  # fmt: skip


UNUSUAL = [
    figure(9, indicator="convicted"), figure((101, math.inf), indicator="prosecuted", time_period="2018"),
    figure((8, math.inf), indicator="prosecuted", sex="F"), figure(8, indicator="prosecuted"),
]  # fmt: skip


def test_what_is_only_unusual_pins_nothing_and_is_in_no_group_to_explain():
    found = confronted(*UNUSUAL)
    row = found.finding.set_index("rule").loc["convicted_at_most_prosecuted"]

    assert row["verdict"] == "doubtful"
    assert pd.isna(row["component"])
    assert found.systems() == {}
    assert "convicted_at_most_prosecuted" not in " ".join(found.bound["rules"])


def test_sound_sums_beside_an_unusual_jump_stay_sound():
    found = verdicts(
        figure(1, time_period="2018"), figure((101, math.inf)), figure((40, math.inf), sex="F"),
        figure((40, math.inf), sex="M"),
    )  # fmt: skip

    assert "fails" not in found["victims_jump_within_a_year"]
    assert "fails" not in found["sex_parts_make_total"]


def test_rule_with_wrong_keys_names_all_that_it_lacks_and_all_that_are_none(tmp_path):
    text = "[r]\nsentense = 'a'\nsource = 's'\nreason = 'r'\nseverity = 'error'\nis = 'at most'\nnumber = 1\n"
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.toml").write_text(text + "left = [{ indicator = 'cases' }]\n", encoding="utf-8")
    topic = load([*TOPIC.folders, tmp_path], "own")
    with pytest.raises(RuleError, match=r"expected `sentence`, `sentence_es`, got 'sentense'\. Write `sentence` for"):
        load_rules(topic)
