"""What a source is: its facts, the bytes it was read from, and what a reading of them yields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.errors

from cuadra.checks import topic
from cuadra.checks.observation import columns, schema

QUARANTINED = ("source", "vintage", "snapshot", "locator", "reason", "message", "raw")
IGNORED = ("source", "vintage", "snapshot", "reason", "rows")


class SourceError(Exception):
    """A source that cannot be used; the message is one line: what, where, expected, got, what to do."""


@dataclass(frozen=True)
class Snapshot:
    """The exact bytes fetched, as a file named by their SHA-256."""

    path: Path
    sha256: str
    url: str
    fetched_at: datetime
    media_type: str = ""


@dataclass(frozen=True)
class Scan:
    """Observations too many for memory: SQL that reads them where they are, in the contract's columns, one row each."""

    sql: str
    rows: int

    def __len__(self) -> int:
        """How many there are."""
        return self.rows


@dataclass(frozen=True)
class Parsed:
    """What one reading of a snapshot yields; each row read is used, quarantined or ignored on purpose.

    ``observations`` has one row per published value (the contract), as a frame or as SQL that reads them;
    ``quarantined`` one row per row that broke it; ``ignored`` one row per reason with the number of rows.
    ``rows_used`` is how many rows read became observations, where one row yields several; by default one each.
    """

    observations: pd.DataFrame | Scan
    quarantined: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(QUARANTINED)))
    ignored: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(IGNORED)))
    rows_in: int = 0
    rows_used: int | None = None
    warnings: tuple[str, ...] = ()
    corrections: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a reading that lost a row.

        Raises:
            SourceError: rows in are not rows used, quarantined and ignored.
        """
        used = len(self.observations) if self.rows_used is None else self.rows_used
        out = used + len(self.quarantined) + int(self.ignored["rows"].sum() if len(self.ignored) else 0)
        if out != self.rows_in:
            raise SourceError(
                f"rows: expected every row in to come out, got {self.rows_in} in and {out} out "
                "(used + quarantined + ignored). Mend the source's parse()."
            )

    def frame(self) -> pd.DataFrame:
        """The observations in memory."""
        if isinstance(self.observations, pd.DataFrame):
            return self.observations
        with duckdb.connect() as con:
            return con.execute(self.observations.sql).df()


@dataclass(frozen=True)
class Source:
    """The facts of one publication or data set, and how its snapshot is read."""

    name: str
    title: str
    publisher: str
    register: str
    url: str
    parse: Callable[[Snapshot], Parsed]
    file: Path | None = None
    published: str = ""
    language: str = "en"
    decimal: str | None = None
    cadence: str = "yearly"
    owner: str = ""
    licence: str = ""
    rows_min: int = 1
    rows_max: int = 1_000_000
    enabled: bool = True
    is_paged: bool = False


def gate(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """The frame itself, when it keeps the contract of an observation.

    Raises:
        SourceError: a row breaks the contract; the line names column, check, and the first failing values.
    """
    try:
        return schema(topic.shipped()).validate(frame[list(columns(topic.shipped()))].reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        case = errors.failure_cases.iloc[0]
        raise SourceError(
            f"{source}, column {case['column']!r}: expected {case['check']}, got {case['failure_case']!r} "
            f"in row {case['index']}. Mend the source's parse() or the figure."
        ) from errors
