"""What is wrong with the sources of a run rather than with their figures, for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import duckdb

from cuadra.flows import runlog
from cuadra.flows.alerts.digest import missed_run, quarantine_growth, revised, source_failed
from cuadra.flows.runlog import RunRecord
from cuadra.flows.schedule import cadence
from cuadra.warehouse.episode import Trouble, baseline
from cuadra.warehouse.load import revisions

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
            counts = (entry.changed, entry.withdrawn)
            troubles.append(revised(name, record.run, revisions(con, name, most=SHOWN_OF_REVISION), counts))
    return troubles


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
