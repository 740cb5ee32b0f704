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


Row = tuple[Sequence[tuple[str, float]], float, float, int | None]
"""Terms, least and greatest of their sum, and the number of its claim; none for what cannot be withdrawn."""


class Programme:
    """One persistent model: a column per quantity, a row per relation, one or two rows per claim.

    A claim is withdrawn by freeing its rows; the model itself is never rebuilt. A quantity is at least ``lowest``.
    """

    def __init__(
        self, quantities: Sequence[str], rows: Sequence[Row], lowest: float = 0.0, *, is_whole: bool = True
    ) -> None:
        self.column = {name: number for number, name in enumerate(quantities)}
        self._is_whole = is_whole
        self._model = _quiet_model()
        self._model.setOptionValue("presolve", "off")  # a row is named as the conflict only if it still stands
        count = len(quantities)
        self._model.addVars(count, np.full(count, max(lowest, -INFINITY)), np.full(count, INFINITY))
        self._rows: dict[int, list[tuple[int, float, float]]] = {}
        self._owner: list[int | None] = []
        for row in rows:
            self._add(*row)
        self._free: set[int] = set()

    @classmethod
    def of(cls, system: System) -> "Programme":
        """The programme of a group of figures, whose claims are numbered in their order."""
        rows: list[Row] = [(each.terms, each.lower, each.upper, None) for each in system.relations]
        for number, claim in enumerate(system.claims):
            rows += [(terms, lower, upper, number) for terms, lower, upper in _rows_of(claim)]
        return cls(system.quantities, rows, system.lowest, is_whole=system.is_whole)

    def conflict(self, withdrawn: Collection[int]) -> set[int] | None:
        """The claims of one conflict that stands when some are withdrawn; none when the rest can be true together.

        An empty set says that the relations contradict each other without any claim.

        Raises:
            SolverError: any status but feasible or infeasible.
        """
        self._withdraw(set(withdrawn))
        if self._solve():
            return None
        _, has_ray, ray = self._model.getDualRay()  # type: ignore[attr-defined]  # made at run time
        if not has_ray:
            return self._filtered({owner for owner in self._owner if owner is not None} - set(withdrawn))
        return {
            owner for owner, weight in zip(self._owner, ray, strict=True) if owner is not None and abs(weight) > 1e-9
        }

    def shrink(self, conflict: set[int]) -> set[int]:
        """A conflict in the given one none of whose claims can be spared."""
        return self._filtered(conflict)

    def span(self, quantity: str, withdrawn: Collection[int]) -> tuple[float, float]:
        """The least and the most that a quantity can be when these claims are withdrawn, whole where numbers are."""
        lower, upper = self.ends([(quantity, 1.0)], withdrawn)
        if not self._is_whole:
            return lower, upper
        return lower if math.isinf(lower) else math.ceil(lower - 1e-6), upper if math.isinf(upper) else math.floor(
            upper + 1e-6
        )

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
            self._run()
            status = self._model.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                found.append(float(self._model.getInfo().objective_function_value) * sign)
            elif status in _UNBOUNDED:
                found.append(-sign * math.inf)
            else:
                raise SolverError(
                    f"solver: expected an optimum of {terms[0][0]!r}, got {status.name}. Report this group."
                )
        for name, _ in terms:
            self._model.changeColCost(self.column[name], 0.0)
        return found[0], found[1]

    def _add(self, terms: Sequence[tuple[str, float]], lower: float, upper: float, owner: int | None) -> None:
        row = len(self._owner)
        index = np.array([self.column[name] for name, _ in terms], dtype=np.int32)
        values = np.array([coefficient for _, coefficient in terms], dtype=float)
        self._model.addRow(max(lower, -INFINITY), min(upper, INFINITY), len(index), index, values)
        self._owner.append(owner)
        if owner is not None:
            self._rows.setdefault(owner, []).append((row, max(lower, -INFINITY), min(upper, INFINITY)))

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
        for _ in range(2):
            if self._model.run() == highspy.HighsStatus.kError:
                raise SolverError("solver: expected an answer, got an error without a status. Report this group.")
            if self._model.getModelStatus() != highspy.HighsModelStatus.kUnknown:
                return
            self._model.clearSolver()

    def _filtered(self, claims: set[int]) -> set[int]:
        everything = set(self._rows)
        kept = set(claims)
        for number in sorted(claims):
            self._withdraw(everything - (kept - {number}))
            if not self._solve():
                kept.discard(number)
        return kept


def _quiet_model() -> highspy.Highs:
    """A model that prints nothing: its constructor writes a banner to standard output before it can be told."""
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
