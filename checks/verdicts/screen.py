"""Set aside the tables of figures where every rule plainly holds, in one pass, so that only the others are looked at.

A relation that holds on the words alone stays so: bounds only get tighter, so it can neither fail later nor pin
anything. Where all relations of a table of figures hold, and of all tables that a period, an area or a stated rule
joins it to, nothing is left to find but what to count.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

import duckdb

from cuadra.checks.observation import BLOCK, BREAKDOWNS
from cuadra.checks.rule import Rule, Stated
from cuadra.checks.verdicts import relate
from cuadra.checks.verdicts.relate import Cell

CELLS = 60
"""Cells that are looked at in one pass, a bit of an integer each; tables with rarer ones are looked at closely."""

LARGEST_SUM = 2**46
"""Sixty counts below this add up exactly; where there are larger ones, everything is looked at closely."""

_JOINS = {
    "period_within_period": ("time_period", "SELECT part, whole, part AS partition FROM c_within"),
    "periods_make_year": ("time_period", "SELECT part, whole, frequency AS partition FROM c_division"),
    "regions_make_country": ("ref_area", "SELECT part, whole, partition FROM c_region"),
}
_BLOCK = ", ".join(BLOCK)
_SQL = Path(__file__).parent / "sql"


def screen(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Narrow ``c_observation`` to the figures to look at closely; count what plainly holds in ``c_plain``."""
    cells = _cells(con)
    if not cells:
        return
    names = {rule.name for rule in rules}
    relations = [
        (each.rule, each.low, [cells[part] for part in each.parts], cells[each.whole])
        for each in relate.cell_relations(cells)
        if each.rule in names and each.whole in cells
    ]
    _widen(con, cells, relations)
    con.execute(_read("share_block"))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_link "
        "(rule VARCHAR, blocks BIGINT[], source VARCHAR, instances BIGINT, holds BOOLEAN)"
    )
    relate.blocks(con, "c_wide")
    for rule, (column, pairs) in _JOINS.items():
        if rule in names and relate.one(con, f"SELECT count(*) FROM ({pairs})"):
            con.execute(_joined(rule, column, pairs, len(cells)))
    for each in rules:
        if each.stated is not None:
            con.execute(_stated(each.name, each.stated, cells))
    con.execute(_read("close"))
    size = -1
    while size != (size := relate.one(con, "SELECT count(*) FROM c_close")):
        con.execute(_read("closer"))
    parts = [(rule, _mask(parts)) for rule, _, parts, _ in relations]
    relate.fill(con, "c_wide_relation", "rule VARCHAR, parts BIGINT", parts)
    con.execute(_read("plain"))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_close_block AS "
        f"SELECT {_BLOCK} FROM c_wide SEMI JOIN c_close ON c_wide.rowid = c_close.block"
    )
    looked_at = f"SELECT * FROM c_given SEMI JOIN c_close_block USING ({_BLOCK})"
    if relate.one(con, "SELECT count(*) < 0.1 * (SELECT count(*) FROM c_wide) FROM c_close"):
        con.execute(f"CREATE OR REPLACE TEMP TABLE c_looked_at AS {looked_at}")
        looked_at = "SELECT * FROM c_looked_at"
    con.execute(f"CREATE OR REPLACE TEMP VIEW c_observation AS {looked_at}; DROP TABLE c_wide")


def _cells(con: duckdb.DuckDBPyConnection) -> dict[Cell, int]:
    """The commonest cells with a number each; none where counts are too large to be added here."""
    columns = ", ".join(BREAKDOWNS)
    rows = con.execute(
        f"SELECT {columns}, max(upper) FILTER (isfinite(upper)) FROM c_given "
        f"WHERE unit IN ('persons', 'count') GROUP BY ALL ORDER BY count(*) DESC, {columns} LIMIT {CELLS}"
    ).fetchall()
    if any(largest is not None and largest > LARGEST_SUM for *_, largest in rows):
        return {}
    cells = {tuple(cell): number for number, (*cell, _) in enumerate(rows)}
    relate.fill(
        con, "c_wide_cell", f"cell INTEGER, {', '.join(f'{column} VARCHAR' for column in BREAKDOWNS)}",
        [(number, *cell) for cell, number in cells.items()],
    )  # fmt: skip
    return cells


_Relation = tuple[str, float, list[int], int]


