from functools import cache

import duckdb
import pandas as pd
import pytest

from cuadra.checks.explain.explain import explain
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, apart, frame, source_of
from tests.checks.shipped import observations
from tests.checks.test_rules import EXAMPLES


@cache
def confrontation():
    con = duckdb.connect()
    con.register("observation", observations())
    return confront(con, TOPIC, load_rules(TOPIC))


def failing(**wanted):
    found = confrontation().finding.query("verdict == 'fails'")
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def says(row):
    words = observations().set_index("observation_id")["says"]
    return {words[name] for name in row["observations"].split()}


SEED = {"register": "DIRCTPTIM", "time_period": "2019"}


def test_454_stands_against_1054():
    row = failing(rule="one_value", **SEED, indicator="victims_rescued").iloc[0]

    assert (row["left_lower"], row["right_upper"]) == (454, 1054)
    assert {"454", "1,054"} <= says(row)


def test_nearly_half_of_454_stands_against_the_named_nationalities():
    row = failing(rule="citizenship_country_parts_at_most_foreign", **SEED).iloc[0]

    assert row["left_lower"] == 451
    assert row["right_upper"] == 226
    assert {"Nearly half", "More than 300", "96", "54"} <= says(row)


def test_25_percent_stands_against_222():
    row = failing(rule="share_of_whole", **SEED).iloc[0]

    assert row["left_lower"] == 222
    assert (row["right_lower"], row["right_upper"]) == pytest.approx((258.23, 274.04))
    assert {"25 percent", "222"} <= says(row)


def test_907_and_147_stand_against_509():
    row = failing(rule="sex_parts_make_total", register="GLOTIP", time_period="2019").iloc[0]

    assert (row["left_lower"], row["right_lower"]) == (1054, 509)
    assert {"907", "147", "509"} <= says(row)


def test_437_and_71_stand_against_the_figures_of_july_2020():
    found = failing(time_period="2020-01-01/2020-07-13", indicator="victims_rescued")

    assert any({"437", "71", "80", "365"} <= says(row) for _, row in found.iterrows())


def test_437_that_includes_the_71_is_the_first_answer_for_july_2020():
    for finding in failing(time_period="2020-01-01/2020-07-13", indicator="victims_rescued").itertuples():
        (suspect,) = explained(finding._asdict()).answers[0].suspects

        assert suspect.claim.says == "437"
        assert [(each.kind, each.number, each.claims[0].says) for each in suspect.hypotheses] == [
            ("includes", 366, "71")
        ]
        assert [each.says for each in suspect.falls] == ["More than 500"]


def test_no_finding_compares_unlike_periods_or_registers():
    found = confrontation().finding.query("verdict != 'open'")

    assert found[found["indicator"].eq("operations") & found["time_period"].eq("2019")].empty
    assert not any({"1,054", "765"} <= says(row) for _, row in found.iterrows())
    assert found[found["rule"].eq("one_value") & found["indicator"].eq("arrivals")].empty


def test_named_nationalities_against_454_foreigners_are_no_finding():
    moved = observations().copy()
    is_454 = moved["says"].eq("454")
    moved.loc[is_454, "citizenship"] = "FOREIGN"
    moved = moved[~moved["says"].eq("Nearly half")]
    con = duckdb.connect()
    con.register("observation", moved)
    found = confront(con, TOPIC, load_rules(TOPIC)).finding

    assert found[found["verdict"].eq("fails") & found["citizenship"].eq("FOREIGN")].empty


def explained(row):
    return explain(confrontation().system(int(row["component"]))).about(row["finding"])


def test_454_is_explained_as_foreign_victims():
    (answer,) = explained(failing(rule="one_value", **SEED, indicator="victims_rescued").iloc[0]).answers
    (suspect,) = answer.suspects

    assert suspect.claim.says == "454"
    assert suspect.fits == (1054, 1054)
    assert suspect.hypotheses[0].quantity.endswith("citizenship=FOREIGN")
    assert round(100 * suspect.hypotheses[0].ratio) == 43


@pytest.mark.parametrize(("year", "before", "after"), [("2018", 882, 1189), ("2019", 476, 1266)])
def test_a_later_state_report_restates_and_does_not_contradict(year, before, after):
    found = confrontation().finding
    (row,) = found[found["verdict"].eq("restated") & found["time_period"].eq(year)].itertuples()

    assert (row.rule, row.register, row.left_lower, row.right_upper) == ("one_value", "SISTRA", before, after)
    assert failing(register="SISTRA", time_period=year).empty


