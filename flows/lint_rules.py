"""`cuadra rules --lint`: what is odd about the stated rules taken together, before any figure is looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.checks.explain.system import Relation
from cuadra.checks.lint import lint
from cuadra.checks.rule import Rule, RuleError

WORDS = {
    "contradicts": "cannot hold together with the rules beside it",
    "redundant": "follows from the rules beside it: leave it out",
    "fixed": "leaves this quantity one value only",
}


def remarks(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """One row per oddity: the rule, what is odd about it, and the rules or the quantity concerned.

    Rules from the code lists say how parts make a whole, and cannot contradict each other.
    """
    return [
        {"rule": each.rule, "remark": WORDS[each.kind], "beside": " ".join(each.others) or each.quantity}
        for each in lint([_relation(rule) for rule in rules if rule.stated])
    ]


def sound(rules: Sequence[Rule]) -> list[Rule]:
    """The same rules, when they can hold together; what else is odd about them is for `cuadra rules --lint`.

    Raises:
        RuleError: some contradict each other, so that no verdict on data would mean anything.
    """
    for row in remarks(rules):
        if row["remark"] == WORDS["contradicts"]:
            raise RuleError(
                f"{row['rule']}: expected rules that can hold together, got a contradiction with {row['beside']}. "
                "Mend one of them; `cuadra rules --lint` says more."
            )
    return list(rules)


def _relation(rule: Rule) -> Relation:
    stated = rule.stated
    if stated is None:
        raise ValueError(f"rule {rule.name!r}: expected a stated rule, got one of a code list.")
    terms = tuple((_name(fixed, years), factor) for factor, fixed, years in stated.quantities())
    return Relation(rule.name, terms, *stated.bounds())


def _name(codes: Mapping[str, str], years_before: int) -> str:
    fixed = " ".join(f"{column}={code}" for column, code in sorted(codes.items()))
    return f"{fixed} {years_before} years before" if years_before else fixed
