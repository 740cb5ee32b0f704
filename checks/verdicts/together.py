"""Groups that bounds alone do not decide: whether all their figures can be true together, by a linear programme.

Bounds propagated from relation to relation decide a group whose relations form no circle. Where shares or ranges chain
in a circle, each relation may be possible and all of them not.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import duckdb

from cuadra.checks.explain.linear import BudgetError, Programme, SolverError
from cuadra.checks.explain.rows import Row
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.verdicts import component
from cuadra.checks.verdicts.engine import fill, one, read

RULE = "together"

LARGEST = 5_000
"""Relations of one group at most; a larger one is a table of its own, whose parts bounds decide."""

MOST_RELATIONS = 200_000
"""Relations looked at in all at most, the smallest groups first."""


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
    is_share: bool
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

    The finding is about the quantities of the whole group until `name` knows its smallest conflict.
    """
    if not one(con, f"SELECT count(*) FROM engine.kept WHERE rule = '{RULE}'"):
        return
    groups = _groups(con)
    bounds = _bounds(con, groups)
    rows: list[tuple[object, ...]] = []
    for number, group in enumerate(groups):
        mine = {q: bounds[q] for q in sorted({q for each in group for q in each.quantities})}
        rows.append((number, _verdict(group, mine), [*mine]))
    fill(con, "together", rows)
    con.execute(read("79_together"))


def name(con: duckdb.DuckDBPyConnection) -> None:
    """Key these findings by the smallest conflict of their figures, and say which figures and quantities are in it."""
    found = con.execute(
        "SELECT finding.i, component, verdict, finding.quantities FROM engine.finding "
        "INNER JOIN engine.finding_component USING (i) WHERE rule = ? ORDER BY finding.i",
        [RULE],
    ).fetchall()
    if not found:
        return
    systems = component.without_near(con, {group for _, group, *_ in found})
    told = _told(con)
    failing = frozenset().union(*told)
    rows: list[tuple[object, ...]] = []
    for i, group, verdict, quantities in found:
        named = con.execute("SELECT name, q FROM engine.group_quantity WHERE component = ?", [group]).fetchall()
        key, inner, figures, sources = _named(systems[group], verdict, dict(named), quantities, failing)
        if any(each <= {*figures.split()} for each in told):
            key = None  # a relation by itself tells it
        rows.append((i, key, inner, figures, sources))
    fill(con, "together_conflict", rows)
    con.execute(read("84_together"))


def _groups(con: duckdb.DuckDBPyConnection) -> list[list[_Relation]]:
    """The undecided groups with a circle in which something is a share or a range, the smallest first."""
    relations = [_Relation(*row) for row in con.execute(read("79_undecided")).fetchall()]
    if not relations:
        return []
    root = component.joined([each.free for each in relations])
    groups: defaultdict[int, list[_Relation]] = defaultdict(list)
    for each in relations:
        groups[root[each.free[0]]].append(each)
    ranged = {
        q
        for (q,) in con.execute(
            "SELECT q FROM engine.quantity WHERE is_stated AND observed_lower < observed_upper"
        ).fetchall()
    }
    kept: list[list[_Relation]] = []
    left = MOST_RELATIONS
    for group in sorted(groups.values(), key=lambda group: (len(group), group[0].i)):
        free = {q for each in group for q in each.free}
        has_circle = sum(len(each.free) for each in group) > len(free) + len(group) - 1
        left -= len(group) if has_circle else 0
        if (
            has_circle
            and (free & ranged or any(each.is_share for each in group))
            and len(group) <= LARGEST
            and left > 0
        ):
            kept.append(group)
    return kept


def _bounds(con: duckdb.DuckDBPyConnection, groups: Sequence[Sequence[_Relation]]) -> dict[int, _Bounds]:
    wanted = sorted({q for group in groups for each in group for q in each.quantities})
    rows = con.execute(
        "SELECT q, lower, upper, greatest(likely_lower, lower), least(likely_upper, upper), is_whole "
        "FROM engine.quantity WHERE q IN (SELECT unnest($wanted::BIGINT[]))",
        {"wanted": wanted},
    ).fetchall()
    return {q: _Bounds(*ends) for q, *ends in rows}


def _verdict(group: Sequence[_Relation], bounds: Mapping[int, _Bounds]) -> str:
    """What can be true of a group: fails, doubtful where not as readers expect, or holds where nothing hinders."""
    hard = [(each, each.least, each.greatest) for each in group]
    if not _is_possible(hard, {q: (each.lower, each.upper) for q, each in bounds.items()}, bounds):
        return "fails"
    likely = [(each, each.likely_least, each.likely_greatest) for each in group if not each.is_doubtful]
    ends = {q: (each.likely_lower, each.likely_upper) for q, each in bounds.items()}
    return "holds" if _is_possible(likely, ends, bounds) else "doubtful"


def _is_possible(
    relations: Sequence[tuple[_Relation, Sequence[float], Sequence[float]]],
    ends: Mapping[int, tuple[float, float]],
    bounds: Mapping[int, _Bounds],
) -> bool:
    """Whether numbers within these ends make all relations true; also where the search is too long to tell."""
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
        return programme.conflict(()) is None
    except (SolverError, BudgetError):
        return True


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


def _named(
    system: System, verdict: str, numbers: Mapping[str, int], quantities: Sequence[int], failing: Collection[str]
) -> tuple[str | None, list[int], str, str]:
    """The key, quantities, figures and sources of the smallest conflict, or of the whole group where none is found."""
    claims, inner = _conflict(system, verdict, failing)
    if not claims:
        within = {name for name, q in numbers.items() if q in quantities}
        claims = [each for each in system.claims if each.quantity in within]
        inner = within
    names = {each.quantity for each in claims} | {each.base for each in claims if each.base}
    figures = sorted({each.observation_id for each in claims})
    key = "|".join([RULE, *sorted(names), *figures])
    return (
        hashlib.sha256(key.encode()).hexdigest()[:12],
        sorted(numbers[name] for name in names | inner),
        " ".join(figures),
        " ".join(sorted({each.source for each in claims})),
    )


def _conflict(system: System, verdict: str, failing: Collection[str]) -> tuple[list[Claim], set[str]]:
    """The claims of the smallest conflict found, and the quantities of the relations that it breaks; none for none."""
    if verdict == "doubtful":
        likely = [replace(each, lower=each.likely_lower, upper=each.likely_upper) for each in system.claims]
        system = replace(system, claims=tuple(likely))
    programme = Programme.of(system)
    everything = set(range(len(system.claims)))
    apart = {n for n in everything if system.claims[n].observation_id not in failing}
    try:
        for start in (apart, everything):
            if members := programme.members_of(start):
                claims = programme.shrink({n for n in members if n >= 0})
                members = programme.members_of(claims) | claims
                inner = {name for n in members if n < 0 for name, _ in system.relations[-1 - n].terms}
                return [system.claims[n] for n in sorted(claims)], inner
    except (SolverError, BudgetError):
        pass
    return [], set()
