"""Prefect's own SQLite database: found sound, named as locked, or set aside and made anew.

It holds the history of runs and the schedules, which `serve` registers again; it holds no figures.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

PATIENCE_SECONDS = 5.0
"""How long another process may hold the database before it counts as locked."""

SIGNS = (
    "sqlite3.databaseerror",
    "malformed",
    "not a database",
    "no such table",
    "no such column",
    "already exists",
    "can't locate revision",
)
"""What the server says of a database that it cannot use."""


class DatabaseLockedError(Exception):
    """Another process holds Prefect's database."""


def path(home: Path) -> Path:
    """The file of the database."""
    return home / "prefect.db"


def complaint(home: Path, *, is_thorough: bool = False) -> str | None:
    """What is wrong with the database, in one line; null where it is sound or not there yet.

    Thorough is every page; otherwise only what a start would fail on.

    Raises:
        DatabaseLockedError: another process holds it.
    """
    file = path(home)
    if not file.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=PATIENCE_SECONDS, isolation_level=None)) as con:
            con.execute("SELECT count(*) FROM sqlite_master").fetchone()
            con.execute("BEGIN IMMEDIATE")
            with contextlib.suppress(sqlite3.Error):  # it may have ended by itself
                con.execute("ROLLBACK")
            found = con.execute("PRAGMA quick_check(1)").fetchone() if is_thorough else None
    except sqlite3.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DatabaseLockedError(
                f"Prefect's database, {file}: expected it to be free, got one that another process has locked. "
                "End what holds it (`fuser` names it), or wait."
            ) from error
        return str(error)
    return None if found in (None, ("ok",)) else str(found[0]).splitlines()[0]


def blamed(log: str) -> str | None:
    """The line in which a server that did not start says that its database is broken; null where it does not."""
    lines = (line.strip() for line in reversed(log.splitlines()))
    return next((line[:200] for line in lines if any(sign in line.casefold() for sign in SIGNS)), None)


def set_aside(home: Path, now: datetime | None = None) -> Path:
    """Rename the database, so that the next start makes a new one; returns where it is now."""
    aside = home / f"prefect.db.broken-{now or datetime.now(UTC):%Y%m%dT%H%M%S}"
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path(home)}{ending}", f"{aside}{ending}")
    return aside


def leftovers(home: Path) -> Iterator[Path]:
    """The databases that were set aside."""
    return home.glob("prefect.db.broken-*")
