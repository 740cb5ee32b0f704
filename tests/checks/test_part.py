import random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuadra.checks.part import least, parts
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, figure, frame, with_rules

RULES = """
[fewer_here_than_there]
sentence = "x"
sentence_es = "x"
severity = "error"
reason = "x"
source = "x"
left = [{ register = "RETA", indicator = "convicted" }]
is = "at most"
right = [{ register = "MPFN", indicator = "prosecuted" }]
"""
CROSSING = """
SELECT i, list(DISTINCT part.part) FROM engine.term INNER JOIN engine.quantity USING (q)
INNER JOIN engine.block USING (block) LEFT JOIN part USING (register, indicator, ref_area)
GROUP BY i HAVING count(DISTINCT part.part) <> 1 OR count(*) <> count(part.part)
"""
SHARES = (None, None, None, "sex=_T", "register=MPFN", "ref_area=PE", "indicator=cases", "register=NRM;ref_area=CL")
ONE_SHARE = {"register": "MPFN", "unit": "percent", "share_of": "register=NRM"}
TABLES = ("tally", "finding", "bound", "term", "figure")


def part_of(rows, rules, topic=TOPIC, bins=1):
    with duckdb.connect() as con:
        con.register("figures", frame(rows))
        parts(con, topic, rules, "figures", bins=bins)
        found = con.execute("SELECT register, indicator, ref_area, part, bin FROM part").fetchall()
    return {"|".join(key): (name, number) for *key, name, number in found}


def one_of(choose, number):
    """A figure of one of a few tables: some are shares of others, editions of a series, or computed from others."""
    share_of, value = choose(SHARES), float(choose(range(10)))
    before = f"o{choose(range(number))}" if number and choose((True, False)) else None
    return figure(
        (value, value + choose((0, 0, 3))),
        source=choose(("press", "police")),
        register=choose(("RETA", "MPFN", "NRM")),
        indicator=choose(("cases", "prosecuted", "convicted", "victims_rescued")),
        ref_area=choose(("PE", "PE-LIM", "PE-LAM", "CL")),
        time_period=choose(("2019", "2019-S1", "2019-S2", "2020")),
        sex=choose(("_T", "F", "M")),
        unit=choose(("percent", "percent_change")) if share_of else "persons",
        share_of=share_of,
        share_base=before if share_of else None,
        computed_from=before if choose((True, False)) else None,
        series=choose(("yearbook", None)),
        published=choose(("2020", "2021")),
    )


@st.composite
def linked(draw):
    return [one_of(lambda each: draw(st.sampled_from(each)), n) for n in range(draw(st.integers(2, 14)))]


@pytest.fixture(scope="module")
def across(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checks")
    (folder / "rules").mkdir()
    (folder / "rules" / "own.toml").write_text(RULES, encoding="utf-8")
    return with_rules(folder)


def test_parts_are_register_indicator_and_the_top_of_its_areas():
    lima = figure(1, ref_area="PE-LIM", indicator="suspects", time_period="2019-S1")
    found = part_of([lima, figure(2, indicator="suspects"), figure(3, register="S", indicator="suspects")], [])

    assert found["R|suspects|PE-LIM"] == found["R|suspects|PE"] == ("R|suspects|PE", 0)
    assert found["S|suspects|PE"][0] == "S|suspects|PE"


def test_parts_that_a_share_or_a_computation_names_are_one():
    named = {"computed_from": "o0", "indicator": "detained", "ref_area": "CL"}
    share = {"share_of": "register=S", "unit": "percent"}
    found = part_of([figure(1), figure(2, **named), figure(3, indicator="detained", ref_area="CL", **share)], [])

    assert {name for name, _ in found.values()} == {"R|detained|CL"}
    assert found.keys() == {"R|victims_rescued|PE", "R|detained|CL", "S|detained|CL"}


def test_parts_that_a_stated_rule_names_are_one(across):
    rows = [figure(1, register="RETA", indicator="convicted"), figure(2, register="MPFN", indicator="prosecuted")]
    stated = [rule for rule in load_rules(across) if rule.name == "fewer_here_than_there"]

    assert len({name for name, _ in part_of(rows, [], across).values()}) == 2
    assert len({name for name, _ in part_of(rows, stated, across).values()}) == 1


def test_all_figures_of_a_part_are_in_one_bin():
    rows = [figure(1, register=f"R{n}", ref_area=area) for n in range(50) for area in ("PE", "PE-LIM")]
    found = part_of(rows, [], bins=8)

    assert {number for _, number in found.values()} == {*range(8)}
    assert len({*found.values()}) == 50


def test_names_are_joined_to_the_least_that_they_reach():
    assert least([("c", "b"), ("d", "c"), ("x", "y"), ("a", "d")]) == {
        "a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x",
    }  # fmt: skip


def test_no_relation_of_many_figures_crosses_a_part(across):
    choose, rules = random.Random(7).choice, load_rules(across)
    rows = [one_of(choose, number) | {"computed_from": None} for number in range(150)]
    rows = [row | {"share_base": None} for row in rows if not row["share_of"]] + [figure(1, **ONE_SHARE)]
    with duckdb.connect() as con:
        con.register("figures", frame(rows))
        confront(con, across, rules, "figures")
        parts(con, across, rules, "figures")
        counts = con.execute("SELECT count(DISTINCT i), (SELECT count(DISTINCT part) FROM part) FROM engine.term")
        relations, made = counts.fetchone()
        crossing = con.execute(CROSSING).fetchall()

    assert relations > 50
    assert made > 4
    assert crossing == []


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=linked())
def test_no_relation_crosses_a_part_and_the_parts_together_are_the_whole(rows, across):
    rules = load_rules(across)
    with duckdb.connect() as con:
        con.register("figures", frame(rows))
        whole = confront(con, across, rules, "figures")
        for name in TABLES:
            con.register("read", getattr(whole, name))
            con.execute(f"CREATE TABLE {name} AS FROM read")
        parts(con, across, rules, "figures")
        crossing = con.execute(CROSSING).fetchall()
        for (part,) in con.execute("SELECT DISTINCT part FROM part").fetchall():
            con.execute(
                "CREATE OR REPLACE TEMP TABLE one AS SELECT figures.* FROM figures "
                "SEMI JOIN (FROM part WHERE part.part = ?) AS mine USING (register, indicator, ref_area)",
                [part],
            )
            found = confront(con, across, rules, "one")
            for name in TABLES:
                con.register("read", getattr(found, name))
                con.execute(f"CREATE TABLE IF NOT EXISTS parted_{name} AS FROM {name} LIMIT 0")
                con.execute(f"INSERT INTO parted_{name} FROM read")
        unlike = {}
        for name in TABLES:
            columns, parted = "* EXCLUDE (component)" if name == "finding" else "*", f"parted_{name}"
            if name == "tally":
                sums = "sum(COLUMNS(* EXCLUDE (rule, source)))::BIGINT"
                con.execute(f"CREATE VIEW summed AS SELECT rule, source, {sums} FROM {parted} GROUP BY rule, source")
                parted = "summed"
            pair = [f"SELECT {columns} FROM {each}" for each in (name, parted)]
            for one, other in (pair, pair[::-1]):
                unlike[name, one] = con.execute(f"{one} EXCEPT ALL {other}").fetchall()

    assert crossing == []
    assert {key: rows for key, rows in unlike.items() if rows} == {}
