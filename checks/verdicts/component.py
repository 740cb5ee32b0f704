"""Connected groups of figures around a contradiction, each as a linear system to explain."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from cuadra.checks.explain.system import Claim, Finding, Near, Relation, System
from cuadra.checks.verdicts.engine import fill, one, read

Row = Sequence[Any]
_Near = dict[int, Near]
_Numbers = NDArray[np.integer[Any]]

CERTAIN = (
    "FROM engine.finding WHERE verdict IN ('fails', 'doubtful') AND i NOT IN (SELECT settled.i FROM engine.settled)"
)

_ORDER = (
    "i // 1000000000000000, if(i < engine.instance('periods', 0), i, 0), "
    "if(i // 1000000000000000 = 2, len(quantities), 0), if(i // 1000000000000000 = 5, i // 10000000000, 0), "
    "quantities, rule, i"
)
"""The order of relations, as their instances are numbered where all are evaluated at once."""


def components(con: duckdb.DuckDBPyConnection) -> None:
    """Number the connected groups that hold a failing or doubtful finding, and gather what they are made of."""
    con.execute(f"INSERT INTO engine.near SELECT DISTINCT unnest(quantities) AS q {CERTAIN}")
    step, size = read("81_near"), -1
    while size != (size := one(con, "SELECT count(*) FROM engine.near")):
        con.execute(step)
    edges = con.execute(
        "SELECT min(q) OVER (PARTITION BY i) AS q, q AS other FROM engine.term SEMI JOIN engine.near USING (q) "
        f"ANTI JOIN engine.settled USING (i) UNION ALL SELECT quantities[1], unnest(quantities) {CERTAIN}"
    ).fetchnumpy()
    if not len(edges["q"]):
        return
    found = connected(np.asarray(edges["q"]), np.asarray(edges["other"]))
    con.execute("INSERT INTO engine.component SELECT unnest($q), unnest($component)", found)
    con.execute(
        "INSERT INTO engine.finding_component SELECT i, component FROM "
        f"(SELECT i, quantities[1] AS q {CERTAIN}) INNER JOIN engine.component USING (q)"
    )
    con.execute(read("82_group"))


def systems(con: duckdb.DuckDBPyConnection, groups: Collection[int] | None = None) -> dict[int, System]:
    """The linear system of every connected group in which something fails, or of these groups, by its number.

    A group's relations are in the order of their instances, and its claims in that of their names.
    """
    con.execute("TRUNCATE engine.group_wanted")
    if groups is None:
        con.execute("INSERT INTO engine.group_wanted SELECT DISTINCT component FROM engine.group_finding")
    else:
        fill(con, "group_wanted", [(group,) for group in sorted(groups)])
    con.execute(read("83_neighbour"))
    return _systems(con, groups, _near(con))


def without_near(con: duckdb.DuckDBPyConnection, components: Collection[int]) -> dict[int, System]:
    """The linear systems of these connected groups by their numbers, without what neighbouring figures say."""
    return _systems(con, components, {})


def _systems(con: duckdb.DuckDBPyConnection, wanted: Collection[int] | None, near: _Near) -> dict[int, System]:
    quantities = _by_group(con, "group_quantity", "q", wanted)
    relations = _by_group(con, "group_relation", _ORDER, wanted)
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
                is_growth=is_growth, is_percent=is_percent, per=per,
            )
            for who, q, low, high, likely_low, likely_high, qualifier, base, stated_of, says, locator, source,
            published, is_growth, is_percent, per, computed_from in claims
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


def connected(one: _Numbers, other: _Numbers) -> dict[str, _Numbers]:
    """The numbers of the connected groups of quantities, ``q`` and ``component``, from pairs that are in one group.

    Groups are numbered from 0 in the order of their least quantities; no order of the pairs matters.
    """
    # Most confrontations of a command line have no group, and need not wait for it.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    quantities, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    first, second = np.split(places, 2)
    pairs = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(len(quantities),) * 2)
    _, label = connected_components(pairs, directed=False)
    _, least, group = np.unique(label, return_index=True, return_inverse=True)
    return {"q": quantities, "component": np.argsort(np.argsort(least))[group].astype(np.int32)}
