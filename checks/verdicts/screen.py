"""Set aside the tables of figures where every rule plainly holds, in one pass, so that only the others are evaluated.

A relation that holds on the words alone stays so: bounds only get tighter, so it can neither fail later nor pin
anything. Where all relations of a table of figures hold, and of all tables that a period, an area or a stated rule
joins it to, nothing is left to find but what to count.
"""

from collections.abc import Iterable, Sequence
from itertools import product

import duckdb

from cuadra.checks.rule import Rule, Stated
from cuadra.checks.topic import BLOCK, Topic
from cuadra.checks.verdicts import grounding, timeline
from cuadra.checks.verdicts.engine import fill, one, quoted, read
from cuadra.checks.verdicts.grounding import Cell, CellRelation

CELLS = 60
"""Cells that are screened in one pass, a bit of an integer each; tables with rarer ones are evaluated in full."""

LARGEST_SUM = 2**46
"""Sixty counts below this add up exactly; where there are larger ones, everything is evaluated in full."""

_REGION = "SELECT part, whole, partition, scope FROM engine.region WHERE is_each = "
_JOINS = {
    "regions_make_country": ("ref_area", f"{_REGION} FALSE", "over_areas = 'sum'"),
    "regions_at_most_country": ("ref_area", f"{_REGION} FALSE", "over_areas = 'at_most'"),
    "regions_each_at_most_country": ("ref_area", f"{_REGION} TRUE", "over_areas <> 'none'"),
}
"""The rules between areas: the column they differ in, what is part of what, and of which indicators."""

_BLOCK = ", ".join(BLOCK)


def screen(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule]) -> None:
    """Narrow ``observation`` to the figures to look at closely; count what plainly holds in ``plain``."""
    cells = _cells(con, topic)
    if not cells:
        return
    names = {rule.name for rule in rules}
    relations = [each for each in grounding.cell_relations(topic, cells) if each.rule in names and each.whole in cells]
    _widen(con, topic, cells, relations)
    con.execute(read("30_share_block"))
    grounding.blocks(con, topic, "wide")
    timeline.screen(con, [*names], len(cells))
    for rule, (column, pairs, adds) in _JOINS.items():
        if rule in names and one(con, f"SELECT count(*) FROM ({pairs})"):
            con.execute(_joined(rule, column, pairs, adds, len(cells)))
    for each in rules:
        if each.stated is not None:
            con.execute(_stated(topic, each.name, each.stated, cells))
    con.execute(read("31_close"))
    size = -1
    while size != (size := one(con, "SELECT count(*) FROM engine.close")):
        con.execute(read("32_closer"))
    parts = [
        (
            each.rule,
            _mask(cells[part] for part in each.parts),
            [*each.partition.registers],
            [*each.partition.other_than],
        )
        for each in relations
    ]
    fill(con, "wide_relation", parts)
    con.execute(read("33_plain"))
    con.execute(
        f"INSERT INTO engine.close_block SELECT {_BLOCK} FROM engine.wide "
        "SEMI JOIN engine.close ON wide.rowid = close.block"
    )
    is_little = one(con, "SELECT count(*) < 0.1 * (SELECT count(*) FROM engine.wide) FROM engine.close")
    observation = f"SELECT * FROM engine.given() SEMI JOIN engine.close_block USING ({_BLOCK})"
    if is_little:
        con.execute(f"CREATE TABLE engine.looked_at AS {observation}")
        observation = "FROM engine.looked_at"
    con.execute(f"CREATE OR REPLACE MACRO engine.observation() AS TABLE {observation}; DROP TABLE engine.wide")


def _cells(con: duckdb.DuckDBPyConnection, topic: Topic) -> dict[Cell, int]:
    """The commonest cells with a number each; none where counts are too large to be added here."""
    columns = ", ".join(topic.names)
    rows = con.execute(
        f"SELECT {columns}, max(upper) FILTER (isfinite(upper)) FROM engine.given() "
        f"WHERE unit IN ({_adding(topic)}) GROUP BY ALL ORDER BY count(*) DESC, {columns} LIMIT {CELLS}"
    ).fetchall()
    if any(largest is not None and largest > LARGEST_SUM for *_, largest in rows):
        return {}
    cells = {tuple(cell): number for number, (*cell, _) in enumerate(rows)}
    fill(con, "wide_cell", [(number, *cell) for cell, number in cells.items()])
    return cells


def _widen(
    con: duckdb.DuckDBPyConnection, topic: Topic, cells: dict[Cell, int], relations: Sequence[CellRelation]
) -> None:
    """Fill ``wide``: one row per block, the count of each cell side by side, and whether all holds."""
    ancestors = grounding.with_ancestors(topic, cells)
    tests = ["figures = bit_count(present)"]
    for cell, k in cells.items():
        # A quantity that is not stated, though figures are part of it, may get pinned.
        if ancestors[cell] <= cells.keys():
            needed = _mask(cells[ancestor] for ancestor in ancestors[cell])
            tests.append(f"(present & {1 << k} = 0 OR present & {needed} = {needed})")
        else:
            tests.append(f"present & {1 << k} = 0")
    tests += [_holds(each, cells) for each in relations]
    counts = quoted(topic.units_of("count"))
    con.execute("; ".join(f"ALTER TABLE engine.wide ADD COLUMN x{k} DOUBLE" for k in cells.values()))
    # A hedged figure, an amount, or a figure that means another interval than it prints, has no cell here: it is
    # looked at closely.
    con.execute(
        f"INSERT INTO engine.wide BY NAME SELECT *, {' AND '.join(tests)} AS is_settled FROM ("
        f"SELECT {_BLOCK}, if(min(hash(source)) = max(hash(source)), any_value(source), NULL) AS source, "
        "coalesce(bit_or(1::BIGINT << place), 0) AS present, count(*) AS figures, "
        f"{', '.join(f'sum(if(place = {k}, lower, 0)) AS x{k}' for k in cells.values())} FROM ("
        f"SELECT * REPLACE (if(lower = upper AND obs_status NOT IN ('K', 'L', 'O', 'M', 'B') AND unit IN ({counts}), "
        f"place, NULL) AS place) FROM engine.given() LEFT JOIN engine.wide_cell USING ({', '.join(topic.names)}) "
        f"WHERE unit IN ({_adding(topic)})) GROUP BY {_BLOCK})"
    )


