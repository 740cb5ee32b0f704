"""A small warehouse whose findings a test sets as it likes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

import warehouse
from warehouse.episode import update

KEY = "0123456789ab"
START = datetime(2026, 11, 24, 12)
WORDS = [
    {"observation_id": "o1", "says": "1,054", "source": "dialogo", "locator": "¶3", "url": "https://dialogo.example/a"},
    {"observation_id": "o2", "says": "454", "source": "dialogo", "locator": "¶4", "url": "https://dialogo.example/a"},
]  # fmt: skip
FINDING = {
    "finding": KEY, "rule": "one_value", "verdict": "fails", "severity": "error", "source": "dialogo",
    "register": "DIRCTPTIM", "indicator": "victims_rescued", "ref_area": "PE", "time_period": "2019",
    "sex": "_T", "age": "_T", "citizenship": "_T", "exploitation": "_T", "means": "_T",
    "left_lower": 454.0, "left_upper": 454.0, "right_lower": 1054.0, "right_upper": 1054.0, "gap": 600.0,
    "is_waived": False, "is_open": True, "words": json.dumps(WORDS),
    "sentence": "All figures of one quantity agree.", "sentence_es": "Las cifras de una cantidad coinciden.",
    "explanation": "454 would fit the foreign victims: 43 percent of 1,054.",
}  # fmt: skip


def make(path: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """A warehouse with two observations in force and no finding."""
    con = duckdb.connect(path)
    if con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'finding'").fetchone() != (0,):
        return con
    con.execute(
        (Path(warehouse.__file__).parent / "migrations" / "0002_alert.sql").read_text(encoding="utf-8")
    )
    types = {float: "DOUBLE", bool: "BOOLEAN", str: "VARCHAR"}
    columns = ", ".join(f"{name} {types[type(value)]}" for name, value in FINDING.items())
    con.execute(f"CREATE TABLE finding ({columns})")
    con.execute("CREATE TABLE observation (observation_id VARCHAR, vintage_to VARCHAR)")
    con.execute("INSERT INTO observation VALUES ('o1', NULL), ('o2', NULL)")
    return con


def put(con: duckdb.DuckDBPyConnection, *findings: dict[str, Any]) -> None:
    """Make these the findings of the latest run, each the usual one but for what is given."""
    con.execute("DELETE FROM finding")
    for changes in findings:
        row = FINDING | changes
        values = ", ".join(f"? AS {name}" for name in row)
        con.execute(f"INSERT INTO finding BY NAME SELECT {values}", list(row.values()))


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
