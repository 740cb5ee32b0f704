"""Connected groups of figures around a contradiction, each as a linear system to explain."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import duckdb

from cuadra.checks.explain.system import Claim, Finding, Near, Relation, System
from cuadra.checks.verdicts.engine import fill, one, read

Row = Sequence[Any]
_Near = dict[int, Near]

_CERTAIN = (
    "FROM engine.finding WHERE verdict IN ('fails', 'doubtful') AND i NOT IN (SELECT settled.i FROM engine.settled)"
)


def components(con: duckdb.DuckDBPyConnection) -> None:
    """Number the connected groups that hold a failing or doubtful finding, and gather what they are made of."""
    con.execute(f"INSERT INTO engine.near SELECT DISTINCT unnest(quantities) AS q {_CERTAIN}")
    step, size = read("81_near"), -1
    while size != (size := one(con, "SELECT count(*) FROM engine.near")):
        con.execute(step)
    edges = con.execute(
        "SELECT list(q) FROM engine.term SEMI JOIN engine.near USING (q) ANTI JOIN engine.settled USING (i) "
        "GROUP BY i ORDER BY i"
    ).fetchall()
    findings = con.execute(f"SELECT i, quantities {_CERTAIN} ORDER BY i").fetchall()
    group = joined([*(edge for (edge,) in edges), *(quantities for _, quantities in findings)])
    numbers = {root: number for number, root in enumerate(sorted(set(group.values())))}
    fill(con, "component", [(q, numbers[root]) for q, root in group.items()])
    fill(con, "finding_component", [(i, numbers[group[quantities[0]]]) for i, quantities in findings])
    con.execute(read("82_group"))


def systems(con: duckdb.DuckDBPyConnection, component: int | None = None) -> dict[int, System]:
    """The linear system of every connected group in which something fails, or of one group, by its number.

    A group's relations are in the order of their instances, and its claims in that of their names.
    """
    con.execute(read("83_neighbour"))
    return _systems(con, None if component is None else {component}, _near(con))


def without_near(con: duckdb.DuckDBPyConnection, components: Collection[int]) -> dict[int, System]:
    """The linear systems of these connected groups by their numbers, without what neighbouring figures say."""
    return _systems(con, components, {})


def _systems(con: duckdb.DuckDBPyConnection, wanted: Collection[int] | None, near: _Near) -> dict[int, System]:
    quantities = _by_group(con, "group_quantity", "q", wanted)
    relations = _by_group(con, "group_relation", "i", wanted)
    claims = _by_group(con, "group_claim", "observation_id, q", wanted)
    findings = _by_group(con, "group_finding", "i", wanted)
    return {
        group: _system(quantities[group], relations[group], claims[group], findings[group], near)
        for group in sorted(findings if wanted is None else wanted)
    }


def _system(
    quantities: Sequence[Row], relations: Sequence[Row], claims: Sequence[Row], findings: Sequence[Row], near: _Near
) -> System:
    name = {q: text for q, text, *_ in quantities}
    place = {i: number for number, (i, *_) in enumerate(relations)}
    return System(
        tuple(sorted(name.values())),
        tuple(
            Relation(rule, tuple((name[q], a) for q, a in zip(members, coefficients, strict=True)), low, high)
            for _, rule, members, coefficients, low, high in relations
        ),
        tuple(
            Claim(
                who, name[q], low, high, likely_low, likely_high, qualifier, name.get(base), stated_of,
                says or "", locator or "", source or "", published or "", tuple(computed_from.split()),
                is_growth=is_growth, is_percent=is_percent,
            )
            for who, q, low, high, likely_low, likely_high, qualifier, base, stated_of, says, locator, source,
            published, is_growth, is_percent, computed_from in claims
        ),
        tuple(
            Finding(key, place.get(i), share, name.get(q), frozenset((behind or "").split()))
            for i, key, share, q, behind in findings
        ),
        frozenset(text for _, text, is_whole, _ in quantities if not is_whole),
        frozenset(text for _, text, _, is_signed in quantities if is_signed),
        {text: near[q] for q, text in name.items() if q in near},
    )  # fmt: skip


def _near(con: duckdb.DuckDBPyConnection) -> _Near:
    """What figures near each quantity lead one to expect of it."""
    alike = con.execute("SELECT q, list(printed ORDER BY place) FROM engine.alike GROUP BY q").fetchall()
    found = {q: Near(alike=tuple(values)) for q, values in alike}
    for q, earlier, later, passed, is_cumulative in con.execute("FROM engine.neighbour").fetchall():
        found[q] = Near(earlier, later, 0.5 if passed is None else passed, is_cumulative=is_cumulative)
    return found


def _by_group(
    con: duckdb.DuckDBPyConnection, table: str, order: str, groups: Collection[int] | None
) -> defaultdict[int, list[Row]]:
    """The rows of a table by their group, all of them or those of some."""
    wanted = "TRUE" if groups is None else f"component IN ({', '.join(f'{group:d}' for group in groups)})"
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for group, *row in con.execute(
        f"SELECT * FROM engine.{table} WHERE {wanted} ORDER BY component, {order}"
    ).fetchall():
        found[group].append(row)
    return found


def joined(groups: Iterable[Sequence[int]]) -> dict[int, int]:
    """The smallest member reachable from each member, over groups that share members."""
    root: dict[int, int] = {}

    def find(q: int) -> int:
        while root.setdefault(q, q) != q:
            root[q] = root[root[q]]
            q = root[q]
        return q

    for group in groups:
        for q in group:
            a, b = find(group[0]), find(q)
            root[max(a, b)] = min(a, b)
    return {q: find(q) for q in list(root)}