def _holds(each: CellRelation, cells: dict[Cell, int]) -> str:
    """The SQL of whether a relation holds on the words alone, or does not apply."""
    parts = [cells[part] for part in each.parts]
    spare = f"{'+'.join(f'x{part}' for part in parts)} - x{cells[each.whole]}"
    ways = [f"present & {_mask(parts)} = 0"]
    # Which source states a cell is not looked at here.
    if not each.partition.sources:
        ways.append(f"engine.always({_number(each.low)}, 0, {spare}, {spare})")
    if each.partition.registers:
        ways.append(f"register NOT IN ({quoted(each.partition.registers)})")
    if each.partition.other_than:
        ways.append(f"register IN ({quoted(each.partition.other_than)})")
    return f"({' OR '.join(ways)})"


def _joined(rule: str, column: str, pairs: str, adds: str, cells: int) -> str:
    """Relate blocks whose periods or areas are parts of another's, cell by cell."""
    low = _number(grounding.ACROSS[rule])
    others = [name for name in BLOCK if name != column]
    spare = [f"sum(part.x{k}) - any_value(whole.x{k})" for k in range(cells)]
    # Whether a partition holds in a block's register or for a source is not looked at here.
    holds = ["scope = 0"]
    holds += [f"(common & {1 << k} = 0 OR engine.always({low}, 0, spare{k}, spare{k}))" for k in range(cells)]
    return (
        f"INSERT INTO engine.link SELECT '{rule}', blocks, source, bit_count(common), {' AND '.join(holds)} FROM ("
        "SELECT [whole.rowid] || list(part.rowid) AS blocks, pair.scope, "
        "if(min(part.source) = max(part.source) AND max(part.source) = any_value(whole.source), "
        "any_value(whole.source), 'several') AS source, any_value(whole.present) & bit_or(part.present) AS common, "
        f"{', '.join(f'{each} AS spare{k}' for k, each in enumerate(spare))} FROM ({pairs}) AS pair "
        f"INNER JOIN engine.wide AS part ON pair.part = part.{column} "
        f"INNER JOIN engine.wide AS whole ON pair.whole = whole.{column} AND {_same('part', 'whole', others)} "
        f"WHERE part.indicator IN (SELECT indicator FROM engine.indicator WHERE {adds}) "
        "GROUP BY whole.rowid, pair.partition, pair.scope)"
    )


def _stated(topic: Topic, rule: str, given: Stated, cells: dict[Cell, int]) -> str:
    """Relate the blocks, or the cells of one, that a stated rule compares."""
    terms = given.quantities()
    fixed = terms[0][1].keys()
    shared = [place for place, column in enumerate(topic.names) if column not in fixed]
    groups: dict[tuple[str, ...], list[list[int]]] = {}
    for place, (_, codes, _) in enumerate(terms):
        for cell, k in cells.items():
            if all(cell[n] == codes.get(column, cell[n]) for n, column in enumerate(topic.names)):
                groups.setdefault(tuple(cell[n] for n in shared), [[] for _ in terms])[place].append(k)
    instances, holds = ["0"], ["TRUE"]
    low, high = map(_number, given.bounds())
    for choice in (choice for group in groups.values() for choice in product(*group)):
        stated = " AND ".join(f"t{n}.present & {1 << k} <> 0" for n, k in enumerate(choice))
        spare = "+".join(
            f"{factor!r} * t{n}.x{k}" for n, (k, (factor, _, _)) in enumerate(zip(choice, terms, strict=True))
        )
        instances.append(f"({stated})::INTEGER")
        holds.append(f"(NOT ({stated}) OR engine.always({low}, {high}, {spare}, {spare}))")
    periods = [grounding.at_period(years, f"t{n}.") for n, (_, _, years) in enumerate(terms)]
    alike = [name for name in BLOCK if name not in fixed and name != "time_period"]
    joined = "engine.wide AS t0"
    for n in range(1, len(terms)):
        same = f"{periods[0]} = {periods[n]} AND {_same('t0', f't{n}', alike)}"
        joined += f" INNER JOIN engine.wide AS t{n} ON {same}"
    wanted = [
        f"t{n}.{column} = {quoted([code])}"
        for n, (_, codes, _) in enumerate(terms)
        for column, code in codes.items()
        if column in BLOCK
    ]
    sources = " AND ".join(f"t0.source = t{n}.source" for n in range(len(terms)))
    return (
        f"INSERT INTO engine.link SELECT '{rule}', [{', '.join(f't{n}.rowid' for n in range(len(terms)))}], "
        f"if({sources}, t0.source, 'several'), {'+'.join(instances)} AS instances, {' AND '.join(holds)} "
        f"FROM {joined} WHERE {' AND '.join([*wanted, 'TRUE'])}"
    )


def _mask(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _number(value: float) -> str:
    return f"'{value!r}'::DOUBLE"


def _adding(topic: Topic) -> str:
    return quoted(topic.units_of("count", "amount"))


def _same(one: str, other: str, columns: Iterable[str]) -> str:
    return " AND ".join([*(f"{one}.{column} = {other}.{column}" for column in columns), "TRUE"])