def test_277_reports_would_be_256():
    for finding in failing(register="PNP_REPORTS").itertuples():
        doubt = explained(finding._asdict())
        says = {claim.says for claim in doubt.conflicts[0].claims}

        assert ("277" not in says) or [
            (suspect.claim.says, suspect.fits) for answer in doubt.answers for suspect in answer.suspects
        ] == [("277", (256, 256))]


def test_every_failing_finding_has_an_explanation_with_a_figure_of_its_own():
    for finding in failing().itertuples():
        doubt = explained(finding._asdict())
        conflict = doubt.conflicts[0]
        rules = {relation.rule for relation in conflict.relations}

        assert finding.rule in rules or finding.rule in {"one_value", "share_of_whole"}
        assert doubt.answers


@cache
def in_bad_company():
    """The tally of the shipped figures beside every example that fails, each example apart from the others."""
    bad = frame(apart({f"bad {rule}": columns[1] for rule, columns in EXAMPLES.items()}))
    called = bad.assign(observation_id="bad" + bad["observation_id"])
    con = duckdb.connect()
    con.register("observation", pd.concat([observations(), called], ignore_index=True))
    return confront(con, TOPIC, load_rules(TOPIC)).tally


@pytest.mark.parametrize("rule", EXAMPLES)
def test_rule_fails_when_shipped_figures_get_bad_company(rule):
    source = source_of(EXAMPLES[rule][1]) or f"bad {rule}"
    before, after = (
        tally[tally["rule"].eq(rule) & tally["source"].eq(source)]
        for tally in (confrontation().tally, in_bad_company())
    )

    assert after[["fails", "doubtful"]].to_numpy().sum() > before[["fails", "doubtful"]].to_numpy().sum()


WHOLE_NOT_STATED = {"age_band_parts_at_most_y0t17", "age_band_parts_at_most_y_ge18"}
"""No shipped source prints both the bands of an age and the age they are part of, so nothing shipped can fail here."""


@pytest.mark.slow
def test_every_rule_at_work_can_fail_on_the_shipped_figures():
    at_work = set(confrontation().tally.query("holds + fails + doubtful > 0")["rule"])
    # A group that bounds leave open has no instance of its own to spoil.
    rules = at_work - WHOLE_NOT_STATED - {"together"}
    never = [
        rule
        for rule in sorted(rules)
        if not any(_can_fail(rule, row, factor) for row in _stated_in(rule) for factor in (1000, 0.001))
    ]

    assert len(rules) > 10
    assert never == []


def _can_fail(rule, row, factor):
    """Whether the rule fails once more when one figure is so many times itself."""
    own = observations()[observations()["register"] == observations().loc[row, "register"]]
    numbers = ["lower", "upper", "likely_lower", "likely_upper", "value"]
    changed = own.copy()
    changed.loc[row, numbers] = (changed.loc[row, numbers].astype(float) * factor).round()
    return _fails(rule, changed, _alone(rule)) > _fails_as_printed(rule, observations().loc[row, "register"])


@cache
def _fails_as_printed(rule, register):
    return _fails(rule, observations()[observations()["register"] == register], _alone(rule))


def _alone(rule):
    return [each for each in load_rules(TOPIC) if each.name == rule]


def _fails(rule, frame, rules):
    con = duckdb.connect()
    con.register("observation", frame)
    return confront(con, TOPIC, rules).tally.query("rule == @rule")[["fails", "doubtful"]].to_numpy().sum()


def _stated_in(rule):
    """The rows of a few figures that stand in an instance of the rule that holds."""
    names = [
        row[0]
        for row in confrontation()
        .con.execute(
            "SELECT DISTINCT observation_id FROM engine.range INNER JOIN engine.term USING (i) "
            "INNER JOIN engine.quantity USING (q) INNER JOIN engine.figure() USING (block, cell) "
            "WHERE rule = ? AND verdict = 'holds' AND unit <> 'percent' UNION "
            "SELECT observation_id FROM engine.observation() WHERE ? = 'one_value' AND says = '143' ORDER BY 1 LIMIT 8",
            [rule, rule],
        )
        .fetchall()
    ]
    return observations().index[observations()["observation_id"].isin(names)]
