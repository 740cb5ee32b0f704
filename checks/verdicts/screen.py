"""Set aside what plainly holds, relation by relation, so that only the others are evaluated one by one.

A relation of exact figures that holds on the words alone stays so: bounds only get tighter, so it can neither fail
later nor pin anything. It is settled for good, and only counted. What is left to evaluate are the relations that do
not plainly hold, or have a figure that is not exact; the figures of these, and no others, are looked at. Where one
fails, what stands around it is evaluated too, since it says which figure is wrong (around.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from cuadra.checks.codelist import TOTAL
from cuadra.checks.rule import Rule
from cuadra.checks.topic import BLOCK, Topic
from cuadra.checks.verdicts import grounding, link
from cuadra.checks.verdicts.engine import PLACED, fill, one, quoted, read
from cuadra.checks.verdicts.grounding import Cell, CellRelation, Known

CELLS = 60
"""Cells that are screened in one pass, a bit of an integer each; tables with rarer ones are evaluated in full."""

ALL = 62
"""The bit that says of a table that all of its relations are to be evaluated."""

LARGEST_SUM = 2**46
"""Sixty counts below this add up exactly; where there are larger ones, everything is evaluated in full."""

_BLOCK = ", ".join(BLOCK)


def screen(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], known: Known) -> bool:
    """Narrow ``observation`` to the figures to look at closely, and say which relations these are to be evaluated in.

    Returns:
        Whether anything could be screened: counts too large to be added here are all looked at.
    """
    cells = _cells(con, topic, known)
    if not cells:
        return False
    names = {rule.name for rule in rules}
    relations = {
        number: each
        for number, each in enumerate(grounding.cell_relations(topic, known.number))
        if each.rule in names and each.whole in cells and any(part in cells for part in each.parts)
    }
    _widen(con, topic, cells, relations)
    _fill_relations(con, cells, relations)
    _activate(con, known, cells, relations)
    _set_shares_apart(con, topic)
    grounding.blocks(con, topic, "wide")
    link.periods(con, len(cells))
    link.areas(con, len(cells))
    for rule in rules:
        if rule.stated is not None:
            link.stated(con, topic, rule.name, rule.stated, cells)
    con.execute(read("31_needed"))
    columns = ", ".join((*topic.quantity, *PLACED))
    con.execute(
        f"CREATE TABLE engine.looked_at AS SELECT {columns} FROM engine.given() "
        f"INNER JOIN (FROM engine.looked WHERE is_all) USING ({_BLOCK}) WHERE unit IN ({_adding(topic)}) "
        f"UNION ALL SELECT {columns} FROM engine.relative"
    )
    con.execute("CREATE OR REPLACE MACRO engine.observation() AS TABLE FROM engine.looked_at")
    look(con, topic)
    return True


def look(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Number the figures that are newly to be looked at, but for those in tables that are evaluated in full."""
    con.execute(
        f"INSERT INTO engine.placed SELECT {', '.join(PLACED)}, block, cell, kind, is_signed FROM engine.given() "
        f"INNER JOIN engine.wide_cell USING ({', '.join(topic.names)}) INNER JOIN engine.unit USING (unit) "
        f"INNER JOIN (SELECT {_BLOCK}, block, fresh FROM engine.looked INNER JOIN engine.wide_block USING (wide) "
        f"WHERE fresh <> 0 AND NOT is_all) USING ({_BLOCK}) "
        f"WHERE unit IN ({_adding(topic)}) AND fresh & (1::BIGINT << place) <> 0"
    )
    con.execute(read("41_simple"))


def _cells(con: duckdb.DuckDBPyConnection, topic: Topic, known: Known) -> dict[Cell, int]:
    """The commonest cells with a place each; none where counts are too large to be added here."""
    if any(largest is not None and largest > LARGEST_SUM for _, largest in known.given.values()):
        return {}
    common = sorted((cell for cell, (figures, _) in known.given.items() if figures), key=lambda cell: cell)
    common.sort(key=lambda cell: -known.given[cell][0])
    cells = {cell: place for place, cell in enumerate(common[:CELLS])}
    fill(con, "wide_cell", [(place, known.number[cell], *cell) for cell, place in cells.items()])
    return cells


