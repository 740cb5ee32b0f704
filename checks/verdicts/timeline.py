"""Rules between periods: what figures that are alike but for their period say of each other."""

import duckdb

from cuadra.checks.tiling import Tiling, tilings
from cuadra.checks.verdicts.engine import fill, one, read


def ground(con: duckdb.DuckDBPyConnection) -> None:
    """Add the instances of the rules between periods."""
    con.execute(read("57_timeline"))
    relate(con)
    con.execute("TRUNCATE engine.period_relation")
    if one(con, "SELECT count(*) FROM engine.tiling"):
        con.execute(read("58_lines"))
    if one(con, "SELECT count(*) FROM engine.active_link WHERE scope IS NULL"):
        con.execute(read("58_links"))
    if one(con, "SELECT count(*) FROM engine.period_relation"):
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
