"""How a relation comes to fail: the bounds of its quantities, each derived from claims and other relations."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from cuadra.checks.explain.rows import Row

_ROUNDS = 5
_SAME = 1e-7


class Bound(NamedTuple):
    """One end of what a quantity can be, the claim or relation it comes from, and the bounds that it rests on."""

    value: float
    owner: int | None = None
    rests_on: tuple["Bound", ...] = ()


class Bounds:
    """The ends of quantities that a few rows leave; whole numbers where they are whole."""

    def __init__(self, lowest: Mapping[str, float], whole: Collection[str]) -> None:
        self.lower = {name: Bound(value) for name, value in lowest.items()}
        self.upper = {name: Bound(math.inf) for name in lowest}
        self.whole = whole

    def first_broken(self, tested: Sequence[Row], rows: Sequence[Row]) -> set[int] | None:
        """The claims and relations that make one of the tested rows impossible, after as few rounds as it takes.

        Later rounds would also derive what another contradiction leads to.
        """
        for _ in range(_ROUNDS):
            found = next((owners for row in tested if (owners := self.broken(row)) is not None), None)
            if found is not None or not [row for row in rows if self._tighten(row)]:
                return found
        return next((owners for row in tested if (owners := self.broken(row)) is not None), None)

    def broken(self, row: Row) -> set[int] | None:
        """The claims and relations whose bounds make a row impossible; none when it is possible."""
        terms, lower, upper, _ = row
        for rests, limit, is_least in ((self._least(terms), upper, True), (self._most(terms), lower, False)):
            total = sum(a * bound.value for (_, a), bound in zip(terms, rests, strict=True))
            if total > limit + _SAME if is_least else total < limit - _SAME:
                return _owners(rests)
        return None

    def _least(self, terms: Sequence[tuple[str, float]]) -> list[Bound]:
        return [(self.lower if a > 0 else self.upper)[name] for name, a in terms]

    def _most(self, terms: Sequence[tuple[str, float]]) -> list[Bound]:
        return [(self.upper if a > 0 else self.lower)[name] for name, a in terms]

    def _tighten(self, row: Row) -> bool:
        terms, lower, upper, owner = row
        changed = False
        for limit, rests, is_upper in ((upper, self._least(terms), True), (lower, self._most(terms), False)):
            if math.isinf(limit):
                continue
            for place, (name, a) in enumerate(terms):
                others = tuple(bound for n, bound in enumerate(rests) if n != place)
                rest = sum(b * bound.value for (n, b), bound in zip(terms, rests, strict=True) if n != name)
                if a and not math.isinf(rest) and not math.isnan(rest):  # zero percent says nothing of its whole
                    end = (limit - rest) / a
                    changed |= self._set(name, end, is_upper=is_upper == (a > 0), owner=owner, rests_on=others)
        return changed

    def _set(self, name: str, value: float, *, is_upper: bool, owner: int | None, rests_on: tuple[Bound, ...]) -> bool:
        if name in self.whole:
            value = float(math.floor(value + 1e-6) if is_upper else math.ceil(value - 1e-6))
        ends = self.upper if is_upper else self.lower
        if value >= ends[name].value - _SAME if is_upper else value <= ends[name].value + _SAME:
            return False
        ends[name] = Bound(value, owner, rests_on)
        return True


def _owners(bounds: Sequence[Bound]) -> set[int]:
    """The owners of bounds and of all they rest on."""
    found: set[int] = set()
    left, seen = list(bounds), set()
    while left:
        bound = left.pop()
        if id(bound) in seen:
            continue
        seen.add(id(bound))
        if bound.owner is not None:
            found.add(bound.owner)
        left += bound.rests_on
    return found
