"""A source that shrinks is held for a person: its last vintage stays in force until somebody accepts the new one."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from cuadra.flows.alerts.journal import Entry
from cuadra.sources.source import Snapshot, Source
from cuadra.warehouse.load import in_force


def why_held(
    con: duckdb.DuckDBPyConnection, source: Source, snapshot: Snapshot, figures: int, entries: Iterable[Entry]
) -> str | None:
    """Why an edition is not loaded, in one line: it has fewer figures than its bound allows; none where it may be.

    Args:
        con: the warehouse, with the vintage in force.
        source: its facts, with the bound ``shrink_max``.
        snapshot: the bytes of the edition.
        figures: how many it has.
        entries: the journal, where people accept an edition.
    """
    before = in_force(con, source.name)
    # A file cut where a table ends may lose just the bound: that is held too.
    least = math.floor(before * (1 - source.shrink_max) + 1e-9) + 1
    is_free = source.shrink_max >= 1 or figures >= before
    if is_free or figures >= least or is_accepted(source.name, snapshot.sha256, entries):
        return None
    return (
        f"{source.name}: expected at least {least:,} of the {before:,} figures in force, got {figures:,}. The "
        "last vintage stays in force. Look at the file; if the producer did shrink it, "
        f'`cuadra sources accept {source.name} --reason "…"` releases it.'
    )


def is_accepted(source: str, sha256: str, entries: Iterable[Entry]) -> bool:
    """Whether somebody accepted this edition of the source, by the SHA-256 of its bytes, and did not take it back."""
    said = [
        each["entry"]
        for each in entries
        if each["entry"] in {"accept", "unaccept"} and (each["source"], each["snapshot"]) == (source, sha256)
    ]
    return said[-1:] == ["accept"]


def held_edition(source: str, runs: Iterable[Mapping[str, Any]]) -> str | None:
    """The SHA-256 of the edition that the last run of a source held; none where it held none."""
    records = [run["sources"][source] for run in runs if source in run.get("sources", {})]
    return records[-1].get("held") if records else None
