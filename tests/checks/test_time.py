import time
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.period import parse
from cuadra.checks.rule import load_rules
from cuadra.checks.tiling import tilings
from cuadra.checks.verdicts.confront import confront
from tests.checks import topics
from tests.checks.figures import confronted, figure, verdicts
from tests.checks.inputs import found, needs_inputs, sides

RKI = """code,label_en,parent,partition,kind
_T,all,,,
A00-04,x,_T,rki,exhaustive_with_rest
A05-14,x,_T,rki,exhaustive_with_rest
A15-34,x,_T,rki,exhaustive_with_rest
A35-59,x,_T,rki,exhaustive_with_rest
A60-79,x,_T,rki,exhaustive_with_rest
A80+,x,_T,rki,exhaustive_with_rest
"""


@needs_inputs
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("e01_quarter_and_months.toml", {(100, 101)}),
        ("e02_half_and_quarters.toml", {(100, 120)}),
        ("e03_year_of_unlike_parts.toml", {(100, 120)}),
        ("real/04_years_in_an_interval.csv", {(800, 829)}),
        ("real/06_financial_year.csv", {(35, 40)}),
    ],
)
def test_parts_of_a_longer_period_are_added(tmp_path, name, expected):
    assert sides(found(name, tmp_path)) == expected


@needs_inputs
def test_quarters_make_the_half_and_an_interval_that_is_a_year(tmp_path):
    assert sides(found("real/05_quarters_half_and_named_year.csv", tmp_path)) >= {(20, 30), (35, 40)}


def over(period, value=10.0, **more):
    return figure(value, time_period=period, **more)


@pytest.mark.parametrize(
    ("rows", "rule", "verdict"),
    [
        ([over("2020"), over("2020-01-01/2020-12-31")], "period_is_period", "holds"),
        ([over("2020"), over("2020-01-01/2020-12-31", 9)], "period_is_period", "fails"),
        ([over("2020-Q1"), over("2020-01-01/2020-03-31", 9)], "period_is_period", "fails"),
        ([over("2020-03-01/2020-03-31", 4), over("2020-Q1", 3)], "period_within_period", "fails"),
        ([over("2020-01-01/2020-01-10", 6), over("2020-02-01/2020-02-10", 6), over("2020")],
         "periods_at_most_period", "fails"),
        ([over("2020-01-01/2020-01-10", 6), over("2020-02-01/2020-02-10", 4), over("2020")],
         "periods_at_most_period", "holds"),
        ([over("2020-01-01/2020-06-30", 6), over("2020-M07", 2), over("2020-01-01/2020-07-31", 9)],
         "periods_make_period", "fails"),
        ([over("2020-01-01/2020-06-30", 6), over("2020-M07", 3), over("2020-01-01/2020-07-31", 9)],
         "periods_make_period", "holds"),
        ([over("2020", 4), over("2021", 4), over("2020-01-01/2021-12-31", 9)], "periods_make_period", "fails"),
    ],
)  # fmt: skip
def test_periods_relate_by_their_dates(rows, rule, verdict):
    assert verdicts(*rows)[rule] == {verdict}


@pytest.mark.parametrize(("adds", "is_wrong"), [("sum", True), ("at_most", False), ("none", False)])
@topics.SCREENED
def test_indicator_says_how_it_adds(tmp_path, adds, is_wrong, screen_from):
    lines = f"code,label_en,label_es,unit,over_time,over_areas\nvotes,v,v,count,{adds},none\n"
    of = topics.own(tmp_path, indicator=lines)
    rows = [topics.votes(of, 4, time_period=f"2018-S{half}") for half in (1, 2)]
    rows += [topics.votes(of, 9, time_period="2018"), topics.votes(of, 9, time_period="2018-01-01/2018-12-31")]
    found = topics.verdicts(of, *rows, screen_from=screen_from)

    assert any("fails" in names for names in found.values()) == is_wrong
    assert found["period_is_period"] == {"holds"}
    assert ("periods_at_most_year" in found) == (adds == "at_most")


def test_parts_are_taken_as_each_cell_states_them():
    rows = [over("2020", 100), over("2020-S1", 50), over("2020-S2", 50)]
    rows += [over("2020", 40, sex="F"), *(over(f"2020-Q{quarter}", 11, sex="F") for quarter in range(1, 5))]
    (row,) = confronted(*rows).finding.query("verdict == 'fails'").itertuples()

    assert (row.rule, row.sex, row.left_lower, row.right_upper) == ("periods_make_year", "F", 44, 40)


DAYS = st.integers(0, 400).map(lambda day: date(2019, 12, 1) + timedelta(day))
INTERVALS = st.tuples(DAYS, DAYS).map(lambda both: f"{min(both)}/{max(both)}")
NAMED = st.sampled_from(["2019", "2020", *(f"2020-{kind}{n}" for kind, most in (("S", 2), ("Q", 4)) for n in
                         range(1, most + 1)), *(f"2020-M{n:02}" for n in range(1, 13))])  # fmt: skip


@settings(deadline=None)
@given(st.lists(INTERVALS | NAMED, max_size=12, unique=True))
def test_each_relation_is_true_of_its_dates_and_every_containment_follows(texts):
    found = tilings(tuple(texts))
    held = {text: {text} for text in texts}
    for whole, parts, is_whole, *_ in found:
        around, inside = parse(whole), sorted(parse(part) for part in parts)
        days = sum((part.end - part.start).days + 1 for part in inside)

        assert all(before.end < after.start for before, after in pairwise(inside))
        assert inside[0].start >= around.start
        assert inside[-1].end <= around.end
        assert is_whole == (days == (around.end - around.start).days + 1)
        for part in parts:
            held[part].add(whole)
            if is_whole and len(parts) == 1:
                held[whole].add(part)
    for text in texts:
        while (more := set().union(*(held[each] for each in held[text]))) > held[text]:
            held[text] = more
        dates = parse(text)
        wider = {each for each in texts if parse(each).start <= dates.start and dates.end <= parse(each).end}

        assert held[text] == wider


DAILY = [f"2020-01-03/{date(2020, 1, 4) + timedelta(day)}" for day in range(2424)]


def test_cumulated_intervals_are_a_chain_and_not_all_pairs():
    assert len(tilings(tuple(DAILY))) == 2423


def test_2424_cumulated_days_of_seven_ages_take_seconds(tmp_path):
    of = topics.own(tmp_path, toml='[breakdown.band]\nlabel = { en = "band" }\n', band=RKI, party=topics.PARTY)
    bands = of.code_list("band").codes
    rows = [
        topics.votes(of, 100 * day + 1 if band == "_T" else 10 * day, time_period=period, band=band)
        for day, period in enumerate(DAILY)
        for band in bands
    ]
    frame = topics.frame(of, *rows)
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'")
        con.register("figures", frame)
        start = time.perf_counter()
        confrontation = confront(con, of, load_rules(of), "figures")
        tally = confrontation.tally.groupby("rule")[["holds", "fails"]].sum()

        assert tally.loc["period_within_period"].tolist() == [2423 * 7, 0]
        assert time.perf_counter() - start < 10
