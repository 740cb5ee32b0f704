"""Which quantities stand in which relation: code lists, periods, areas and stated rules over the figures at hand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

import duckdb

from checks import codelist, period
from checks.observation import BLOCK, BREAKDOWNS, QUANTITY
from checks.rule import Rule, Term, partition_rule
from checks.system import Claim, Relation, System

Cell = tuple[str, ...]

_ROLE = (
    "role INTEGER, name VARCHAR, rule VARCHAR, coef_low DOUBLE, coef_high DOUBLE, likely_coef_low DOUBLE, "
    "likely_coef_high DOUBLE, low DOUBLE, high DOUBLE, is_subject BOOLEAN, is_partition BOOLEAN, breakdown VARCHAR, "
    "rest BOOLEAN, is_count BOOLEAN"
)


def _role(  # noqa: PLR0913 - one argument a column
    name: str, rule: str, coefficient: float, *, low: float = 0.0, high: float = 0.0, breakdown: str = "",
    rest: bool = False, is_subject: bool | None = None, is_partition: bool = False,
) -> tuple[object, ...]:  # fmt: skip
    subject = coefficient < 0 if is_subject is None else is_subject
    whole = coefficient == int(coefficient)
    return (name, rule, *[coefficient] * 4, low, high, subject, is_partition, breakdown, rest, whole)


def cells(con: duckdb.DuckDBPyConnection) -> None:
    """Make the parents of all cells, and the role of each cell in each relation of the code lists."""
    rows = con.execute(f"SELECT cell, {', '.join(BREAKDOWNS)} FROM c_cell").fetchall()
    numbers: dict[Cell, int] = {tuple(row[1:]): row[0] for row in rows}
    parents = {column: _parents(column) for column in BREAKDOWNS}
    known = dict(numbers)
    for cell in list(numbers):
        for ancestor in _ancestors(cell, parents):
            known.setdefault(ancestor, len(known))
    _fill(con, "c_cell", f"cell INTEGER, {', '.join(f'{c} VARCHAR' for c in BREAKDOWNS)}",
          [(number, *cell) for cell, number in known.items()])  # fmt: skip
    _fill(con, "c_ancestor", "cell INTEGER, ancestor INTEGER",
          [(number, known[a]) for cell, number in known.items() for a in _ancestors(cell, parents)])  # fmt: skip
    roles, cell_roles, relations = _cell_relations(known)
    flat = [("period part", 1.0, 0.0), ("period whole", -1.0, 0.0)]
    for name, coefficient, high in flat:
        roles.append(_role(name, "period_within_period", coefficient, low=float("-inf"), high=high))
    for rule in ("periods_make_year", "regions_make_country"):
        for rest in (False, True):
            tail = ", rest" if rest else ""
            for side, coefficient in (("part", 1.0), ("whole", -1.0)):
                roles.append(_role(f"{rule} {side}{tail}", rule, coefficient, rest=rest, is_partition=True))
    _fill(con, "c_role", _ROLE, [(number, *role) for number, role in enumerate(roles)])
    _fill(con, "c_cell_role", "relation INTEGER, cell INTEGER, role INTEGER", cell_roles)
    blocks_at_hand = _one(con, "SELECT count(*) FROM c_block")
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


def _cell_relations(
    known: dict[Cell, int],
) -> tuple[list[tuple[object, ...]], list[tuple[int, int, int]], int]:
    """The roles, each cell's role in each relation, and how many relations there are."""
    roles: list[tuple[object, ...]] = []
    numbers: dict[tuple[object, ...], int] = {}
    rows: list[tuple[int, int, int]] = []
    relation = 0

    def role_number(role: tuple[object, ...]) -> int:
        if role not in numbers:
            numbers[role] = len(roles)
            roles.append(role)
        return numbers[role]

    for place, column in enumerate(BREAKDOWNS):
        for partition in codelist.load(column).partitions:
            rule = partition_rule(column, partition)
            groups: dict[Cell, list[int]] = defaultdict(list)
            for cell, number in known.items():
                if cell[place] in partition.parts:
                    groups[(*cell[:place], partition.parent, *cell[place + 1 :])].append(number)
            low = 0.0 if partition.kind == "exhaustive" else float("-inf")
            for whole, parts in groups.items():
                rest = len(parts) < len(partition.parts)
                each = [[part] for part in parts] if partition.kind == "overlapping" else [parts]
                for members in each:
                    given = {"low": low, "breakdown": column, "rest": rest, "is_partition": True}
                    part_role = role_number(_role("part", rule, 1.0, **given))  # type: ignore[arg-type]
                    whole_role = role_number(_role("whole", rule, -1.0, **given))  # type: ignore[arg-type]
                    rows += [(relation, part, part_role) for part in members]
                    rows.append((relation, known[whole], whole_role))
                    relation += 1
    return roles, rows, relation


