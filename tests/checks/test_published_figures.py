"""Figures and relations of real publications, with the verdict of a person; the file is CUADRA_PUBLISHED_FIGURES."""

import ast
import json
import math
import os
from functools import cache
from pathlib import Path

import pytest

from cuadra.checks.intervals import Interval
from cuadra.sources.readers.figures import read
from tests.checks import ranges
from tests.checks.expressions import ExpressionError, relation

FILE = Path(
    os.environ.get(
        "CUADRA_PUBLISHED_FIGURES", Path(__file__).parents[3] / "shared" / "cases" / "published_figures.json"
    )
)
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
RELATIONS = [(case, each) for case in CASES for each in case["relations"]]

WORDS = {
    "exact": "{}", "more_than": "more than {}", "at_least": "at least {}", "nearly": "nearly {}", "almost": "nearly {}",
    "percent_rounded": "{}", "percent_1dp": "{}", "revised": "{}",
}  # fmt: skip
"""How the file's qualifiers are printed, so that our reader gives the interval."""

SHARES = {"nearly_half": "nearly half", "seven_out_of_ten": "7 out of 10", "approximately_half": "about half"}

LEFT_OUT = {
    "PERIOD_MISMATCH": "a half-year beside a year is no comparison",
    "UNIT_MISMATCH": "two units are no comparison",
    "SOURCE_BREAK": "two definitions are no comparison",
}


def names(text):
    return {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}


def intervals(figure):
    """What the words of a figure entail and what a reader expects, in its own unit."""
    if figure["qualifier"] in SHARES:
        reading = read(SHARES[figure["qualifier"]])
        return reading.hard, reading.likely
    value = figure["value"]
    if figure["unit"] == "ratio":  # "almost three times": a hedge on a number that is no count
        return Interval(0.0, value), Interval(0.9 * value, value)
    if value < 0 or value != int(
        value
    ):  # a growth or a share with its decimal, which the reader takes with a sign only
        half = 0.05 if figure["unit"] == "percent" else 0.0
        return Interval(value - half, value + half), Interval(value - half, value + half)
    percent = "%" if figure["unit"] == "percent" else ""
    reading = read(WORDS[figure["qualifier"]].format(f"{int(value)}{percent}"))
    return reading.hard, reading.likely


def quotient(text):
    """Factor, numerator, denominator and what is taken off, of a text such as ``100*(a+b)/c`` or ``100*(a/b-1)``."""
    tree = ast.parse(text, mode="eval").body
    factor, less = 1.0, 0.0
    match tree:
        case ast.BinOp(ast.Constant(value), ast.Mult(), ast.BinOp(inner, ast.Sub(), ast.Constant(one))):
            factor, less, tree = float(value), float(one), inner
    match tree:
        case ast.BinOp(ast.BinOp(ast.Constant(value), ast.Mult(), top), ast.Div(), bottom):
            return float(value), ast.unparse(top), ast.unparse(bottom), less
        case ast.BinOp(top, ast.Div(), bottom):
            return factor, ast.unparse(top), ast.unparse(bottom), less
    raise ExpressionError(text)


def linear(text):
    return dict(relation(f"{text} >= 0").terms)


def undivided(text):
    """The same without its division by a number, and that number."""
    tree = ast.parse(text, mode="eval").body
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div) and isinstance(tree.right, ast.Constant):
        return ast.unparse(tree.left), tree.right.value
    return text, 1


def sum_of(each, said):
    """The sum whose verdict the relation asks for: two coefficients where a quotient is compared with a share."""
    (left, times), op, right = undivided(each["lhs"]), each["op"], each["rhs"]
    if "/" not in left:
        rule = relation(f"{left} {op} {right if times == 1 else f'{times}*({right})'}")
        slack = times * each["tolerance"]
        return [(name, a, a) for name, a in rule.terms], rule.lower - slack, rule.upper + slack
    factor, top, bottom, less = quotient(left)
    low, high = (end / factor + less for end in said)
    ends = (0.0, 0.0 if math.isfinite(high) else math.inf)
    sums = {name: [a, a] for name, a in linear(top).items()}
    for name, a in linear(bottom).items():
        least, greatest = sums.get(name, [0.0, 0.0])
        sums[name] = [least - low * a, greatest - (high if math.isfinite(high) else low) * a]
    return [(name, *pair) for name, pair in sums.items()], *ends


@cache
def answers():
    """For each relation the verdicts on what the words entail and on what a reader expects, and whether all was exact.

    All are asked at once: the quantities of each are named apart.
    """
    sums, stated, exact = [], {}, []
    for number, (case, each) in enumerate(RELATIONS):
        if each["op"] is None:
            continue
        figures = {figure["id"]: intervals(figure) for figure in case["figures"]}
        for kind in (0, 1):
            # The tolerance of a share is its own rounding, which its words have already.
            said = figures[each["rhs"]][kind] if each["rhs"] in figures else None
            terms, low, high = sum_of(each, said)
            mine = {f"{number}/{kind}/{name}": tuple(figures[name][kind]) for name, *_ in terms}
            sums.append((each["type"], [(f"{number}/{kind}/{name}", a, b) for name, a, b in terms], low, high))
            stated |= mine
        exact.append((number, all(low == high for low, high in mine.values()) and all(a == b for _, a, b in terms)))
    found = ranges.verdicts(sums, stated, (0.0, math.inf))
    return {
        number: (found[2 * place], found[2 * place + 1], is_exact) for place, (number, is_exact) in enumerate(exact)
    }


@pytest.mark.skipif(not CASES, reason="no file of published figures is at hand")
def test_every_relation_is_evaluated_or_left_out_with_a_reason():
    assert {each["type"] for _, each in RELATIONS if each["op"] is None} <= set(LEFT_OUT)
    assert sum(each["op"] is not None for _, each in RELATIONS) >= 0.9 * len(RELATIONS)


@pytest.mark.parametrize(
    ("number", "each"),
    [
        pytest.param(number, each, id=f"{case['case_id']}: {each['lhs']} {each['op']} {each['rhs']}")
        for number, (case, each) in enumerate(RELATIONS)
        if each["op"] is not None
    ]
    or [pytest.param(None, None, marks=pytest.mark.skip(reason="no file of published figures is at hand"))],
)
def test_interval_verdict_is_what_a_person_found(number, each):
    entailed, expected, is_exact = answers()[number]

    if each["arithmetic_holds"]:
        assert entailed == "holds" if is_exact else entailed in {"holds", "open"}
    else:
        assert "fails" in {entailed, expected}
