"""A publication that is large: its figures and open findings are Parquet files beside the database, a bin each.

The database lists them (table ``bin``) and has views over them that are called as the tables are in one file. A file is
named by its content and never changed, so that publications share the bins that did not change.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from cuadra.warehouse import view

FOLDER = "bins"
"""The folder of the files, beside the publication."""

OPENER = "open.sql"
"""The file that opens such a publication in any client of DuckDB."""

_KEPT = "_kept"
"""What a table is called, with this after its name, where a view over files has its name."""

_OF_BIN = {
    "observation": "SELECT observation.*, bin FROM observation INNER JOIN bin_of_block USING (block)",
    "figure_tally": (
        "SELECT figure_tally.*, coalesce(bin, 0) AS bin FROM figure_tally LEFT JOIN (SELECT observation_id, bin "
        "FROM observation INNER JOIN bin_of_block USING (block) WHERE vintage_to IS NULL) USING (observation_id)"
    ),
    # What changes with each run is said once, by the view. A group is called after a finding in it.
    "finding": (
        "SELECT finding.* EXCLUDE (last_run) REPLACE (if(component IS NULL, NULL, "
        "(hash(min(finding) OVER (PARTITION BY component)) >> 1)::BIGINT) AS component), coalesce(bin, 0) AS bin "
        "FROM finding LEFT JOIN bin_of_block USING (block) WHERE is_open"
    ),
}
"""The rows of each table that is set apart, with their bin; of findings those that are open."""

_SORTED = {"observation": "observation_id, vintage_from", "figure_tally": "observation_id", "finding": "finding"}


class BinError(Exception):
    """A publication whose files cannot be written, or are not as they were published."""


def files(con: duckdb.DuckDBPyConnection, database: str = "") -> list[str]:
    """The names of the files that a publication is made of beside the database; none where it is one file."""
    prefix = f"{view.name(database)}." if database else ""
    try:
        rows = con.execute(f"SELECT DISTINCT file FROM {prefix}bin ORDER BY file").fetchall()
    except duckdb.CatalogException:
        return []  # made by an earlier release
    return [str(file) for (file,) in rows]


def folder_of(published: Path) -> Path:
    """The folder that the names of a publication's files are relative to, whether it is in force or kept."""
    folder = published.absolute().parent
    return folder.parent if folder.name == "publications" else folder


