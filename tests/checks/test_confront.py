import math

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import ConfrontError, confront
from tests.checks.figures import TOPIC, confronted, figure, frame, verdicts, with_rules
from tests.checks.topics import SCREENED

FOREIGN, NATIONAL, VEN = ({"citizenship": code} for code in ("FOREIGN", "NATIONAL", "VEN"))
RULES = """
[most_of_the_whole_are_women]
sentence = "s"
sentence_es = "s"
severity = "error"
reason = "r"
source = "s"
left = [{ sex = "F" }]
is = "at least"
right = [{ times = 0.5 }]

[never_more_than_a_hundred_operations]
sentence = "s"
sentence_es = "s"
severity = "error"
reason = "r"
source = "s"
left = [{ indicator = "operations" }]
is = "at most"
number = 100

[as_many_as_two_years_before]
sentence = "s"
sentence_es = "s"
severity = "error"
reason = "r"
source = "s"
left = [{ indicator = "decisions" }]
is = "equal to"
right = [{ indicator = "decisions", years_before = 2 }]
"""


@pytest.fixture
def stated(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text(RULES, encoding="utf-8")
    names = {"most_of_the_whole_are_women", "never_more_than_a_hundred_operations", "as_many_as_two_years_before"}
    rules = [rule for rule in load_rules(with_rules(tmp_path)) if rule.name in names]

    def verdict(rule, *rows, screen_from=10**9):
        con = duckdb.connect()
        con.register("observation", frame(rows))
        tally = confront(con, TOPIC, rules, screen_from=screen_from).tally.set_index("rule")
        if rule not in tally.index:
            return "none"
        return " ".join(name for name, count in tally.loc[rule].drop("source").items() if count)

    return verdict


@SCREENED
@pytest.mark.parametrize(("women", "verdict"), [(60, "holds"), (40, "fails"), ((40, 60), "open")])
def test_stated_share_of_a_whole_is_of_the_total(stated, women, verdict, screen_from):
    rows = [figure(100), figure(women, sex="F"), figure(10, sex="M")]

    assert stated("most_of_the_whole_are_women", *rows, screen_from=screen_from) == verdict


@SCREENED
@pytest.mark.parametrize(("count", "verdict"), [(100, "holds"), (101, "fails"), ((101, math.inf), "fails")])
def test_stated_bound_is_kept(stated, count, verdict, screen_from):
    rows = [figure(count, indicator="operations")]

    assert stated("never_more_than_a_hundred_operations", *rows, screen_from=screen_from) == verdict


@SCREENED
@pytest.mark.parametrize(
    ("period", "status", "verdict"),
    [("2017", "A", "fails"), ("2018", "A", "none"), ("2017-S1", "A", "none"), ("2017", "B", "fails")],
)
def test_stated_years_are_counted(stated, period, status, verdict, screen_from):
    rows = [figure(5, indicator="decisions"), figure(6, indicator="decisions", time_period=period, obs_status=status)]

    assert stated("as_many_as_two_years_before", *rows, screen_from=screen_from) == verdict


@SCREENED
def test_stated_years_are_not_compared_across_a_break(stated, screen_from):
    rows = [figure(5, indicator="decisions", obs_status="B"), figure(6, indicator="decisions", time_period="2017")]

    assert stated("as_many_as_two_years_before", *rows, screen_from=screen_from) == "none"


def test_contradiction_that_only_all_rules_together_show_is_found():
    found = confronted(figure(10), figure(8, **NATIONAL), figure(3, **VEN))
    (row,) = found.finding.query("verdict == 'fails'").itertuples()

    assert row.rule == "citizenship_parts_make_total"
    assert row.observations.split() == ["o0", "o1", "o2"]
    assert found.bound.set_index("citizenship").loc["FOREIGN", "lower"] == 3


def test_pinned_bounds_are_whole_numbers():
    share = figure((49.5, 50.5), unit="percent", share_of="citizenship=_T", **FOREIGN)
    bound = confronted(figure(101), share).bound.set_index("citizenship").loc["FOREIGN"]

    assert (bound["lower"], bound["upper"]) == (50, 51)
    assert bound["rules"] == "share_of_whole"


def test_what_readers_expect_makes_a_verdict_doubtful():
    foreign = figure((301, math.inf), likely_upper=349.0, qualifier="more_than", **FOREIGN)

    assert verdicts(figure(400, **VEN), foreign)["citizenship_country_parts_at_most_foreign"] == {"doubtful"}


def test_contradicting_figures_enter_other_rules_as_all_they_span():
    rows = [figure(454), figure(1054), figure(907, sex="F", complete="sex"), figure(147, sex="M")]

    assert verdicts(*rows)["one_value"] >= {"fails"}
    assert "fails" not in verdicts(*rows)["sex_parts_make_total"]
    assert "fails" in verdicts(*rows[:2], figure(1060, sex="F"))["sex_parts_make_total"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_answers_do_not_depend_on_the_order_of_rows(order):
    rows = [figure(10), figure(8, **NATIONAL), figure(3, **VEN), figure(9, time_period="2019-S1", **VEN)]
    named = [row | {"observation_id": f"o{n}"} for n, row in enumerate(rows)]
    found = confronted(*(named[n] for n in order))

    assert found.finding.to_csv() == confronted(*named).finding.to_csv()
    assert found.bound.to_csv() == confronted(*named).bound.to_csv()


@pytest.mark.parametrize(
    "bounds", [(math.nan, 5), (5, math.nan), (math.inf, math.inf), (-math.inf, 3), (0, 2.0**53 + 2), (5, 4)]
)
def test_bounds_that_are_no_counts_are_an_error_and_no_verdict(bounds):
    with pytest.raises(ConfrontError, match=r"^press, ¶7: expected bounds") as error:
        confronted(figure(1), figure(bounds, locator="¶7"))

    assert "\n" not in str(error.value)


def test_table_of_thousands_of_quantities_is_answered():
    months = [f"{year}-M{month:02}" for year in range(1900, 2000) for month in range(1, 13)]
    rows = [figure(1, time_period=month, sex=sex) for month in months for sex in ("F", "M")]
    rows += [figure(2, time_period=month) for month in months]
    rows += [figure(25 if year == 1950 else 24, time_period=str(year)) for year in range(1900, 2000)]
    found = confronted(*rows).finding.query("verdict == 'fails'")

    assert list(found["rule"]) == ["periods_make_year"]
    assert list(found["time_period"]) == ["1950"]


def test_no_figures_give_no_verdicts():
    found = confronted()

    assert found.finding.empty
    assert found.tally.empty
    assert found.bound.empty


def test_nothing_appears_beside_the_database_of_the_engine():
    with duckdb.connect() as con:
        con.register("figures", frame([figure(1), figure(2)]))
        con.execute("CREATE TABLE observation AS SELECT * FROM figures")
        confront(con, TOPIC, load_rules(TOPIC), screen_from=0)
        made = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name <> 'engine' UNION "
            "SELECT view_name FROM duckdb_views() WHERE database_name <> 'engine' AND NOT internal UNION "
            "SELECT function_name FROM duckdb_functions() WHERE database_name <> 'engine' AND NOT internal UNION "
            "SELECT name FROM duckdb_variables() ORDER BY 1"
        ).fetchall()

    assert made == [("figures",), ("observation",)]
