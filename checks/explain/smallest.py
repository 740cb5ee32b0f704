"""The smallest conflict of a group: no fewer of its figures contradict each other.

A conflict has a figure of every set whose withdrawal lets the rest be true (Reiter). So the smallest set that hits all
such corrections known so far is a conflict, or leaves a further correction to be found (Ignatiev and others, 2015).
"""

from collections.abc import Collection

from cuadra.checks.explain.hitting import TangledError, cheapest
from cuadra.checks.explain.linear import BudgetError, Programme, SolverError

MOST_WORK = 1_500
"""Programmes solved in one search at most; beyond, the conflict is one of which nothing can be spared."""


def smallest(programme: Programme, claims: Collection[int], aside: Collection[int] = ()) -> set[int]:
    """The smallest conflict of these claims, of several the first by their numbers; empty where there is none.

    Relations ``aside`` need not hold. Where the search is too long, it is a conflict of which none can be spared: the
    last by their numbers are kept.

    Raises:
        SolverError: the solver ended in a way that says nothing.
        BudgetError: not even that is found within the programme's own limit.
    """
    found = {number for number in programme.members_of(claims, aside) if number >= 0}
    if not found:
        return set()
    spared = programme.shrink(found, aside=aside)
    limit = programme.most_work
    programme.most_work = min(limit, programme.work + MOST_WORK)
    try:
        return _Search(programme, set(claims), set(aside)).smallest(spared)
    except (BudgetError, SolverError, TangledError):
        return spared
    finally:
        programme.most_work = limit


class _Search:
    def __init__(self, programme: Programme, claims: set[int], aside: set[int]) -> None:
        self.programme, self.claims, self.aside = programme, claims, aside

    def smallest(self, known: Collection[int]) -> set[int]:
        """The smallest conflict, from one that is known."""
        corrections = [{number} for number in sorted(known) if not self._conflict(self.claims - {number})]
        while True:
            every = sorted({number for correction in corrections for number in correction})
            chosen = cheapest(corrections, dict.fromkeys(every, 1.0))[0]
            if self._conflict(chosen):
                return set(chosen)
            corrections.append(self._correction(chosen))

    def _correction(self, kept: Collection[int]) -> set[int]:
        """What else to withdraw so that these claims and all others can be true."""
        left = set(self.claims)
        while found := self._conflict(left):
            spare = found - set(kept)
            if not spare:
                raise SolverError("solver: expected one answer, got two to one question. Report this group.")
            left.discard(max(spare))
        for number in sorted(self.claims - left):
            if not self._conflict(left | {number}):
                left.add(number)
        return self.claims - left

    def _conflict(self, claims: Collection[int]) -> set[int]:
        """The claims of a conflict among these; none where they can be true."""
        found = self.programme.members_of(claims, self.aside)
        if not self.programme.is_decided:
            raise BudgetError("branches: expected an answer, got none. Look at the table as a whole.")
        return {number for number in found if number >= 0}
