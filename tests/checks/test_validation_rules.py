"""Validation rules of another system, with complete data; the file is named by CUADRA_DHIS2_CASES."""

import json
import math
import os
from pathlib import Path

import pytest

from tests.checks import ranges

FILE = Path(os.environ.get("CUADRA_DHIS2_CASES", Path(__file__).parents[3] / "shared" / "cases" / "dhis2_cases.json"))
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
BOUNDS = {
    "==": (0.0, 0.0), "<=": (-math.inf, 0.0), ">=": (0.0, math.inf), "<": (-math.inf, -1.0), ">": (1.0, math.inf),
}  # fmt: skip
"""What left less right lies between; between whole numbers, less is at least one less."""


def is_complete(case):
    """Whether all that its relations name is given: what is missing is zero in the other system, and unknown here."""
    given = {each["id"] for each in case["figures"] if each["lower"] is not None}
    named = [name for each in case["relations"] for side in ("left", "right") for _, name in each[side]]
    return all(name in given or name.lstrip("-").replace(".", "", 1).isdecimal() for name in named)


def is_asked(case):
    """Whether its relations are linear comparisons that the other system decides."""
    return case["kind"] == "linear" and all(
        each["op"] in BOUNDS and each["expected"] != "skipped" for each in case["relations"]
    )


def constants(total, stated):
    """The numbers among what a relation names."""
    return [float(name) for name in total if name not in stated]


LINEAR = [pytest.param(case, id=case["id"]) for case in CASES if is_asked(case) and is_complete(case)]


def test_file_of_cases_has_linear_ones():
    assert LINEAR or not FILE.exists()


@pytest.mark.parametrize("case", LINEAR or [pytest.param(None, marks=pytest.mark.skip(reason="no file of cases"))])
def test_rule_is_violated_where_the_other_system_says_so(case):
    stated = {each["id"]: (each["lower"], each["upper"]) for each in case["figures"]}
    sums = []
    for relation in case["relations"]:
        signed = [(factor, name) for factor, name in relation["left"]]
        signed += [(-factor, name) for factor, name in relation["right"]]
        total: dict[str, float] = {}
        for factor, name in signed:
            total[name] = total.get(name, 0.0) + factor
        numbers = [*total.values(), *(end for ends in stated.values() for end in ends), *constants(total, stated)]
        least = 1.0 if all(number == int(number) for number in numbers) else 1e-6
        low, high = (least * end for end in BOUNDS[relation["op"]])
        constant = sum(total.pop(name) * float(name) for name in [*total] if name not in stated)
        terms = [(name, factor, factor) for name, factor in total.items()]
        sums.append((relation["op"], terms, low - constant, high - constant))
    found = ranges.verdicts(sums, stated, (-1e12, math.inf))
    expected = ["holds" if each["expected"] == "consistent" else "fails" for each in case["relations"]]

    assert [found[place] for place in range(len(sums))] == expected
