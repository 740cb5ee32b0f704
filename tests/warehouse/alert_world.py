"""A small warehouse whose findings a test sets as it likes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from cuadra.checks.topic import shipped
from cuadra.warehouse.database import connect
from cuadra.warehouse.episode import update
from tests.warehouse.loading import made

KEY = "0123456789ab"
START = datetime(2026, 11, 24, 12)
WORDS = [
    {"says": "1,054", "source": "dialogo", "locator": "¶3", "url": "https://dialogo.example/a"},
    {"says": "454", "sex": "F", "source": "dialogo", "locator": "¶4", "url": "https://dialogo.example/a"},
]  # fmt: skip
FINDING = {
    "finding": KEY, "rule": "one_value", "verdict": "fails", "severity": "error", "source": "dialogo",
    "block": 1, "cell": 1,
    "left_lower": 454.0, "left_upper": 454.0, "right_lower": 1054.0, "right_upper": 1054.0, "gap": 600.0,
    "is_waived": False, "is_open": True, "words": json.dumps(WORDS), "observations": "o1 o2",
    "sentence": "All figures of one quantity agree.", "sentence_es": "Las cifras de una cantidad coinciden.",
    "explanation": "454 would fit the foreign victims: 43 percent of 1,054.",
    "explanation_es": "454 serían las víctimas extranjeras: 43 por ciento de 1.054.",
}  # fmt: skip


OBSERVATION = {
    "source": "dialogo", "vintage": "1", "snapshot": "5e1f", "block": 1, "cell": 1, "unit": "persons",
    "says": "454", "lower": 454, "upper": 454, "likely_lower": 454, "likely_upper": 454, "qualifier": "exact",
    "complete": "", "obs_status": "A", "locator": "¶4", "said_by": "", "published": "2020-09-17",
    "vintage_from": 1, "known_from": START, "run": "first",
}  # fmt: skip


def make(path: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse with two observations in force and no finding; one that is there already is only opened."""
    is_new = not path.exists()
    con = made(path) if is_new else connect(path)
    if is_new:
        con.execute("INSERT INTO block VALUES (1, 'DIRCTPTIM', 'victims_rescued', 'PE', '2019')")
        totals = dict.fromkeys(shipped().names, "_T")
        _insert(con, "cell", {"cell": 1, **totals})
        _insert(con, "cell", {"cell": 2, **totals, "age": "Y0T17"})
        _insert(con, "observation", OBSERVATION | {"observation_id": "o1", "says": "1,054"})
        _insert(con, "observation", OBSERVATION | {"observation_id": "o2"})
    return con


def put(con: duckdb.DuckDBPyConnection, *findings: dict[str, Any]) -> None:
    """Make these the findings of the latest run, each the usual one but for what is given."""
    con.execute("UPDATE finding SET is_open = FALSE")
    for changes in findings:
        row = FINDING | changes
        con.execute("DELETE FROM finding WHERE finding = ?", [row["finding"]])
        _insert(con, "finding", row)


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    values = ", ".join(f"? AS {name}" for name in row)
    con.execute(f"INSERT INTO {table} BY NAME SELECT {values}", list(row.values()))


def step(con: duckdb.DuckDBPyConnection, now: datetime = START, **given: Any) -> dict[str, int]:
    """One run's update in its own transaction, told to the channel "desk" unless a route is given."""
    given = {"run_id": f"run-{now.isoformat()}", "route": lambda *_: {"desk"}} | given
    with transaction(con):
        return update(con, now=now, **given)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end, or roll back."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()
