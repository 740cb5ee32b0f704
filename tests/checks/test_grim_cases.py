"""Averages and percentages of whole numbers; the file is named by CUADRA_GRIM_CASES."""

import json
import math
import os
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.sources.readers.figures import Declared, read
from tests.checks.figures import confronted, figure

FILE = Path(os.environ.get("CUADRA_GRIM_CASES", Path(__file__).parents[3] / "shared" / "cases" / "grim_cases.json"))
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
OF_OPERATIONS = "indicator=operations"


def of_count(count, ends, likely, unit, register):
    """A number of operations, and how many victims there are for each, or as percent of them."""
    return [
        figure(count, register=register, indicator="operations", unit="count"),
        figure(ends, register=register, unit=unit, share_of=OF_OPERATIONS, likely_lower=likely[0],
               likely_upper=likely[1]),
    ]  # fmt: skip


def as_printed(printed, unit):
    """The hard and the likely interval of a printed average or percentage, as they are read."""
    if unit == "percent":
        found = read(printed["says"], "en")
    else:
        says = f"{printed['value']:.{printed['decimals']}f}"
        found = read(says, "en", declared=Declared(kind="number", decimal="."))
    return (found.hard.lower, found.hard.upper), (found.likely.lower, found.likely.upper)


def as_given(printed):
    """The interval that a way of rounding leaves, an end that is not reached left out."""
    low, high = float(printed["lower"]), float(printed["upper"])
    is_low, is_high = printed["closed"]
    ends = (low if is_low else math.nextafter(low, math.inf), high if is_high else math.nextafter(high, -math.inf))
    return ends, ends


def readable(case):
    printed = case["figures"][0]
    return printed["value"] >= 0 and (printed["rounding"] == "up_or_down" or printed["lower"] is not None)


READABLE = [case for case in CASES if readable(case)]


@cache
def found():
    """The verdicts of all cases, each in a register of its own."""
    rows = []
    for number, case in enumerate(READABLE):
        printed, count = case["figures"]
        unit = "percent" if printed["unit"] == "percent" else "average"
        ends = as_printed(printed, unit) if printed["rounding"] == "up_or_down" else as_given(printed)
        rows += of_count(float(count["value"]) * case["items"], *ends, unit, f"R{number}")
    frame = confronted(*rows).finding
    return {
        int(register[1:]): set(verdicts)
        for register, verdicts in frame[frame["verdict"] != "open"].groupby("register")["verdict"]
    }


def test_file_of_cases_has_some():
    assert READABLE or not FILE.exists()


@pytest.mark.parametrize(
    ("number", "case"),
    [pytest.param(number, case, id=case["id"]) for number, case in enumerate(READABLE)]
    or [pytest.param(0, None, marks=pytest.mark.skip(reason="no file of cases"))],
)
def test_whole_sum_is_accused_only_where_none_fits(number, case):
    (relation,) = case["relations"]
    verdicts = found().get(number, set())

    if case["figures"][0]["rounding"] == "up_or_down":
        assert bool(verdicts) == (relation["expected"] == "inconsistent")
    if relation.get("exact_arithmetic") == "consistent":
        assert "fails" not in verdicts


def test_average_of_operations_bounds_their_victims():
    average = figure((2.25, 2.35), says="2.3", unit="average", share_of=OF_OPERATIONS)
    bound = confronted(figure(31, indicator="operations"), average).bound.set_index("indicator")

    assert tuple(bound.loc["victims_rescued", ["lower", "upper"]]) == (70, 72)


PEOPLE = figure(4_000_000, indicator="arrivals")


@pytest.mark.parametrize(("printed", "counts"), [(0.50, (20, 20)), (0.6, (22, 26)), (0.49, None), (3, (100, 140))])
def test_rate_with_printed_people_bounds_their_count(printed, counts):
    half = 0.5 if printed == 3 else 0.05 if printed == 0.6 else 0.005
    ends = (round(printed - half, 3), round(printed + half, 3))
    seen = confronted(PEOPLE, figure(ends, says=str(printed), unit="per_100k", share_of="indicator=arrivals"))

    if counts is None:
        assert set(seen.finding["verdict"]) == {"fails"}
    else:
        bound = seen.bound.set_index("indicator").loc["victims_rescued"]
        assert (bound["lower"], bound["upper"]) == counts
        assert "fails" not in set(seen.finding["verdict"])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(0, 400), st.integers(0, 2), st.booleans())
def test_average_is_accused_exactly_where_no_whole_sum_rounds_to_it(count, tenths, decimals, is_percent):
    printed = Fraction(tenths, 10**decimals)
    half = Fraction(1, 2 * 10**decimals)
    scale = 100 if is_percent else 1
    low, high = max(printed - half, Fraction(0)), printed + half
    fits = any(low <= Fraction(scale * total, count) <= high for total in range(int(high * count) + 2))
    ends = (float(low), float(high))
    rows = of_count(count, ends, ends, "percent" if is_percent else "average", "R")
    verdicts = set(confronted(*rows).finding["verdict"])

    assert ("fails" in verdicts) == (not fits)
