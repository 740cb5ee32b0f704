"""Figures for tests of the warehouse: a few observations in the columns of the table."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from cuadra.warehouse.database import connect, migrate
from cuadra.warehouse.load import LoadResult, load_vintage
from tests.checks.figures import figure, frame

NOW = datetime(2026, 11, 24, 12)


def made(path: Path):
    """A migrated warehouse."""
    con = connect(path)
    migrate(con)
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
    )  # fmt: skip
