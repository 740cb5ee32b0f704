"""One model of the solver: columns and rows that are added and bounded anew, and solved from where it last was."""

import math
import os
import sys
from collections.abc import Sequence

import highspy
import numpy as np

INFINITY = highspy.kHighsInf
_UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)

_UNUSED: list[highspy.Highs] = []
"""Solvers of models that are closed: making one writes a banner, and takes as long as a small solve."""

Terms = Sequence[tuple[int, float]]
"""Columns and their coefficients."""


class SolverError(Exception):
    """The solver ended in a way that says nothing about the figures: an engine error, never a verdict."""


class Model:
    """Columns and rows between bounds; an answer depends on them and on the solves since the model was made."""

    def __init__(self) -> None:
        self._solver = _UNUSED.pop() if _UNUSED else _quiet_solver()

    def close(self) -> None:
        """Give the solver back, emptied, for the next model."""
        self._solver.clear()
        _prepare(self._solver)
        _UNUSED.append(self._solver)

    def add_columns(self, lower: Sequence[float], upper: Sequence[float]) -> None:
        """Add columns with these bounds."""
        self._solver.addVars(len(lower), np.array(lower, dtype=float), np.array(upper, dtype=float))

    def add_rows(self, rows: Sequence[tuple[Terms, float, float]]) -> None:
        """Add rows: what they sum, and the least and greatest of it."""
        if not rows:
            return
        starts = np.cumsum([0, *(len(terms) for terms, *_ in rows)])[:-1]
        index = [column for terms, *_ in rows for column, _ in terms]
        values = [coefficient for terms, *_ in rows for _, coefficient in terms]
        self._solver.addRows(
            len(rows),
            np.array([max(lower, -INFINITY) for _, lower, _ in rows]),
            np.array([min(upper, INFINITY) for *_, upper in rows]),
            len(index), starts.astype(np.int32), np.array(index, dtype=np.int32), np.array(values, dtype=float),
        )  # fmt: skip

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        """Give a column other bounds."""
        self._solver.changeColBounds(column, lower, upper)

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """Give a row other bounds."""
        self._solver.changeRowBounds(row, lower, upper)

    def cost(self, column: int, cost: float) -> None:
        """Give a column another cost."""
        self._solver.changeColCost(column, cost)

    def is_feasible(self) -> bool:
        """Whether some values of the columns are within all bounds.

        Raises:
            SolverError: any status but feasible or infeasible.
        """
        self._run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        raise SolverError(f"solver: expected feasible or infeasible, got {status.name}. Report this group.")

    def least(self, name: str) -> float:
        """The least of the present costs, minus infinity where there is none; ``name`` is what an error calls it.

        Raises:
            SolverError: any status but optimal or unbounded.
        """
        self._run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return float(self._solver.getInfo().objective_function_value)
        if status in _UNBOUNDED:
            return -math.inf
        raise SolverError(f"solver: expected an optimum of {name!r}, got {status.name}. Report this group.")

    def values(self) -> Sequence[float]:
        """The values of the columns in the last solution."""
        return self._solver.getSolution().col_value

    def ray(self) -> Sequence[float] | None:
        """Factors of the rows whose sum the bounds of the columns exclude; none where the solver names none."""
        _, has_ray, ray = self._solver.getDualRay()  # type: ignore[attr-defined]  # made at run time
        return ray if has_ray else None

    def _run(self) -> None:
        """Solve from where the last solution stands, and once more from nothing if that leads nowhere."""
        for _ in range(2):
            if self._solver.run() == highspy.HighsStatus.kError and not self._has_threads_of_others():
                raise SolverError("solver: expected an answer, got an error without a status. Report this group.")
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kUnknown:
                return
            self._solver.clearSolver()

    def _has_threads_of_others(self) -> bool:
        """Whether it solves with the threads that somebody else in this process has started the solver with."""
        self._solver.setOptionValue("threads", 0)
        return bool(self._solver.run() != highspy.HighsStatus.kError)


def _quiet_solver() -> highspy.Highs:
    """A solver that prints nothing: its constructor writes a banner to standard output before it can be silenced."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    _prepare(solver)
    return solver


def _prepare(solver: highspy.Highs) -> None:
    solver.silent()
    solver.setOptionValue("presolve", "off")  # a row is named as the conflict only if it is still there
    solver.setOptionValue("threads", 1)  # else each solve asks the system how many there are, which takes longer
