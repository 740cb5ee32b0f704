"""Which figures an export withholds, so that no small count of persons can be read in it or worked out from it.

Small counts are hidden first (primary suppression), then, where a total less the other parts would give one away, one
more of its sum (complementary suppression). What is left is asked of the rules: what they still pin is hidden deeper.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from cuadra.checks.observation import QUANTITY
from cuadra.checks.rule import Rule
from cuadra.checks.verdicts.confront import Confrontation, confront

SMALL = 5
"""Counts of persons from 1 to one less than this are not exported."""

_SQL = Path(__file__).parent
_NAMED = " AND ".join(f"c_figure.{column} = c_named.{column}" for column in QUANTITY)


def seen(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], observations: str) -> int:
    """Make the table ``c_seen`` of what an export may show, and return how many figures it withholds.

    ``c_seen`` has the columns of the relation. A small count is ``<5``; what would give one away is ``withheld`` and
    any number, with status ``Q``; shares of either are left out. Only temporary tables are made.

    Args:
        con: any DuckDB connection.
        rules: those whose sums are known to a reader.
        observations: the name of a relation in the columns of the contract, with ``observation_id``.
    """
    con.execute(f"SET VARIABLE small = {SMALL}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW c_figure AS FROM {observations}")
    _relate(con, rules, observations)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE c_named AS SELECT q, {', '.join(QUANTITY)} FROM c_quantity "
        "INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_hidden AS SELECT q, TRUE AS is_small "
        f"FROM c_figure INNER JOIN c_named ON {_NAMED} "
        "WHERE unit = 'persons' AND lower = upper AND lower BETWEEN 1 AND getvariable('small') - 1 GROUP BY q"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE c_around (q BIGINT)")
    _close(con)
    while pinned := _pinned(con, rules):
        _relate(con, rules, observations)
        before = _count(con, "c_hidden"), _count(con, "(SELECT DISTINCT q FROM c_around)")
        _hide_around(con, pinned)
        _close(con)
        if before == (_count(con, "c_hidden"), _count(con, "(SELECT DISTINCT q FROM c_around)")):
            break  # all that these figures touch is hidden
    return _count(con, "c_withheld")


def _hide_around(con: duckdb.DuckDBPyConnection, pinned: Sequence[int]) -> None:
    """Hide what shares a sum with these quantities, and each time it is called what shares one with those."""
    con.register("c_pins", pd.DataFrame({"q": pinned}))
    con.execute(
        "INSERT INTO c_around SELECT q FROM c_pins; "
        "INSERT INTO c_around SELECT DISTINCT q FROM c_term SEMI JOIN "
        "(SELECT i FROM c_term SEMI JOIN c_around USING (q)) USING (i); "
        "INSERT INTO c_hidden SELECT DISTINCT c_around.q, FALSE FROM c_around "
        "ANTI JOIN c_hidden ON c_around.q = c_hidden.q"
    )


def _relate(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], observations: str) -> Confrontation:
    return confront(con, rules, observations, screen_from=10**15)


def _close(con: duckdb.DuckDBPyConnection) -> None:
    """Hide more until no sum has a single hidden member."""
    hide = (_SQL / "hide.sql").read_text(encoding="utf-8")
    con.execute(hide)
    while _count(con, "c_more"):
        con.execute("INSERT INTO c_hidden SELECT q, FALSE FROM c_more")
        con.execute(hide)


def _pinned(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[int]:
    """Small counts that the rules give away from what is left to be seen."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_withheld AS SELECT observation_id, "
        "is_small AND unit = 'persons' AND lower = upper AND lower BETWEEN 1 AND getvariable('small') - 1 AS is_small "
        f"FROM c_figure INNER JOIN c_named ON {_NAMED} INNER JOIN c_hidden USING (q)"
    )
    con.execute((_SQL / "seen.sql").read_text(encoding="utf-8"))
    bound = _relate(con, rules, "c_seen").bound
    con.register("c_pins", bound[bound["lower"].eq(bound["upper"])])
    found = con.execute(
        f"SELECT DISTINCT q FROM c_pins AS c_figure INNER JOIN c_named ON {_NAMED} INNER JOIN c_hidden USING (q) "
        "WHERE is_small AND lower BETWEEN 1 AND getvariable('small') - 1"
    ).fetchall()
    return [q for (q,) in found]


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
