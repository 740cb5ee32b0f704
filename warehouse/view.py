"""Views: made anew from folders of SQL files when one has changed, every column with its meaning.

A file makes one view (or table macro), called as the file is. What its columns mean stands once in ``columns.csv``; a
file says it only where its meaning is narrower.
"""

import contextlib
import csv
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent / "views"
COLUMNS = Path(__file__).parent / "columns.csv"
ENGINE = ("figure_in_force", "cell_code")
"""Views that the checks read; a file of somebody's own cannot replace them."""

BREAKDOWN = "Code of this breakdown; _T is the total"

_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)


class ViewError(Exception):
    """A file that is no view."""


def shipped(topic: str) -> list[Path]:
    """The folders of the views that come with cuadra for a topic: those of every topic, then its own if it has any."""
    own = FOLDER / topic
    return [FOLDER, own] if topic and own.is_dir() else [FOLDER]


def renew(con: duckdb.DuckDBPyConnection, breakdowns: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """Make the views anew when their text, or what else they are made from, has changed.

    Returns one line per file that is no right view, which names it. Where it replaced another, that one is made. Such
    files are tried again each time.
    """
    wrong: list[str] = []
    files = _files(folders, wrong)
    made_from = [*breakdowns, COLUMNS.read_text(encoding="utf-8"), *wrong]
    made_from += [part for stem, paths in files.items() for _, sql in paths for part in (stem, sql)]
    sha256 = hashlib.sha256("\0".join(made_from).encode()).hexdigest()
    # An answer not read to its end would keep DuckDB 2 from registering frames.
    if con.execute("SELECT 1 FROM migration WHERE name = 'views' AND sha256 = ?", [sha256]).fetchall():
        return []
    _drop(con)
    wrong += _make(con, files)
    _comment(con, breakdowns)
    con.execute(
        "INSERT OR REPLACE INTO migration (name, sha256) VALUES ('views', ?)",
        [f"{sha256}{', some are wrong' if wrong else ''}"],
    )
    return wrong


def meanings() -> dict[str, str]:
    """What each column of the warehouse means, by its name; breakdowns are not among them."""
    with COLUMNS.open(encoding="utf-8", newline="") as file:
        return {row["column"]: row["comment"] for row in csv.DictReader(file)}


def name(identifier: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL takes it."""
    return "'" + value.replace("'", "''") + "'"


Files = dict[str, list[tuple[Path, str]]]
"""The files of each view with their SQL, the one that counts last."""


def _files(folders: Sequence[Path], wrong: list[str]) -> Files:
    found: Files = {}
    for folder in folders:
        for path in sorted(folder.glob("*.sql")):
            if path.stem in ENGINE and path.stem in found:
                wrong.append(
                    f"{path}: expected a name of its own, got that of a view the checks read. Rename the file."
                )
                continue
            try:
                found.setdefault(path.stem, []).append((path, path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError) as error:
                wrong.append(f"{path}: expected UTF-8 SQL that can be read, got {error}. Correct the file.")
    return {stem: paths for stem, paths in found.items() if paths}


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Remove all views and macros; the ledger no longer says that they are there."""
    views = con.execute(
        "SELECT view_name FROM duckdb_views() "
        "WHERE NOT internal AND NOT temporary AND database_name = current_database()"
    ).fetchall()
    macros = con.execute(
        "SELECT DISTINCT if(function_type = 'table_macro', 'MACRO TABLE', 'MACRO'), function_name "
        "FROM duckdb_functions() WHERE NOT internal AND function_type IN ('macro', 'table_macro') "
        "AND database_name = current_database()"
    ).fetchall()
    con.execute("BEGIN")
    con.execute("DELETE FROM migration WHERE name = 'views'")
    for kind, each in [*(("VIEW", row[0]) for row in views), *macros]:
        con.execute(f"DROP {kind} {name(each)}")
    con.execute("COMMIT")


def _make(con: duckdb.DuckDBPyConnection, files: Files) -> list[str]:
    """Make every view, those first that others need; a line for each that cannot be."""
    waiting = {stem: list(paths) for stem, paths in files.items()}
    lines: list[str] = []
    while waiting:
        errors = {stem: error for stem, paths in waiting.items() if (error := _try(con, stem, paths[-1][1]))}
        if len(errors) < len(waiting):
            waiting = {stem: waiting[stem] for stem in errors}
            continue
        # None can be made. One that replaced another gives way to it: first one whose fault is not that others lack.
        replacing = [stem for stem, paths in waiting.items() if len(paths) > 1]
        if not replacing:
            return lines + [_line(waiting[stem][-1][0], error) for stem, error in errors.items()]
        own = [stem for stem in replacing if not any(f" {other} " in errors[stem] for other in waiting)]
        stem = (own or replacing)[0]
        path, _ = waiting[stem].pop()
        lines.append(f"{_line(path, errors[stem])} Until then {waiting[stem][-1][0]} is used.")
    return lines


def _line(path: Path, error: str) -> str:
    return f"{path}: expected SQL of one view called {path.stem}, got {error}. Correct the file."


def _try(con: duckdb.DuckDBPyConnection, stem: str, sql: str) -> str | None:
    """Make one view; what is wrong with it, in one line, or none."""
    try:
        _check(con, stem, sql)
        con.execute("BEGIN")
        try:
            con.execute(sql)
            con.execute("COMMIT")
        except duckdb.Error:
            with contextlib.suppress(duckdb.Error):  # it may have ended by itself
                con.execute("ROLLBACK")
            raise
    except (duckdb.Error, ViewError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        # What DuckDB offers in place of a wrong name is on a line of its own.
        offered = [line for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))]
        return "; ".join([lines[0].rstrip(".!"), *(line.rstrip(".") for line in offered[:1])])
    return None


def _check(con: duckdb.DuckDBPyConnection, stem: str, sql: str) -> None:
    """Refuse whatever does more than make and explain the view that the file is called after."""
    called = rf"\"?{re.escape(stem)}\"?"
    makes = re.compile(rf"CREATE\s+(OR\s+REPLACE\s+)?(VIEW|MACRO|FUNCTION)\s+{called}[\s(]", re.IGNORECASE)
    explains = re.compile(rf"COMMENT\s+ON\s+(VIEW|MACRO|MACRO\s+TABLE|COLUMN)\s+{called}[\s.]", re.IGNORECASE)
    statements = [_COMMENTS.sub("", each.query) for each in con.extract_statements(sql)]
    if not statements:
        raise ViewError("no SQL")
    for statement in statements:
        if not makes.match(statement) and not explains.match(statement):
            raise ViewError(repr(" ".join(statement.split()[:5])))
    if len([each for each in statements if makes.match(each)]) != 1:
        raise ViewError("none or several")


def _comment(con: duckdb.DuckDBPyConnection, breakdowns: Sequence[str]) -> None:
    """Say what a column means wherever neither a view's file nor a migration does."""
    known = meanings() | dict.fromkeys(breakdowns, BREAKDOWN)
    silent = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND comment IS NULL AND database_name = current_database()"
    ).fetchall()
    con.execute(
        "BEGIN; "
        + "".join(
            f"COMMENT ON COLUMN {name(table)}.{name(column)} IS {text(known[column])}; "
            for table, column in silent
            if column in known
        )
        + "COMMIT"
    )
