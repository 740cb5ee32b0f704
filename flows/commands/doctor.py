"""Whether all that has to work unattended does: seen from outside the scheduler, which can stop silently."""

import hashlib
import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
from packaging.requirements import Requirement

from cuadra.flows import runlog
from cuadra.flows.alerts.delivery import send_test
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.alerts.routes import DEFAULT_CHANNEL, AlertsError, load_routes
from cuadra.flows.project import Project
from cuadra.flows.schedule import cadence, serve
from cuadra.flows.settings import Settings
from cuadra.sources.catalog import find_sources
from cuadra.sources.source import Source, SourceError
from cuadra.warehouse.episode import outbox
from cuadra.warehouse.publication import PublicationError, open_publication

GRACE = 1.5
"""How many lengths of its cadence a source may be old: a slot, and time for it to be tried again."""


@dataclass(frozen=True)
class Check:
    """What one look found: ``ok``, ``warning`` (works, but look at it) or ``fails``, and what to do."""

    check: str
    state: Literal["ok", "warning", "fails"]
    found: str
    do: str = ""


def examine(settings: Settings, project: Project, now: datetime, *, send_tests: bool = False) -> list[Check]:
    """One row per thing looked at, failures too: no look hides another."""
    found = [
        SourceError(project.shown(str(each))) if isinstance(each, SourceError) else each
        for each in find_sources(project.sources, project.topic, project.area)
    ]
    looks: list[Callable[[], Iterator[Check]]] = [
        _versions,
        lambda: _folder(settings),
        lambda: _publication(settings),
        lambda: _snapshots(settings),
        lambda: _sources(settings, found, now),
        lambda: _server(settings, found),
        lambda: _channels(settings, send_tests=send_tests),
    ]
    checks: list[Check] = []
    for look in looks:
        try:
            checks.extend(look())
        except Exception as error:  # a look that breaks is itself a finding
            name = getattr(look, "__name__", "look").strip("_<>")
            checks.append(Check(name, "fails", f"{type(error).__name__}: {error}".splitlines()[0]))
    return checks


def _versions() -> Iterator[Check]:
    wrong = []
    needs = [Requirement(line) for line in importlib.metadata.requires("cuadra") or []]
    for need in needs:
        try:
            version = importlib.metadata.version(need.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} {version} is not {need.specifier}")
    if wrong:
        yield Check("versions", "fails", "; ".join(wrong[:5]), "Install what constraints.txt pins: `make run`.")
    else:
        yield Check("versions", "ok", f"{len(needs)} libraries are of versions known to work")


def _folder(settings: Settings) -> Iterator[Check]:
    folder = settings.data
    if not folder.is_dir():
        yield Check("data folder", "warning", f"{folder} does not exist yet", "Run `cuadra run`.")
        return
    denied = [str(path) for path in (folder, settings.snapshots) if path.exists() and not os.access(path, os.W_OK)]
    if denied:
        yield Check("permissions", "fails", f"cannot write to {', '.join(denied)}", "Give this user the folder.")
    else:
        yield Check("permissions", "ok", f"{folder} can be written to")
    free = shutil.disk_usage(folder).free / 1e6
    size = settings.publication.stat().st_size / 1e6 if settings.publication.exists() else 0.0
    needed = max(settings.least_free_megabytes, 3 * size)
    state: Literal["ok", "fails"] = "ok" if free >= needed else "fails"
    yield Check("disk", state, f"{free:,.0f} MB free, {needed:,.0f} MB wanted", "" if state == "ok" else "Make room.")


def _publication(settings: Settings) -> Iterator[Check]:
    path = settings.publication
    if not path.exists():
        yield Check("publication", "warning", f"{path} does not exist yet", "Run `cuadra run`.")
        return
    if Path(f"{path}.wal").exists():
        yield Check("publication", "fails", f"{path}.wal stands beside it", "Someone wrote to it: `cuadra rollback`.")
        return
    try:
        with open_publication(path) as con:
            (rows,) = con.execute("SELECT count(*) FROM observation").fetchone() or (0,)
            waiting = {(row["event"], row["channel"]) for row in outbox(con)}
    except (duckdb.Error, PublicationError) as error:
        yield Check("publication", "fails", str(error).splitlines()[0], "`cuadra rollback` to an earlier one.")
        return
    yield Check("publication", "ok", f"{path} opens, {rows:,} observations")
    if waiting := waiting - _receipts(settings):
        yield Check("outbox", "warning", f"{len(waiting)} alerts wait", "`cuadra alerts deliver` tries again.")


def _receipts(settings: Settings) -> set[tuple[str, str]]:
    """What channels took since the publication was made."""
    entries = Journal(settings.data).read()
    carried = {entry["digest"]: entry for entry in entries if entry["entry"] == "digest"}
    taken = [carried[e["digest"]] for e in entries if e["entry"] == "receipt" and e["digest"] in carried]
    return {(event, digest["channel"]) for digest in taken for event in digest["events"]}


