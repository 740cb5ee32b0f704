"""What a source is: its facts, the bytes it was read from, and what a reading of them yields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.errors

from cuadra.checks.observation import UNSAID, columns, schema, wrong
from cuadra.checks.topic import Topic

QUARANTINED = ("source", "vintage", "snapshot", "locator", "reason", "message", "raw")
IGNORED = ("source", "vintage", "snapshot", "reason", "rows")


class SourceError(Exception):
    """A source that cannot be used; the message is one line: what, where, expected, got, what to do.

    ``source`` is the name of the source at fault, where the message itself does not begin with it; ``lines`` every
    fault of a file, each in one line, where the message is the first of several.
    """

    source: str = ""
    lines: tuple[str, ...] = ()


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
    ``anchors`` are the words that were searched for around each observation, in their order, where any were given.
    ``rows_used`` is how many rows read became observations, where one row yields several; by default one each.
    """

    observations: pd.DataFrame | Scan
    quarantined: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(QUARANTINED)))
    ignored: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(IGNORED)))
    rows_in: int = 0
    rows_used: int | None = None
    warnings: tuple[str, ...] = ()
    corrections: tuple[Mapping[str, Any], ...] = ()
    anchors: tuple[str | None, ...] = ()

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
                "(used + quarantined + ignored). Correct the source's parse()."
            )

    def frame(self) -> pd.DataFrame:
        """The observations in memory."""
        if isinstance(self.observations, pd.DataFrame):
            return self.observations
        with duckdb.connect() as con:
            return con.execute(self.observations.sql).df()

    def in_place(self) -> pd.DataFrame:
        """The observations with ``position`` in the document, and the words around them where any were given."""
        figures = self.frame()
        anchors = list(self.anchors) or [None] * len(figures)
        return figures.assign(
            position=range(1, len(figures) + 1), anchor=pd.Series(anchors, figures.index, dtype="str")
        )


@dataclass(frozen=True)
class Source:
    """The facts of one publication or data set, and how its snapshot is read.

    ``file`` is what is read where nothing has to be fetched; ``origin`` the file that states these facts; ``find``
    which link on the page at ``url`` is the file (see `sources.newest`); ``login`` the header that its server wants,
    whose value is in the environment (see `sources.login`); ``ignores`` what of its file is not read on purpose
    (a column, a question, a sheet), with the reason; ``series`` the publication that it is an edition of: a later
    edition restates an earlier one; ``shrink_max`` how much of its figures an edition must not lose against the one
    before, or it is held (1 allows any loss). ``parse_seconds`` and ``parse_megabytes`` are what one reading may cost,
    where the settings do not suffice.
    """

    name: str
    title: str
    publisher: str
    register: str
    url: str
    parse: Callable[[Snapshot], Parsed]
    file: Path | None = None
    origin: Path | None = None
    published: str = ""
    series: str | None = None
    language: str = "en"
    decimal: str | None = None
    cadence: str = "yearly"
    owner: str = ""
    licence: str = ""
    rows_min: int = 1
    rows_max: int = 1_000_000
    shrink_max: float = 0.1
    enabled: bool = True
    is_paged: bool = False
    find: str = ""
    login: str = ""
    parse_seconds: float | None = None
    parse_megabytes: int | None = None
    ignores: Mapping[str, str] = field(default_factory=dict)


def complete(frame: pd.DataFrame, topic: Topic, source: str) -> pd.DataFrame:
    """The observations in the contract's columns of this topic.

    A breakdown that the frame has not is the total; ``series``, ``repeats`` and ``computed_from`` are null where it has
    not these.

    Raises:
        SourceError: a column that the topic has not, or one missing that is no breakdown.
    """
    wanted = columns(topic)
    left_out = [name for name in wanted if name not in frame.columns]
    missing = [name for name in left_out if name not in topic.names and name not in UNSAID]
    unknown = [str(name) for name in frame.columns if name not in wanted]
    if missing or unknown:
        got = f"none called {missing[0]!r}" if missing else f"{unknown[0]!r}"
        raise SourceError(
            f"{source}: expected columns of the contract and breakdowns among {', '.join(topic.names)}, got {got}. "
            "Correct the source's parse(), or declare the breakdown in checks/topic.toml."
        )
    made = {name: None if name in UNSAID else "_T" for name in left_out}
    whole = frame.assign(**made)[list(wanted)]
    # A frame without rows has columns of no type.
    return (
        whole if len(whole) else whole.astype({name: each.dtype.type for name, each in schema(topic).columns.items()})
    )


def gate(frame: pd.DataFrame, source: str, topic: Topic) -> pd.DataFrame:
    """The frame itself, complete, when it keeps the contract of an observation.

    Raises:
        SourceError: a row breaks the contract; the line names column, check, and the first failing values.
    """
    whole = complete(frame, topic, source).reset_index(drop=True)
    try:
        return schema(topic).validate(whole, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for column, place, said in wrong(whole, topic)[:1]:
            row = whole.iloc[place]
            raise SourceError(f"{source}, {row['locator']} ({row['says']!r}), {column}: {said}") from errors
        case = errors.failure_cases.iloc[0]
        raise SourceError(
            f"{source}, column {case['column']!r}: expected {case['check']}, got {case['failure_case']!r} "
            f"in row {case['index']}. Correct the source's parse() or the figure."
        ) from errors
