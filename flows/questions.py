"""What workers do with SQL from anyone: answer it from the publication. Nothing here starts a process."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cuadra.warehouse.query import answer, open_to_all, write_parquet


def rows(publication: Path, sql: str, megabytes: int) -> Iterator[list[Any]]:
    """The names of the columns, then the rows some at a time.

    Raises:
        QueryError: the question is refused or wrong.
    """
    os.environ["HOME"] = os.sep  # DuckDB names it in its errors
    with open_to_all(publication, memory=f"{megabytes}MB") as con:
        yield from answer(con, sql)


def parquet(publication: Path, sql: str, megabytes: int, out: Path) -> None:
    """Write the answer to a file.

    Raises:
        QueryError: the question is refused or wrong.
    """
    os.environ["HOME"] = os.sep
    with open_to_all(publication, memory=f"{megabytes}MB", out=out) as con:
        write_parquet(con, sql, out)


def names(publication: Path) -> list[str]:
    """What can be completed: views, tables and columns.

    Raises:
        PublicationError: nothing is published yet.
    """
    with open_to_all(publication) as con:
        found = con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal "
            "UNION SELECT table_name FROM duckdb_tables() "
            "UNION SELECT column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    return [name for (name,) in found]
