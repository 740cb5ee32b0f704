"""Cheapest sets that hit every conflict, all of them (Reiter's diagnoses by implicit hitting sets)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product

MOST_ANSWERS = 200
"""Combinations of equally good answers tried together at most; beyond, each group of conflicts by itself."""

MOST_STEPS = 20_000
"""Steps of all searches for one group at most: a table in which hardly a figure fits has no answer worth the time."""

MOST_CONFLICTS = 150
"""Conflicts of one group at most: beyond, the table is wrong, and not a figure in it."""

_SAME = 1e-9


class TangledError(Exception):
    """Too much contradicts for any answer to say something; ``conflicts`` are those found until then."""

    def __init__(self, conflicts: Sequence[frozenset[int]]) -> None:
        super().__init__(f"{len(conflicts)} conflicts: expected fewer. Look at the table as a whole.")
        self.conflicts = list(conflicts)


class _Steps:
    """The steps that are left to all searches of one group."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


def cheapest(
    conflicts: Sequence[Collection[int]], weight: Mapping[int, float], steps: _Steps | None = None
) -> list[frozenset[int]]:
    """All cheapest sets with an element of every conflict; empty when some conflict has no element to withdraw.

    Raises:
        TangledError: the search takes too many steps.
    """
    left = steps or _Steps()
    wanted = sorted({frozenset(conflict) for conflict in conflicts}, key=lambda c: (len(c), sorted(c)))
    options = [
        [(1 << e, weight[e]) for e in sorted(c, key=lambda e: (weight[e], e)) if weight[e] < float("inf")]
        for c in wanted
    ]
    masks = [sum(1 << e for e in conflict) for conflict in wanted]
    best = [float("inf")]
    found: set[int] = set()

    def at_least(chosen: int, barred: int) -> float:
        """What the conflicts still to hit cost at least: those that share no element cost each their cheapest."""
        seen, cost = 0, 0.0
        for mask, choices in zip(masks, options, strict=True):
            if mask & (chosen | seen):
                continue
            cheap = next((price for bit, price in choices if not bit & barred), float("inf"))
            cost, seen = cost + cheap, seen | mask
        return cost

    def search(chosen: int, barred: int, cost: float) -> None:
        if not left.take():
            raise TangledError(wanted)
        if cost + at_least(chosen, barred) > best[0] + _SAME:
            return
        unhit = next((place for place, mask in enumerate(masks) if not mask & chosen), None)
        if unhit is None:
            if cost < best[0] - _SAME:
                best[0] = cost
                found.clear()
            found.add(chosen)
            return
        passed = barred
        for bit, price in options[unhit]:
            if not bit & barred:
                search(chosen | bit, passed, cost + price)
                passed |= bit

    search(0, 0, 0.0)
    elements = sorted({element for conflict in wanted for element in conflict})
    return sorted((frozenset(e for e in elements if mask >> e & 1) for mask in found), key=sorted)


def groups(conflicts: Sequence[Collection[int]]) -> list[list[frozenset[int]]]:
    """The conflicts in groups that share no element: each group can be answered by itself."""
    made: list[tuple[set[int], list[frozenset[int]]]] = []
    for conflict in dict.fromkeys(frozenset(c) for c in conflicts):
        touching = [entry for entry in made if not entry[0].isdisjoint(conflict)]
        rest = [entry for entry in made if entry[0].isdisjoint(conflict)]
        elements = set(conflict).union(*(entry[0] for entry in touching))
        made = [*rest, (elements, [c for entry in touching for c in entry[1]] + [conflict])]
    return [members for _, members in made]


def diagnose(
    conflict_of: Callable[[Collection[int]], Collection[int] | None], weight: Mapping[int, float]
) -> tuple[list[list[frozenset[int]]], list[frozenset[int]]]:
    """All cheapest withdrawals, for each independent group of conflicts, and the conflicts found.

    ``conflict_of`` names the elements of a conflict that remains after a withdrawal, or none. An empty list of
    answers in a group says that nothing that may be withdrawn settles it.

    Raises:
        TangledError: there are too many conflicts, or a search takes too long.
    """
    conflicts: list[frozenset[int]] = []
    tried: set[frozenset[int]] = set()
    known: dict[tuple[frozenset[int], ...], list[frozenset[int]]] = {}
    steps = _Steps()
    while True:
        if len(conflicts) > MOST_CONFLICTS:
            raise TangledError(conflicts)
        answers = []
        for group in groups(conflicts):
            key = tuple(group)
            if key not in known:
                try:
                    known[key] = cheapest(group, weight, steps)
                except TangledError as error:
                    raise TangledError(conflicts) from error
            answers.append(known[key])
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
