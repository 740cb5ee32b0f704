"""The part of a group that matters: what can be true by itself is looked at only once a withdrawal reaches it.

A quantity of which one exact number is claimed is *settled*. Relations that share settled quantities only say nothing
to each other, so that a group falls into *pieces*: relations, and shares of a quantity, that share others. With the
settled quantities as claimed, each piece either can be true or cannot. Those that cannot, and those of a finding, are
the beginning; a withdrawal that lets a settled quantity be anything brings in the pieces around it. What is left out in
the end can be true whatever the rest is, so that answers and ranges are those of the whole group.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cuadra.checks import reach
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.rows import Row, row_of_relation, rows_of_claim
from cuadra.checks.explain.system import System
from cuadra.checks.intervals import Interval

_NEARLY = 1e-7
"""The solver's own tolerance."""

_WHOLE = 1e-6
"""A number this close to a whole one is whole."""


@dataclass(frozen=True)
class _Piece:
    """Its relations, as negative numbers, and shares of a quantity, as the numbers of their claims; its quantities."""

    owners: tuple[int, ...]
    names: tuple[str, ...]


class Window:
    """A programme of those pieces of a group that were reached, and what it takes to reach more."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.programme = Programme.empty(system)
        self._plain: defaultdict[str, list[int]] = defaultdict(list)
        for number, claim in enumerate(system.claims):
            if claim.base is None:
                self._plain[claim.quantity].append(number)
        self._settled = {name: value for name in system.quantities if (value := self._exact(name)) is not None}
        self._pieces = self._apart()
        self._around: defaultdict[str, list[int]] = defaultdict(list)
        for place, piece in enumerate(self._pieces):
            for name in piece.names:
                self._around[name].append(place)
        self._reached: set[int] = set()
        self._take([*self._impossible(), *self._of_findings()])

    def reach(self, claims: Iterable[int]) -> bool:
        """Take in the pieces around what these claims are about; whether any was not there before."""
        about = [self.system.claims[number] for number in sorted(claims)]
        return self._take(place for each in about if each.base is None for place in self._around[each.quantity])

    def span(self, name: str, withdrawn: Collection[int]) -> Interval:
        """The least and the most that a quantity can be when these claims are withdrawn and the rest can be true.

        Whole where it is a whole number; where the search for whole ones is long, the ends may lie further apart.
        """
        if self._is_settled(name, withdrawn):
            return Interval(self._settled[name], self._settled[name])
        found = self._beside_settled(name, withdrawn)
        if found is None:
            self._take(self._around[name])
            found = Interval(*self.programme.span(name, withdrawn))
        return Interval(found.lower, max(found))

    def _is_settled(self, name: str, withdrawn: Collection[int]) -> bool:
        """Whether one exact number of a quantity is still claimed."""
        claims = self.system.claims
        return name in self._settled and any(
            number not in withdrawn and claims[number].lower == claims[number].upper for number in self._plain[name]
        )

    def _beside_settled(self, name: str, withdrawn: Collection[int]) -> Interval | None:
        """What settled quantities leave of another; none where something else is in a relation with it."""
        lower, upper = -math.inf if name in self.system.signed else 0.0, math.inf
        owners = [owner for place in self._around[name] for owner in self._pieces[place].owners]
        for owner in (*owners, *self._plain[name]):
            for terms, least, most, _ in self._rows(owner) if owner not in withdrawn else ():
                own = next((a for other, a in terms if other == name), 0.0)
                if not own:
                    continue
                rest = 0.0
                for other, a in terms:
                    if other != name:
                        if not self._is_settled(other, withdrawn):
                            return None
                        rest += a * self._settled[other]
                ends = (least - rest) / own, (most - rest) / own
                lower, upper = max(lower, min(ends)), min(upper, max(ends))
        if name not in self.system.amounts:
            lower, upper = math.ceil(lower - _WHOLE), math.floor(upper + _WHOLE) if upper < math.inf else upper
        return Interval(float(lower), float(upper))

    def _exact(self, name: str) -> float | None:
        """The one number claimed of a quantity that nothing said of it alone contradicts."""
        claims = [self.system.claims[number] for number in self._plain[name]]
        value = next((each.lower for each in claims if each.lower == each.upper), None)
        if value is None or any(not each.lower <= value <= each.upper for each in claims):
            return None
        is_whole = name in self.system.amounts or value == int(value)
        is_possible = is_whole and (value >= 0 or name in self.system.signed)
        return value if is_possible else None

    def _apart(self) -> list[_Piece]:
        """The pieces, in the order of their first relation or share; a quantity that is in none is one."""
        edges = {-1 - n: [name for name, _ in each.terms] for n, each in enumerate(self.system.relations)}
        edges |= {n: [each.quantity, each.base] for n, each in enumerate(self.system.claims) if each.base is not None}
        open_names = {owner: [name for name in names if name not in self._settled] for owner, names in edges.items()}
        root = reach.least(open_names.values())
        members: dict[str | int, list[int]] = {}
        for owner, names in open_names.items():
            members.setdefault(root[names[0]] if names else owner, []).append(owner)
        made = [
            _Piece(tuple(owners), tuple(dict.fromkeys(name for owner in owners for name in edges[owner])))
            for owners in members.values()
        ]
        alone = [name for name in self.system.quantities if name not in self._settled and name not in root]
        return [*made, *(_Piece((), (name,)) for name in alone)]

    def _impossible(self) -> list[int]:
        """The pieces that cannot be true with settled quantities as claimed, or of which that is not decided."""
        found, uncertain = [], []
        for place, piece in enumerate(self._pieces):
            if any(name not in self._settled for name in piece.names):
                uncertain.append(place)
            elif not all(self._holds(row) for owner in piece.owners for row in self._rows(owner)):
                found.append(place)
        uncertain = [place for place in uncertain if not self._is_plain(place)]
        if uncertain and not self._is_possible(uncertain):
            found += [place for place in uncertain if not self._is_possible([place])]
        return found

    def _is_plain(self, place: int) -> bool:
        """Whether a piece has but one quantity that is not settled, and numbers for it."""
        names = [name for name in self._pieces[place].names if name not in self._settled]
        span = self._beside_settled(names[0], ()) if len(names) == 1 else None
        return span is not None and span.lower <= span.upper + _NEARLY * self.programme.scale

    def _holds(self, row: Row) -> bool:
        terms, lower, upper, _ = row
        total = sum(coefficient * self._settled[name] for name, coefficient in terms)
        slack = _NEARLY * self.programme.scale
        return lower - slack <= total <= upper + slack

    def _is_possible(self, places: Sequence[int]) -> bool:
        """Whether these pieces can be true side by side, as far as the search for whole numbers comes to its end."""
        names = tuple(dict.fromkeys(name for place in places for name in self._pieces[place].names))
        programme = Programme.empty(self.system)
        rows = [row for place in places for owner in self._pieces[place].owners for row in self._rows(owner)]
        rows += [row for name in names for row in self._said(name)]
        programme.add(names, rows)
        is_possible = programme.conflict(()) is None and programme.is_decided
        programme.close()
        return is_possible

    def _of_findings(self) -> list[int]:
        """The pieces that the findings are about."""
        of_owner = {owner: place for place, piece in enumerate(self._pieces) for owner in piece.owners}
        number_of = {claim.observation_id: number for number, claim in enumerate(self.system.claims)}
        found: list[int] = []
        for finding in self.system.findings:
            share = number_of.get(finding.share or "")
            if finding.relation is not None:
                found.append(of_owner[-1 - finding.relation])
            elif share is not None and share in of_owner:
                found.append(of_owner[share])
            elif share is not None:
                found += self._around[self.system.claims[share].quantity]
            else:
                found += self._around[finding.quantity or ""]
        return found

    def _take(self, places: Iterable[int]) -> bool:
        fresh = [place for place in dict.fromkeys(places) if place not in self._reached]
        if not fresh:
            return False
        self._reached |= set(fresh)
        names = [name for place in fresh for name in self._pieces[place].names if name not in self.programme.column]
        names = [*dict.fromkeys(names)]
        rows = [row for place in fresh for owner in self._pieces[place].owners for row in self._rows(owner)]
        self.programme.add(names, rows + [row for name in names for row in self._said(name)])
        return True

    def _rows(self, owner: int) -> list[Row]:
        if owner < 0:
            return [row_of_relation(self.system.relations[-1 - owner], owner)]
        return rows_of_claim(self.system.claims[owner], owner)

    def _said(self, name: str) -> list[Row]:
        return [row for number in self._plain[name] for row in rows_of_claim(self.system.claims[number], number)]
