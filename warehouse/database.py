"""The DuckDB file: open it, bring its tables up to date, fit them to a topic, renew its views."""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from cuadra.warehouse import view

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that can open the file; the previous release must."""

CODE = ("list", "code", "label_en", "label_es", "parent", "partition", "kind", "scope")
"""The columns of table ``code``."""

_HERE = Path(__file__).parent
_LEDGER = {"views", "codes"}
"""What the ledger holds beside migrations: the texts that views and code lists were made from."""


class MigrationError(Exception):
    """A file that this cuadra cannot bring up to date, or that holds figures its topic has no place for."""


@dataclass(frozen=True)
class Migrated:
    """What was done to a file: the migrations applied now, and a line for each view that could not be made."""

    applied: list[str] = field(default_factory=list)
    wrong_views: list[str] = field(default_factory=list)


def connect(path: Path, limits: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that may write to the file; a new file is made so that older releases can open it.

    Args:
        path: the file.
        limits: settings of DuckDB, such as ``memory_limit`` and ``max_temp_directory_size``; its own where not given.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"ATTACH {view.text(str(path))} AS made (STORAGE_VERSION '{STORAGE_VERSION}')")
            con.execute("DETACH made")
    con = duckdb.connect(str(path))
    for name, value in (limits or {}).items():
        # Once it is open: DuckDB shows a limit of the spilled files that it is opened with, and does not keep it.
        con.execute(f"SET {name} = {view.text(value)}")
    return con


def migrate(
    con: duckdb.DuckDBPyConnection,
    breakdowns: Sequence[str],
    views: Sequence[Path],
    codes: Iterable[Mapping[str, Any]],
) -> Migrated:
    """Bring a file up to date, and return what was done; each step is a transaction with its row in the ledger.

    Args:
        con: the warehouse.
        breakdowns: the breakdowns of the topic, which become the columns of table ``cell``.
        views: folders of views, generic first; a later file of the same name replaces an earlier one. A view that
            is wrong becomes a line of the result, and the others are made.
        codes: the code lists of the topic, in the columns of table ``code``; without its units nothing is counted.

    Raises:
        MigrationError: an applied migration was edited, or is unknown here; the file holds figures by a breakdown
            that is not among these; a breakdown is called like another column.
    """
    con.execute(
        "CREATE TABLE IF NOT EXISTS migration (name VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL, "
        "applied_at TIMESTAMP NOT NULL DEFAULT current_timestamp::TIMESTAMP)"
    )
    con.execute("COMMENT ON TABLE migration IS 'One row per migration applied to this file'")
    ledger, files = _ledger(con), _files()
    if unknown := sorted(set(ledger) - set(files) - _LEDGER):
        raise MigrationError(
            f"migration {unknown[0]}: expected a file of warehouse/migrations, got none. "
            "The database comes from a newer cuadra: install that one."
        )
    applied = []
    for name, text in files.items():
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if name not in ledger:
            _in_transaction(con, text, name, sha256)
            applied.append(name)
        elif ledger[name] != sha256:
            raise MigrationError(
                f"migration {name}: expected the text that was applied, got another. "
                "Restore the file, and write the change as a migration of its own."
            )
    _fit_cells(con, breakdowns)
    _keep_codes(con, codes, ledger.get("codes"))
    return Migrated(applied, view.renew(con, breakdowns, views))


def check_current(con: duckdb.DuckDBPyConnection, what: object, ledger: str = "migration") -> None:
    """Refuse a file that lacks a migration: it can be asked in SQL, but not by what needs its newest tables.

    Raises:
        MigrationError: an older cuadra made it; the message names ``what`` and the first migration that it lacks.
    """
    applied = _ledger(con, ledger)
    if missing := [name for name in _files() if name not in applied]:
        raise MigrationError(
            f"{what}: expected a publication of this cuadra, got one from before {missing[0]}. "
            "Run `cuadra run`: it carries the publication over."
        )


def _ledger(con: duckdb.DuckDBPyConnection, table: str = "migration") -> dict[str, str]:
    return dict(con.execute(f"SELECT name, sha256 FROM {table}").fetchall())


def _files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((_HERE / "migrations").glob("*.sql"))}


def _fit_cells(con: duckdb.DuckDBPyConnection, breakdowns: Sequence[str]) -> None:
    """Make the breakdowns the columns of table ``cell``, in their order: a new one is the total everywhere."""
    has = [row[0] for row in con.execute("DESCRIBE cell").fetchall() if row[0] != "cell"]
    if has == list(breakdowns):
        return
    if taken := sorted(set(breakdowns) & {"cell", *view.meanings()}):
        raise MigrationError(
            f"breakdown {taken[0]!r}: expected a name that no column of the warehouse has, got one in use. "
            "Rename it in topic.toml, and its code list."
        )
    for gone in [name for name in has if name not in breakdowns]:
        column = view.name(gone)
        for (code,) in con.execute(f"SELECT min({column}) FROM cell HAVING bool_or({column} <> '_T')").fetchall():
            raise MigrationError(
                f"breakdown {gone!r}: expected one of the topic ({', '.join(breakdowns)}), got figures by it, such as "
                f"of {code!r}, in the database. Put it back into topic.toml, or use another data folder."
            )
    columns = ", ".join(f"{view.name(each)} VARCHAR NOT NULL" for each in breakdowns)
    values = ", ".join(view.name(each) if each in has else f"'_T' AS {view.name(each)}" for each in breakdowns)
    con.execute("BEGIN")
    con.execute(f"CREATE TABLE cell_fitted (cell INTEGER PRIMARY KEY, {columns})")
    con.execute(f"INSERT INTO cell_fitted SELECT cell, {values} FROM cell")
    con.execute("DROP TABLE cell")
    con.execute("ALTER TABLE cell_fitted RENAME TO cell")
    con.execute("COMMENT ON TABLE cell IS 'One row per combination of breakdowns; the columns are those of the topic'")
    con.execute("DELETE FROM migration WHERE name = 'views'")  # they have taken the columns as they were
    con.execute("COMMIT")


def _keep_codes(con: duckdb.DuckDBPyConnection, codes: Iterable[Mapping[str, Any]], kept: str | None) -> None:
    """Keep the code lists as they are now, when they have changed."""
    rows = [[row.get(column) or None for column in CODE] for row in codes]
    sha256 = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    if sha256 == kept:
        return
    lists = ", ".join(f"unnest(?::VARCHAR[]) AS {view.name(column)}" for column in CODE)
    con.execute("BEGIN")
    con.execute("DELETE FROM code")
    con.execute(f"INSERT INTO code BY NAME SELECT {lists}", [[row[at] for row in rows] for at in range(len(CODE))])
    con.execute("INSERT OR REPLACE INTO migration (name, sha256) VALUES ('codes', ?)", [sha256])
    con.execute("COMMIT")


def _in_transaction(con: duckdb.DuckDBPyConnection, text: str, name: str, sha256: str) -> None:
    con.execute("BEGIN")
    try:
        con.execute(text)
        con.execute("INSERT INTO migration (name, sha256) VALUES (?, ?)", [name, sha256])
        con.execute("COMMIT")
    except duckdb.Error:
        with contextlib.suppress(duckdb.Error):  # it may have ended by itself
            con.execute("ROLLBACK")
        raise
