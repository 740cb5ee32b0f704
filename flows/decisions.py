"""What people decided about sources between two runs, carried out by the next one: withdrawn, accepted, taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from cuadra.checks.waiver import Waiver
from cuadra.flows.alerts.digest import decided, file_gone
from cuadra.flows.alerts.journal import Entry
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.project import Project
from cuadra.flows.runlog import RunRecord
from cuadra.sources.catalog import find_sources
from cuadra.sources.corrections import load_corrections
from cuadra.sources.source import Source, SourceError
from cuadra.warehouse.decision import (
    RENAMED,
    WITHDRAWN,
    last_vintage,
    record_decisions,
    renamed,
    restore,
    sources_in_force,
    withdraw,
)
from cuadra.warehouse.episode import Trouble

_OPPOSITES = {"withdraw": "reinstate", "accept": "unaccept"}
_KINDS = {"withdraw": "withdrawal", "accept": "acceptance"}


def last_word(entries: Iterable[Entry], what: str) -> dict[tuple[str, str], Entry]:
    """The last entry about each source (and snapshot): ``what`` was decided, or its opposite, which takes it back."""
    kinds = {what, _OPPOSITES[what]}
    return {(each["source"], each.get("snapshot", "")): each for each in entries if each["entry"] in kinds}


def withdrawn(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The sources that people withdrew and did not put back, each with who, when and why."""
    return {key[0]: each for key, each in last_word(entries, "withdraw").items() if each["entry"] == "withdraw"}


def still_read(sources: Sequence[Source], name: str | None, entries: Iterable[Entry]) -> list[Source]:
    """The sources without those that are withdrawn.

    Raises:
        WrongUsageError: the one that a person named is withdrawn.
    """
    gone = withdrawn(entries)
    if name in gone:
        raise WrongUsageError(
            f"source {name!r}: expected one that is read, got one that {gone[name]['by']} withdrew "
            f'({gone[name]["reason"]}). `cuadra withdraw {name} --undo --reason "…"` puts it back.'
        )
    return [each for each in sources if each.name not in gone]


def carry_out(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], run: str, now: datetime) -> bool:
    """Withdraw and put back what people decided since the last run; returns whether anything changed."""
    changed = 0
    for (source, _), each in last_word(entries, "withdraw").items():
        if each["entry"] == "withdraw":
            changed += withdraw(con, source, WITHDRAWN, run, now)
        elif (last_vintage(con, source) or ("", None))[1] == WITHDRAWN:
            changed += restore(con, source, run, now)
    for (source, sha256), each in last_word(entries, "accept").items():
        if each["entry"] == "unaccept" and last_vintage(con, source) == (sha256, None):
            changed += restore(con, source, run, now)
    return bool(changed)


def without_file(con: duckdb.DuckDBPyConnection, known: Iterable[str], project: Project) -> list[str]:
    """The sources with figures in force that neither ``known`` nor the project has any more, in their order."""
    left = set(sources_in_force(con)) - set(known)
    if left:
        found = find_sources(project.sources, project.topic, project.area)
        left -= {each.source if isinstance(each, SourceError) else each.name for each in found}
    return sorted(left)


def follow_renames(con: duckdb.DuckDBPyConnection, record: RunRecord, project: Project, now: datetime) -> bool:
    """Withdraw sources whose file is gone where a new one has the very same content; returns whether there were any."""
    changed = 0
    for source in without_file(con, record.sources, project):
        if new := renamed(con, source, record.run):
            changed += withdraw(con, source, f"{RENAMED} {new}", record.run, now)
    return bool(changed)


def troubles(
    con: duckdb.DuckDBPyConnection, record: RunRecord, project: Project, entries: Sequence[Entry]
) -> list[Trouble]:
    """What people are told of this: what was withdrawn, renamed or put back, and files that are gone."""
    found = con.execute(
        "SELECT source, by_decision, observations, withdrawn FROM vintage WHERE run = ? AND by_decision IS NOT NULL",
        [record.run],
    ).fetchall()
    said = []
    for source, kind, figures, gone in found:
        words = [each for each in entries if each.get("source") == source and each["entry"] in _ACTS]
        last: Mapping[str, Any] = words[-1] if words else {"by": "", "reason": ""}
        what, _, new = str(kind).partition(" ")
        said.append(decided(what, source, record.run, int(gone or figures), last["by"], last["reason"], new))
    return [*said, *(file_gone(source) for source in without_file(con, record.sources, project))]


_ACTS = {*_OPPOSITES, *_OPPOSITES.values()}


def keep(  # noqa: PLR0913, PLR0917 - what a run knows of decisions
    con: duckdb.DuckDBPyConnection, waivers: Sequence[Waiver], entries: Sequence[Entry], project: Project, run: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep every decision in effect in table ``decision``, and the end of those that are no more.

    Corrections are left as they were where their file cannot be read.
    """
    standing = [{"kind": "waiver", "subject": each.finding, "reason": each.reason, "by": each.who} for each in waivers]
    try:
        standing += [
            {"kind": "correction", "subject": f"{each.source} {each.locator}", "by": each.who or "",
             "reason": f"{each.was} → {each.becomes}: {each.reason}"}
            for each in load_corrections(project.corrections)
        ]  # fmt: skip
    except SourceError:
        rows = con.execute(
            "SELECT kind, subject, reason, made_by FROM decision WHERE undone_at IS NULL AND kind = 'correction'"
        ).fetchall()
        standing += [dict(zip(("kind", "subject", "reason", "by"), row, strict=True)) for row in rows]
    undone = {}
    for what, kind in _KINDS.items():
        for (source, sha256), each in last_word(entries, what).items():
            key = (kind, f"{source} {sha256[:12]}".strip())
            facts = {"by": each["by"], "reason": each["reason"], "at": datetime.fromisoformat(each["at"])}
            if each["entry"] == what:
                standing.append({"kind": key[0], "subject": key[1], **facts})
            else:
                undone[key] = facts
    record_decisions(con, standing, undone, run, now)
