"""Rules between periods: what figures that are alike but for their period say of each other."""

from collections.abc import Sequence

import duckdb

from cuadra.checks.tiling import Tiling, tilings
from cuadra.checks.topic import BLOCK
from cuadra.checks.verdicts.engine import fill, one, read

_BLOCK = ", ".join(BLOCK)


def ground(con: duckdb.DuckDBPyConnection) -> None:
    """Add the instances of the rules between periods."""
    con.execute(read("57_timeline"))
    relate(con)
    if one(con, "SELECT count(*) FROM engine.tiling"):
        con.execute(read("58_periods"))


def relate(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``tiling`` for the lists of periods in ``timeline``."""
    con.execute("TRUNCATE engine.tiling")
    rows: list[tuple[object, ...]] = []
    number = 0
    for pattern, over_time, periods in con.execute(
        "SELECT DISTINCT pattern, over_time, periods FROM engine.timeline ORDER BY pattern, over_time"
    ).fetchall():
        for each in tilings(tuple(periods)):
            if rule := rule_of(each, over_time):
                number += 1
                rows.append((pattern, over_time, number, rule, each.whole, [*each.parts], each.kinds))
    fill(con, "tiling", rows)


def rule_of(tiling: Tiling, over_time: str) -> str | None:
    """The rule of this relation where an indicator adds so; with `, rest` where parts of a year are missing."""
    if tiling.is_same:
        return "period_is_period"
    if over_time == "none":
        return None
    if tiling.divides_year:
        name = "periods_make_year" if over_time == "sum" else "periods_at_most_year"
        return name if tiling.is_whole else f"{name}, rest"
    if len(tiling.parts) == 1:
        return "period_within_period"
    return "periods_make_period" if tiling.is_whole and over_time == "sum" else "periods_at_most_period"


def screen(con: duckdb.DuckDBPyConnection, rules: Sequence[str], cells: int) -> None:
    """Relate blocks of ``wide`` over time.

    Where the blocks of one kind of period do not all state the same cells, or a period is an interval, what a cell is
    related to is not what its block is: these are looked at closely.
    """
    con.execute(read("34_timeline"))
    relate(con)
    con.execute(
        "UPDATE engine.wide SET is_settled = FALSE FROM engine.timeline INNER JOIN engine.tiling USING (pattern) "
        f"WHERE NOT is_uniform AND {' AND '.join(f'wide.{name} = timeline.{name}' for name in BLOCK[:3])}"
    )
    spare = [f"sum(part.x{k}) - any_value(whole.x{k})" for k in range(cells)]
    holds = [
        f"(common & {1 << k} = 0 OR every & {1 << k} <> 0 AND engine.always(low, 0, spare{k}, spare{k}))"
        for k in range(cells)
    ]
    place = " AND ".join(f"{{0}}.{name} = {{1}}.{name}" for name in BLOCK[:3])
    con.execute(
        f"INSERT INTO engine.link SELECT rule, blocks, source, bit_count(common), {' AND '.join([*holds, 'TRUE'])} "
        "FROM (SELECT [whole.rowid] || list(part.rowid) AS blocks, any_value(rule) AS rule, any_value(low) AS low, "
        "if(min(part.source) = max(part.source) AND max(part.source) = any_value(whole.source), "
        "any_value(whole.source), 'several') AS source, any_value(whole.present) & bit_or(part.present) AS common, "
        f"bit_and(part.present) AS every, {', '.join(f'{each} AS spare{k}' for k, each in enumerate(spare))} "
        "FROM (SELECT number, split_part(rule, ',', 1) AS rule, whole, unnest(parts) AS part, "
        "if(rule LIKE 'periods_make%' OR rule = 'period_is_period', 0, '-inf'::DOUBLE) AS low, "
        f"{', '.join(BLOCK[:3])} FROM engine.tiling INNER JOIN engine.timeline USING (pattern, over_time) "
        "WHERE is_uniform AND list_contains($rules, split_part(rule, ',', 1))) AS tile "
        f"INNER JOIN engine.wide AS whole ON tile.whole = whole.time_period AND {place.format('tile', 'whole')} "
        f"INNER JOIN engine.wide AS part ON tile.part = part.time_period AND {place.format('tile', 'part')} "
        "GROUP BY whole.rowid, number)",
        {"rules": [*rules]},
    )