def _snapshots(settings: Settings) -> Iterator[Check]:
    files = [path for path in settings.snapshots.glob("??/*") if len(path.name.split(".")[0]) == 64]
    broken = [path for path in files if _sha256(path) != path.name.split(".")[0]]
    if broken:
        yield Check("snapshots", "fails", f"{len(broken)} of {len(files)} changed: {broken[0]}", "Restore a backup.")
    else:
        yield Check("snapshots", "ok", f"{len(files)} are the bytes that were fetched")


def _sources(settings: Settings, found: Sequence[Source | SourceError], now: datetime) -> Iterator[Check]:
    entries = runlog.read(settings.data)
    for each in found:
        if isinstance(each, SourceError):
            yield Check("source", "fails", str(each), "Correct it.")
    late = [
        f"{source.name} ({source.cadence}, {_ago(runlog.last_good(entries, source.name), now)})"
        for source in _enabled(found)
        if cadence.is_overdue(source.cadence, runlog.last_good(entries, source.name), now, grace=GRACE)
    ]
    if late:
        more = f" and {len(late) - 5} more" if len(late) > 5 else ""
        yield Check("freshness", "fails", f"overdue: {', '.join(late[:5])}{more}", "Run `cuadra run`; see `serve`.")
    else:
        yield Check("freshness", "ok", f"last good run {_ago(runlog.last_good(entries), now)}; no source is overdue")
    failed = [name for name, each in (entries[-1]["sources"] if entries else {}).items() if each["status"] == "failed"]
    if entries and entries[-1].get("ended_at") is None:
        yield Check("last run", "fails", "it did not come to its end", "Run `cuadra run`, which says why.")
    if failed:
        yield Check("last run", "fails", f"failed: {', '.join(failed[:5])}", "`cuadra run --source S` says why.")


def _server(settings: Settings, found: Sequence[Source | SourceError]) -> Iterator[Check]:
    url = settings.prefect_api_url or serve.running_server(settings) or serve.named_server(settings)
    was_scheduled = any(entry.get("trigger") == "schedule" for entry in runlog.read(settings.data))
    if url is None or not serve.answers(url, timeout=5):
        state: Literal["fails", "warning"] = "fails" if was_scheduled or url else "warning"
        yield Check("server", state, f"{url or 'no Prefect server'} does not answer", "Run `cuadra serve`.")
        return
    yield Check("server", "ok", f"{url} answers")
    deployed = _deployments(url)
    wanted = {serve.EVERYTHING, *(source.name for source in serve.scheduled(_enabled(found)))}
    idle = sorted(wanted - {name for name, is_active in deployed.items() if is_active})
    if idle:
        yield Check("schedules", "fails", f"no active schedule for {', '.join(idle[:5])}", "Run `cuadra serve`.")
    else:
        yield Check("schedules", "ok", f"{len(wanted)} deployments have an active schedule")


def _deployments(url: str) -> dict[str, bool]:
    """Which deployments of the flow the server knows, and whether each has an active schedule."""
    from prefect.client.orchestration import SyncPrefectClient

    with SyncPrefectClient(url) as client:
        found = client.read_deployments()
    return {each.name: not each.paused and any(s.active for s in each.schedules) for each in found}


def _channels(settings: Settings, *, send_tests: bool) -> Iterator[Check]:
    try:
        routes = load_routes(settings.data, settings.alerts)
    except AlertsError as error:
        yield Check("channels", "fails", str(error), "Mend alerts.toml.")
        return
    without = [
        name
        for name, channel in routes.channels.items()
        if name != DEFAULT_CHANNEL
        and not channel.prefect_block
        and not os.environ.get(f"CUADRA_CHANNEL_{name.upper().replace('-', '_')}")
    ]
    if without:
        yield Check("channels", "fails", f"no address for {', '.join(without[:5])}", "Set CUADRA_CHANNEL_<NAME>.")
    elif not send_tests:
        yield Check("channels", "ok", f"{len(routes.channels)} have an address; --send-test tries them")
    if send_tests:
        lines: list[str] = []
        errors = send_test(sorted(routes.channels), routes, os.environ, lines.append)
        yield from (Check("channel", "fails", error) for error in errors)
        if not errors:
            yield Check("channels", "ok", f"{len(routes.channels)} took a test message")


def _enabled(found: Sequence[Source | SourceError]) -> list[Source]:
    return [each for each in found if isinstance(each, Source) and each.enabled]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never read"
    hours = (now - moment.astimezone(UTC)).total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def as_rows(checks: list[Check]) -> list[dict[str, Any]]:
    """The checks as rows of a table."""
    return [{"state": c.state, "check": c.check, "found": c.found, "do": c.do} for c in checks]
