"""Which figures are probably wrong: the cheapest withdrawals that let the rest be true.

Fellegi and Holt (1976), over intervals.

Found by implicit hitting sets over one linear programme a group: infeasible, so a Farkas ray names a conflict, so the
cheapest sets that hit all conflicts, until feasible. All cheapest answers are listed. An explanation is a hypothesis.
"""

import csv
import math
from collections.abc import Collection
from functools import cache
from pathlib import Path

from cuadra.checks.explain import hypothesis
from cuadra.checks.explain.explanation import Answer, Doubt, Explanation, Suspect
from cuadra.checks.explain.hitting import TangledError, diagnose
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.intervals import Interval

LARGEST = 20_000
"""Claims in one group at most; a larger group is a broken table, not a wrong figure."""


SHOWN_OF_TANGLED = 20
"""So many conflicts of a tangled group are told."""


class ExplainError(Exception):
    """A group that cannot be explained; never a verdict on data."""


def weight(claim: Claim) -> float:
    """What withdrawing a claim costs: ln((1 - p) / p), with p of ``blame.csv``; infinite for one never blamed."""
    kind = "share" if claim.base or claim.stated_of else claim.qualifier
    probability = _blame().get(kind, 0.02)
    return math.log((1 - probability) / probability) if probability else math.inf


def explain(system: System) -> Explanation:
    """All cheapest explanations of one group of figures.

    Raises:
        ExplainError: the rules contradict each other without any figure, or the group is too large.
        SolverError: the solver ended in a way that says nothing.
    """
    if len(system.claims) > LARGEST:
        raise ExplainError(
            f"group of {len(system.claims):,} figures: expected at most {LARGEST:,}. "
            "Mend the table first: look at the finding with the widest gap."
        )
    programme = Programme.of(system)
    number = {claim.observation_id: place for place, claim in enumerate(system.claims)}
    falls = {
        place: number[claim.stated_of]
        for place, claim in enumerate(system.claims)
        if claim.stated_of is not None and claim.stated_of in number
    }
    weights = {place: weight(claim) for place, claim in enumerate(system.claims)}

    def with_shares(withdrawn: Collection[int]) -> set[int]:
        return set(withdrawn) | {share for share, figure in falls.items() if figure in withdrawn}

    def conflict_of(withdrawn: Collection[int]) -> set[int] | None:
        found = programme.conflict(with_shares(withdrawn))
        if found is None:
            return None
        if not found:
            raise ExplainError(
                "rules: expected that they can hold together, got a contradiction. See `cuadra rules --lint`."
            )
        return found | {falls[share] for share in found & set(falls)}

    try:
        answers, conflicts = diagnose(conflict_of, weights)
    except TangledError as error:
        some = dict.fromkeys(frozenset(programme.shrink(set(c))) for c in error.conflicts[:SHOWN_OF_TANGLED])
        told = tuple(tuple(system.claims[number] for number in sorted(conflict)) for conflict in some)
        return Explanation((Doubt((), told, is_tangled=True),))
    conflicts = [*conflicts, *_fallen(programme, answers, falls)]
    doubts = []
    for group, rest in _with_rest(answers):
        mine = [c for c in conflicts if any(c & answer for answer in group)] if group else conflicts
        shrunk = dict.fromkeys(frozenset(programme.shrink(set(c))) for c in mine)
        costs = [math.exp(-sum(weights[n] for n in answer)) for answer in group]
        made = tuple(
            Answer(
                tuple(_suspect(programme, system, n, with_shares(answer | rest)) for n in sorted(answer)),
                cost / sum(costs),
            )
            for answer, cost in zip(group, costs, strict=True)
        )
        doubts.append(Doubt(made, tuple(tuple(system.claims[n] for n in sorted(c)) for c in shrunk)))
    return Explanation(tuple(doubts))


def _fallen(programme: Programme, answers: list[list[frozenset[int]]], falls: dict[int, int]) -> list[frozenset[int]]:
    """The conflicts of shares that fell with the figure they are stated of: they are worth telling too."""
    withdrawn = {number for group in answers for answer in group for number in answer}
    found = []
    for share, figure in falls.items():
        conflict = programme.conflict(withdrawn) if figure in withdrawn else None
        if conflict and share in conflict:
            found.append(frozenset(conflict | {figure}))
            withdrawn.add(share)
    return found


def _with_rest(answers: list[list[frozenset[int]]]) -> list[tuple[list[frozenset[int]], frozenset[int]]]:
    """Each group's answers, and one answer of every other group to withdraw beside them."""
    first = [group[0] if group else frozenset() for group in answers]
    return [(group, frozenset().union(*first[:place], *first[place + 1 :])) for place, group in enumerate(answers)]


def _suspect(programme: Programme, system: System, number: int, withdrawn: set[int]) -> Suspect:
    claim = system.claims[number]
    fits = Interval(*programme.span(claim.quantity, withdrawn))
    if claim.base is not None:
        return Suspect(claim, _percent(fits, Interval(*programme.span(claim.base, withdrawn))))
    found = hypothesis.of(claim, fits, system, lambda quantity: Interval(*programme.span(quantity, withdrawn)))
    return Suspect(claim, fits, found)


def _percent(part: Interval, base: Interval) -> Interval:
    """The share, in percent to one decimal outward, that a part and its base leave."""
    lower = math.floor(1000 * part.lower / base.upper) / 10 if base.upper else 0.0
    upper = math.ceil(1000 * part.upper / base.lower) / 10 if base.lower and part.upper < math.inf else math.inf
    if part.lower == part.upper and base.lower == base.upper:
        lower = upper = round(100 * part.lower / base.lower, 1) if base.lower else 0.0
    return Interval(lower, upper)


@cache
def _blame() -> dict[str, float]:
    with (Path(__file__).parent / "blame.csv").open(encoding="utf-8", newline="") as file:
        return {row["qualifier"]: float(row["probability"]) for row in csv.DictReader(file)}
