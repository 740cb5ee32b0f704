"""Connected groups of figures around a contradiction, each as a linear system to explain."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cuadra.checks.explain.system import Claim, Finding, Near, Relation, System
from cuadra.checks.verdicts.engine import fill, one, read

Row = Sequence[Any]
_Near = dict[int, Near]
_Numbers = NDArray[np.integer[Any]]

CERTAIN = (
    "FROM engine.finding WHERE verdict IN ('fails', 'doubtful') AND i NOT IN (SELECT settled.i FROM engine.settled)"
)


class _Rows(NamedTuple):
    """What the tables have of one group, but for its relations."""

    quantities: Sequence[Row]
    claims: Sequence[Row]
    findings: Sequence[Row]


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
    # As parameters, each number would be made an object first.
    con.register("engine_component", pd.DataFrame(found))
    con.execute("INSERT INTO engine.component SELECT q, component FROM engine_component")
    con.unregister("engine_component")
    con.execute(
        "INSERT INTO engine.finding_component SELECT i, component FROM "
        f"(SELECT i, quantities[1] AS q {CERTAIN}) INNER JOIN engine.component USING (q)"
    )
    con.execute(read("82_group"))


def failing(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The numbers of the connected groups in which something fails."""
    return {group for (group,) in con.execute("SELECT DISTINCT component FROM engine.group_finding").fetchall()}


def systems(con: duckdb.DuckDBPyConnection, components: Collection[int]) -> dict[int, System]:
    """The linear systems of these connected groups by their numbers.

    What is in a group is in an order of names, the same however the figures came.
    """
    con.execute("TRUNCATE engine.group_wanted")
    fill(con, "group_wanted", [(component,) for component in sorted(components)])
    con.execute(read("83_neighbour"))
    made, _ = _systems(con, components, _near(con))
    return made


def without_near(
    con: duckdb.DuckDBPyConnection, components: Collection[int]
) -> tuple[dict[int, System], dict[int, int]]:
    """The linear systems of these connected groups by their numbers, without what neighbouring figures say.

    Also the place of each relation among those of its group, by its instance.
    """
    return _systems(con, components, {})


def _systems(
    con: duckdb.DuckDBPyConnection, wanted: Collection[int], near: _Near
) -> tuple[dict[int, System], dict[int, int]]:
    quantities = _by_group(con, "group_quantity", wanted)
    relations = _by_group(con, "group_relation", wanted)
    claims = _by_group(con, "group_claim", wanted)
    findings = _by_group(con, "group_finding", wanted)
    made: dict[int, System] = {}
    places: dict[int, int] = {}
    for group in sorted(wanted):
        names = {q: text for q, text, *_ in quantities[group]}
        numbered = _relations(relations[group], names)
        places |= {i: place for place, (i, _) in enumerate(numbered)}
        ordered = [relation for _, relation in numbered]
        rows = _Rows(quantities[group], claims[group], findings[group])
        made[group] = _system(rows, ordered, near, places)
    return made, places


def _relations(rows: Sequence[Row], names: Mapping[int, str]) -> list[tuple[int, Relation]]:
    """The relations of a group with their instances, in an order of names."""
    made = [
        (i, Relation(rule, tuple(sorted((names[q], a) for q, a in zip(members, coefficients, strict=True))), low, high))
        for i, rule, members, coefficients, low, high in rows
    ]
    return sorted(made, key=lambda pair: (pair[1].rule, pair[1].terms, pair[1].lower, pair[1].upper))


def _system(rows: _Rows, relations: Sequence[Relation], near: _Near, places: Mapping[int, int]) -> System:
    """One system, everything in it in an order of names: numbers differ where the same figures come in parts."""
    name = {q: text for q, text, *_ in rows.quantities}
    claimed = [
        Claim(
            who, name[q], low, high, likely_low, likely_high, qualifier, name.get(base), stated_of,
            says or "", locator or "", source or "", published or "", tuple(computed_from.split()),
            is_growth=is_growth, is_percent=is_percent, per=per,
        )
        for who, q, low, high, likely_low, likely_high, qualifier, base, stated_of, says, locator, source,
        published, is_growth, is_percent, per, computed_from in rows.claims
    ]  # fmt: skip
    about = [
        Finding(key, places.get(i), share, name.get(q), frozenset((behind or "").split()))
        for i, key, share, q, behind in rows.findings
    ]
    return System(
        tuple(sorted(name.values())),
        tuple(relations),
        tuple(sorted(claimed, key=lambda each: (each.observation_id, each.quantity))),
        tuple(sorted(about, key=lambda each: each.key)),
        frozenset(text for _, text, is_whole, _ in rows.quantities if not is_whole),
        frozenset(text for _, text, _, is_signed in rows.quantities if is_signed),
        {text: near[q] for q, text in name.items() if q in near},
    )


def _near(con: duckdb.DuckDBPyConnection) -> _Near:
    """What figures near each quantity lead one to expect of it."""
    alike = con.execute("SELECT q, list(printed ORDER BY place) FROM engine.alike GROUP BY q").fetchall()
    found = {q: Near(alike=tuple(values)) for q, values in alike}
    for q, earlier, later, passed, is_cumulative in con.execute("FROM engine.neighbour").fetchall():
        found[q] = Near(earlier, later, 0.5 if passed is None else passed, is_cumulative=is_cumulative)
    return found


def _by_group(
    con: duckdb.DuckDBPyConnection, table: str, groups: Collection[int] | None
) -> defaultdict[int, list[Row]]:
    """The rows of a table by their group, all of them or those of some."""
    wanted = "TRUE" if groups is None else f"component IN ({', '.join(f'{group:d}' for group in groups)})"
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for group, *row in con.execute(f"SELECT * FROM engine.{table} WHERE {wanted}").fetchall():
        found[group].append(row)
    return found


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
