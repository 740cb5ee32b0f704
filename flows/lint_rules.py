"""`cuadra rules --lint`: what is odd about the stated rules taken together, before any figure is evaluated."""

from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.checks.explain.system import Relation
from cuadra.checks.lint import Remark, lint
from cuadra.checks.rule import Rule, RuleError
from cuadra.checks.topic import Topic
from cuadra.flows.words.quantity import of_rule_key
from cuadra.flows.words.sentence import say


def remarks(rules: Sequence[Rule], topic: Topic, language: str = "en") -> list[dict[str, Any]]:
    """One row per oddity: the rule, what is odd about it, and the rules or the quantity concerned.

    Rules from the code lists say how parts make a whole, and cannot contradict each other.
    """
    return [
        {
            "rule": each.rule,
            "remark": say(language, f"lint.{each.kind}"),
            "beside": " ".join(each.others) or of_rule_key(each.quantity, topic, language),
        }
        for each in _odd(rules)
    ]


def sound(rules: Sequence[Rule]) -> list[Rule]:
    """The same rules, when they can hold together; what else is odd about them is for `cuadra rules --lint`.

    Raises:
        RuleError: some contradict each other, so that no verdict on data would mean anything.
    """
    for each in _odd(rules):
        if each.kind == "contradicts":
            raise RuleError(
                f"{each.rule}: expected rules that can hold together, got a contradiction with "
                f"{' '.join(each.others)}. Correct one of them; `cuadra rules --lint` says more."
            )
    return list(rules)


def _odd(rules: Sequence[Rule]) -> list[Remark]:
    return lint([_relation(rule) for rule in rules if rule.stated])


def _relation(rule: Rule) -> Relation:
    stated = rule.stated
    if stated is None:
        raise ValueError(f"rule {rule.name!r}: expected a stated rule, got one of a code list.")
    terms = tuple((_name(fixed, years), factor) for factor, fixed, years in stated.quantities())
    return Relation(rule.name, terms, *stated.bounds())


def _name(codes: Mapping[str, str], years_before: int) -> str:
    fixed = " ".join(f"{column}={code}" for column, code in sorted(codes.items()))
    return f"{fixed} {years_before} years before" if years_before else fixed
