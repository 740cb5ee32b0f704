"""What is wrong with the sources of a run rather than with their figures, for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import duckdb

from cuadra.flows import runlog
from cuadra.flows.alerts.digest import corrected, missed_run, quarantine_growth, revised, source_failed
from cuadra.flows.runlog import RunRecord
from cuadra.flows.schedule import cadence
from cuadra.warehouse import revision
from cuadra.warehouse.episode import Trouble, baseline

MISSED_AFTER = 2
"""How many slots of a source pass without a run until that is reported: the latest may be the one that runs now."""

SHOWN_OF_REVISION = 3
"""So many of a revision's figures are named in its alert."""


def of_sources(con: duckdb.DuckDBPyConnection, record: RunRecord, failures: Mapping[str, str]) -> list[Trouble]:
    """What is wrong with the sources of this run; ``failures`` says of each that was not read why."""
    troubles = [source_failed(name, error) for name, error in failures.items()]
    for name, entry in record.sources.items():
        before = baseline(con, "quarantine_growth", name)
        if before is None:
            before = _quarantined_before(con, name, record.run)
        if before is not None and entry.quarantined > before:
            troubles.append(quarantine_growth(name, int(before), entry.quarantined))
        if entry.changed or entry.withdrawn:
            shown = revision.revised(con, name, ("changed", "withdrawn"), SHOWN_OF_REVISION)
            how = "edited" if _is_typed(con, name) else "revised"
            troubles.append(revised(name, record.run, shown, (entry.changed, entry.withdrawn), how))
        if entry.reread:
            shown = revision.revised(con, name, ("reread",), SHOWN_OF_REVISION)
            troubles.append(revised(name, record.run, shown, (entry.reread, 0), "reread"))
        if entry.corrected:
            made, undone = (
                revision.revised(con, name, (each,), SHOWN_OF_REVISION) for each in ("corrected", "uncorrected")
            )
            troubles.append(corrected(name, record.run, made, undone, entry.corrected))
    return troubles


def _is_typed(con: duckdb.DuckDBPyConnection, source: str) -> bool:
    """Whether a source is a file that somebody types here, as articles are: its producer changes nothing in it."""
    sql = "SELECT url LIKE 'file://%.toml' FROM snapshot WHERE source = ? ORDER BY fetched_at DESC LIMIT 1"
    found = con.execute(sql, [source]).fetchone()
    return bool(found and found[0])


def missed(
    cadences: Mapping[str, str], entries: list[dict[str, Any]], now: datetime, clock: cadence.Clock = cadence.USUAL
) -> Iterator[Trouble]:
    """The sources whose slot passed without a run, until a run comes in time again."""
    for source, often in cadences.items():
        last = runlog.last_try(entries, source)
        if last and cadence.is_overdue(often, last, now, clock, missed=MISSED_AFTER):
            yield missed_run(source, often, last, now)


def _quarantined_before(con: duckdb.DuckDBPyConnection, source: str, run: str) -> int | None:
    found = con.execute(
        "SELECT quarantined FROM vintage WHERE source = ? AND run <> ? ORDER BY vintage DESC LIMIT 1",
        [source, run],
    ).fetchone()
    return int(found[0]) if found else None
