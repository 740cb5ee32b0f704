"""Connected groups of figures around a contradiction, each as a linear system to explain."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from cuadra.checks.explain.system import Claim, Relation, System
from cuadra.checks.observation import BREAKDOWNS
from cuadra.checks.verdicts.relate import fill

_SQL = Path(__file__).parent / "sql"
_STANDING = "FROM c_finding WHERE verdict <> 'open'"


def components(con: duckdb.DuckDBPyConnection) -> None:
    """Number the connected groups that hold a failing or doubtful finding, as ``c_finding_component``."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE c_near AS SELECT DISTINCT unnest(quantities) AS q {_STANDING}")
    step, size = (_SQL / "near.sql").read_text(encoding="utf-8"), -1
    while size != (size := len(con.execute("SELECT q FROM c_near").fetchall())):
        con.execute(step)
    edges = con.execute("SELECT list(q) FROM c_term SEMI JOIN c_near USING (q) GROUP BY i ORDER BY i").fetchall()
    findings = con.execute(f"SELECT i, quantities {_STANDING} ORDER BY i").fetchall()
    group = _joined([*(edge for (edge,) in edges), *(quantities for _, quantities in findings)])
    numbers = {root: number for number, root in enumerate(sorted(set(group.values())))}
    fill(con, "c_component", "q BIGINT, component INTEGER", [(q, numbers[root]) for q, root in group.items()])
    found = [(i, numbers[group[quantities[0]]]) for i, quantities in findings]
    fill(con, "c_finding_component", "i BIGINT, component INTEGER", found)
    _tell(con)


def _tell(con: duckdb.DuckDBPyConnection) -> None:
    """Gather names, relations and claims of all groups at once, so that each group is read without a search."""
    parts = ", ".join(f"if({column} = '_T', NULL, '{column}=' || {column})" for column in BREAKDOWNS)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_group_name AS "
        f"SELECT component, q, concat_ws(' ', indicator, ref_area, time_period, register, {parts}) AS name "
        "FROM c_quantity INNER JOIN c_component USING (q) INNER JOIN c_block USING (block) "
        "INNER JOIN c_cell USING (cell)"
    )
    for name in ("group_relation", "group_claim"):
        con.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


def system(con: duckdb.DuckDBPyConnection, component: int) -> System:
    """The relations between quantities of one group, by name, and the claims of its figures."""
    name = dict(con.execute("SELECT q, name FROM c_group_name WHERE component = ?", [component]).fetchall())
    relations = [
        Relation(rule, tuple((name[q], a) for q, a in zip(quantities, coefficients, strict=True)), low, high)
        for _, _, rule, quantities, coefficients, low, high in _rows(con, "c_group_relation", "i", component)
    ]
    claims = [
        Claim(who, name[q], low, high, likely_low, likely_high, qualifier, name.get(base), *words)
        for _, who, q, low, high, likely_low, likely_high, qualifier, base, *words in _rows(
            con, "c_group_claim", "observation_id", component
        )
    ]
    return System(tuple(sorted(name.values())), tuple(relations), tuple(claims))


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
