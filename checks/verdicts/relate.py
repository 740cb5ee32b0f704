"""Which quantities stand in which relation: code lists, periods, areas and stated rules over the figures at hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import duckdb

from cuadra.checks import codelist, period
from cuadra.checks.observation import BREAKDOWNS, QUANTITY
from cuadra.checks.rule import Rule, Stated, partition_rule

Cell = tuple[str, ...]
MANY = 10**6
"""More parts than any whole has: where a code list cannot say how many there are, some may always be missing."""

_ROLE = (
    "role INTEGER, name VARCHAR, rule VARCHAR, coef_low DOUBLE, coef_high DOUBLE, likely_coef_low DOUBLE, "
    "likely_coef_high DOUBLE, low DOUBLE, high DOUBLE, is_subject BOOLEAN, is_partition BOOLEAN, breakdown INTEGER, "
    "parts INTEGER, is_count BOOLEAN"
)


def _role(  # noqa: PLR0913 - one argument a column
    name: str, rule: str, coefficient: float, *, low: float = 0.0, high: float = 0.0, breakdown: int = 0,
    parts: int = 0, is_subject: bool | None = None, is_partition: bool = False,
) -> tuple[object, ...]:  # fmt: skip
    subject = coefficient < 0 if is_subject is None else is_subject
    whole = coefficient == int(coefficient)
    return (name, rule, *[coefficient] * 4, low, high, subject, is_partition, breakdown, parts, whole)


def cells(con: duckdb.DuckDBPyConnection) -> None:
    """Make the parents of all cells, and the role of each cell in each relation of the code lists."""
    rows = con.execute(f"SELECT cell, {', '.join(BREAKDOWNS)} FROM c_cell").fetchall()
    numbers: dict[Cell, int] = {tuple(row[1:]): row[0] for row in rows}
    ancestors = with_ancestors(numbers)
    known = {**numbers, **{cell: len(numbers) + n for n, cell in enumerate(sorted(ancestors.keys() - numbers.keys()))}}
    fill(con, "c_cell", f"cell INTEGER, {', '.join(f'{c} VARCHAR' for c in BREAKDOWNS)}",
          [(number, *cell) for cell, number in known.items()])  # fmt: skip
    fill(con, "c_ancestor", "cell INTEGER, ancestor INTEGER",
          [(known[cell], known[above]) for cell, all_above in ancestors.items() for above in all_above])  # fmt: skip
    roles, cell_roles, relations = _number_relations(known)
    flat = [("period part", 1.0, 0.0), ("period whole", -1.0, 0.0)]
    for name, coefficient, high in flat:
        roles.append(_role(name, "period_within_period", coefficient, low=float("-inf"), high=high))
    for rule in ("periods_make_year", "regions_make_country"):
        for tail, parts in (("", 0), (", rest", MANY)):
            for side, coefficient in (("part", 1.0), ("whole", -1.0)):
                roles.append(_role(f"{rule} {side}{tail}", rule, coefficient, parts=parts, is_partition=True))
    fill(con, "c_role", _ROLE, [(number, *role) for number, role in enumerate(roles)])
    fill(con, "c_cell_role", "relation INTEGER, cell INTEGER, role INTEGER", cell_roles)
    blocks_at_hand = one(con, "SELECT count(*) FROM c_block")
    con.execute(f"SET VARIABLE cells = {len(known)}::BIGINT")
    con.execute(f"SET VARIABLE relations = {max(relations, 1)}::BIGINT")
    con.execute(f"SET VARIABLE base = {blocks_at_hand * max(relations, 1)}::BIGINT")
    con.execute(f"SET VARIABLE roles = {len(roles)}")


def _parents(column: str) -> dict[str, set[str]]:
    parents: dict[str, set[str]] = defaultdict(set)
    for partition in codelist.load(column).partitions:
        for part in partition.parts:
            parents[part].add(partition.parent)
    return parents


def _ancestors(cell: Cell, parents: dict[str, dict[str, set[str]]]) -> set[Cell]:
    """Every cell that this one is part of, by one breakdown or several."""
    up = []
    for column, code in zip(BREAKDOWNS, cell, strict=True):
        codes, last = {code}, {code}
        while last := {p for c in last for p in parents[column].get(c, ())} - codes:
            codes |= last
        up.append(codes)
    return set(product(*up)) - {cell}


@dataclass(frozen=True)
class CellRelation:
    """Parts and their whole within one table of figures, as one partition of a code list relates them."""

    rule: str
    breakdown: int
    low: float
    parts_in_list: int
    parts: tuple[Cell, ...]
    whole: Cell


def with_ancestors(given: Iterable[Cell]) -> dict[Cell, set[Cell]]:
    """Each cell with every cell that it is part of, by one breakdown or several; those are cells of the answer too."""
    parents = {column: _parents(column) for column in BREAKDOWNS}
    known = {cell: _ancestors(cell, parents) for cell in given}
    for cell in {ancestor for ancestors in known.values() for ancestor in ancestors} - known.keys():
        known[cell] = _ancestors(cell, parents)
    return known


def cell_relations(known: Iterable[Cell]) -> Iterator[CellRelation]:
    """The relations that the code lists give between these cells, which hold every ancestor of each."""
    for place, column in enumerate(BREAKDOWNS):
        for partition in codelist.load(column).partitions:
            groups: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in known:
                if cell[place] in partition.parts:
                    groups[(*cell[:place], partition.parent, *cell[place + 1 :])].append(cell)
            rule = partition_rule(column, partition)
            low = 0.0 if partition.kind == "exhaustive" else float("-inf")
            for whole, parts in groups.items():
                for members in [[part] for part in parts] if partition.kind == "overlapping" else [parts]:
                    yield CellRelation(rule, 1 << place, low, len(partition.parts), tuple(members), whole)


def _number_relations(
    known: dict[Cell, int],
) -> tuple[list[tuple[object, ...]], list[tuple[int, int, int]], int]:
    """The roles, each cell's role in each relation, and how many relations there are."""
    roles: dict[tuple[object, ...], int] = {}
    rows: list[tuple[int, int, int]] = []
    count = 0
    for number, each in enumerate(cell_relations(known)):
        count = number + 1
        for name, coefficient, members in (("part", 1.0, each.parts), ("whole", -1.0, (each.whole,))):
            role = _role(
                name, each.rule, coefficient, low=each.low, breakdown=each.breakdown,
                parts=each.parts_in_list, is_partition=True,
            )  # fmt: skip
            place = roles.setdefault(role, len(roles))
            rows += [(number, known[cell], place) for cell in members]
    return list(roles), rows, count