def _widen(
    con: duckdb.DuckDBPyConnection, topic: Topic, cells: Mapping[Cell, int], relations: Mapping[int, CellRelation]
) -> None:
    """Fill ``wide``: one row per block, the exact count of each cell side by side, and whether all holds."""
    ancestors = grounding.with_ancestors(topic, cells)
    above, beyond = ["0"], 0
    for cell, k in cells.items():
        # A quantity that is not stated, though figures are part of it, may get pinned.
        if not ancestors[cell] <= cells.keys():
            beyond |= 1 << k
        elif ancestors[cell]:
            above.append(f"if(have & {1 << k} <> 0, {mask(cells[one] for one in ancestors[cell])}, 0)")
    holds = [f"({' OR '.join(_ways(each, cells, 'present'))})" for each in relations.values()]
    counts = quoted(code for code in topic.units_of("count") if not topic.units[code].is_signed)
    signed = quoted(each.code for each in topic.indicators.values() if topic.units[each.unit].is_signed)
    full = (1 << len(cells)) - 1
    con.execute("; ".join(f"ALTER TABLE engine.wide ADD COLUMN x{k} DOUBLE" for k in cells.values()))
    is_count = f"unit IN ({counts or 'NULL'}) AND indicator NOT IN ({signed or quoted([''])})"
    # What is repeated under one label stands for several quantities.
    is_one = f"(repeats IS NULL OR repeats NOT IN ({quoted(topic.names) or quoted([''])}))"
    con.execute(
        "INSERT INTO engine.wide BY NAME SELECT * EXCLUDE (figures, have) REPLACE ("
        f"if(is_all, {full}, odd | latent) AS odd, latent & ~odd AS latent), "
        f"NOT is_all AND (odd | latent) = 0 AND {' AND '.join([*holds, 'TRUE'])} AS is_settled FROM ("
        f"SELECT *, present | odd AS have, ({'|'.join(above)}) & ~(present | odd) AS latent, "
        f"source IS NULL OR odd & {1 << ALL} <> 0 OR figures <> bit_count(present | odd) "
        f"OR (present | odd) & {beyond} <> 0 AS is_all FROM ("
        f"SELECT {_BLOCK}, if(min(hash(source)) = max(hash(source)), any_value(source), NULL) AS source, "
        "coalesce(bit_or(1::BIGINT << place), 0) AS present, coalesce(bit_or(1::BIGINT << odd_place), 0) AS odd, "
        "count(*) AS figures, "
        f"{', '.join(f'sum(if(place = {k}, lower, 0)) AS x{k}' for k in cells.values())} FROM ("
        # An amount, a figure that means another interval than it prints, or one of a rare cell is related elsewhere;
        # so is a hedged figure, which has a place but no count here.
        "SELECT * REPLACE (if(is_exact, place, NULL) AS place), if(is_exact, NULL, "
        f"if({is_count} AND {is_one}, coalesce(place, {ALL}), {ALL})) AS odd_place FROM ("
        f"SELECT *, lower = upper AND obs_status NOT IN ('K', 'L', 'O', 'M', 'B') AND {is_count} AND {is_one} "
        f"AND place IS NOT NULL AS is_exact "
        f"FROM engine.given() LEFT JOIN engine.wide_cell USING ({', '.join(topic.names)}) "
        f"WHERE unit IN ({_adding(topic)}))) GROUP BY {_BLOCK}))"
    )


def _fill_relations(
    con: duckdb.DuckDBPyConnection, cells: Mapping[Cell, int], relations: Mapping[int, CellRelation]
) -> None:
    rows = []
    for number, each in relations.items():
        parts = mask(cells[part] for part in each.parts if part in cells)
        whole = 1 << cells[each.whole]
        countable = not each.partition.sources
        registers, others = [*each.partition.registers], [*each.partition.other_than]
        rows.append((number, each.rule, parts | whole, parts, registers, others, countable))
    fill(con, "wide_relation", rows)


