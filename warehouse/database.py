"""The DuckDB file: open it, bring its tables up to date, renew its views."""

import hashlib
from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that can open the file; the previous release must."""

_HERE = Path(__file__).parent


class MigrationError(Exception):
    """A migration that was edited after it was applied, or a file from a newer cuadra."""


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that may write to the file; a new file is made so that older releases can open it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"ATTACH {_quoted(str(path))} AS made (STORAGE_VERSION '{STORAGE_VERSION}')")
            con.execute("DETACH made")
    return duckdb.connect(str(path))


def migrate(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the migrations applied now, each with its ledger row in one transaction; views are renewed.

    Raises:
        MigrationError: an applied migration was edited, or is unknown here.
    """
    con.execute(
        "CREATE TABLE IF NOT EXISTS migration (name VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL, "
        "applied_at TIMESTAMP NOT NULL DEFAULT current_timestamp::TIMESTAMP)"
    )
    con.execute("COMMENT ON TABLE migration IS 'One row per migration applied to this file'")
    ledger = dict(con.execute("SELECT name, sha256 FROM migration").fetchall())
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted((_HERE / "migrations").glob("*.sql"))}
    if unknown := sorted(set(ledger) - set(files) - {"views"}):
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
    renew_views(con)
    return applied


def renew_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the views anew from ``views/*.sql``, in the order of their names, when their text has changed."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((_HERE / "views").glob("*.sql")))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    # An answer not read to its end would keep DuckDB 2 from registering frames.
    if con.execute("SELECT 1 FROM migration WHERE name = 'views' AND sha256 = ?", [sha256]).fetchall():
        return
    con.execute("BEGIN")
    con.execute(text)
    con.execute("INSERT OR REPLACE INTO migration (name, sha256) VALUES ('views', ?)", [sha256])
    con.execute("COMMIT")


def _in_transaction(con: duckdb.DuckDBPyConnection, text: str, name: str, sha256: str) -> None:
    con.execute("BEGIN")
    try:
        con.execute(text)
        con.execute("INSERT INTO migration (name, sha256) VALUES (?, ?)", [name, sha256])
        con.execute("COMMIT")
    except duckdb.Error:
        con.execute("ROLLBACK")
        raise


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
