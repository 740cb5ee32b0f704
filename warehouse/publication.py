"""The publication opened to read: the one way in for everyone who does not ask questions of their own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cuadra.warehouse import bins
from cuadra.warehouse.database import check_current
from cuadra.warehouse.view import text


class PublicationError(Exception):
    """A publication that is not there, or cannot be opened."""


@contextmanager
def open_publication(
    path: Path, config: Mapping[str, str] | None = None, *, is_shut: bool = False, out: Sequence[Path] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The publication opened to read, closed afterwards so that the next one is seen.

    Args:
        path: of the published file.
        config: settings of DuckDB, for whom more than reading is to be forbidden.
        is_shut: whether nothing outside of the publication can be read or written, but for ``out``.
        out: the files that can be written nevertheless.

    Raises:
        PublicationError: nothing is published yet, or the file is no database that can be opened.
    """
    con = _opened(path, config or {})
    try:
        bins.find(con, path)
        if is_shut:
            # File by file: of a folder that is allowed, whoever asks could list it and write to it.
            may = ", ".join(text(each) for each in [*map(str, out), *bins.allowed(con, path)])
            con.execute(f"SET allowed_paths = [{may}]")
            con.execute("SET enable_external_access = false")
        yield con
    finally:
        con.close()


def attach_publication(con: duckdb.DuckDBPyConnection, path: Path, name: str = "published") -> None:
    """Make the publication readable within another connection, under this name.

    Raises:
        PublicationError: as of `open_publication`.
        MigrationError: an older cuadra made it.
    """
    _must_exist(path)
    try:
        con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name} (READ_ONLY)")
        bins.find(con, path)
        check_current(con, path, f"{name}.migration")
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


def _opened(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    _must_exist(path)
    try:
        return duckdb.connect(str(path), read_only=True, config=dict(config))
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise PublicationError(f"{path}: expected a publication, got none. Run `cuadra run` first.")


def _unreadable(path: Path, error: duckdb.Error) -> PublicationError:
    first = str(error).splitlines()[0]
    return PublicationError(
        f"{path}: expected a database that can be opened, got {first!r}. "
        "Put an earlier one back with `cuadra rollback`."
    )
