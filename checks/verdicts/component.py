"""Connected groups of figures around a contradiction, each as a linear system to explain."""

import math
from collections.abc import Iterable, Sequence

import duckdb

from cuadra.checks.explain.system import Claim, Relation, System
from cuadra.checks.verdicts.engine import fill, one, read

_CERTAIN = "FROM engine.finding WHERE verdict <> 'open'"


def components(con: duckdb.DuckDBPyConnection) -> None:
    """Number the connected groups that hold a failing or doubtful finding, and gather what they are made of."""
    con.execute(f"INSERT INTO engine.near SELECT DISTINCT unnest(quantities) AS q {_CERTAIN}")
    step, size = read("81_near"), -1
    while size != (size := one(con, "SELECT count(*) FROM engine.near")):
        con.execute(step)
    edges = con.execute(
        "SELECT list(q) FROM engine.term SEMI JOIN engine.near USING (q) GROUP BY i ORDER BY i"
    ).fetchall()
    findings = con.execute(f"SELECT i, quantities {_CERTAIN} ORDER BY i").fetchall()
    group = _joined([*(edge for (edge,) in edges), *(quantities for _, quantities in findings)])
    numbers = {root: number for number, root in enumerate(sorted(set(group.values())))}
    fill(con, "component", [(q, numbers[root]) for q, root in group.items()])
    fill(con, "finding_component", [(i, numbers[group[quantities[0]]]) for i, quantities in findings])
    con.execute(read("82_group"))


def system(con: duckdb.DuckDBPyConnection, component: int) -> System:
    """The relations between quantities of one group, by name, and the claims of its figures."""
    quantities = _rows(con, "engine.group_quantity", "q", component)
    name = {q: name for _, q, name, *_ in quantities}
    relations = [
        Relation(rule, tuple((name[q], a) for q, a in zip(members, coefficients, strict=True)), low, high)
        for _, _, rule, members, coefficients, low, high in _rows(con, "engine.group_relation", "i", component)
    ]
    claims = [
        Claim(who, name[q], low, high, likely_low, likely_high, qualifier, name.get(base), *words)
        for _, who, q, low, high, likely_low, likely_high, qualifier, base, *words in _rows(
            con, "engine.group_claim", "observation_id", component
        )
    ]
    *_, whole, signed = zip(*quantities, strict=True) if quantities else ((True,), (False,))
    lowest = -math.inf if any(signed) else 0.0
    return System(tuple(sorted(name.values())), tuple(relations), tuple(claims), lowest, is_whole=all(whole))


def _rows(con: duckdb.DuckDBPyConnection, table: str, order: str, component: int) -> list[tuple]:  # type: ignore[type-arg]  # columns differ
    return con.execute(f"SELECT * FROM {table} WHERE component = ? ORDER BY {order}", [component]).fetchall()


def _joined(groups: Iterable[Sequence[int]]) -> dict[int, int]:
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
