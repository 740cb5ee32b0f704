"""SQL from anyone, answered by the publication: read only, without files, network, extensions or settings."""

import threading
from pathlib import Path

import duckdb
import pandas as pd

_ALLOWED = {
    duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.RELATION,
}  # fmt: skip


class QueryError(Exception):
    """A query that is refused, wrong, or took too long."""


def open_publication(published: Path, *, memory: str = "1GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A locked connection to the publication: nothing outside of it can be read or changed.

    Raises:
        QueryError: nothing is published yet.
    """
    if not published.exists():
        raise QueryError(f"{published}: expected a publication, got none. Run `cuadra run` first.")
    con = duckdb.connect(
        str(published),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "memory_limit": memory,
            "threads": str(threads),
            "temp_directory": "",
        },
    )
    con.execute("SET lock_configuration = true")
    return con


def ask(con: duckdb.DuckDBPyConnection, sql: str, *, seconds: float = 60, most: int | None = None) -> pd.DataFrame:
    """The answer to one question as a frame, at most ``most`` rows of it.

    Raises:
        QueryError: not one SELECT-like statement, an error in it, or no answer in time.
    """
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_line(error)) from error
    if len(statements) != 1:
        raise QueryError(f"SQL: expected one statement, got {len(statements)}. Ask one question at a time.")
    if statements[0].type not in _ALLOWED:
        raise QueryError(
            f"SQL: expected a question (SELECT, FROM, DESCRIBE, SUMMARIZE, EXPLAIN), got {statements[0].type.name}. "
            "The publication is read only."
        )
    timer = threading.Timer(seconds, con.interrupt)
    timer.start()
    try:
        relation = con.execute(statements[0])
        return relation.df() if most is None else pd.DataFrame(
            relation.fetchmany(most), columns=[column[0] for column in relation.description or []]
        )  # fmt: skip
    except duckdb.InterruptException as error:
        raise QueryError(f"SQL: expected an answer within {seconds:g} s, got none. Narrow the question.") from error
    except duckdb.Error as error:
        raise QueryError(_line(error)) from error
    finally:
        timer.cancel()


def _line(error: duckdb.Error) -> str:
    return " ".join(str(error).split("\n\n")[0].split())
