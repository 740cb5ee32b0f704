"""The linear programme of a group where fractions are allowed: what bounds each quantity, and what is impossible."""

import math
from collections.abc import Collection, Sequence

from cuadra.checks.explain.model import INFINITY, Model, SolverError, Terms
from cuadra.checks.explain.rows import Row

NEARLY = 1e-6
"""A number this close to a whole one is whole: the solver's own tolerance, and some."""

_NOTHING = 1e-9
"""Factors of a ray below this are none."""

_USUAL_SIZE, _MOST_AS_ONE = 300, 10.0
"""Rows and columns of a solve that counts as one, and as how many a very large one counts."""

_SAME = 1e-7
"""Bounds that exclude each other by less do not: the solver's own tolerance."""

_End = tuple[float, int | None]
"""A bound of a column, and the owner of it."""


class BudgetError(Exception):
    """More programmes than one group may take; nothing is known beyond what was found until then."""


class Relaxed:
    """One persistent model: a column per quantity, bounded by what is claimed of it alone; a row per other statement.

    A claim is withdrawn by freeing what it bounds; the model itself is never rebuilt, but can be added to. A quantity
    is at least ``lowest``, those of ``signed`` may be anything, and ``branched`` bounds some further. ``work`` counts
    solves, a large one as several; past ``most_work`` it is a ``BudgetError``. The model's numbers are those of the
    figures divided by ``scale``.
    """

    def __init__(
        self,
        quantities: Sequence[str] = (),
        rows: Sequence[Row] = (),
        lowest: float = 0.0,
        whole: Collection[str] = (),
        signed: Collection[str] = (),
    ) -> None:
        self.column: dict[str, int] = {}
        self.rows: list[Row] = []
        self.work = 0.0
        self.most_work = math.inf
        self.scale = 1.0
        self._whole_names, self._signed, self._lowest = whole, signed, max(lowest, -INFINITY)
        self.whole: list[int] = []
        self._least: list[float] = []
        self._claimed: list[list[tuple[float, float, int | None]]] = []
        self.branched: dict[int, tuple[float, float]] = {}
        self._crossed: dict[int, tuple[int | None, int | None]] = {}
        self._ends: list[tuple[_End, _End]] = []
        self._terms: list[Terms] = []
        self._between: list[tuple[float, float]] = []
        self._owner: list[int | None] = []
        self._rows_of: dict[int, list[int]] = {}
        self._columns_of: dict[int, list[int]] = {}
        self._free: set[int] = set()
        self._model = Model()
        self.add(quantities, rows)

    def close(self) -> None:
        """Let another programme use the solver; this one solves no more."""
        self._model.close()

    @property
    def owners(self) -> set[int]:
        """The claims, and relations as negative numbers, that are in the programme."""
        return {*self._rows_of, *self._columns_of}

    def add(self, quantities: Sequence[str], rows: Sequence[Row]) -> None:
        """Take in more quantities, and rows of these and of those there are; what is withdrawn stays so."""
        fresh = [name for name in quantities if name not in self.column]
        for name in fresh:
            self.column[name] = len(self.column)
            self._least.append(-INFINITY if name in self._signed else self._lowest)
            self._claimed.append([])
            if name in self._whole_names:
                self.whole.append(self.column[name])
        if fresh:
            least = self._least[-len(fresh) :]
            self._ends += [((low, None), (INFINITY, None)) for low in least]
            self._model.add_columns(least, [INFINITY] * len(fresh))
        made: list[tuple[Terms, float, float]] = []
        bounded = set()
        for terms, lower, upper, owner in rows:
            low, high = lower / self.scale, upper / self.scale
            self.rows.append((terms, low, high, owner))
            numbered = [(self.column[name], coefficient) for name, coefficient in terms]
            if len(numbered) == 1 and numbered[0][1] == 1.0:
                column = numbered[0][0]
                self._claimed[column].append((low, high, owner))
                bounded.add(column)
                if owner is not None:
                    self._columns_of.setdefault(owner, []).append(column)
                continue
            if owner is not None:
                self._rows_of.setdefault(owner, []).append(len(self._terms))
            self._terms.append(numbered)
            self._between.append((low, high))
            self._owner.append(owner)
            made.append((numbered, low, high) if owner not in self._free else (numbered, -INFINITY, INFINITY))
        self._model.add_rows(made)
        for column in sorted(bounded):
            self._set(column)

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

    def ends(self, terms: Sequence[tuple[str, float]], withdrawn: Collection[int] = ()) -> tuple[float, float]:
        """The least and the most that a sum can be when these claims are withdrawn and the rest can be true.

        Raises:
            SolverError: any status but optimal or unbounded.
        """
        self._withdraw(set(withdrawn))
        found = []
        for sign in (1.0, -1.0):
            for name, coefficient in terms:
                self._model.cost(self.column[name], sign * coefficient)
            found.append(self._optimum(terms[0][0]) * sign * self.scale)
        for name, _ in terms:
            self._model.cost(self.column[name], 0.0)
        return found[0], found[1]

    def _optimum(self, name: str) -> float:
        """The least of the present costs, minus infinity where there is none."""
        self._count()
        if self._crossed:
            raise SolverError(f"solver: expected an optimum of {name!r}, got none that is possible. Report this group.")
        return self._model.least(name)

    def _conflict(self) -> set[int] | None:
        """The owners of one conflict as the model stands; none where there is none."""
        return self._impossible()

    def _impossible(self) -> set[int] | None:
        """The owners of what makes the model infeasible as it stands, fractions allowed; none where nothing does."""
        if self._crossed:
            return {owner for owner in self._crossed[min(self._crossed)] if owner is not None}
        self._count()
        if not self.column or self._model.is_feasible():
            return None
        ray = self._model.ray()
        found = None if ray is None else self._of_ray(ray)
        if found is None:
            aside = {owner for owner in self._free if owner < 0}
            return self.shrink({owner for owner in self.owners - self._free if owner >= 0}, aside=aside)
        return found

    def _of_ray(self, ray: Sequence[float]) -> set[int] | None:
        """The owners of the rows and bounds that a ray sums to an impossible one; none where its sum is possible."""
        used = [(row, weight) for row, weight in enumerate(ray) if abs(weight) > _NOTHING]
        summed: dict[int, float] = {}
        for row, weight in used:
            for column, coefficient in self._terms[row]:
                summed[column] = summed.get(column, 0.0) + weight * coefficient
        best, members = 0.0, None
        for sign in (1.0, -1.0):
            # What the rows leave of the sum at least, and what the columns make of it at most.
            gap = sum(sign * w * self._between[row][0 if sign * w > 0 else 1] for row, w in used)
            owners = {self._owner[row] for row, _ in used}
            for column, a in summed.items():
                if abs(a) > _NOTHING:
                    end, owner = self._ends[column][1 if sign * a > 0 else 0]
                    gap -= sign * a * end
                    owners.add(owner)
            if gap > best:
                best, members = gap, owners
        return None if members is None else {owner for owner in members if owner is not None}

    def _only(self, claims: Collection[int], aside: Collection[int] = ()) -> None:
        """Withdraw every claim but these; relations stay, but for those aside."""
        self._withdraw({number for number in self.owners if number >= 0 and number not in claims} | set(aside))

    def _withdraw(self, wanted: set[int]) -> None:
        changed = wanted ^ self._free
        self._free = wanted
        for number in sorted(changed):
            for row in self._rows_of.get(number, ()):
                lower, upper = (-INFINITY, INFINITY) if number in wanted else self._between[row]
                self._model.bound_row(row, max(lower, -INFINITY), min(upper, INFINITY))
        for column in sorted({column for number in changed for column in self._columns_of.get(number, ())}):
            self._set(column)

    def _set(self, column: int) -> None:
        """Bound a column by what is claimed of it now; two claims that exclude each other cross."""
        low: _End = (self._least[column], None)
        high: _End = (INFINITY, None)
        for lower, upper, owner in self._claimed[column]:
            if owner not in self._free:
                low = (lower, owner) if lower > low[0] else low
                high = (upper, owner) if upper < high[0] else high
        if column in self.branched:
            lower, upper = self.branched[column]
            low = (lower, None) if lower > low[0] else low
            high = (upper, None) if upper < high[0] else high
        if low[0] > high[0] + _SAME:
            self._crossed[column] = (low[1], high[1])
            return
        self._crossed.pop(column, None)
        if self._ends[column] != (low, high):
            self._ends[column] = (low, high)
            self._model.bound_column(column, min(low[0], high[0]), high[0])

    def _count(self) -> None:
        size = len(self._terms) + len(self.column)
        self.work += min(max(size / _USUAL_SIZE, 1.0), _MOST_AS_ONE)
        if self.work > self.most_work:
            raise BudgetError(f"{self.work:,.0f} programmes solved: expected fewer. Look at the table as a whole.")