def blocks(con: duckdb.DuckDBPyConnection) -> None:
    """Say which of the periods and areas at hand lie within which."""
    periods = [row[0] for row in con.execute("SELECT DISTINCT time_period FROM c_block").fetchall() if row[0] != "_U"]
    _fill(con, "c_within", "part VARCHAR, whole VARCHAR", period.within(periods))
    _fill(
        con,
        "c_division",
        "part VARCHAR, whole VARCHAR, frequency VARCHAR, parts INTEGER",
        period.divisions(periods),
    )
    areas = [
        (
            part,
            partition.parent,
            partition.name,
            len(partition.parts) if partition.kind == "exhaustive" else 10**6,
        )
        for partition in codelist.load("ref_area").partitions
        for part in partition.parts
    ]
    _fill(con, "c_region", "part VARCHAR, whole VARCHAR, partition VARCHAR, parts INTEGER", areas)


def stated(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Add the instances of the stated rules."""
    names = [rule.name for rule in rules]
    con.execute("CREATE OR REPLACE TEMP TABLE c_kept AS SELECT unnest(?::VARCHAR[]) AS rule", [names])
    roles = _one(con, "SELECT max(role) + 1 FROM c_role")
    counts = "(SELECT count(*) FROM c_pair_instance) + (SELECT count(*) FROM c_parts_instance)"
    con.execute(f"SET VARIABLE shares = getvariable('base') + {counts} + 1")
    base = _one(con, "SELECT getvariable('shares') + (SELECT count(*) FROM c_share) + 1")
    for rule in rules:
        if rule.stated is None:
            continue
        made = _roles_of(rule)
        rows = ", ".join("(" + ", ".join(["?"] * (len(made[0]) + 1)) + ")" for _ in made)
        con.execute(
            f"INSERT INTO c_role VALUES {rows}",
            [v for n, role in enumerate(made) for v in (roles + n, *role)],
        )
        con.execute(_instances(rule, base, roles))
        base = _one(con, f"SELECT greatest({base}, coalesce(max(i), 0)) + 1 FROM c_term")
        roles += len(made)
    con.execute("DELETE FROM c_term WHERE role IN (SELECT role FROM c_role ANTI JOIN c_kept USING (rule))")


def _roles_of(rule: Rule) -> list[tuple[object, ...]]:
    given = rule.stated
    if given is None:
        return []
    low, high = {"at most": (float("-inf"), given.number), "at least": (given.number, float("inf"))}.get(
        given.is_, (given.number, given.number)
    )
    left = [_role("left", rule.name, term.times, low=low, high=high, is_subject=False) for term in given.left]
    right = [_role("right", rule.name, -term.times, low=low, high=high, is_subject=True) for term in given.right]
    return left + right


def _instances(rule: Rule, base: int, roles: int) -> str:
    """The SQL that relates the quantities of one stated rule: they agree on every column that no term fixes."""
    given = rule.stated
    if given is None:
        return ""
    terms: list[Term] = [*given.left, *given.right]
    fixed = {column for term in terms for column in term.fixed()}
    shared = [column for column in QUANTITY if column not in fixed and column != "time_period"]
    sources = []
    for place, term in enumerate(terms):
        wanted = " AND ".join([f"{column} = '{code}'" for column, code in term.fixed().items()] or ["TRUE"])
        later = (
            f"CASE WHEN regexp_matches(time_period, '^[0-9]{{4}}$') "
            f"THEN (time_period::INTEGER + {term.years_before})::VARCHAR END"
            if term.years_before
            else "time_period"
        )
        sources.append(
            f"(SELECT q AS q{place}, {', '.join([*shared, f'{later} AS at_period'])} FROM c_quantity "
            f"INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell) WHERE is_stated AND {wanted})"
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


def components(con: duckdb.DuckDBPyConnection) -> None:
    """Number the connected groups that hold a failing or doubtful finding."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_near AS SELECT DISTINCT unnest(quantities) AS q FROM c_finding WHERE verdict <> 'open'"
    )
    size = -1
    while size != (size := _one(con, "SELECT count(*) FROM c_near")):
        con.execute(
            "INSERT INTO c_near SELECT DISTINCT q FROM c_term WHERE i IN (SELECT i FROM c_term SEMI JOIN c_near USING (q)) "
            "AND q NOT IN (SELECT q FROM c_near)"
        )
    edges = con.execute("SELECT i, list(q) FROM c_term SEMI JOIN c_near USING (q) GROUP BY i ORDER BY i").fetchall()
    loose = con.execute("SELECT i, quantities FROM c_finding WHERE verdict <> 'open' ORDER BY i").fetchall()
    group = _joined([quantities for _, quantities in [*edges, *loose]])
    numbers = {root: number for number, root in enumerate(sorted(set(group.values())))}
    _fill(con, "c_component", "q BIGINT, component INTEGER", [(q, numbers[root]) for q, root in group.items()])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_finding_component AS SELECT i, any_value(component) AS component FROM "
        "(SELECT i, unnest(quantities) AS q FROM c_finding WHERE verdict <> 'open') INNER JOIN c_component USING (q) GROUP BY i"
    )


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


