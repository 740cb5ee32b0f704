"""The contract of an observation: one published value, with its words, its intervals and its place."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from cuadra.checks.column import OBS_STATUSES, QUALIFIERS, ROW, NumberCheck, TextCheck, number_checks, text_checks
from cuadra.checks.topic import BLOCK, Topic

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["BLOCK", "OBS_STATUSES", "QUALIFIERS", "ROW", "columns", "schema", "texts", "wrong"]

NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")
NULLABLE = ("value", "share_of", "share_base", "series", "repeats", "computed_from")
UNSAID = ("series", "repeats", "computed_from")
"""Columns that say nothing where they are missing: a frame without them is a frame with nulls."""


@cache
def columns(topic: Topic) -> tuple[str, ...]:
    """The columns of an observation in their order, the breakdowns of the topic among them."""
    return (
        "source", "vintage", "snapshot", *topic.quantity, "unit", "says", *NUMBERS, "qualifier", "share_of",
        "share_base", "complete", "obs_status", "locator", "said_by", "published",
        *UNSAID,
    )  # fmt: skip


def texts(topic: Topic) -> tuple[str, ...]:
    """The columns that must have a text."""
    return tuple(name for name in columns(topic) if name not in (*NUMBERS, *NULLABLE))


@cache
def checks_of_texts(topic: Topic) -> tuple[TextCheck, ...]:
    """The checks of the texts of an observation of this topic."""
    return text_checks(topic, texts(topic))


@cache
def schema(topic: Topic) -> "pa.DataFrameSchema":
    """The contract: one row per published value as one vintage of one source prints it.

    Bounds are in the row's own ``unit`` (a share of 25 percent has ``lower`` 24.5); a null ``value`` means
    that no number is printed (suppressed, not mentioned). ``upper`` may be infinite, never null. ``series`` is the
    publication that the row's source is an edition of, null for none. ``repeats`` is what it means where a source
    gives one quantity again: null, it says so twice; ``row``, a column that tells its rows apart may be missing; a
    breakdown, each row is another member under one label of it. ``computed_from`` has
    the observation_ids, parted by blanks, that the row's author computed it from, null where nothing says so. A
    code is one of its code list, a ``register`` may be the source's own, by its name. Columns are exactly these, in
    this order, and are never coerced.
    """
    # What only evaluates figures need not wait for it.
    import pandera.pandas as pa  # noqa: PLC0415

    checks: dict[str, list[pa.Check]] = {name: [] for name in columns(topic)}
    of_rows = []
    for each in checks_of_texts(topic):
        if len(each.columns) == 1:
            checks[each.columns[0]].append(pa.Check(_texts_of_series(each), name=each.columns[0], ignore_na=False))
        else:
            of_rows.append(pa.Check(_texts_of_frame(each), name=each.columns[0], ignore_na=False))
    of_rows += [pa.Check(_numbers(each), name=each.column, error=each.expected) for each in number_checks(topic)]
    return pa.DataFrameSchema(
        {
            name: pa.Column(float if name in NUMBERS else str, checks[name], nullable=name in NULLABLE)
            for name in columns(topic)
        },
        checks=of_rows,
        strict=True,
        ordered=True,
        name="Observation",
    )


def wrong(frame: pd.DataFrame, topic: Topic) -> list[tuple[str, int, str]]:
    """What breaks the contract in the texts and numbers of a frame: column, place of the first such row, and words.

    One entry for each column and value, in the order of the columns; nothing where the frame keeps it. Columns that
    the contract wants and the frame lacks are for `schema` to say.
    """
    found: list[tuple[str, int, str]] = []
    for check in checks_of_texts(topic):
        rows = _distinct(frame, check.columns)
        for place, values in rows.items():
            if said := check.wrong(*values):
                found.append((check.columns[0], place, said))
    for each in number_checks(topic):
        kept = _numbers(each)(frame).to_numpy()
        if not kept.all():
            place = int((~kept).argmax())
            got = frame[each.column].iloc[place]
            found.append((each.column, place, f"expected {each.expected}, got {got}. Correct the source's parse()."))
    return found


def _distinct(frame: pd.DataFrame, names: tuple[str, ...]) -> dict[int, tuple[str | None, ...]]:
    """The distinct values of some columns, each by the place of the first row that has it; null as none."""
    part = frame[list(names)].reset_index(drop=True).drop_duplicates()
    return {int(row[0]): tuple(None if pd.isna(value) else value for value in row[1:]) for row in part.itertuples()}


def _texts_of_series(check: TextCheck) -> Callable[["pd.Series[str]"], "pd.Series[bool]"]:
    def holds(series: "pd.Series[str]") -> "pd.Series[bool]":
        if check.is_any_text:
            return series.notna()
        bad = [value for value in series.unique() if check.wrong(None if pd.isna(value) else value)]
        return ~series.isin(bad)

    return holds


def _texts_of_frame(check: TextCheck) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    def holds(frame: pd.DataFrame) -> "pd.Series[bool]":
        names = list(check.columns)
        number = frame.groupby(names, dropna=False, sort=False).ngroup()
        first = _distinct(frame, check.columns)
        bad = [number.iloc[place] for place, values in first.items() if check.wrong(*values)]
        return ~number.isin(bad)

    return holds


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """An empty database, of which each check takes a cursor: to open one takes longer than to check a few rows."""
    return duckdb.connect()


def _numbers(check: NumberCheck) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    """The rows that hold the check, as DuckDB evaluates it: as where figures are too many for memory."""

    def holds(frame: pd.DataFrame) -> "pd.Series[bool]":
        numbers = frame[list(NUMBERS)].astype("float64").assign(unit=frame["unit"].astype("str")).reset_index(drop=True)
        with _database().cursor() as con:
            con.register("figures", numbers)
            kept = con.execute(f"SELECT {check.sql} AS kept FROM figures").df()["kept"]
        return pd.Series(kept.to_numpy(dtype=bool), index=frame.index)

    return holds
