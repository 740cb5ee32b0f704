"""Cases of other systems, read with our semantics; the file is named by CUADRA_RULE_CASES."""

import json
import math
import os
from itertools import product
from pathlib import Path

import pytest

from cuadra.checks import lint
from cuadra.checks.explain.hitting import diagnose
from cuadra.checks.explain.linear import Programme
from tests.checks import ranges
from tests.checks.expressions import ExpressionError, relation

FILE = Path(os.environ.get("CUADRA_RULE_CASES", Path(__file__).parents[3] / "shared" / "cases" / "rule_cases.json"))
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []

OUT_OF_SCOPE = {
    "relax_rules": "choosing which rule to give up is for the person who wrote the rules",
    "contradicting_ifs": "rules have no conditions but status codes",
    "simplified_rule": "rules have no conditions but status codes",
    "nearest_adjustment": "nothing edits a published figure",
    "hierarchy": "tells verdicts per item; ours are per rule (part_whole has the rules)",
    "hierarchy_rollup": "nothing computes a figure that nobody published",
    "check_datapoint": "rules have no conditions but status codes",
    "quantifier": "no truth tables over verdicts",
    "error_localisation_preflagged": "no flags but waivers",
    "edit_statistics": "counts verdicts by groups of records, which the tally does by source",
    "check": "compares two data sets cell by cell, which one_value does",
}
ZERO = {"non_zero", "partial_zero", "always_zero"}


def cases(*kinds):
    found = [case for case in CASES if case["kind"] in kinds]
    return [pytest.param(case, id=case["id"]) for case in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason=f"no file of rule cases with {kinds[0]}"))
    ]


def relations(case):
    try:
        return [relation(text) for text in case["rules"]]
    except ExpressionError as error:
        pytest.skip(f"not a linear comparison of numbers: {error}")


def verdicts(rules, record):
    """The verdicts of relations on one record; what it does not state may be any number, below zero too."""
    sums = [(rule.rule, [(name, a, a) for name, a in rule.terms], rule.lower, rule.upper) for rule in rules]
    stated = {name: (value, value) for name, value in record.items() if value is not None}
    return ranges.verdicts(sums, stated, (-1e12, math.inf))


def test_every_kind_is_run_or_left_out_with_a_reason():
    run = {
        "error_localisation", "confront", "bounds", "domain", "deduce", "conflict_set", "infeasible_rules",
        "redundant_rules", "implied_by", "fixed_values", "typo_correction", "part_whole", "check_hierarchy",
        "rule_error",
    }  # fmt: skip

    assert {case["kind"] for case in CASES} <= run | set(OUT_OF_SCOPE)


@pytest.mark.parametrize("case", cases("error_localisation"))
def test_cheapest_explanations_are_those_of_the_oracle(case):
    rules = relations(case)
    for place, (record, oracle) in enumerate(zip(case["records"], case["oracle"], strict=True)):
        given = case.get("weights", {})
        weights = given[place] if isinstance(given, list) else given
        fixed = set(case.get("fixed", []))
        stated = [name for name, value in record.items() if value is not None]
        rows = [(rule.terms, rule.lower, rule.upper, None) for rule in rules]
        rows += [([(name, 1.0)], record[name], record[name], number) for number, name in enumerate(stated)]
        names = sorted({*record, *(name for rule in rules for name, _ in rule.terms)})
        programme = Programme(names, rows, -math.inf)
        weight = {n: math.inf if name in fixed else float(weights.get(name, 1)) for n, name in enumerate(stated)}
        answers, _ = diagnose(programme.conflict, weight)
        found = {frozenset().union(*choice) for choice in product(*answers)}

        assert {frozenset(stated[n] for n in one) for one in found} == {frozenset(s) for s in oracle["optimal_sets"]}


