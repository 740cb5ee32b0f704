"""The contract of an observation for figures too many for memory: the same checks as pandera's, asked in DuckDB."""

import duckdb

from cuadra.checks.column import NUMBER_CHECKS
from cuadra.checks.observation import checks_of_texts, columns
from cuadra.checks.topic import Topic


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
    con.execute(f"CREATE OR REPLACE TEMP VIEW contract_figure AS {figures}")
    try:
        return [*_texts(con, topic), *_numbers(con)]
    finally:
        con.execute("DROP VIEW temp.contract_figure")


def _texts(con: duckdb.DuckDBPyConnection, topic: Topic) -> list[str]:
    lines = []
    for check in checks_of_texts(topic):
        named = ", ".join(f"{name}::VARCHAR" for name in check.columns)
        if check.is_any_text:
            asked = f"SELECT {named}, count(*) FROM contract_figure WHERE {check.columns[0]} IS NULL GROUP BY ALL"
        else:
            asked = f"SELECT {named}, count(*) FROM contract_figure GROUP BY ALL"
        wrong = [(said, rows) for *values, rows in con.execute(asked).fetchall() if (said := check.wrong(*values))]
        if wrong:
            lines.append(_line(check.columns[0], sorted(wrong)[0][0], sum(rows for _, rows in wrong)))
    return lines


def _numbers(con: duckdb.DuckDBPyConnection) -> list[str]:
    asked = ", ".join(
        f"count_if(NOT {each.sql}), any_value({each.column}::VARCHAR) FILTER (NOT {each.sql})" for each in NUMBER_CHECKS
    )
    (found,) = con.execute(f"SELECT {asked} FROM contract_figure").fetchall()
    pairs = zip(NUMBER_CHECKS, found[::2], found[1::2], strict=True)
    return [_line(each.column, f"expected {each.expected}, got {got}", rows) for each, rows, got in pairs if rows]


def _line(column: str, said: str, rows: int) -> str:
    return f"column {column!r} in {rows:,} rows: {said.rstrip('.')}"
