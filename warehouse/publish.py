"""Publish so that readers are never blocked: build aside, close, check, sync, and replace the file in one step.

A kill at any moment leaves the last publication whole: the working file is never the published one, and
``os.replace`` is atomic. Earlier publications stay as hard links in ``publications/`` for rollback.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from cuadra.warehouse import bins
from cuadra.warehouse.publication import open_publication

Step = Callable[[str], None]

# Sums, so that no order matters and equal rows do not cancel each other; a vintage's number says only when it came.
_HASH = """
SELECT sha256(concat_ws('|',
    (SELECT coalesce(sum(hash(observation_id, says, value, lower, upper, likely_lower, likely_upper, qualifier,
     share_of, complete, obs_status, said_by)), 0) FROM observation WHERE vintage_to IS NULL),
    (SELECT count(*) FROM observation),
    (SELECT coalesce(sum(hash(finding, verdict, left_lower, left_upper, right_lower, right_upper, is_waived,
     sentence, explanation)), 0) FROM finding WHERE is_open),
    (SELECT coalesce(sum(hash(source, locator, reason, raw)), 0) FROM quarantine),
    (SELECT coalesce(sum(hash(rule, version)), 0) FROM rule),
    (SELECT coalesce(sum(hash(cause, rank, likely)), 0) FROM cause WHERE is_open)
))
"""


class PublishError(Exception):
    """A publication that cannot be made or restored; the one in force stays."""


class BusyError(PublishError):
    """Another run is writing."""


@contextmanager
def writer(folder: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Be the one writer of a data folder; the lock ends with the process, however it ends.

    Raises:
        BusyError: another process still writes after the wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_seconds
        while not _locked(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise BusyError(
                    f"{folder}: expected no other run, got one that writes (process {holder}). "
                    "Wait until it has ended, and run again."
                )
            time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def prepare(published: Path, working: Path) -> None:
    """Make the working file: a copy of the publication, or nothing where there is none yet."""
    working.parent.mkdir(parents=True, exist_ok=True)
    for path in (working, wal(working)):
        path.unlink(missing_ok=True)
    if published.exists():
        shutil.copyfile(published, working)


def content(con: duckdb.DuckDBPyConnection) -> str:
    """The hash of what a publication says, not of when it was made.

    That is its figures in force, open findings and their causes, quarantine, and the rules that were asked: one that is
    new and holds is news as well.
    """
    return str(con.execute(_HASH).fetchall()[0][0])


def last_content(con: duckdb.DuckDBPyConnection) -> str | None:
    """The hash that the last publication had; null before the first."""
    row = con.execute("SELECT sha256 FROM publication ORDER BY published_at DESC LIMIT 1").fetchone()
    return row[0] if row else None


def newest(con: duckdb.DuckDBPyConnection) -> str | None:
    """The name of the last publication; null before the first."""
    row = con.execute("SELECT max(publication) FROM publication").fetchone()
    return row[0] if row else None


def record(con: duckdb.DuckDBPyConnection, run_id: str, now: datetime) -> str:
    """Write the row of the publication to come, and return its name."""
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    con.execute(
        "INSERT INTO publication BY NAME SELECT ? AS publication, ? AS published_at, ? AS run, "
        "(SELECT count(*) FROM observation WHERE vintage_to IS NULL) AS observations, "
        "(SELECT count(*) FROM finding WHERE is_open AND verdict IN ('fails', 'doubtful')) AS findings, ? AS sha256",
        [name, now.astimezone(UTC).replace(tzinfo=None), run_id, content(con)],
    )
    return name


def publish(working: Path, published: Path, *, keep: int = 10, at: Step = lambda step: None) -> None:
    """Replace the publication by the working file, which nobody may have open.

    ``at`` is called with the name of each step before it is done.

    Raises:
        PublishError: a write-ahead log is left beside the working file.
    """
    at("check")
    if wal(working).exists():
        raise PublishError(
            f"{working.name}: expected a closed database, got {wal(working).name} beside it. "
            "Close every connection to it before publishing."
        )
    # Asked of the working file: of the published one, a reader in this process would still see the one before.
    files = _files(working)
    at("sync file")
    _sync(working)
    at("keep")
    _keep(published, keep)
    _note_sum(working, published, most=10 * (keep + 1))
    at("replace")
    os.replace(working, published)
    at("sync folder")
    _sync(published.parent)
    bins.write_opener(published, is_large=bool(files))
    bins.prune(published, [files, *map(_files, _kept(published))])


def _files(published: Path) -> list[str]:
    with open_publication(published) as con:
        return bins.files(con)


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_sums(published: Path) -> set[str]:
    """The SHA-256 of every publication that is kept or in force; none where they were never noted."""
    try:
        return set(_sums(published).read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return set()


def checkpoint(con: duckdb.DuckDBPyConnection) -> None:
    """Write everything into the file itself, so that no log is left when it is closed."""
    con.execute("CHECKPOINT")


def history(published: Path) -> list[dict[str, Any]]:
    """One row per publication, newest first; ``is_kept`` says whether rollback can restore it."""
    if not published.exists():
        return []
    with open_publication(published) as con:
        cursor = con.execute("SELECT * FROM publication ORDER BY published_at DESC")
        names = [column[0] for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    kept = {path.stem for path in _kept(published)}
    return [row | {"is_kept": number == 0 or row["publication"] in kept} for number, row in enumerate(rows)]


def rollback(published: Path, name: str | None = None) -> str:
    """Put an earlier publication back, the one before unless named, and return its name.

    Raises:
        PublishError: no such publication is kept.
    """
    kept = {path.stem: path for path in _kept(published)}
    now = history(published)
    earlier = [each for each in kept if not now or each < str(now[0]["publication"])]
    chosen = name or max(earlier, default=None)
    if chosen is None or chosen not in kept:
        raise PublishError(
            f"publication {chosen!r}: expected one of {', '.join(sorted(kept)[-5:]) or 'none kept yet'}, got no such. "
            "`cuadra history` lists them."
        )
    with open_publication(kept[chosen]) as con:
        for line in bins.damaged(con, kept[chosen]):
            raise PublishError(f"publication {chosen}: expected its files as they were published, got that {line}. "
                               "Put another back.")  # fmt: skip
    aside = published.with_suffix(".rollback")
    shutil.copyfile(kept[chosen], aside)
    _sync(aside)
    os.replace(aside, published)
    _sync(published.parent)
    return chosen


def wal(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a database."""
    return path.with_name(path.name + ".wal")


