"""DuckDB for figures too many for memory: it takes half of what its process may, and spills the rest to disk."""

import contextlib
import os
import resource
from collections.abc import Iterator

import duckdb

from cuadra.sources.places import spill_folder

_SPILL_MAX = "50GB"


def connection() -> duckdb.DuckDBPyConnection:
    """A connection to nothing, bounded where this process is."""
    most = resource.getrlimit(resource.RLIMIT_DATA)[0]
    if most == resource.RLIM_INFINITY:
        return duckdb.connect()
    config = {
        "memory_limit": f"{most // 2 // 1_000_000}MB",
        "temp_directory": str(spill_folder(os.getpid())),
        "threads": str(min(4, os.cpu_count() or 1)),
    }
    con = duckdb.connect(config=dict(config))
    # Once it is open: DuckDB shows a limit of the spilled files that it is opened with, and does not keep it.
    con.execute(f"SET max_temp_directory_size = '{_SPILL_MAX}'")
    return con


@contextlib.contextmanager
def in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let a file's rows come in the order of the file, by one thread, so that a row's number is its place."""
    (threads,) = con.execute("SELECT current_setting('threads')").fetchall()[0]
    con.execute("SET preserve_insertion_order = TRUE; SET threads = 1")
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")
