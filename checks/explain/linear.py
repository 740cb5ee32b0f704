"""The linear programme of one connected group: can these claims be true together, and if not, which conflict?"""

import math
from collections.abc import Collection

from cuadra.checks.explain.model import INFINITY, SolverError
from cuadra.checks.explain.relaxed import NEARLY, BudgetError, Relaxed
from cuadra.checks.explain.rows import rows_of, scale
from cuadra.checks.explain.system import System

__all__ = ["BudgetError", "Programme", "SolverError"]


MOST_BRANCHES = 40
"""Fractions branched on in one search at most; beyond, it is not decided, and nothing is accused."""


class Programme(Relaxed):
    """The same with whole numbers: where fractions alone would make the claims true, the search branches.

    ``has_branched`` says whether the last search needed whole numbers, and ``is_decided`` whether it came to its end:
    not where branches ran out.
    """

    has_branched = False
    is_decided = True

    @classmethod
    def of(cls, system: System) -> "Programme":
        """The programme of a group of figures: claims are numbered in their order, relations from ``-1`` downward."""
        made = cls.empty(system)
        made.add(system.quantities, rows_of(system))
        return made

    @classmethod
    def empty(cls, system: System) -> "Programme":
        """The same of none of the figures yet."""
        made = cls(whole=frozenset(system.quantities) - system.amounts, signed=system.signed)
        if system.amounts.issuperset(system.quantities):
            made.scale = scale(rows_of(system))
        return made

    def conflict(self, withdrawn: Collection[int]) -> set[int] | None:
        """The claims of one conflict that remains when some are withdrawn; none when the rest can be true together.

        An empty set says that the relations contradict each other without any claim.

        Raises:
            SolverError: any status but feasible or infeasible.
            BudgetError: the work is used up.
        """
        found = self.members(withdrawn)
        return None if found is None else {owner for owner in found if owner >= 0}

    def members(self, withdrawn: Collection[int]) -> set[int] | None:
        """The same conflict, with the relations it breaks as negative numbers."""
        self._withdraw(set(withdrawn))
        return self._conflict()

    def span(self, quantity: str, withdrawn: Collection[int]) -> tuple[float, float]:
        """The least and the most that a quantity can be when these claims are withdrawn; whole where it is one.

        Where whole numbers only are possible and the search for them is long, the ends may lie further apart.
        """
        column = self.column[quantity]
        self._withdraw(set(withdrawn))
        (least, _), (most, _) = self._ends[column]
        if least >= most and not self._crossed:
            return least * self.scale, least * self.scale
        if column not in self.whole:
            return self.ends([(quantity, 1.0)], withdrawn)
        found = []
        for sign in (1.0, -1.0):
            self._model.cost(column, sign)
            found.append(sign * self._least_whole(sign, quantity))
        self._model.cost(column, 0.0)
        return found[0], found[1]

    def _least_whole(self, sign: float, quantity: str) -> float:
        """The least of one signed quantity in whole numbers; its bound in fractions where none of the next is one."""
        bound = self._optimum(quantity)
        if math.isinf(bound):
            return bound
        rounded = float(math.ceil(bound - NEARLY))
        if self._fraction() is None:
            return rounded
        column = self.column[quantity]
        for value in (rounded, rounded + 1, rounded + 2):
            self._branch_on(column, (sign * value, sign * value))
            possible = self._conflict() is None
            self._branch_on(column, None)
            if possible:
                return value
        return rounded

    def _conflict(self) -> set[int] | None:
        """The owners of one conflict as the model stands, whole numbers included."""
        self.has_branched, self.is_decided = False, True
        found = self._impossible()
        if found is not None or self._fraction() is None:
            return found
        self.has_branched = True
        return self._branch([MOST_BRANCHES])

    def _branch(self, left: list[int]) -> set[int] | None:
        """What makes both sides of a fraction impossible; none when one side is possible or the branches run out."""
        fraction = self._fraction()
        if fraction is None:
            return None
        left[0] -= 1
        if left[0] < 0:
            self.is_decided = False
            return None
        column, value = fraction
        before = self.branched.get(column)
        lower, upper = before or (-INFINITY, INFINITY)
        found: set[int] = set()
        for low, high in ((lower, float(math.floor(value))), (float(math.ceil(value)), upper)):
            self._branch_on(column, (low, high))
            try:
                side = self._impossible()
                if side is None:
                    side = self._branch(left)
            finally:
                self._branch_on(column, before)
            if side is None:
                return None
            found |= side
        return found

    def _branch_on(self, column: int, ends: tuple[float, float] | None) -> None:
        if ends is None:
            self.branched.pop(column, None)
        else:
            self.branched[column] = ends
        self._set(column)

    def _fraction(self) -> tuple[int, float] | None:
        """The column of whole numbers that is furthest from one, and its value; none when all are whole."""
        if not self.whole:
            return None
        values = self._model.values()
        worst, distance = -1, NEARLY
        for column in self.whole:
            away = abs(values[column] - round(values[column]))
            if away > distance:
                worst, distance = column, away
        return None if worst < 0 else (worst, values[worst])
