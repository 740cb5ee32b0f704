"""What people decide about sources: their figures taken out of force and put back, and the record of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from cuadra.warehouse.load import in_force, transaction

WITHDRAWN, RENAMED, RESTORED = "withdrawn", "renamed", "restored"
"""Why a vintage is no edition of its producer."""


def withdraw(con: duckdb.DuckDBPyConnection, source: str, cause: str, run: str, now: datetime) -> int:
    """Take every figure of a source out of force, as a vintage of its own; return how many there were.

    The history is kept: what was known on an earlier day stays as it was. A source without figures in force is left.

    Args:
        con: the warehouse.
        source: its name.
        cause: why, one of those of this module; a new name may follow it.
        run: the run that does it.
        now: when, in UTC.
    """
    figures = in_force(con, source)
    if figures:
        with transaction(con):
            vintage = _next(con)
            _close(con, source, vintage, now)
            _write(con, source, vintage, cause, run, now, withdrawn=figures)
    return figures


def restore(con: duckdb.DuckDBPyConnection, source: str, run: str, now: datetime) -> int:
    """Put the figures in force again that a source's last vintage replaced, as a vintage of its own.

    Returns how many were in force before that vintage and are again; none where it replaced nothing.
    """
    last = con.execute("SELECT max(vintage) FROM vintage WHERE source = ?", [source]).fetchall()[0][0]
    if last is None:
        return 0
    again = con.execute(
        "SELECT count(*) FROM observation WHERE source = ? AND vintage_to = ?", [source, last]
    ).fetchall()[0][0]
    if not again:
        return 0
    with transaction(con):
        vintage = _next(con)
        con.execute(
            "UPDATE observation SET vintage_to = ?, known_to = ? WHERE source = ? AND vintage_from = ? "
            "AND vintage_to IS NULL",
            [vintage, _naive(now), source, last],
        )
        con.execute(
            "INSERT INTO observation BY NAME SELECT * REPLACE (? AS vintage_from, NULL AS vintage_to, "
            "? AS known_from, NULL AS known_to, ? AS run) FROM observation WHERE source = ? AND vintage_to = ?",
            [vintage, _naive(now), run, source, last],
        )
        _write(con, source, vintage, RESTORED, run, now, before=last)
    return int(again)


def last_vintage(con: duckdb.DuckDBPyConnection, source: str) -> tuple[str, str | None] | None:
    """The snapshot of a source's last vintage, and why it is no edition of its producer; null before the first."""
    found = con.execute(
        "SELECT snapshot, by_decision FROM vintage WHERE source = ? ORDER BY vintage DESC LIMIT 1", [source]
    ).fetchall()
    return (str(found[0][0]), found[0][1]) if found else None


def sources_in_force(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many figures of each source are in force, of those that have any."""
    return dict(
        con.execute("SELECT source, count(*) FROM observation WHERE vintage_to IS NULL GROUP BY source").fetchall()
    )


def renamed(con: duckdb.DuckDBPyConnection, source: str, run: str) -> str | None:
    """The source that this run read for the first time, from the very bytes and with as many figures as this one."""
    found = con.execute(
        "SELECT source FROM vintage WHERE run = ? AND source <> ? AND snapshot = ? AND new = ? AND unchanged = 0 "
        "AND source NOT IN (SELECT source FROM vintage WHERE run <> ?) ORDER BY source",
        [run, source, (last_vintage(con, source) or ("",))[0], in_force(con, source), run],
    ).fetchall()
    return str(found[0][0]) if len(found) == 1 else None


def record_decisions(
    con: duckdb.DuckDBPyConnection,
    standing: Sequence[Mapping[str, Any]],
    undone: Mapping[tuple[str, str], Mapping[str, Any]],
    run: str,
    now: datetime,
) -> None:
    """Keep what people decided: new decisions begin, and those that no longer stand end. The caller has a transaction.

    Args:
        con: the warehouse.
        standing: each decision in effect with its ``kind``, ``subject``, ``reason``, ``by``, and ``at`` where known.
        undone: by kind and subject, who took back what no longer stands (``by``, ``at``, ``reason``), where known.
        run: this run.
        now: when, in UTC.
    """
    stands = {(each["kind"], each["subject"]): each for each in standing}
    known = con.execute("SELECT kind, subject, reason FROM decision WHERE undone_at IS NULL").fetchall()
    for kind, subject, reason in known:
        if (kind, subject) in stands and stands[kind, subject]["reason"] == reason:
            del stands[kind, subject]
            continue
        end = undone.get((kind, subject), {})
        con.execute(
            "UPDATE decision SET undone_at = ?, undone_by = ?, undone_reason = ? "
            "WHERE kind = ? AND subject = ? AND undone_at IS NULL",
            [_naive(end.get("at", now)), end.get("by"), end.get("reason"), kind, subject],
        )
    for (kind, subject), each in stands.items():
        con.execute(
            "INSERT INTO decision BY NAME SELECT ? AS kind, ? AS subject, ? AS reason, ? AS made_by, ? AS made_at, "
            "? AS run",
            [kind, subject, each["reason"], each["by"], _naive(each.get("at") or now), run],
        )


def _close(con: duckdb.DuckDBPyConnection, source: str, vintage: int, now: datetime) -> None:
    con.execute(
        "UPDATE observation SET vintage_to = ?, known_to = ? WHERE source = ? AND vintage_to IS NULL",
        [vintage, _naive(now), source],
    )


def _write(  # noqa: PLR0913, PLR0917 - what a vintage consists of
    con: duckdb.DuckDBPyConnection, source: str, vintage: int, cause: str, run: str, now: datetime, *,
    withdrawn: int = 0, before: int | None = None,
) -> None:  # fmt: skip
    """Write the row of a vintage that no producer made; one that is restored has the edition before the last."""
    con.execute(
        "INSERT INTO vintage BY NAME SELECT * REPLACE ($vintage AS vintage, $run AS run, $now AS loaded_at, "
        "$figures + quarantined + ignored AS rows_in, $figures AS observations, 0 AS new, 0 AS changed, "
        "$withdrawn AS withdrawn, 0 AS unchanged, $cause AS by_decision) FROM vintage "
        "WHERE source = $source AND vintage < $before ORDER BY vintage DESC LIMIT 1",
        {"vintage": vintage, "run": run, "now": _naive(now), "figures": in_force(con, source), "withdrawn": withdrawn,
         "cause": cause, "source": source, "before": vintage if before is None else before},
    )  # fmt: skip


def _next(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT coalesce(max(vintage), 0) + 1 FROM vintage").fetchall()[0][0])


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None) if moment.utcoffset() is None else moment.astimezone(UTC).replace(tzinfo=None)