def find(con: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Let a connection find the files of a publication that it has open, wherever its process was started."""
    con.execute(f"SET file_search_path = {view.text(str(folder_of(published)))}")


def allowed(con: duckdb.DuckDBPyConnection, published: Path) -> list[str]:
    """The paths of the files of a publication, as a connection that may read nothing else has to be allowed them."""
    return [path for file in files(con) for path in (f"{FOLDER}/{file}", str(folder_of(published) / FOLDER / file))]


def gather(con: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Make a copy of a large publication one file again, to work on; the list of its files stays."""
    if not files(con):
        return
    find(con, published)
    apart = con.execute("SELECT DISTINCT of_table FROM bin ORDER BY of_table").fetchall()
    con.execute("BEGIN")
    for (table,) in apart:
        # What is in the files: all of a table, but for findings that are over; of these the kept table has no row yet.
        of_files = " WHERE is_open" if table == "finding" else ""
        con.execute(f"INSERT INTO {table}{_KEPT} BY NAME FROM {table}{of_files}")
        con.execute(f"DROP VIEW {table}; ALTER TABLE {table}{_KEPT} RENAME TO {table}")
    con.execute("COMMIT")


def keep_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Let the publication to come be one file."""
    con.execute("DELETE FROM bin")


def set_apart(con: duckdb.DuckDBPyConnection, published: Path, part: str, bins: int) -> None:
    """Write the figures and open findings to files, and put views over them in their place.

    Args:
        con: the working database, which has everything in it.
        published: of the publication to come.
        part: the name of a relation with the ``bin`` of each ``register``, ``indicator`` and ``ref_area``; what is not
            in it is no longer in force.
        bins: how many bins there are.

    Raises:
        BinError: the folder has a name that DuckDB cannot search.
    """
    folder = folder_of(published) / FOLDER
    if "," in str(folder):
        raise BinError(f"{folder}: expected a folder without a comma in its path, got one. Move it, or rename it.")
    folder.mkdir(exist_ok=True)
    find(con, published)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE bin_of_block AS SELECT block, coalesce(bin, "
        f"(md5_number_lower(concat_ws('|', register, indicator, ref_area)) % {bins})::INTEGER) AS bin "
        f"FROM block LEFT JOIN {part} USING (register, indicator, ref_area)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE bin_now AS FROM bin LIMIT 0")
    for table, rows in _OF_BIN.items():
        _write(con, folder, table, rows)
    con.execute("DELETE FROM bin; INSERT INTO bin FROM bin_now ORDER BY of_table, bin")
    _sync(folder)
    for table in _OF_BIN:
        _cover(con, table)


def _write(con: duckdb.DuckDBPyConnection, folder: Path, table: str, rows: str) -> None:
    """Write the bins of a table that are not as they were, and list all of them."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bin_content AS SELECT bin, count(*) AS rows, sum(hash(row))::VARCHAR AS content "
        f"FROM (SELECT bin, each AS row FROM ({rows}) AS each) GROUP BY bin"
    )
    con.execute(
        "INSERT INTO bin_now SELECT bin.* FROM bin INNER JOIN bin_content USING (bin, content, rows) "
        "WHERE of_table = ?",
        [table],
    )
    for file, sha256 in con.execute("SELECT file, sha256 FROM bin_now WHERE of_table = ?", [table]).fetchall():
        if not (folder / file).exists():
            con.execute("DELETE FROM bin_now WHERE sha256 = ?", [sha256])
    changed = con.execute(
        "SELECT bin, rows, content FROM bin_content WHERE bin NOT IN "
        "(SELECT bin_now.bin FROM bin_now WHERE of_table = ?) ORDER BY bin",
        [table],
    ).fetchall()
    if not changed:
        return
    # Sorted once, so that each bin is read from one place.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE bin_row AS SELECT * FROM ({rows}) "
        f"WHERE bin IN ({', '.join(str(each) for each, *_ in changed)}) ORDER BY bin, {_SORTED[table]}"
    )
    for each, count, content in changed:
        aside = folder / f".aside-{os.getpid()}.parquet"
        con.execute(
            f"COPY (SELECT * EXCLUDE (bin) FROM bin_row WHERE bin = {each:d} ORDER BY {_SORTED[table]}) "
            f"TO {view.text(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
        )
        _sync(aside)
        sha256 = _sha256(aside)
        file = f"{sha256[:32]}.parquet"
        size = aside.stat().st_size
        os.replace(aside, folder / file)
        con.execute("INSERT INTO bin_now VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [file, table, each, count, size, sha256, content])  # fmt: skip
    con.execute("DROP TABLE bin_row")


def _cover(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Put a view over the files in the place of a table, with what is not in them and what its columns mean."""
    listed = con.execute("SELECT file FROM bin WHERE of_table = ? ORDER BY bin", [table]).fetchall()
    if not listed:
        return
    added, gone = "*", ""
    if table == "finding":
        run = con.execute("SELECT max(last_run) FROM finding WHERE is_open").fetchall()[0][0]
        added, gone = f"*, {view.text(str(run))} AS last_run", " WHERE is_open"
    con.execute(f"DELETE FROM {table}{gone}")
    meanings = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? AND comment IS NOT NULL "
        "AND database_name = current_database()",
        [table],
    ).fetchall()
    about = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE table_name = ? AND database_name = current_database()", [table]
    ).fetchall()
    columns = ", ".join(view.name(row[0]) for row in con.execute(f"DESCRIBE {table}").fetchall())
    paths = ", ".join(view.text(f"{FOLDER}/{file}") for (file,) in listed)
    con.execute(f"ALTER TABLE {table} RENAME TO {table}{_KEPT}")
    con.execute(
        f"CREATE VIEW {table} AS SELECT {columns} FROM (FROM {table}{_KEPT} UNION ALL BY NAME "
        f"SELECT {added} FROM read_parquet([{paths}]))"
    )
    for (comment,) in about:
        con.execute(f"COMMENT ON VIEW {table} IS {view.text(str(comment))}")
    for column, comment in meanings:
        con.execute(f"COMMENT ON COLUMN {table}.{view.name(column)} IS {view.text(comment)}")


def shrink(working: Path, storage_version: str) -> None:
    """Write a database anew without the room that deleted rows take; nobody may have it open."""
    aside = working.with_suffix(".small")
    aside.unlink(missing_ok=True)
    with duckdb.connect() as con:
        con.execute(f"ATTACH {view.text(str(working))} AS large (READ_ONLY)")
        con.execute(f"ATTACH {view.text(str(aside))} AS small (STORAGE_VERSION {view.text(storage_version)})")
        con.execute(f"SET file_search_path = {view.text(str(folder_of(working)))}")
        con.execute("COPY FROM DATABASE large TO small")
        con.execute("DETACH small; DETACH large")
    os.replace(aside, working)


def write_opener(published: Path, *, is_large: bool) -> None:
    """Write the SQL that opens a large publication in any client beside it; of one that is one file there is none."""
    path, folder = published.parent / OPENER, str(folder_of(published))
    if not is_large:
        path.unlink(missing_ok=True)
        return
    aside = path.with_suffix(".aside")
    aside.write_text(
        "-- Opens the publication in any client of DuckDB, whichever folder it is started in:\n"
        f"--     duckdb -init {OPENER}\n"
        "-- The database names its files of figures relative to its own folder, so that by itself it can only be read\n"
        "-- by a client started there. The paths below are those of the last run: after the folder has moved, correct\n"
        "-- them, or start the client in the folder.\n"
        f"SET file_search_path = {view.text(folder)};\n"
        f"ATTACH {view.text(str(Path(folder, published.name)))} AS cuadra (READ_ONLY);\n"
        "USE cuadra;\n",
        encoding="utf-8",
    )
    os.replace(aside, path)


def prune(published: Path, kept: Iterable[list[str]]) -> int:
    """Delete the files that no publication names, and return how many; ``kept`` are the files of each."""
    folder = folder_of(published) / FOLDER
    if not folder.is_dir():
        return 0
    named = {file for each in kept for file in each}
    unnamed = [path for path in folder.iterdir() if path.name not in named]
    for path in unnamed:
        path.unlink(missing_ok=True)
    return len(unnamed)


def damaged(con: duckdb.DuckDBPyConnection, published: Path) -> list[str]:
    """One line per file of a publication that is not as it was published: missing, cut, or another."""
    lines = []
    folder = folder_of(published) / FOLDER
    try:
        listed = con.execute("SELECT file, any_value(bytes), any_value(sha256) FROM bin GROUP BY file ORDER BY file")
    except duckdb.CatalogException:
        return []  # made by an earlier release
    for file, size, sha256 in listed.fetchall():
        path = folder / file
        if not path.exists():
            lines.append(f"{FOLDER}/{file} is missing")
        elif path.stat().st_size != size:
            lines.append(f"{FOLDER}/{file} has {path.stat().st_size:,} bytes and not {size:,}")
        elif _sha256(path) != sha256:
            lines.append(f"{FOLDER}/{file} is not the file that was published")
    return lines


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