def system(con: duckdb.DuckDBPyConnection, component: int) -> System:
    """The linear system of one connected group: relations over quantity names, and the claims of its figures."""
    here = f"SELECT q FROM c_component WHERE component = {int(component)}"
    named = (
        "SELECT q, rtrim(concat_ws(' ', indicator, ref_area, time_period, register, "
        + ", ".join(f"if({column} = '_T', NULL, '{column}=' || {column})" for column in BREAKDOWNS)
        + ")) AS name FROM c_quantity INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell)"
    )
    name = dict(con.execute(f"SELECT q, name FROM ({named}) WHERE q IN ({here})").fetchall())
    relations = [
        Relation(rule, tuple((name[q], a) for q, a in zip(quantities, coefficients, strict=True)), low, high)
        for rule, quantities, coefficients, low, high in con.execute(
            "SELECT any_value(c_role.rule), list(q ORDER BY q), list(coef_high ORDER BY q), any_value(floor_), any_value(c_role.high) "
            "FROM c_term INNER JOIN c_role USING (role) INNER JOIN c_range USING (i) "
            f"WHERE c_role.rule <> 'share_of_whole' AND q IN ({here}) GROUP BY i ORDER BY i"
        ).fetchall()
    ]
    key = ", ".join((*BLOCK, *BREAKDOWNS))
    said = "observation_id, says, locator, source, qualifier"
    counts = con.execute(
        f"SELECT q, NULL, lower, upper, likely_lower, likely_upper, {said} FROM "
        f"(SELECT q, {key} FROM c_quantity INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell) WHERE q IN ({here})) "
        f"INNER JOIN c_observation USING ({key}) WHERE unit IN ('persons', 'count') ORDER BY observation_id"
    ).fetchall()
    shares = con.execute(
        "SELECT part.q, base.q, share.low, share.high, share.likely_low, share.likely_high, "
        "share.base_lower, share.base_upper, share.share_base, "
        "c_observation.observation_id, says, locator, c_observation.source, qualifier "
        "FROM c_share_term AS share INNER JOIN c_quantity AS part ON share.block = part.block AND share.cell = part.cell "
        "LEFT JOIN c_quantity AS base ON share.share_base IS NULL AND share.base_block = base.block AND share.base_cell = base.cell "
        f"INNER JOIN c_observation ON share.observation_id = c_observation.observation_id WHERE part.q IN ({here}) "
        "ORDER BY c_observation.observation_id"
    ).fetchall()
    claims = [_claim(name, *row) for row in counts]
    for part, base, low, high, likely_low, likely_high, base_low, base_high, stated_of, *words in shares:
        if base is None:  # of one printed figure
            low, high, likely_low, likely_high = (
                low * base_low,
                high * base_high,
                likely_low * base_low,
                likely_high * base_high,
            )
        claims.append(_claim(name, part, base, low, high, likely_low, likely_high, *words, stated_of))
    return System(tuple(sorted(name.values())), tuple(relations), tuple(claims))


def _claim(  # noqa: PLR0913, PLR0917 - one argument a column
    name: dict[int, str], q: int, base: int | None, low: float, high: float, likely_low: float, likely_high: float,
    observation: str, says: str, place: str, source: str, qualifier: str, stated_of: str | None = None,
) -> Claim:  # fmt: skip
    return Claim(
        observation, name[q], low, high, likely_low, likely_high, qualifier,
        None if base is None else name[base], stated_of, says, place, source,
    )  # fmt: skip


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    """Replace a temporary table by these rows."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
    if rows:
        values = list(zip(*rows, strict=True))
        con.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(values))}", [list(v) for v in values])
