import duckdb
import pandas as pd

from cuadra.checks.explain.cause import of_findings
from cuadra.checks.gate import failing
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.flows.explaining import explain_all
from cuadra.flows.words.explanation import explanation
from tests.checks.figures import TOPIC, figure, frame

WRONG = 1_010
"""So many tables of two parts of which the parts exceed the total, all of them by as much but ten."""


def figures(sound=0):
    """These wrong tables, and so many sound ones, each in a year of its own."""
    parts = frame([figure(10), figure(6, sex="F"), figure(9, sex="M")])
    tables = pd.DataFrame({"n": range(WRONG + sound)})
    made = parts.merge(tables, how="cross")
    made["observation_id"] = made["sex"] + made["n"].astype(str)
    made["locator"] = "row " + made["n"].astype(str)
    made["register"] = "R" + (made["n"] // 9000).astype(str)
    made["time_period"] = (1000 + made["n"] % 9000).astype(str)
    men = made["sex"] == "M"
    ends = ["value", "lower", "upper", "likely_lower", "likely_upper"]
    made.loc[men & (made["n"] >= WRONG), ends] = 4.0
    made.loc[men & (made["n"] < 10), ends] = 20.0
    return made.drop(columns="n")


def answer(given):
    con = duckdb.connect()
    con.register("observation", given)
    return confront(con, TOPIC, [rule for rule in load_rules(TOPIC) if rule.name.startswith("sex_")])


def test_broken_table_shows_its_widest_relations_and_counts_all():
    found = answer(figures())

    (table,) = found.broken.to_dict("records")
    assert table == {
        "rule": "sex_parts_make_total", "source": "press", "tested": WRONG, "fails": WRONG, "doubtful": 0,
        "shown": 1000,
    }  # fmt: skip
    assert len(found.finding) == 1000
    assert (found.finding["gap"][:10] == 16).all()
    assert found.tally["fails"].sum() == WRONG
    assert (found.figure["fails"] > 0).all()


def test_broken_table_is_one_cause_that_says_its_counts():
    found = answer(figures())
    explained = explain_all(found)

    (cause,) = of_findings(found.finding, explained)
    assert (cause.kind, len(cause.findings)) == ("tangled", 1000)
    assert "of 1,010 relations of this rule in press, 1,010 fail" in explanation(
        explained[cause.findings[0]], TOPIC, "en"
    )
    assert "de 1\u00a0010 relaciones" in explanation(explained[cause.findings[0]], TOPIC, "es")


def test_broken_table_does_not_let_a_figure_pass():
    given = figures()

    cases = failing(answer(given), given[["observation_id", "says"]])

    assert set(cases["observation_id"]) == set(given["observation_id"])


def test_broken_table_is_the_same_in_any_order():
    given = figures()

    again = answer(given.sample(frac=1, random_state=1))

    pd.testing.assert_frame_equal(answer(given).finding, again.finding)


def test_many_wrong_tables_among_far_more_sound_ones_are_all_found():
    found = answer(figures(sound=19 * WRONG + 200))

    assert found.broken.empty
    assert len(found.finding) == WRONG


def test_quantity_stated_in_two_ways_a_thousand_times_is_a_broken_table():
    given = figures().query("sex == '_T'")
    other = given.assign(source="other", observation_id="x" + given["observation_id"], **dict.fromkeys(
        ["lower", "upper", "likely_lower", "likely_upper"], 11.0
    ))  # fmt: skip
    con = duckdb.connect()
    con.register("observation", pd.concat([given, other]))

    found = confront(con, TOPIC, load_rules(TOPIC))

    assert found.broken[["rule", "source", "fails"]].to_dict("records") == [
        {"rule": "one_value", "source": "several", "fails": WRONG}
    ]
    assert len(found.finding.query("rule == 'one_value'")) == 1000
    assert set(found.counted()["rule"]) == {"one_value"}
