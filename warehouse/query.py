"""SQL from anyone, answered by the publication: read only, without files, network, extensions, settings or paths.

DuckDB's own limits do not reach all it does: what is asked by somebody else belongs in a process that can be killed.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from cuadra.warehouse.bins import FOLDER
from cuadra.warehouse.publication import open_publication

_ALLOWED = {
    duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.RELATION,
}  # fmt: skip

_OF_DATA = {
    "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "histogram",
    "histogram_values", "summary", "duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_indexes",
    "duckdb_keywords", "duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views", "icu_calendar_names",
    "pg_timezone_names", "pragma_show", "pragma_table_info",
}  # fmt: skip
"""Functions that give tables of the publication, of their arguments, or of what SQL knows; no other may be called."""

_OF_THE_MACHINE = {"current_setting", "getenv", "getvariable", "json_execute_serialized_sql", "query", "query_table"}
_VIEWS_OF_THE_MACHINE = {
    "duckdb_databases", "duckdb_logs", "pragma_database_list", "pg_settings", "pg_prepared_statements",
}  # fmt: skip
_FILES = re.compile(rf"\b({FOLDER}/)", re.IGNORECASE)
"""Files of a large publication by their names, which would tell where they are; its views read them."""
_CALLED = r"""\b({names})"?[\s\u200b-\u200d\u2060\ufeff]*(?:\(|/\*|--)"""
ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 4_000_000


class QueryError(Exception):
    """A query that is refused, wrong, or took too long."""


@contextmanager
def open_to_all(
    published: Path, *, memory: str = "1GB", threads: int = 2, out: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The publication locked: nothing outside of it can be read or changed.

    Args:
        published: the publication.
        memory: how much DuckDB may take.
        threads: how many it may use.
        out: the one file that may be written.

    Raises:
        PublicationError: nothing is published yet, or it cannot be opened.
    """
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "memory_limit": memory,
        "threads": str(threads),
        "temp_directory": "",
    }
    written = [] if out is None else [out, out.with_name(f"tmp_{out.name}")]
    with open_publication(published, config, is_shut=True, out=written) as con:
        con.execute("SET lock_configuration = true")
        yield con


def answer(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[list[Any]]:
    """The names of the columns of the answer to one question, then its rows, some at a time, as they are made.

    Raises:
        QueryError: not one SELECT-like statement, or an error in it.
    """
    statement = question(con, sql)
    try:
        relation = con.execute(statement)
        yield [column[0] for column in relation.description or []]
        most = 50
        while rows := relation.fetchmany(most):
            yield rows
            widest = max(sum(len(cell) for cell in row if isinstance(cell, str | bytes)) for row in rows)
            most = max(1, min(ROWS_AT_ONCE, _BYTES_AT_ONCE // (widest + 1)))
    except (duckdb.Error, ValueError, OverflowError) as error:
        raise _refused(con, error) from error


def write_parquet(con: duckdb.DuckDBPyConnection, sql: str, out: Path) -> None:
    """Write the answer to one question to the file that the connection may write.

    Raises:
        QueryError: as `answer` does.
    """
    question(con, sql)
    try:
        con.sql(sql).write_parquet(str(out))
    except duckdb.Error as error:
        raise _refused(con, error) from error


def question(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one statement that a text is.

    Raises:
        QueryError: it is none, several, no question, or one about the machine.
    """
    try:
        statements = con.extract_statements(sql)
        kinds = [statement.type for statement in statements]
    except (duckdb.Error, ValueError) as error:  # some statements have a type that Python does not know
        raise _refused(con, error) from error
    if len(statements) != 1:
        raise QueryError(f"SQL: expected one statement, got {len(statements)}. Ask one question at a time.")
    (kind,) = kinds
    # PIVOT makes a type of its own of the values that it finds, and then selects.
    is_pivot = kind is duckdb.StatementType.MULTI and re.search(r"\bpivot(_wider)?\b", sql, re.IGNORECASE)
    if kind not in _ALLOWED and not is_pivot:
        raise QueryError(
            f"SQL: expected a question (SELECT, FROM, PIVOT, DESCRIBE, SUMMARIZE, EXPLAIN), got {kind.name}. "
            "The publication is read only."
        )
    if found := _of_the_machine(sql):
        raise QueryError(
            f"SQL: expected a question about what is published, got {found!r}, which tells of this machine. "
            "Leave it out, also within quotes and comments."
        )
    return statements[0]


def _of_the_machine(sql: str) -> str | None:
    """The first function or view in the text that shows files, paths or settings, or runs SQL made meanwhile.

    Looked for in the text as it is: a name cannot be written in another way, and one within quotes may be run.
    """
    called, viewed = _forbidden()
    found = called.search(sql) or viewed.search(sql) or _FILES.search(sql)
    return found[1] if found else None


@cache
def _forbidden() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How the functions that may not be called are written, and the views that may not be read."""
    with duckdb.connect() as con:
        functions = con.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'pragma') "
            "AND function_name NOT IN (SELECT function_name FROM duckdb_functions() "
            "WHERE function_type IN ('scalar', 'aggregate', 'macro'))"
        ).fetchall()
    names = {str(name) for (name,) in functions} - _OF_DATA | _OF_THE_MACHINE
    called = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return (
        re.compile(_CALLED.format(names=called), re.IGNORECASE),
        re.compile(rf"\b({'|'.join(_VIEWS_OF_THE_MACHINE)})\b", re.IGNORECASE),
    )


def _refused(con: duckdb.DuckDBPyConnection, error: Exception) -> QueryError:
    """The error in one line, without the folders of this machine."""
    line = " ".join(str(error).split("\n\n")[0].split())
    known = con.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    folders = {os.path.dirname(path) for (path,) in known} | {os.path.expanduser("~"), os.getcwd()}
    for folder in sorted(folders - {"", "/"}, key=len, reverse=True):
        line = line.replace(folder, "…")
    return QueryError(line[:1000])