def _widen(con: duckdb.DuckDBPyConnection, cells: dict[Cell, int], relations: Sequence[_Relation]) -> None:
    """Make ``c_wide``: one row per table of figures, the count of each cell side by side, and whether all holds."""
    ancestors = relate.with_ancestors(cells)
    tests = ["figures = bit_count(present)"]
    for cell, k in cells.items():
        # A quantity that is not stated, though figures are part of it, may get pinned.
        if ancestors[cell] <= cells.keys():
            needed = _mask(cells[ancestor] for ancestor in ancestors[cell])
            tests.append(f"(present & {1 << k} = 0 OR present & {needed} = {needed})")
        else:
            tests.append(f"present & {1 << k} = 0")
    for _, low, parts, whole in relations:
        spare = f"{'+'.join(f'x{part}' for part in parts)} - x{whole}"
        tests.append(f"(present & {_mask(parts)} = 0 OR always({_number(low)}, 0, {spare}, {spare}))")
    # A hedged figure, or one that means another interval than it prints, has no cell here: it is looked at closely.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE c_wide AS SELECT *, {' AND '.join(tests)} AS is_settled FROM ("
        f"SELECT {_BLOCK}, if(min(hash(source)) = max(hash(source)), any_value(source), NULL) AS source, "
        "coalesce(bit_or(1::BIGINT << cell), 0) AS present, count(*) AS figures, "
        f"{', '.join(f'sum(if(cell = {k}, lower, 0)) AS x{k}' for k in cells.values())} FROM ("
        "SELECT * REPLACE (if(lower = upper AND obs_status NOT IN ('K', 'L', 'O', 'M', 'B'), cell, NULL) AS cell) "
        f"FROM c_given LEFT JOIN c_wide_cell USING ({', '.join(BREAKDOWNS)}) WHERE unit IN ('persons', 'count')) "
        f"GROUP BY {_BLOCK})"
    )


def _joined(rule: str, column: str, pairs: str, cells: int) -> str:
    """Relate tables of figures whose periods or areas are parts of another's, cell by cell."""
    low = float("-inf") if rule == "period_within_period" else 0.0
    others = [name for name in BLOCK if name != column]
    spare = [f"sum(part.x{k}) - any_value(whole.x{k})" for k in range(cells)]
    holds = [f"(common & {1 << k} = 0 OR always({_number(low)}, 0, spare{k}, spare{k}))" for k in range(cells)]
    return (
        f"INSERT INTO c_link SELECT '{rule}', blocks, source, bit_count(common), {' AND '.join(holds)} FROM ("
        "SELECT [whole.rowid] || list(part.rowid) AS blocks, "
        "if(min(part.source) = max(part.source) AND max(part.source) = any_value(whole.source), "
        "any_value(whole.source), 'several') AS source, any_value(whole.present) & bit_or(part.present) AS common, "
        f"{', '.join(f'{each} AS spare{k}' for k, each in enumerate(spare))} FROM ({pairs}) AS pair "
        f"INNER JOIN c_wide AS part ON pair.part = part.{column} "
        f"INNER JOIN c_wide AS whole ON pair.whole = whole.{column} AND {_same('part', 'whole', others)} "
        "GROUP BY whole.rowid, pair.partition)"
    )


def _stated(rule: str, given: Stated, cells: dict[Cell, int]) -> str:
    """Relate the tables of figures, or the cells of one, that a stated rule compares."""
    terms = given.quantities()
    fixed = terms[0][1].keys()
    shared = [place for place, column in enumerate(BREAKDOWNS) if column not in fixed]
    groups: dict[tuple[str, ...], list[list[int]]] = {}
    for place, (_, codes, _) in enumerate(terms):
        for cell, k in cells.items():
            if all(cell[n] == codes.get(column, cell[n]) for n, column in enumerate(BREAKDOWNS)):
                groups.setdefault(tuple(cell[n] for n in shared), [[] for _ in terms])[place].append(k)
    instances, holds = ["0"], ["TRUE"]
    low, high = map(_number, given.bounds())
    for choice in (choice for group in groups.values() for choice in product(*group)):
        stated = " AND ".join(f"t{n}.present & {1 << k} <> 0" for n, k in enumerate(choice))
        spare = "+".join(
            f"{factor!r} * t{n}.x{k}" for n, (k, (factor, _, _)) in enumerate(zip(choice, terms, strict=True))
        )
        instances.append(f"({stated})::INTEGER")
        holds.append(f"(NOT ({stated}) OR always({low}, {high}, {spare}, {spare}))")
    periods = [relate.at_period(years, f"t{n}.") for n, (_, _, years) in enumerate(terms)]
    alike = [name for name in BLOCK if name not in fixed and name != "time_period"]
    joined = "c_wide AS t0" + "".join(
        f" INNER JOIN c_wide AS t{n} ON {' AND '.join([f'{periods[0]} = {periods[n]}', _same('t0', f't{n}', alike)])}"
        for n in range(1, len(terms))
    )
    wanted = [
        f"t{n}.{column} = '{code}'"
        for n, (_, codes, _) in enumerate(terms)
        for column, code in codes.items()
        if column in BLOCK
    ]
    sources = " AND ".join(f"t0.source = t{n}.source" for n in range(len(terms)))
    return (
        f"INSERT INTO c_link SELECT '{rule}', [{', '.join(f't{n}.rowid' for n in range(len(terms)))}], "
        f"if({sources}, t0.source, 'several'), {'+'.join(instances)} AS instances, {' AND '.join(holds)} "
        f"FROM {joined} WHERE {' AND '.join([*wanted, 'TRUE'])}"
    )


def _mask(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _number(value: float) -> str:
    return f"'{value!r}'::DOUBLE"


def _read(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _same(one: str, other: str, columns: Iterable[str]) -> str:
    return " AND ".join([*(f"{one}.{column} = {other}.{column}" for column in columns), "TRUE"])
