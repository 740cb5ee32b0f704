"""Every check of `cuadra doctor`, each on its own: none hides another."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cuadra.flows.doctor import files, machine, publication, schedule, server
from cuadra.flows.doctor.check import Check
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.sources.catalog import find_sources
from cuadra.sources.source import Source, SourceError


def examine(settings: Settings, project: Project, now: datetime, *, send_tests: bool = False) -> list[Check]:
    """One row per thing checked, failures too; a check that raises is itself one that fails."""
    found = [
        SourceError(project.shown(str(each))) if isinstance(each, SourceError) else each
        for each in find_sources(project.sources, project.topic, project.area)
    ]
    enabled = [each for each in found if isinstance(each, Source) and each.enabled]
    looks: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("versions", machine.versions),
        ("data folder", lambda: machine.folder(settings)),
        ("publication", lambda: publication.publication(settings)),
        ("outbox", lambda: publication.outbox(settings, now)),
        ("snapshots", lambda: publication.snapshots(settings)),
        ("logs", lambda: files.logs(settings)),
        ("leftovers", lambda: files.leftovers(settings, now)),
        ("growth", lambda: files.growth(settings)),
        ("sources", lambda: schedule.sources(settings, found, now)),
        ("runs", lambda: schedule.runs(settings, enabled, now)),
        ("server", lambda: server.server(settings, enabled, now)),
        ("settings", lambda: machine.settings_files(settings, now)),
        ("channels", lambda: machine.channels(settings, send_tests=send_tests)),
    ]
    checks: list[Check] = []
    for name, look in looks:
        try:
            checks.extend(look())
        except Exception as error:  # a check that breaks is itself a finding
            first = (str(error).splitlines() or ["nothing more"])[0]
            line = f"this check could not be made: {type(error).__name__}: {first}"
            checks.append(Check(name, "fails", line, "Look at what it names; if all is well there, report the fault."))
    return checks


def as_rows(checks: list[Check]) -> list[dict[str, Any]]:
    """The checks as rows of a table."""
    return [{"state": c.state, "check": c.check, "found": c.found, "do": c.do} for c in checks]