def _activate(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    cells: Mapping[Cell, int],
    relations: Mapping[int, CellRelation],
) -> None:
    """Name the relations within blocks that do not plainly hold, or have a quantity that is not exact."""
    alike: defaultdict[object, list[int]] = defaultdict(list)
    for number, each in relations.items():
        # A table declared complete by one partition of several: the others are looked at with it (61_mentioned.sql).
        declared = each.low == 0.0 and each.partition.parent == TOTAL and each.breakdown in known.declared
        alike[(each.breakdown, each.whole) if declared else number].append(number)
    wanted = []
    for group in alike.values():
        tests = []
        for number in group:
            each = relations[number]
            odd = mask(cells[cell] for cell in (*each.parts, each.whole) if cell in cells)
            low = 0.0 if known.declared & {*each.completed} else each.low
            tests.append(f"NOT ({' OR '.join(_ways(each, cells, '(present | odd)', odd, low))})")
        for number in group:
            parts = mask(cells[part] for part in relations[number].parts if part in cells)
            wanted.append(f"if((present | odd) & {parts} <> 0 AND ({' OR '.join(tests)}), {number}, NULL)")
    if wanted:
        con.execute(
            "INSERT INTO engine.active_cell SELECT wide, relation FROM ("
            f"SELECT rowid AS wide, unnest([{', '.join(wanted)}]) AS relation FROM engine.wide "
            "WHERE NOT is_settled AND NOT is_all) WHERE relation IS NOT NULL"
        )


def _ways(
    each: CellRelation, cells: Mapping[Cell, int], have: str, odd: int = 0, low: float | None = None
) -> list[str]:
    """The SQL of the ways in which a relation plainly holds, or does not apply; ``low`` where it is not its own."""
    parts = [cells[part] for part in each.parts if part in cells]
    spare = f"{'+'.join(f'x{part}' for part in parts)} - x{cells[each.whole]}"
    ways = [f"{have} & {mask(parts)} = 0"]
    # Which source states a cell is not looked at here.
    if not each.partition.sources:
        exact = f"odd & {odd} = 0 AND " if odd else ""
        ways.append(f"{exact}engine.always({link.number(each.low if low is None else low)}, 0, {spare}, {spare})")
    if each.partition.registers:
        ways.append(f"register NOT IN ({quoted(each.partition.registers)})")
    if each.partition.other_than:
        ways.append(f"register IN ({quoted(each.partition.other_than)})")
    return ways


def _set_shares_apart(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Look at what shares relate, and in full at tables where that is not printed."""
    if one(con, "SELECT (SELECT count(*) FROM engine.relative) + (SELECT count(*) FROM engine.restated)"):
        names = ", ".join(topic.names)
        of_base = " AND ".join(f"base.base_{name} = wide_cell.{name}" for name in topic.names)
        con.execute(
            f"INSERT INTO engine.share_cell SELECT {_BLOCK}, place FROM engine.base() "
            f"LEFT JOIN engine.wide_cell USING ({names}) "
            f"UNION SELECT {', '.join(f'base_{name}' for name in BLOCK)}, place FROM engine.base() AS base "
            f"LEFT JOIN engine.wide_cell ON {of_base} "
            f"UNION SELECT {_BLOCK}, place FROM engine.given() LEFT JOIN engine.wide_cell USING ({names}) "
            "WHERE observation_id IN (SELECT share_base FROM engine.relative WHERE share_base IS NOT NULL "
            "UNION SELECT observation_id FROM engine.restated) "
            f"UNION SELECT {_BLOCK}, NULL FROM engine.relative ANTI JOIN engine.wide USING ({_BLOCK})"
        )
        con.execute(read("30_share_block"))


def mask(numbers: Iterable[int]) -> int:
    """An integer with these bits."""
    return sum(1 << number for number in set(numbers))


def _adding(topic: Topic) -> str:
    return quoted(topic.units_of("count", "amount"))
