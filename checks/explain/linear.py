"""The linear programme of one connected group: can these claims be true together, and if not, which conflict?"""

import math
import os
import sys
from collections.abc import Collection, Sequence

import highspy
import numpy as np

from cuadra.checks.explain.system import Claim, System

INFINITY = highspy.kHighsInf
_UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class SolverError(Exception):
    """The solver ended in a way that says nothing about the figures: an engine error, never a verdict."""


class BudgetError(Exception):
    """More programmes than one group may take; nothing is known beyond what was found until then."""


MOST_BRANCHES = 40
"""Fractions branched on in one search at most; beyond, whole numbers are taken to be possible: nothing is accused."""

LARGEST_AMOUNT = 1e6
"""What the largest number of a group of amounts is brought to, so that the solver's tolerance is as small for all."""

_NEARLY = 1e-6
"""A number this close to a whole one is whole: the solver's own tolerance, and some."""

Row = tuple[Sequence[tuple[str, float]], float, float, int | None]
"""Terms, least and greatest of their sum, and the number of its claim, or a negative one of its relation, or none."""


class Programme:
    """One persistent model: a column per quantity, a row per relation, one or two rows per claim.

    A claim is withdrawn by freeing its rows; the model itself is never rebuilt. A quantity is at least ``lowest``,
    those of ``signed`` may be anything. Those of ``whole`` are whole numbers: where fractions alone would make the
    claims true, the search branches. ``work`` counts solves; past ``most_work`` it is a ``BudgetError``.
    ``has_branched`` says whether the last search needed whole numbers, ``has_given_up`` whether it ran out of branches
    before it knew. The model's numbers are those of the figures divided by ``scale``.
    """

    def __init__(
        self,
        quantities: Sequence[str],
        rows: Sequence[Row],
        lowest: float = 0.0,
        whole: Collection[str] = (),
        signed: Collection[str] = (),
    ) -> None:
        self.column = {name: number for number, name in enumerate(quantities)}
        self.work = 0
        self.most_work = math.inf
        self.whole = [number for name, number in self.column.items() if name in whole]
        self._lowest = np.array([-INFINITY if name in signed else max(lowest, -INFINITY) for name in quantities])
        self.has_branched = False
        self.has_given_up = False
        self.scale = 1.0
        self._model = _quiet_model()
        self._model.setOptionValue("presolve", "off")  # a row is named as the conflict only if it is still there
        self._model.addVars(len(quantities), self._lowest, np.full(len(quantities), INFINITY))
        self._rows: dict[int, list[tuple[int, float, float]]] = {}
        self.rows = rows
        self._owner = [owner for *_, owner in rows]
        self._add(rows)
        self._free: set[int] = set()
        self._bounds: dict[int, tuple[float, float]] = {}

    @classmethod
    def of(cls, system: System) -> "Programme":
        """The programme of a group of figures: claims are numbered in their order, relations from ``-1`` downward."""
        rows: list[Row] = [(each.terms, each.lower, each.upper, -1 - n) for n, each in enumerate(system.relations)]
        for number, claim in enumerate(system.claims):
            rows += [(terms, lower, upper, number) for terms, lower, upper in _rows_of(claim)]
        whole = [name for name in system.quantities if name not in system.amounts]
        scale = 1.0
        if not whole:
            ends = (abs(end) for _, *both, _ in rows for end in both if math.isfinite(end))
            # A power of two, so that nothing is lost by dividing.
            scale = 2.0 ** math.frexp(max(ends, default=0.0) / LARGEST_AMOUNT)[1]
            rows = [(terms, lower / scale, upper / scale, owner) for terms, lower, upper, owner in rows]
        made = cls(system.quantities, rows, whole=whole, signed=system.signed)
        made.scale = scale
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

    def members_of(self, claims: Collection[int], aside: Collection[int] = ()) -> set[int]:
        """The conflict of these claims alone, with its relations as negative numbers; empty when there is none.

        Relations ``aside`` need not hold.
        """
        self._only(claims, aside)
        return self._conflict() or set()

    def shrink(self, conflict: Collection[int], needed: Collection[int] = (), aside: Collection[int] = ()) -> set[int]:
        """A conflict in the given one none of whose claims can be spared; ``needed`` are known to be in every one."""
        kept = set(conflict)
        for number in sorted(kept - set(needed)):
            self._only(kept - {number}, aside)
            if self._conflict() is not None:
                kept.discard(number)
        return kept

    def span(self, quantity: str, withdrawn: Collection[int]) -> tuple[float, float]:
        """The least and the most that a quantity can be when these claims are withdrawn; whole where it is one.

        Where whole numbers only are possible and the search for them is long, the ends may lie further apart.
        """
        column = self.column[quantity]
        if column not in self.whole:
            return self.ends([(quantity, 1.0)], withdrawn)
        self._withdraw(set(withdrawn))
        found = []
        for sign in (1.0, -1.0):
            self._model.changeColCost(column, sign)
            found.append(sign * self._least(sign, quantity))
        self._model.changeColCost(column, 0.0)
        return found[0], found[1]

    def ends(self, terms: Sequence[tuple[str, float]], withdrawn: Collection[int] = ()) -> tuple[float, float]:
        """The least and the most that a sum can be when these claims are withdrawn and the rest can be true.

        Raises:
            SolverError: any status but optimal or unbounded.
        """
        self._withdraw(set(withdrawn))
        found = []
        for sign in (1.0, -1.0):
            for name, coefficient in terms:
                self._model.changeColCost(self.column[name], sign * coefficient)
            found.append(self._optimum(terms[0][0]) * sign * self.scale)
        for name, _ in terms:
            self._model.changeColCost(self.column[name], 0.0)
        return found[0], found[1]

    def _optimum(self, name: str) -> float:
        """The least of the present costs, minus infinity where there is none."""
        self._run()
        status = self._model.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return float(self._model.getInfo().objective_function_value)
        if status in _UNBOUNDED:
            return -math.inf
        raise SolverError(f"solver: expected an optimum of {name!r}, got {status.name}. Report this group.")

    def _least(self, sign: float, quantity: str) -> float:
        """The least of one signed quantity in whole numbers; its bound in fractions where none of the next is one."""
        bound = self._optimum(quantity)
        if math.isinf(bound):
            return bound
        rounded = float(math.ceil(bound - _NEARLY))
        if self._fraction() is None:
            return rounded
        column = self.column[quantity]
        lowest = max(self._lowest[column], -INFINITY)
        for value in (rounded, rounded + 1, rounded + 2):
            at = sign * value
            self._model.changeColBounds(column, at, at)
            possible = self._conflict() is None
            self._model.changeColBounds(column, lowest, INFINITY)
            if possible:
                return value
        return rounded

    def _conflict(self) -> set[int] | None:
        """The owners of the rows of one conflict as the model stands, whole numbers included."""
        self.has_branched = self.has_given_up = False
        if not self._solve():
            return self._ray()
        if self._fraction() is None:
            return None
        self.has_branched = True
        return self._branch([MOST_BRANCHES])

    def _branch(self, left: list[int]) -> set[int] | None:
        """What makes both sides of a fraction impossible; none when one side is possible or the branches run out."""
        fraction = self._fraction()
        if fraction is None:
            return None
        left[0] -= 1
        if left[0] < 0:
            self.has_given_up = True
            return None
        column, value, (lower, upper) = fraction
        found: set[int] = set()
        for low, high in ((lower, float(math.floor(value))), (float(math.ceil(value)), upper)):
            self._bound(column, low, high)
            try:
                side = self._branch(left) if self._solve() else self._ray()
            finally:
                self._bound(column, lower, upper)
            if side is None:
                return None
            found |= side
        return found

    def _bound(self, column: int, lower: float, upper: float) -> None:
        self._bounds[column] = (lower, upper)
        self._model.changeColBounds(column, lower, upper)

    def _fraction(self) -> tuple[int, float, tuple[float, float]] | None:
        """The column of whole numbers that is furthest from one, its value and bounds; none when all are whole."""
        if not self.whole:
            return None
        values = self._model.getSolution().col_value
        worst, distance = -1, _NEARLY
        for column in self.whole:
            away = abs(values[column] - round(values[column]))
            if away > distance:
                worst, distance = column, away
        if worst < 0:
            return None
        return worst, values[worst], self._bounds.get(worst, (self._lowest[worst], INFINITY))

    def _ray(self) -> set[int]:
        """The owners of the rows that make the model infeasible as it stands."""
        _, has_ray, ray = self._model.getDualRay()  # type: ignore[attr-defined]  # made at run time
        if not has_ray:
            return self.shrink({owner for owner in self._rows if owner >= 0 and owner not in self._free})
        owned = zip(self._owner, ray, strict=True)
        return {owner for owner, weight in owned if owner is not None and abs(weight) > 1e-9}

    def _add(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        starts = np.cumsum([0, *(len(terms) for terms, *_ in rows)])[:-1]
        index = [self.column[name] for terms, *_ in rows for name, _ in terms]
        values = [coefficient for terms, *_ in rows for _, coefficient in terms]
        lower = np.array([max(row[1], -INFINITY) for row in rows])
        upper = np.array([min(row[2], INFINITY) for row in rows])
        self._model.addRows(
            len(rows), lower, upper, len(index), starts.astype(np.int32), np.array(index, dtype=np.int32),
            np.array(values, dtype=float),
        )  # fmt: skip
        for number, owner in enumerate(self._owner):
            if owner is not None:
                self._rows.setdefault(owner, []).append((number, float(lower[number]), float(upper[number])))

    def _only(self, claims: Collection[int], aside: Collection[int] = ()) -> None:
        """Withdraw every claim but these; relations stay, but for those aside."""
        self._withdraw({number for number in self._rows if number >= 0 and number not in claims} | set(aside))

    def _withdraw(self, wanted: set[int]) -> None:
        for number in wanted ^ self._free:
            for row, lower, upper in self._rows.get(number, []):
                if number in wanted:
                    self._model.changeRowBounds(row, -INFINITY, INFINITY)
                else:
                    self._model.changeRowBounds(row, lower, upper)
        self._free = wanted

    def _solve(self) -> bool:
        self._run()
        status = self._model.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        raise SolverError(f"solver: expected feasible or infeasible, got {status.name}. Report this group.")

    def _run(self) -> None:
        """Solve from where the last solution stands, and once more from nothing if that leads nowhere."""
        self.work += 1
        if self.work > self.most_work:
            raise BudgetError(f"{self.work:,} programmes solved: expected fewer. Look at the table as a whole.")
        for _ in range(2):
            if self._model.run() == highspy.HighsStatus.kError:
                raise SolverError("solver: expected an answer, got an error without a status. Report this group.")
            if self._model.getModelStatus() != highspy.HighsModelStatus.kUnknown:
                return
            self._model.clearSolver()


def _quiet_model() -> highspy.Highs:
    """A model that prints nothing: its constructor writes a banner to standard output before it can be silenced."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        model = highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    model.silent()
    return model


def _rows_of(claim: Claim) -> list[tuple[list[tuple[str, float]], float, float]]:
    if claim.base is None:
        return [([(claim.quantity, 1.0)], claim.lower, claim.upper)]
    rows = [([(claim.quantity, 1.0), (claim.base, -claim.lower)], 0.0, math.inf)]
    if not math.isinf(claim.upper):
        rows.append(([(claim.quantity, 1.0), (claim.base, -claim.upper)], -math.inf, 0.0))
    return rows
