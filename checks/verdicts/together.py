"""Groups that bounds alone do not decide: whether all their figures can be true together, by a linear programme.

Bounds propagated from relation to relation decide a group whose relations form no circle. Where shares or ranges chain
in a circle, each relation may be possible and all of them not.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import duckdb
import numpy as np

from cuadra.checks.explain.linear import BudgetError, Programme, SolverError
from cuadra.checks.explain.rows import Row
from cuadra.checks.explain.smallest import smallest
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.verdicts import component
from cuadra.checks.verdicts.engine import fill, one, read

RULE = "together"

LARGEST = 5_000
"""Relations of one group at most; of a larger one nothing is said but that it is not decided."""

MOST_RELATIONS = 200_000
"""Relations of groups that are decided at most, the smallest groups first."""

NOT_DECIDED = "not decided"
"""The verdict on a group that is too large, or whose search ended before it knew."""


class _Relation(NamedTuple):
    """An undecided relation: its quantities, ``free`` those that are not pinned, with hard and likely coefficients.

    What is doubtful by itself is possible, and is no part of what a reader expects.
    """

    i: int
    free: list[int]
    quantities: list[int]
    least: list[float]
    greatest: list[float]
    likely_least: list[float]
    likely_greatest: list[float]
    low: float
    high: float
    is_doubtful: bool


class _Bounds(NamedTuple):
    """What a quantity lies between by the words and the rules, and what a reader expects."""

    lower: float
    upper: float
    likely_lower: float
    likely_upper: float
    is_whole: bool


def decide(con: duckdb.DuckDBPyConnection) -> None:
    """Find the groups whose figures cannot all be true, or be what readers expect, and give each a finding.

    The finding is about the quantities of the whole group until `name` knows its smallest conflict. A group that is too
    large, or whose search ends before it knows, is kept as not decided.
    """
    if not one(con, f"SELECT count(*) FROM engine.kept WHERE rule = '{RULE}'"):
        return
    groups = _groups(con)
    kept, left_out = _within_limits(groups)
    bounds = _bounds(con, kept)
    rows: list[tuple[object, ...]] = []
    for number, group in enumerate([*kept, *left_out]):
        quantities = sorted({q for each in group for q in each.quantities})
        is_kept = number < len(kept)
        verdict = _verdict(group, {q: bounds[q] for q in quantities}) if is_kept else NOT_DECIDED
        # What bounds decide too is no further relation where it holds.
        if verdict != "holds" or _has_circle(group):
            rows.append((number, verdict, quantities))
    fill(con, "together", rows)
    con.execute(read("79_together"))


def name(con: duckdb.DuckDBPyConnection) -> None:
    """Key these findings by the smallest conflict of their figures, and say which figures and quantities are in it.

    What is doubtful of the figures of a conflict is no finding beside it.
    """
    found = con.execute(
        "SELECT finding.i, component, verdict, finding.quantities FROM engine.finding "
        "INNER JOIN engine.finding_component USING (i) WHERE rule = ? ORDER BY finding.i",
        [RULE],
    ).fetchall()
    if not found:
        return
    systems, places = component.without_near(con, {group for _, group, *_ in found})
    told, known = _told(con), _found(con)
    failing = frozenset().union(*told)
    rows: list[tuple[object, ...]] = []
    for i, group, verdict, quantities in found:
        listed = con.execute("SELECT name, q FROM engine.group_quantity WHERE component = ?", [group]).fetchall()
        numbers = dict(listed)
        within = {text for text, q in listed if q in quantities}
        aside = _Aside.of(places, known[group], {q: text for text, q in listed}, verdict)
        claims, inner = _conflict(systems[group], verdict, within, aside, failing)
        key, members, figures, sources = _named(systems[group], numbers, within, claims, inner)
        if any(each <= {*figures.split()} for each in told):
            key = None  # a relation by itself tells it
        rows.append((i, key, members, figures, sources))
    fill(con, "together_conflict", rows)
    con.execute(read("84_together"))
    con.execute(read("85_doubtful"))
    con.execute(read("82_told"))


def _groups(con: duckdb.DuckDBPyConnection) -> list[list[_Relation]]:
    """The undecided groups that bounds do not settle, the smallest first."""
    con.execute(read("79_free"))
    pairs = con.execute("SELECT min(q) OVER (PARTITION BY i) AS q, q AS other FROM engine.free").fetchnumpy()
    if not len(pairs["q"]):
        return []
    joined = component.connected(np.asarray(pairs["q"]), np.asarray(pairs["other"]))
    con.execute("INSERT INTO engine.free_group SELECT unnest($q), unnest($component)", joined)
    groups: defaultdict[int, list[_Relation]] = defaultdict(list)
    for number, *row in con.execute(read("79_undecided")).fetchall():
        groups[number].append(_Relation(*row))
    return sorted(groups.values(), key=lambda group: (len(group), group[0].i))


def _has_circle(group: Sequence[_Relation]) -> bool:
    free = {q for each in group for q in each.free}
    return sum(len(each.free) for each in group) > len(free) + len(group) - 1


def _within_limits(groups: Sequence[list[_Relation]]) -> tuple[list[list[_Relation]], list[list[_Relation]]]:
    """The groups to decide, and those that are too large, or too many."""
    kept: list[list[_Relation]] = []
    left = MOST_RELATIONS
    for group in groups:
        left -= len(group)
        if len(group) > LARGEST or left < 0:
            break
        kept.append(group)
    return kept, [*groups[len(kept) :]]


def _bounds(con: duckdb.DuckDBPyConnection, groups: Sequence[Sequence[_Relation]]) -> dict[int, _Bounds]:
    wanted = sorted({q for group in groups for each in group for q in each.quantities})
    rows = con.execute(
        "SELECT q, lower, upper, greatest(likely_lower, lower), least(likely_upper, upper), is_whole "
        "FROM engine.quantity WHERE q IN (SELECT unnest($wanted::BIGINT[]))",
        {"wanted": wanted},
    ).fetchall()
    return {q: _Bounds(*ends) for q, *ends in rows}


def _verdict(group: Sequence[_Relation], bounds: Mapping[int, _Bounds]) -> str:
    """What can be true of a group: fails, doubtful where not as readers expect, holds, or not decided."""
    hard = [(each, each.least, each.greatest) for each in group]
    is_possible = _is_possible(hard, {q: (each.lower, each.upper) for q, each in bounds.items()}, bounds)
    if not is_possible:
        return NOT_DECIDED if is_possible is None else "fails"
    likely = [(each, each.likely_least, each.likely_greatest) for each in group if not each.is_doubtful]
    ends = {q: (each.likely_lower, each.likely_upper) for q, each in bounds.items()}
    is_expected = _is_possible(likely, ends, bounds)
    if is_expected is None:
        return NOT_DECIDED
    return "holds" if is_expected else "doubtful"


def _is_possible(
    relations: Sequence[tuple[_Relation, Sequence[float], Sequence[float]]],
    ends: Mapping[int, tuple[float, float]],
    bounds: Mapping[int, _Bounds],
) -> bool | None:
    """Whether numbers within these ends make all relations true; none where the search ends before it knows."""
    rows: list[Row] = []
    for each, least, greatest in relations:
        for coefficients, low, high in _sides(each, least, greatest):
            terms = [(str(q), a) for q, a in zip(each.quantities, coefficients, strict=True) if a]
            rows.append((terms, low, high, len(rows)))
    for q, (low, high) in ends.items():
        rows.append(([(str(q), 1.0)], low, high, len(rows)))
    whole = {str(q) for q, each in bounds.items() if each.is_whole}
    programme = Programme([str(q) for q in ends], rows, lowest=-math.inf, whole=whole)
    try:
        is_possible = programme.conflict(()) is None
    except (SolverError, BudgetError):
        return None
    return is_possible if programme.is_decided else None


def _sides(
    each: _Relation, least: Sequence[float], greatest: Sequence[float]
) -> list[tuple[Sequence[float], float, float]]:
    """A relation as sums between two ends; a share is two, one for each of its factors."""
    if least == greatest:
        return [(least, each.low, each.high)]
    sides: list[tuple[Sequence[float], float, float]] = [(least, each.low, math.inf)]
    return sides if math.isinf(each.high) else [*sides, (greatest, -math.inf, each.high)]


def _told(con: duckdb.DuckDBPyConnection) -> list[frozenset[str]]:
    """The figures behind each finding of one relation by itself."""
    rows = con.execute("SELECT observations FROM engine.finding WHERE verdict = 'fails' AND rule <> ?", [RULE])
    return [frozenset(text.split()) for (text,) in rows.fetchall() if text]


def _found(con: duckdb.DuckDBPyConnection) -> defaultdict[int, list[tuple[Any, ...]]]:
    """What fails or is doubtful by itself in each group: its verdict, instance, quantity and share."""
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for group, *row in con.execute(read("84_found")).fetchall():
        found[group].append(tuple(row))
    return found


class _Aside(NamedTuple):
    """What is found by itself already: relations and shares that need not hold, quantities that are all they span."""

    relations: frozenset[int]
    shares: frozenset[str]
    quantities: frozenset[str]

    @classmethod
    def of(
        cls, places: Mapping[int, int], found: Sequence[tuple[Any, ...]], names: Mapping[int, str], verdict: str
    ) -> "_Aside":
        """What is set aside to find what else fails; what is doubtful only where that is asked."""
        mine = [row for row in found if row[0] == "fails" or verdict == "doubtful"]
        return cls(
            frozenset(-1 - places[i] for _, i, *_ in mine if i in places),
            frozenset(share for *_, share in mine if share is not None),
            frozenset(names[q] for _, _, q, _ in mine if q in names),
        )

    def widened(self, claims: Sequence[Claim], hard: Sequence[Claim]) -> list[Claim]:
        """The claims, those of the quantities set aside as wide as all that is said of them."""
        ends: dict[str, tuple[float, float]] = {}
        for each in hard:
            if each.base is None:
                low, high = ends.get(each.quantity, (math.inf, -math.inf))
                ends[each.quantity] = (min(low, each.lower), max(high, each.upper))
        return [
            replace(each, lower=ends[each.quantity][0], upper=ends[each.quantity][1])
            if each.base is None and each.quantity in self.quantities
            else each
            for each in claims
        ]


def _named(
    system: System,
    numbers: Mapping[str, int],
    within: Collection[str],
    claims: Sequence[Claim],
    inner: Collection[str],
) -> tuple[str | None, list[int], str, str]:
    """The key, quantities, figures and sources of a conflict, or of the whole group where none is found."""
    if not claims:
        claims = [each for each in system.claims if each.quantity in within]
        inner = within
    names = {each.quantity for each in claims} | {each.base for each in claims if each.base}
    figures = sorted({each.observation_id for each in claims})
    key = "|".join([RULE, *sorted(names), *figures])
    return (
        hashlib.sha256(key.encode()).hexdigest()[:12],
        sorted(numbers[name] for name in names | {*inner}),
        " ".join(figures),
        " ".join(sorted({each.source for each in claims})),
    )


def _conflict(
    system: System, verdict: str, within: Collection[str], aside: _Aside, failing: Collection[str]
) -> tuple[list[Claim], set[str]]:
    """The claims of the smallest conflict, and the quantities of the relations it breaks; none where none is found.

    What is found by itself already is set aside first, so that it hides nothing else; the figures of the group itself
    come before those that only bound them.
    """
    claims = [
        replace(each, lower=each.likely_lower, upper=each.likely_upper) if verdict == "doubtful" else each
        for each in system.claims
    ]
    everything = [n for n, each in enumerate(claims) if each.observation_id not in aside.shares]
    mine = [n for n in everything if claims[n].quantity in within]
    apart = [n for n, each in enumerate(claims) if each.observation_id not in failing]
    searches = (
        (replace(system, claims=tuple(aside.widened(claims, system.claims))), aside.relations, (mine, everything)),
        (replace(system, claims=tuple(claims)), frozenset[int](), (apart, range(len(claims)))),
    )
    try:
        for asked, left_out, starts in searches:
            programme = Programme.of(asked)
            for start in starts:
                if numbers := smallest(programme, start, left_out):
                    members = programme.members_of(numbers, left_out)
                    inner = {name for n in members if n < 0 for name, _ in system.relations[-1 - n].terms}
                    return [system.claims[n] for n in sorted(numbers)], inner
    except (SolverError, BudgetError):
        pass
    return [], set()
