"""Percentages of one whole that nobody prints; the file is named by CUADRA_PERCENT_SUMS."""

import json
import os
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.sources.readers.figures import read
from tests.checks.figures import confronted, figure
from tests.checks.inputs import found, needs_inputs, sides
from tests.checks.topics import own, votes
from tests.checks.topics import verdicts as verdicts_of

FILE = Path(
    os.environ.get("CUADRA_PERCENT_SUMS", Path(__file__).parents[3] / "shared" / "cases" / "percent_sum_cases.json")
)
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
PARTIES = "_T,all,todos,,,\n" + "".join(f"P{n},party {n},partido {n},_T,party,exhaustive\n" for n in range(20))
F, M, CHILD, ADULT = {"sex": "F"}, {"sex": "M"}, {"age": "Y0T17"}, {"age": "Y_GE18"}


def percent(says, of="sex=_T", **given):
    """A percentage as it is read."""
    as_read = read(says, "en")
    return figure(
        (as_read.hard.lower, as_read.hard.upper), says=says, unit="percent", share_of=of,
        likely_lower=as_read.likely.lower, likely_upper=as_read.likely.upper, **given,
    )  # fmt: skip


def failing(*rows):
    frame = confronted(*rows).finding
    return set(frame[frame["verdict"] == "fails"]["rule"])


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["id"]) for case in CASES]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no file of cases"))],
)
def test_percentages_of_one_whole_make_100(case, tmp_path):
    (relation,) = case["relations"]
    of = own(tmp_path, party="code,label_en,label_es,parent,partition,kind\n" + PARTIES)
    complete = "party" if relation["op"] == "==" else ""
    rows = [
        votes(
            of, (float(each["lower"]), float(each["upper"])), party=f"P{number}", unit="percent",
            share_of="party=_T", complete=complete,
        )
        for number, each in enumerate(case["figures"])
    ]  # fmt: skip

    assert ("fails" in verdicts_of(of, *rows).get("party_parts_make_total", set())) == (
        relation["expected"] == "inconsistent"
    )


@needs_inputs
def test_complete_percentages_below_100_fail(tmp_path):
    assert sides(found("e06_shares_of_all_parts.toml", tmp_path)) == {(96, 100)}


def test_disjoint_shares_of_a_hedged_whole_are_at_most_all_of_it():
    about = figure((500, 1499), says="about 1,000", qualifier="about", likely_lower=900, likely_upper=1100)

    assert failing(about, percent("50 %", **F), percent("60 %", **M)) == {"sex_parts_make_total"}
    assert failing(about, percent("50 %", **F), percent("40 %", **M)) == set()


def test_no_share_is_more_than_all():
    assert failing(percent("130 %", **F)) == {"sex_parts_make_total"}


def test_two_shares_of_one_quantity_meet():
    assert failing(percent("30 %", **F), percent("33 %", **F, source="b")) == {"one_value"}
    assert failing(percent("30 %", **F), percent("30.4 %", **F, source="b")) == set()


def test_shares_of_two_printed_wholes_are_not_compared():
    wholes = [figure(454, observation_id="a"), figure((1000, 1100), observation_id="b", source="b")]
    shares = [percent("30 %", **F, share_base="a"), percent("80 %", **M, share_base="b")]

    assert "sex_parts_make_total" not in failing(*wholes, *shares)


def test_growth_adds_up_with_nothing():
    growth = {"unit": "percent_change", "share_of": "time_period=2018"}

    assert failing(figure((59.5, 61), **growth, **F), figure((59.5, 61), **growth, **M)) == set()


def test_what_only_cutting_explains_is_doubtful():
    frame = confronted(figure(31), percent("25 %", **F)).finding

    assert set(frame[frame["verdict"] != "open"]["verdict"]) == {"doubtful"}


def test_ratios_of_what_is_no_whole_may_exceed_it():
    assert failing(figure((1.5, 2.5), unit="ratio", share_of="indicator=operations")) == set()


def test_what_is_doubtful_only_together_is_doubtful():
    hedged = {"qualifier": "about", "likely_lower": 48.0, "likely_upper": 52.0}
    women = [figure((40, 60), **F, **age, **hedged, complete="age") for age in (CHILD, ADULT)]
    frame = confronted(figure(145), figure(30, **M, complete="sex"), *women).finding

    assert "doubtful" in set(frame["verdict"])
    assert "fails" not in set(frame["verdict"])


shares = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 4)), min_size=2, max_size=2)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(shares, st.booleans())
def test_percentages_of_all_parts_fail_exactly_where_none_make_100(drawn, is_complete):
    """Shares of two ages in whole percent: tried one by one."""
    complete = "age" if is_complete else ""
    rows = [
        figure((low, low + width), unit="percent", share_of="age=_T", complete=complete, **age)
        for (low, width), age in zip(drawn, (CHILD, ADULT), strict=True)
    ]
    sums = [a + b for a, b in product(*(range(low, low + width + 1) for low, width in drawn))]
    fits = any(total == 100 for total in sums) if is_complete else min(sums) <= 100

    assert ("age_parts_make_total" in failing(*rows)) == (not fits)


def test_contradiction_of_counts_alone_is_not_hidden_by_one_of_shares():
    shares = [percent("60 %", **F), percent("45 %", **M)]
    hedged = figure((95, 109), says="about 102", qualifier="about")
    ages = [figure(70, **ADULT), figure(40, **CHILD)]

    assert failing(hedged, *shares) == {"sex_parts_make_total"}
    assert failing(hedged, *ages) == {"age_parts_make_total"}
    assert failing(hedged, *shares, *ages) == {"sex_parts_make_total", "age_parts_make_total"}
    assert failing(hedged, *shares, figure(70, **ADULT)) == {"sex_parts_make_total"}


@pytest.mark.parametrize("complete", ["sex", pytest.param("sex.sex", marks=pytest.mark.slow)])
def test_parts_printed_as_counts_are_not_missing_among_shares(complete):
    women = percent("70 %", **F, complete=complete)
    total = figure(50, complete=complete)

    assert failing(total, women, figure(15, **M, complete=complete)) == set()
    assert failing(total, women, figure(20, **M, complete=complete)) != set()
    assert failing(total, women, figure(0, **M, complete=complete)) != set()
    assert failing(total, women) != set()