@pytest.mark.parametrize("case", cases("bounds", "domain"))
def test_bounds_are_what_the_rules_leave(case):
    rules = relations(case)
    programme = lint._programme(rules, -math.inf)
    for name, (low, high) in case["expected"]["bounds"].items():
        expected = (-math.inf if low is None else low, math.inf if high is None else high)

        assert programme.ends([(name, 1.0)]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("case", cases("deduce"))
def test_what_one_record_pins_is_deduced_and_nothing_else(case):
    rules = relations(case)
    expected = case["expected"].get("deduced") or [
        {n: v for n, v in case["expected"]["record"].items() if v is not None and case["records"][0].get(n) is None}
    ]
    for record, wanted in zip(case["records"], expected, strict=True):
        rows = [(rule.terms, rule.lower, rule.upper, None) for rule in rules]
        rows += [([(n, 1.0)], v, v, k) for k, (n, v) in enumerate(record.items()) if v is not None]
        programme = Programme(sorted({*record, *(n for r in rules for n, _ in r.terms)}), rows, -math.inf)
        found = {}
        if programme.conflict([]) is None:
            for name, value in record.items():
                low, high = programme.ends([(name, 1.0)])
                if value is None and high - low < 1e-6:
                    found[name] = pytest.approx(low)

        assert found == wanted


@pytest.mark.parametrize("case", cases("infeasible_rules"))
def test_rules_that_contradict_each_other_are_told_before_any_figure(case):
    found = lint.lint(relations(case), -math.inf)

    assert [remark.kind for remark in found] == ["contradicts"]


@pytest.mark.parametrize("case", cases("conflict_set"))
def test_all_rules_in_conflict_with_one_are_named(case):
    expected = case["expected"]

    assert [n + 1 for n in lint.contradicted_by(relations(case), expected["of"] - 1, -math.inf)] == expected[
        "contradicted_by"
    ]


@pytest.mark.parametrize("case", cases("implied_by"))
def test_rules_that_imply_another_are_named(case):
    expected = case["expected"]

    assert [n + 1 for n in lint.implied_by(relations(case), expected["of"] - 1, -math.inf)] == expected["implied_by"]


@pytest.mark.parametrize("case", cases("redundant_rules"))
def test_redundant_rules_are_told(case):
    assert lint.redundant(relations(case), -math.inf) == case["expected"]["redundant"]


@pytest.mark.parametrize("case", cases("fixed_values"))
def test_values_fixed_by_rules_alone_are_told(case):
    assert lint.fixed_values(relations(case), -math.inf) == case["expected"]["fixed"]


@pytest.mark.parametrize("case", cases("confront"))
def test_verdict_is_the_truth_of_a_point(case):
    if case.get("options", {}).get("na_value"):
        case = {**case, "records": case["records"][:2]}  # what is missing is open, never true
    rules = relations(case)
    for record, value in zip(case["records"], case["expected"]["values"], strict=False):
        assert verdicts(rules, record)[0] == ("holds" if value else "fails")


@pytest.mark.parametrize("case", cases("part_whole"))
def test_parts_make_a_whole_and_a_missing_part_is_open(case):
    found = verdicts(relations(case), case["records"][0])[0]
    missing_as_zero = case.get("options", {}).get("missing_as_zero")

    assert found == ("open" if missing_as_zero else case["expected"]["verdict"])


@pytest.mark.parametrize("case", cases("check_hierarchy"))
def test_hierarchy_is_judged_where_all_parts_are_present(case):
    if case["options"].get("mode") in ZERO:
        pytest.skip("reads what is missing as nought; ours reads it as unknown")
    expected = results(case["expected"])
    assert expected
    rules = relations(case)
    for record in case["records"]:
        found = verdicts(rules, record)
        for number, rule in enumerate(rules):
            result = expected.get((record.get("group", ""), rule.rule))
            if result is not None:
                assert found[number] == ("holds" if result else "fails"), rule


def results(expected):
    """What is expected of each (group, rule): true, false, or null where it cannot be told."""
    found = {("", rule): each["result"] for rule, each in expected.get("per_rule", {}).items()}
    found |= {tuple(key.rsplit("/", 1)): each[0] for key, each in expected.get("per_group_rule", {}).items()}
    others = {**expected.get("rows_and_results", {}), **expected.get("results", {})}
    return found | {("", rule): each[0] for rule, each in others.items() if isinstance(each, list)}


@pytest.mark.parametrize("case", cases("typo_correction"))
def test_a_record_without_a_slip_keeps_its_numbers(case):
    rules = relations(case)
    (record,) = case["records"]
    fails = "fails" in verdicts(rules, record).values()

    assert case["expected"]["record"] == record, "nothing edits a figure; slips are hypotheses (test_explain.py)"
    assert fails == bool(case.get("fixed"))


@pytest.mark.parametrize("case", cases("rule_error"))
def test_rule_that_cannot_be_evaluated_is_an_error(case):
    with pytest.raises(ExpressionError):
        [relation(text) for text in case["rules"]]
