"""The contract of an observation for figures too many for memory: the same checks as pandera's, asked in DuckDB."""

import duckdb

from cuadra.checks.column import TextCheck, number_checks
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
        return [*_texts(con, topic), *_row_by_row(con, topic)]
    finally:
        con.execute("DROP VIEW temp.contract_figure")


def _texts(con: duckdb.DuckDBPyConnection, topic: Topic) -> list[str]:
    """The texts that are wrong by what they say; their distinct values are few, so they are asked for first."""
    lines = []
    for check in checks_of_texts(topic):
        if check.is_any_text:
            continue
        wrong = {}
        for values in con.execute(f"SELECT DISTINCT {_named(check)} FROM contract_figure").fetchall():
            if said := check.wrong(*values):
                wrong[values] = said
        if wrong:
            counted = con.execute(f"SELECT {_named(check)}, count(*) FROM contract_figure GROUP BY ALL").fetchall()
            rows = sum(count for *values, count in counted if tuple(values) in wrong)
            lines.append(_line(check.columns[0], min(wrong.values()), rows))
    return lines


def _row_by_row(con: duckdb.DuckDBPyConnection, topic: Topic) -> list[str]:
    """The texts that are missing, and the numbers that are wrong, in one reading."""
    any_text = [check for check in checks_of_texts(topic) if check.is_any_text]
    asked = [f"count_if({check.columns[0]} IS NULL)" for check in any_text]
    for each in number_checks(topic):
        asked += [f"count_if(NOT {each.sql})", f"any_value({each.column}) FILTER (NOT {each.sql})"]
    (found,) = con.execute(f"SELECT {', '.join(asked)} FROM contract_figure").fetchall()
    missing, wrong = found[: len(any_text)], found[len(any_text) :]
    lines = [
        _line(check.columns[0], str(check.wrong(None)), rows)
        for check, rows in zip(any_text, missing, strict=True)
        if rows
    ]
    return lines + [
        _line(each.column, f"expected {each.expected}, got {got}", rows)
        for each, rows, got in zip(number_checks(topic), wrong[::2], wrong[1::2], strict=True)
        if rows
    ]


def _named(check: TextCheck) -> str:
    return ", ".join(f"{name}::VARCHAR" for name in check.columns)


def _line(column: str, said: str, rows: int) -> str:
    return f"column {column!r} in {rows:,} {'row' if rows == 1 else 'rows'}: {said.rstrip('.')}"
