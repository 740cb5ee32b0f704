"""The contract of an observation for figures too many for memory: the same checks as pandera's, asked in DuckDB."""

from pathlib import Path

import duckdb

from cuadra.checks.intervals import LARGEST_EXACT
from cuadra.checks.observation import COLUMNS, OBS_STATUSES, QUALIFIERS, SHARE_UNITS, UNITS

_SQL = (Path(__file__).parent / "contract.sql").read_text(encoding="utf-8")


def broken(con: duckdb.DuckDBPyConnection, figures: str) -> list[str]:
    """What of the contract of `Observation` these figures break, a line a check; nothing if they keep it.

    Args:
        con: a connection; only a temporary view is made in it.
        figures: SQL of the figures, in the contract's columns.
    """
    con.execute(f"CREATE OR REPLACE TEMP VIEW c_figures AS {figures}")
    columns = tuple(row[0] for row in con.execute("DESCRIBE c_figures").fetchall())
    if columns != COLUMNS:
        return [f"columns: expected {', '.join(COLUMNS)}, got {', '.join(columns)}"]
    for name, value in (
        ("units", list(UNITS)), ("shares", list(SHARE_UNITS)), ("qualifiers", list(QUALIFIERS)),
        ("statuses", list(OBS_STATUSES)), ("largest", LARGEST_EXACT),
    ):  # fmt: skip
        con.execute(f"SET VARIABLE {name} = ?", [value])
    return [
        f"column {column!r}: expected {expected}, got {got!r} in {rows:,} rows"
        for column, expected, rows, got in con.execute(_SQL).fetchall()
    ]
