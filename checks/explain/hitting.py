"""Cheapest sets that hit every conflict, all of them (Reiter's diagnoses by implicit hitting sets)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product

MOST_ANSWERS = 200
"""So many combinations of equally good answers are tried together; beyond, each group of conflicts by itself."""

MOST_STEPS = 5_000
"""So many steps of one search: a table in which hardly a figure fits another has no answer worth the time."""

MOST_CONFLICTS = 300
"""So many conflicts of one group: beyond, it is the table that is wrong, and not a figure in it."""

_SAME = 1e-9


class TangledError(Exception):
    """Too much contradicts for any answer to say something; ``conflicts`` are those found until then."""

    def __init__(self, conflicts: list[frozenset[int]]) -> None:
        super().__init__(f"{len(conflicts)} conflicts: expected fewer. Look at the table as a whole.")
        self.conflicts = conflicts


def cheapest(conflicts: Sequence[Collection[int]], weight: Mapping[int, float]) -> list[frozenset[int]]:
    """All cheapest sets with an element of every conflict; empty when some conflict has no element to withdraw.

    Raises:
        TangledError: the search takes too many steps.
    """
    best = [float("inf")]
    found: set[frozenset[int]] = set()
    ordered = sorted({frozenset(conflict) for conflict in conflicts}, key=lambda c: (len(c), sorted(c)))
    steps = 0

    def search(chosen: frozenset[int], barred: frozenset[int], cost: float) -> None:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            raise TangledError(ordered)
        if cost > best[0] + _SAME:
            return
        unhit = next((conflict for conflict in ordered if not conflict & chosen), None)
        if unhit is None:
            if cost < best[0] - _SAME:
                best[0] = cost
                found.clear()
            found.add(chosen)
            return
        passed = barred
        for element in sorted(unhit - barred, key=lambda e: (weight[e], e)):
            search(chosen | {element}, passed, cost + weight[element])
            passed = passed | {element}

    search(frozenset(), frozenset(e for e, w in weight.items() if w == float("inf")), 0.0)
    return sorted(found, key=sorted)


def groups(conflicts: Sequence[Collection[int]]) -> list[list[frozenset[int]]]:
    """The conflicts in groups that share no element: each group can be answered by itself."""
    made: list[tuple[set[int], list[frozenset[int]]]] = []
    for conflict in dict.fromkeys(frozenset(c) for c in conflicts):
        touching = [entry for entry in made if entry[0] & conflict]
        rest = [entry for entry in made if not entry[0] & conflict]
        elements = set(conflict).union(*(entry[0] for entry in touching))
        made = [*rest, (elements, [c for entry in touching for c in entry[1]] + [conflict])]
    return [members for _, members in made]


def diagnose(
    conflict_of: Callable[[Collection[int]], Collection[int] | None], weight: Mapping[int, float]
) -> tuple[list[list[frozenset[int]]], list[frozenset[int]]]:
    """All cheapest withdrawals, for each independent group of conflicts, and the conflicts found.

    ``conflict_of`` names the elements of a conflict that stands after a withdrawal, or none. An empty list of
    answers in a group says that nothing that may be withdrawn mends it.

    Raises:
        TangledError: there are too many conflicts, or a search takes too long.
    """
    conflicts: list[frozenset[int]] = []
    tried: set[frozenset[int]] = set()
    while True:
        if len(conflicts) > MOST_CONFLICTS:
            raise TangledError(conflicts)
        answers = [cheapest(group, weight) for group in groups(conflicts)]
        if any(not answer for answer in answers):
            return answers, conflicts
        fresh = False
        for candidate in _candidates(answers):
            if candidate in tried:
                continue
            conflict = conflict_of(candidate)
            if conflict is None:
                tried.add(candidate)
                continue
            conflicts.append(frozenset(conflict))
            fresh = True
            break
        if not fresh:
            return answers, conflicts


def _candidates(answers: Sequence[Sequence[frozenset[int]]]) -> list[frozenset[int]]:
    size = 1
    for answer in answers:
        size *= len(answer)
    if size <= MOST_ANSWERS:
        return [frozenset().union(*choice) for choice in product(*answers)]
    first = [answer[0] for answer in answers]
    return [
        frozenset().union(*first[:place], other, *first[place + 1 :])
        for place, answer in enumerate(answers)
        for other in answer
    ]
