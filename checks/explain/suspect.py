"""Suspects: what would be consistent in a claim's place, what may have happened, and what would decide."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cuadra.checks.explain import hypothesis
from cuadra.checks.explain.explanation import Answer, Conflict, Decider, PossibleShare, Suspect, Unit
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.explain.window import Window
from cuadra.checks.explain.witness import Witnesses
from cuadra.checks.intervals import Interval

_BASES_EACH_WAY = 2
"""Bases that fit an impossible share, named on each side of the printed one."""

_FURTHEST_BASE = 200


@dataclass(frozen=True)
class Group:
    """One connected group of figures with the part of it that matters, and its statements."""

    system: System
    window: Window
    witnesses: Witnesses


def suspects(
    group: Group, answer: frozenset[int], rest: frozenset[int], conflicts: Sequence[Conflict]
) -> tuple[Suspect, ...]:
    """The suspects of one answer, in the order of the claims; ``rest`` is withdrawn beside it."""
    system, window, witnesses = group.system, group.window, group.witnesses
    withdrawn = witnesses.withdrawn(answer | rest)
    spans: dict[str, Interval] = {}

    def span(quantity: str) -> Interval:
        if quantity not in spans:
            spans[quantity] = window.span(quantity, withdrawn)
        return spans[quantity]

    totals = {relation.total for each in conflicts for relation in each.relations}
    found = []
    for place in sorted(answer, key=lambda place: witnesses.members[place]):
        first, *echoes = (system.claims[number] for number in witnesses.members[place])
        mine = set(witnesses.members[place])
        falls = witnesses.withdrawn({place}) - mine
        fits, unit = _fits(first, system, span)
        found.append(
            Suspect(
                first,
                fits,
                _ordered(hypothesis.of(first, fits, system, span), first, conflicts) if unit == "count" else (),
                unit,
                tuple(echoes),
                tuple(system.claims[number] for number in sorted(falls)),
                unit == "count" and first.quantity in totals,
                _possible(first, system, span),
            )
        )
    return tuple(found)


def _ordered(
    found: Sequence[hypothesis.Hypothesis], claim: Claim, conflicts: Sequence[Conflict]
) -> tuple[hypothesis.Hypothesis, ...]:
    """What may have happened; another edition last, where the claim does not fit its own source's figures either."""
    is_wrong_there = any(
        each.relations and claim in each.claims and len({other.source for other in each.claims}) == 1
        for each in conflicts
    )
    return tuple(sorted(found, key=lambda each: is_wrong_there and each.kind in {"later edition", "another edition"}))


def deciding(system: System, answers: Collection[Answer]) -> Decider | None:
    """The figure that would decide between answers: a sum that some suspects are part of, or a second source."""
    ordered = list(answers)
    if len(ordered) < 2:
        return None
    suspected = {suspect.claim.quantity for answer in ordered for suspect in answer.suspects}
    stated = {claim.quantity for claim in system.claims if claim.base is None}
    best: tuple[int, str] | None = None
    for relation in system.relations:
        names = [name for name, _ in relation.terms]
        free = [name for name in names if name not in stated]
        inside = len(suspected & set(names))
        # Nobody prints a rest, so that a figure for it decides nothing.
        if len(free) == 1 and not free[0].endswith("#rest") and 0 < inside < len(suspected):
            even = inside * (len(suspected) - inside)
            if best is None or (-even, free[0]) < (-best[0], best[1]):
                best = (even, free[0])
    if best is not None:
        return Decider("sum", best[1])
    return Decider("source", ordered[0].suspects[0].claim.quantity)


def _fits(claim: Claim, system: System, span: hypothesis.Span) -> tuple[Interval, Unit]:
    """What would be consistent in a claim's place, in the unit it is printed in."""
    fits = span(claim.quantity)
    if claim.is_percent:
        change = 100 * claim.is_growth
        ends = Interval(round(fits.lower - change, 1), round(fits.upper - change, 1))
        return ends, "growth" if claim.is_growth else "percent"
    if claim.base is not None and claim.per is not None:
        return _rate(fits, span(claim.base), claim.per), "count"
    if claim.base is not None:
        percent = _percent(fits, span(claim.base))
        if claim.is_growth:
            return Interval(round(percent.lower - 100, 1), round(percent.upper - 100, 1)), "growth"
        return percent, "percent"
    if claim.stated_of is None:
        return fits, "count"
    base = _stated_base(claim, system)
    return (fits, "count") if base is None else (_percent(fits, Interval(base, base)), "percent")


def _stated_base(claim: Claim, system: System) -> float | None:
    """The exact figure that a share is stated of; none where it is hedged or not among the claims."""
    for other in system.claims:
        if other.observation_id == claim.stated_of and other.lower == other.upper > 0:
            return other.lower
    return None


def _percent(part: Interval, base: Interval) -> Interval:
    """The share, in percent to one decimal outward, that a part and its base leave."""
    lower = math.floor(1000 * part.lower / base.upper) / 10 if base.upper else 0.0
    upper = math.ceil(1000 * part.upper / base.lower) / 10 if base.lower and part.upper < math.inf else math.inf
    if part.lower == part.upper and base.lower == base.upper:
        lower = upper = round(100 * part.lower / base.lower, 1) if base.lower else 0.0
    return Interval(lower, upper)


def _rate(part: Interval, base: Interval, per: float) -> Interval:
    """The rate, to two decimals outward, that a part and its base leave."""
    if part.lower == part.upper and base.lower == base.upper > 0:
        return Interval(*[round(per * part.lower / base.lower, 2)] * 2)
    lower = math.floor(100 * per * part.lower / base.upper) / 100 if base.upper else 0.0
    upper = math.ceil(100 * per * part.upper / base.lower) / 100 if base.lower and part.upper < math.inf else math.inf
    return Interval(lower, upper)


def _possible(claim: Claim, system: System, span: hypothesis.Span) -> PossibleShare | None:
    """The nearest possible share and the bases that fit, where no whole number of the base makes the printed share."""
    if claim.quantity in system.amounts or claim.per is not None:
        return None
    if claim.base is not None:
        base, (lower, upper) = span(claim.base), (claim.lower, claim.upper)
        whole = base.lower if base.lower == base.upper else 0.0
    else:
        whole = _stated_base(claim, system) or 0.0
        lower, upper = (claim.lower / whole, claim.upper / whole) if whole else (0.0, 0.0)
    if whole < 1 or whole != int(whole) or math.isinf(upper) or _has_whole(lower, upper, int(whole)):
        return None
    room = span(claim.quantity)
    middle = round((lower + upper) / 2 * whole)
    part = int(min(max(middle, room.lower), room.upper))
    around = [int(whole) + step for step in range(-_FURTHEST_BASE, _FURTHEST_BASE + 1) if whole + step >= 1]
    fitting = [base for base in around if _has_whole(lower, upper, base)]
    below = [base for base in fitting if base < whole][-_BASES_EACH_WAY:]
    above = [base for base in fitting if base > whole][:_BASES_EACH_WAY]
    return PossibleShare(part, int(whole), round(100 * part / whole, 1), (*below, *above))


def _has_whole(lower: float, upper: float, base: int) -> bool:
    """Whether some whole number is such a share of a base."""
    return math.ceil(lower * base - 1e-9) <= math.floor(upper * base + 1e-9)
