"""Generated totals A = B + C of an accounting standard; the file is named by CUADRA_CALC_CASES."""

import json
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.checks.topics import confronted, own, votes

FILE = Path(os.environ.get("CUADRA_CALC_CASES", Path(__file__).parents[3] / "shared" / "cases" / "xbrl_calc_fuzz.json"))
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
CHECKED = [case for case in CASES if "excessDigits" not in case["spec_exact"]]
"""That a number has more digits than its precision says is a remark about its form, which is made nowhere here."""

ITEMS = {"A": "_T", "B": "F", "C": "M"}
INDICATOR = "code,label_en,unit,over_time,over_areas\nvotes,votes,{unit},none,none\n"
UNIT = "code,label_en,kind,decimals,signed\ncount,c,count,0,no\npaid,p,amount,3,no\nbalance,b,amount,3,yes\n"
SCALE = {"count": 1000, "paid": 1, "balance": 1}
"""The cases have up to three decimals: as counts they are given in thousandths."""

FIRST_YEAR = 1000


def intervals(case, lowest):
    """What each fact says, with its item."""
    for item, value, decimals in case["facts"]:
        half = Decimal(0) if decimals == "INF" else Decimal("0.5").scaleb(-decimals)
        yield item, max(lowest, Decimal(value) - half), Decimal(value) + half


def fits_without_negatives(case):
    """Whether numbers of zero or more make the total true: c692 and c1023 need C to be below zero."""
    ends = {item: (Decimal(0), Decimal(0)) for item in ITEMS}
    for item in ITEMS:
        said = [(low, high) for name, low, high in intervals(case, Decimal(0)) if name == item]
        if said:
            ends[item] = (max(low for low, _ in said), min(high for _, high in said))
    total, one, other = ends.values()
    return one[0] + other[0] <= total[1] and one[1] + other[1] >= total[0]


def rows(of, unit):
    """The facts of all cases, each case a year of its own."""
    lowest = Decimal("-Infinity") if unit == "balance" else Decimal(0)
    for year, case in enumerate(CHECKED, start=FIRST_YEAR):
        for number, (item, low, high) in enumerate(intervals(case, lowest)):
            ends = (float(SCALE[unit] * low), float(SCALE[unit] * high))
            yield votes(
                of, ends, sex=ITEMS[item], complete="sex", unit=unit, locator=str(number), time_period=str(year)
            )


@pytest.mark.skipif(not FILE.exists(), reason="the file of generated totals is not available")
@pytest.mark.parametrize("unit", ["count", "paid", "balance"])
def test_totals_fail_where_no_reading_of_their_digits_adds_up(tmp_path, unit):
    of = own(tmp_path, unit=UNIT, indicator=INDICATOR.format(unit=unit))
    failing = defaultdict(set)
    for row in confronted(of, *rows(of, unit)).finding.query("verdict == 'fails'").itertuples():
        failing[int(row.time_period) - FIRST_YEAR].add(row.rule)
    differs = []
    for place, case in enumerate(CHECKED):
        expected = case["spec_exact"].partition(":")[0]
        if expected == "consistent" and unit != "balance" and not fits_without_negatives(case):
            expected = "inconsistent"
        is_right = {
            "consistent": not failing[place],
            "inconsistent": failing[place] == {"sex_parts_make_total"},
            "unchecked": "one_value" in failing[place],
        }[expected]
        if not is_right:
            differs.append((case["id"], expected, failing[place]))

    assert differs == []
