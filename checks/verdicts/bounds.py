"""Verdicts on all instances, and bounds propagation: what each relation leaves of the quantities in it."""

import duckdb

from cuadra.checks.verdicts.engine import one, read

ROUNDS = 5
"""Rounds of bounds propagation at most; two or three are usual."""

_EXPECTS = (
    "SELECT (SELECT count(*) FROM engine.hedged) + "
    "(SELECT count(*) FROM engine.share WHERE likely_low > low OR likely_high < high)"
)
"""How many figures a reader expects less of than their words entail."""


def judge(con: duckdb.DuckDBPyConnection) -> None:
    """Give each instance that is new its verdict by the words alone."""
    con.execute(read("69_fixed"))
    con.execute(read("70_range"))
    con.execute("INSERT INTO engine.range FROM engine.range_now")


def evaluate(con: duckdb.DuckDBPyConnection) -> None:
    """Give each instance its verdict, and propagate bounds until nothing gets tighter; what failed once stays so.

    The same once more of what readers expect, so that nothing is doubtful only together and not told.
    """
    judge(con)
    con.execute(read("75_plausible"))
    keep = read("74_keep")
    _propagate(con, keep)
    con.execute(read("77_hedged"))
    if one(con, _EXPECTS):
        keep = read("77_aside") + keep
        con.execute(read("77_expect"))
        con.execute(read("70_range"))
        con.execute(keep)
        _propagate(con, keep)
        con.execute(read("78_expected"))
    con.execute(read("76_rival"))


def _propagate(con: duckdb.DuckDBPyConnection, keep: str) -> None:
    for _ in range(ROUNDS):
        con.execute("TRUNCATE engine.next")
        touched = [_half_round(con, keep, above) for above in (False, True)]
        if not any(touched):
            break
        con.execute("TRUNCATE engine.touched; INSERT INTO engine.touched SELECT DISTINCT i FROM engine.next")
    else:
        con.execute("INSERT INTO engine.unsettled SELECT DISTINCT i FROM engine.touched")


def _half_round(con: duckdb.DuckDBPyConnection, keep: str, above: bool) -> bool:
    con.execute("TRUNCATE engine.pin")
    con.execute(read("71_tighten"), {"above": above})
    if not one(con, "SELECT count(*) FROM engine.pin"):
        return False
    con.execute(read("72_upper" if above else "72_lower"))
    con.execute(read("73_touch"))
    con.execute(read("70_range"))
    con.execute(keep)
    return True
