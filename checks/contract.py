"""The contract of an observation for figures too many for memory: the same checks as pandera's, asked in DuckDB."""

from pathlib import Path

import duckdb

from cuadra.checks.intervals import LARGEST_EXACT
from cuadra.checks.observation import OBS_STATUSES, QUALIFIERS, ROW, apart_from_their_indicator, columns, texts
from cuadra.checks.topic import Topic

_SQL = (Path(__file__).parent / "contract.sql").read_text(encoding="utf-8")


def broken(con: duckdb.DuckDBPyConnection, topic: Topic, figures: str) -> list[str]:
    """What of the contract of an observation these figures break, a line a check; nothing if they keep it.

    Args:
        con: a connection; nothing is left in it.
        topic: what the figures are about.
        figures: SQL of the figures, in the contract's columns.
    """
    names = tuple(row[0] for row in con.execute(f"DESCRIBE {figures}").fetchall())
    if names != columns(topic):
        return [f"columns: expected {', '.join(columns(topic))}, got {', '.join(names)}"]
    # `source`, `unit`, `qualifier` and `obs_status` have checks of their own, which refuse nulls too.
    checked = {"source", "unit", "qualifier", "obs_status"}
    missing = " OR ".join(f"{name} IS NULL" for name in texts(topic) if name not in checked)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW contract_figure AS SELECT *, {missing} AS is_text_missing FROM ({figures})"
    )
    try:
        found = con.execute(
            _SQL,
            {
                "units": [*topic.units], "shares": [*topic.units_of("share")],
                "rates": [*topic.units_of("rate")], "qualifiers": [*QUALIFIERS],
                "statuses": [*OBS_STATUSES], "largest": LARGEST_EXACT, "repeats": [ROW, *topic.names],
                "signed": [code for code, unit in topic.units.items() if unit.is_signed],
                "apart": [*apart_from_their_indicator(topic)],
            },
        ).fetchall()  # fmt: skip
    finally:
        con.execute("DROP VIEW temp.contract_figure")
    return [
        f"column {column!r}: expected {expected}, got {got!r} in {rows:,} rows" for column, expected, rows, got in found
    ]
