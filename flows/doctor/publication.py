"""The publication, the snapshots it rests on, and what it has to say to people: read through, not just opened."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from cuadra.flows import runlog
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.doctor.check import Check, some
from cuadra.flows.settings import Settings
from cuadra.warehouse import publish
from cuadra.warehouse.bins import damaged
from cuadra.warehouse.episode import outbox as waiting_rows
from cuadra.warehouse.integrity import read_through
from cuadra.warehouse.publication import PublicationError, open_publication

BACK = "`cuadra rollback` puts {} back."
NO_WAY_BACK = "None is kept to roll back to: move it away and run `cuadra run`, which reads everything again."
LATE = timedelta(hours=2)
"""How long an alert may wait where its channel is down or quiet, before it is worth a look."""


def publication(settings: Settings) -> Iterator[Check]:
    """Whether every byte of the publication is as it was published, every table is read and every view answers."""
    path = settings.publication
    kept = sorted((path.parent / "publications").glob("*.duckdb"))
    whole = [each for each in kept if not _damaged(each)]
    back = BACK.format(whole[-1].stem) if whole else NO_WAY_BACK
    if not path.exists():
        was_published = kept or any(entry.get("publication") for entry in runlog.read(settings.data))
        if was_published:
            yield Check("publication", "fails", f"{path} is missing", back)
        else:
            yield Check("publication", "warning", f"{path} does not exist yet", "Run `cuadra run`.")
        return
    if publish.wal(path).exists():
        yield Check("publication", "fails", f"{publish.wal(path)} is beside it: somebody wrote to it", back)
        return
    if not is_as_published(settings):
        found = f"{path} is not the file that was published: cut, damaged or edited"
        yield Check("publication", "fails", found, back)
        return
    if files := _damaged(path):
        yield Check("publication", "fails", f"{path}: {some(files)}", back)
        return
    try:
        rows, complaints = read_through(path)
    except (duckdb.Error, PublicationError) as error:
        yield Check("publication", "fails", f"{path}: {str(error).splitlines()[0]}", back)
        return
    if complaints:
        yield Check("publication", "fails", f"{path}: {some(complaints)}", back)
        return
    yield Check("publication", "ok", f"{path}: {rows:,} rows read through, as published")
    sums = publish.known_sums(path)
    if changed := [
        each.stem for each in kept if each not in whole or (sums and publish.sha256(each) not in sums)
    ]:  # fmt: skip
        yield Check("kept publications", "warning", f"damaged: {some(changed)}", "Delete them; rollback skips none.")


def is_as_published(settings: Settings) -> bool:
    """Whether the publication is byte for byte one that was published here, as far as that was noted."""
    sums = publish.known_sums(settings.publication)
    return not sums or publish.sha256(settings.publication) in sums


def _damaged(path: Path) -> list[str]:
    """What is wrong with the files of a large publication, or why it does not open."""
    try:
        with open_publication(path) as con:
            return damaged(con, path)
    except (duckdb.Error, PublicationError) as error:
        return [str(error).splitlines()[0]]


def outbox(settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether alerts wait for too long, and whether the journal of receipts is there."""
    if not settings.publication.exists() or not is_as_published(settings):
        return
    journal = Journal(settings.data)
    entries = journal.read()
    with open_publication(settings.publication) as con:
        rows = waiting_rows(con)
        (delivered,) = con.execute("SELECT count(*) FROM delivery WHERE delivered_at IS NOT NULL").fetchone() or (0,)
    was_sent = delivered or any(entry.get("told") for entry in runlog.read(settings.data))
    if was_sent and not journal.path.exists():
        found = f"{journal.path} is missing: without it, messages of the last run go out again"
        yield Check("outbox", "fails", found, "Put it back from a backup before the next run.")
        return
    carried = {entry["digest"]: entry for entry in entries if entry["entry"] == "digest"}
    taken = [carried[e["digest"]] for e in entries if e["entry"] == "receipt" and e["digest"] in carried]
    receipts = {(event, digest["channel"]) for digest in taken for event in digest["events"]}
    waiting = [row for row in rows if (row["event"], row["channel"]) not in receipts]
    late = [row for row in waiting if now - row["happened_at"].replace(tzinfo=UTC) > LATE]
    if late:
        names = sorted({row["channel"] for row in late})
        found = f"{len(late)} alerts wait for {some(names)}, the oldest since {late[0]['happened_at']:%Y-%m-%d %H:%M}"
        yield Check("outbox", "warning", found, "`cuadra alerts deliver` tries again and says why not.")
    else:
        yield Check("outbox", "ok", f"{len(waiting)} alerts wait, {len(receipts)} were taken")


def snapshots(settings: Settings) -> Iterator[Check]:
    """Whether every snapshot is the bytes that were fetched, and none that figures in force rest on is missing."""
    files = [path for path in settings.snapshots.glob("??/*") if len(path.name.split(".")[0]) == 64]
    broken = [str(path) for path in files if _sha256(path) != path.name.split(".")[0]]
    if broken:
        yield Check("snapshots", "fails", f"{len(broken)} of {len(files)} are altered: {some(broken)}", _RESTORE)
    if not settings.publication.exists() or not is_as_published(settings):
        return
    there = {path.name.split(".")[0] for path in files}
    with open_publication(settings.publication) as con:
        named = con.execute("SELECT DISTINCT snapshot, source FROM vintage ORDER BY ALL").fetchall()
    missing = [f"{sha256[:12]}… of {source}" for sha256, source in named if sha256 not in there]
    if missing:
        yield Check("snapshots", "fails", f"{len(missing)} are missing: {some(missing)}", _RESTORE)
    if not broken and not missing:
        yield Check("snapshots", "ok", f"{len(files)} are the bytes that were fetched")


_RESTORE = "Restore them from a backup; the next run fetches what its source still has."


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
