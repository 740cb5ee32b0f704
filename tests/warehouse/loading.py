"""Figures for tests of the warehouse: a few observations in the columns of the table."""

import atexit
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pandas as pd

from cuadra.checks.topic import Topic, shipped
from cuadra.flows.codes import code_rows
from cuadra.warehouse.database import Migrated, connect, migrate
from cuadra.warehouse.load import LoadResult, load_vintage
from cuadra.warehouse.view import shipped as shipped_views
from tests.checks.figures import figure, frame

NOW = datetime(2026, 11, 24, 12)


def brought_up(con: duckdb.DuckDBPyConnection, topic: Topic | None = None, *views: Path) -> Migrated:
    """Migrate a warehouse for a topic, the shipped one unless given, with more folders of views."""
    topic = topic or shipped()
    return migrate(con, topic.names, [*shipped_views(topic.name), *views], code_rows(topic))


@cache
def _migrated() -> Path:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with connect(folder / "migrated.duckdb") as con:
        brought_up(con)
    return folder / "migrated.duckdb"


def made(path: Path) -> duckdb.DuckDBPyConnection:
    """A new warehouse of the shipped topic, migrated; migrating takes half a second, so it is done once and copied."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated(), path)
    return connect(path)


def in_memory() -> duckdb.DuckDBPyConnection:
    """The same in memory."""
    con = duckdb.connect()
    con.execute(f"ATTACH '{_migrated()}' AS made (READ_ONLY); COPY FROM DATABASE made TO memory; DETACH made")
    return con


def load(con, *rows, source="press", sha256="a" * 64, now=NOW, run="r1", quarantined=None, ignored=None) -> LoadResult:
    """Load one edition of a source."""
    observations = frame([figure(**{"value": 5, "source": source, "snapshot": sha256} | row) for row in rows])
    return load_vintage(
        con,
        {"name": source, "title": "T", "url": "https://example.org"},
        {"sha256": sha256, "url": "u", "path": sha256, "fetched_at": now},
        observations.drop(columns="observation_id"),
        pd.DataFrame() if quarantined is None else quarantined,
        pd.DataFrame() if ignored is None else ignored,
        run,
        now,
        id_sql=shipped().observation_id_sql(),
        breakdowns=shipped().names,
    )  # fmt: skip