def _kept(published: Path) -> list[Path]:
    return sorted((published.parent / "publications").glob("*.duckdb"))


def _keep(published: Path, keep: int) -> None:
    """Keep the publication in force under its own name, and the newest ``keep`` of all."""
    if not published.exists():
        return
    folder = published.parent / "publications"
    folder.mkdir(exist_ok=True)
    with open_publication(published) as con:
        row = con.execute("SELECT max(publication) FROM publication").fetchone()
    if row and row[0]:
        with contextlib.suppress(FileExistsError):
            os.link(published, folder / f"{row[0]}.duckdb")
        _sync(folder)
    for path in _kept(published)[:-keep]:
        path.unlink()


def _sums(published: Path) -> Path:
    return published.parent / "publications" / "sha256"


def _note_sum(working: Path, published: Path, most: int) -> None:
    """Note what the publication to come is, before it is: a flipped bit or an edit is seen by it."""
    file = _sums(published)
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="ascii", errors="replace").split() if file.exists() else []
    if published.exists() and not before:
        before = [sha256(each) for each in (*_kept(published), published)]  # made by an earlier release
    # Some that a kill kept from being published, too.
    lines = [*before, sha256(working)][-most:]
    aside = file.with_suffix(".aside")
    aside.write_text("".join(f"{line}\n" for line in dict.fromkeys(lines)), encoding="ascii")
    _sync(aside)
    os.replace(aside, file)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
