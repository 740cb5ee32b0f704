"""Whether a set of rules can be meant: before any figure is seen, by linear programmes over the rules alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cuadra.checks.explain.hitting import diagnose
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.rows import Row
from cuadra.checks.explain.system import Relation

_SLACK = 1e-6


@dataclass(frozen=True)
class Remark:
    """What is odd about a rule: ``contradicts`` others, is ``redundant``, or makes a quantity ``fixed``."""

    kind: str
    rule: str
    others: tuple[str, ...] = ()
    quantity: str = ""
    value: float = 0.0


def lint(relations: Sequence[Relation], lowest: float = 0.0) -> list[Remark]:
    """What is odd about these relations taken together; empty when nothing is.

    A contradiction is told alone, since everything follows from it.
    """
    if not relations:
        return []  # a topic may state no rule at all, and the solver takes no empty model
    conflict = contradiction(relations, lowest)
    if conflict:
        first, *rest = (relations[number].rule for number in conflict)
        return [Remark("contradicts", first, tuple(rest))]
    remarks = [
        Remark("redundant", each.rule, tuple(relations[n].rule for n in implied_by(relations, number, lowest)))
        for number, each in enumerate(relations)
        if redundant(relations, lowest)[number]
    ]
    return remarks + [Remark("fixed", "", (), name, value) for name, value in fixed_values(relations, lowest).items()]


def contradiction(relations: Sequence[Relation], lowest: float = 0.0) -> list[int]:
    """The numbers of a smallest set of relations that cannot hold together; empty when all can."""
    programme = _programme(relations, lowest)
    found = programme.conflict([])
    return [] if found is None else sorted(programme.shrink(found))


def contradicted_by(relations: Sequence[Relation], number: int, lowest: float = 0.0) -> list[int]:
    """The numbers of all relations that stand in a conflict with this one."""
    programme = _programme(relations, lowest)
    weight = {n: math.inf if n == number else 1.0 for n in range(len(relations))}
    _, conflicts = diagnose(programme.conflict, weight)
    return sorted({n for c in conflicts for n in programme.shrink(set(c))} - {number})


def implied_by(relations: Sequence[Relation], number: int, lowest: float = 0.0) -> list[int]:
    """The numbers of the other relations from which this one follows, of every way in which it does."""
    asked = relations[number]
    found: set[int] = set()
    for lower, upper in ((-math.inf, asked.lower - _SLACK), (asked.upper + _SLACK, math.inf)):
        if math.isinf(upper) and math.isinf(lower):
            continue
        broken = [*relations]
        broken[number] = Relation(asked.rule, asked.terms, lower, upper)
        ways = set(contradicted_by(broken, number, lowest))
        if not ways:
            return []
        found |= ways
    return sorted(found)


def redundant(relations: Sequence[Relation], lowest: float = 0.0) -> list[bool]:
    """For each relation whether it can be left out, taken in order, so that of two equal ones one stays."""
    kept = list(range(len(relations)))
    for number in range(len(relations)):
        rest = [n for n in kept if n != number]
        if _follows(relations, number, rest, lowest):
            kept = rest
    return [number not in kept for number in range(len(relations))]


def fixed_values(relations: Sequence[Relation], lowest: float = 0.0) -> dict[str, float]:
    """The quantities that the relations alone leave a single value."""
    programme = _programme(relations, lowest)
    ends = {name: programme.ends([(name, 1.0)]) for name in programme.column}
    return {name: round(low, 6) for name, (low, high) in ends.items() if high - low < _SLACK}


def _follows(relations: Sequence[Relation], number: int, others: Sequence[int], lowest: float) -> bool:
    asked = relations[number]
    programme = _programme([relations[n] for n in others], lowest, asked)
    low, high = programme.ends(asked.terms)
    return low >= asked.lower - _SLACK and high <= asked.upper + _SLACK


def _programme(relations: Sequence[Relation], lowest: float, also: Relation | None = None) -> Programme:
    named = [*relations, also] if also else relations
    quantities = sorted({name for relation in named for name, _ in relation.terms})
    rows: list[Row] = [(each.terms, each.lower, each.upper, number) for number, each in enumerate(relations)]
    return Programme(quantities, rows, lowest)