def blocks(con: duckdb.DuckDBPyConnection, table: str = "c_block") -> None:
    """Say which of the periods and areas at hand, those of this table, lie within which."""
    periods = [row[0] for row in con.execute(f"SELECT DISTINCT time_period FROM {table}").fetchall() if row[0] != "_U"]
    fill(con, "c_within", "part VARCHAR, whole VARCHAR", period.within(periods))
    fill(
        con,
        "c_division",
        "part VARCHAR, whole VARCHAR, frequency VARCHAR, parts INTEGER",
        period.divisions(periods),
    )
    at_hand = {area for (area,) in con.execute(f"SELECT DISTINCT ref_area FROM {table}").fetchall()}
    areas = [
        (
            part,
            partition.parent,
            partition.name,
            len(partition.parts) if partition.kind == "exhaustive" else MANY,
        )
        for partition in codelist.load("ref_area").partitions
        for part in partition.parts
        if part in at_hand and partition.parent in at_hand
    ]
    fill(con, "c_region", "part VARCHAR, whole VARCHAR, partition VARCHAR, parts INTEGER", areas)


def stated(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Add the instances of the stated rules."""
    roles = one(con, "SELECT max(role) + 1 FROM c_role")
    counts = "(SELECT count(*) FROM c_pair_instance) + (SELECT count(*) FROM c_parts_instance)"
    con.execute(f"SET VARIABLE shares = getvariable('base') + {counts} + 1")
    base = one(con, "SELECT getvariable('shares') + (SELECT count(*) FROM c_share) + 1")
    for rule in rules:
        if rule.stated is None:
            continue
        made = _roles_of(rule.name, rule.stated)
        rows = ", ".join("(" + ", ".join(["?"] * (len(made[0]) + 1)) + ")" for _ in made)
        con.execute(
            f"INSERT INTO c_role VALUES {rows}",
            [v for n, role in enumerate(made) for v in (roles + n, *role)],
        )
        con.execute(_instances(rule.stated, base, roles))
        base = one(con, f"SELECT greatest({base}, coalesce(max(i), 0)) + 1 FROM c_term")
        roles += len(made)
    con.execute("DELETE FROM c_term WHERE role IN (SELECT role FROM c_role ANTI JOIN c_kept USING (rule))")


def _roles_of(name: str, given: Stated) -> list[tuple[object, ...]]:
    low, high = given.bounds()
    return [
        _role("right" if factor < 0 else "left", name, factor, low=low, high=high)
        for factor, _, _ in given.quantities()
    ]


def at_period(years_before: int, table: str = "") -> str:
    """The SQL of the period that a figure is compared for: its own, or so many years after it."""
    column = f"{table}time_period"
    if not years_before:
        return column
    return f"CASE WHEN length({column}) = 4 THEN ({column}::INTEGER + {years_before})::VARCHAR END"


def _instances(given: Stated, base: int, roles: int) -> str:
    """The SQL that relates the quantities of one stated rule: they agree on every column that no term fixes."""
    terms = given.quantities()
    shared = [column for column in QUANTITY if column not in terms[0][1] and column != "time_period"]
    earliest = max(years for _, _, years in terms)
    sources = []
    for place, (_, fixed, years) in enumerate(terms):
        wanted = [f"{column} = '{code}'" for column, code in fixed.items()]
        # Nothing is compared across a break in its series.
        wanted += ["NOT breaks"] if years < earliest else []
        sources.append(
            f"(SELECT q AS q{place}, {', '.join([*shared, f'{at_period(years)} AS at_period'])} FROM c_quantity "
            f"INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell) "
            f"WHERE {' AND '.join(['is_stated', *wanted])})"
        )
    joined = sources[0] + "".join(
        f" INNER JOIN {source} USING ({', '.join([*shared, 'at_period'])})" for source in sources[1:]
    )
    listed = ", ".join(f"q{place}" for place in range(len(terms)))
    one_a_term = " UNION ALL ".join(
        f"SELECT i, q{place} AS q, {roles + place} AS role FROM instance" for place in range(len(terms))
    )
    return (
        f"INSERT INTO c_term WITH instance AS (SELECT {base} + row_number() OVER () AS i, {listed} FROM {joined}) "
        + one_a_term
    )


def one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number that a query answers with."""
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    """Replace a temporary table by these rows."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
    if rows:
        values = list(zip(*rows, strict=True))
        con.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(values))}", [list(v) for v in values])
