"""Whether what is due was done, by what the runs wrote: no scheduler is asked."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from cuadra.flows import runlog
from cuadra.flows.doctor.check import Check, ago, some
from cuadra.flows.lock import is_held
from cuadra.flows.runlog import Entry
from cuadra.flows.schedule import cadence
from cuadra.flows.schedule.server import note
from cuadra.flows.settings import Settings
from cuadra.sources.source import Source, SourceError

LONGEST_RUN = timedelta(hours=6)
"""After how long a slot that was not run is lost, and a run that goes on is stuck."""
SILENCE = timedelta(days=60)
"""Without any run for so long, something is wrong whatever the sources' cadence."""
OF_A_SOURCE = 2
"""So many slots of one source may pass before it counts as overdue: it may be down for one."""


def sources(settings: Settings, found: Sequence[Source | SourceError], now: datetime) -> Iterator[Check]:
    """Whether every source can be used and was read in time."""
    entries = runlog.read(settings.data)
    for each in found:
        if isinstance(each, SourceError):
            yield Check("source", "fails", str(each), "Correct it.")
    late = [
        f"{source.name} ({source.cadence}, last read {ago(runlog.last_good(entries, source.name), now)})"
        for source in found
        if isinstance(source, Source)
        and source.enabled
        and cadence.is_overdue(
            source.cadence, runlog.last_good(entries, source.name), now, settings.clock(), missed=OF_A_SOURCE
        )
    ]
    if late:
        yield Check("freshness", "fails", f"overdue: {some(late)}", "Run `cuadra run`; see `cuadra serve`.")
    else:
        yield Check("freshness", "ok", "no source is overdue")


def runs(settings: Settings, enabled: Sequence[Source], now: datetime) -> Iterator[Check]:
    """Whether the runs that had to be came, and came to their end."""
    entries = runlog.read(settings.data)
    yield _last_run(settings, entries, now)
    if entries:
        failed = [name for name, each in entries[-1]["sources"].items() if each["status"] == "failed"]
        if failed:
            yield Check("last run", "fails", f"failed: {some(failed)}", "`cuadra run --source S` says why.")
    yield _due(settings, entries, now)
    if is_scheduled(settings, entries):
        yield from _slots(settings, enabled, entries, now)


def _last_run(settings: Settings, entries: list[Entry], now: datetime) -> Check:
    if not entries:
        return Check("last run", "warning", "there was none yet", "Run `cuadra run`.")
    last = entries[-1]
    started = datetime.fromisoformat(last["started_at"])
    if last["state"] == "running":
        return _running(settings, last, started, now)
    if last["state"] == "failed":
        found = f"it did not come to its end: {last.get('error') or 'no reason was noted'}"
        return Check("last run", "fails", found, "Run `cuadra run`, which says why.")
    if now - started > SILENCE:
        return Check("last run", "fails", f"the last run was {ago(started, now)}", "Run `cuadra run`; see `serve`.")
    return Check("last run", "ok", f"it began {ago(started, now)} and came to its end")


def _running(settings: Settings, last: Entry, started: datetime, now: datetime) -> Check:
    """What to say of a run that noted its start and not its end."""
    if not is_held(settings.data):
        found = f"the run that began {ago(started, now)} ({last['run']}) never ended: killed, or out of power"
        return Check("last run", "fails", found, "Run `cuadra run`; nothing was lost.")
    if now - started > LONGEST_RUN:
        found = f"the run that began {ago(started, now)} still goes on (process {last.get('process')})"
        return Check("last run", "fails", found, "Look at what it does; end the process if it is stuck.")
    return Check("last run", "ok", f"one began {ago(started, now)} and goes on")


def _due(settings: Settings, entries: list[Entry], now: datetime) -> Check:
    """Whether the latest slot of all sources was run, where a schedule ever ran."""
    if not is_scheduled(settings, entries):
        return Check("daily run", "warning", "no schedule ever ran here", "Start `cuadra serve`, or let cron run it.")
    seconds = note(settings).get("every")
    every = timedelta(seconds=seconds) if isinstance(seconds, (int, float)) and seconds > 0 else None
    due = last_due(settings, now, every)
    last = runlog.last_try(entries)
    if last is None or last.astimezone(UTC) < due:
        found = f"the slot of {due:%Y-%m-%d %H:%M} UTC passed without a run; the last was {ago(last, now)}"
        return Check("daily run", "fails", found, "Start `cuadra serve`, which catches it up, and see its log.")
    return Check("daily run", "ok", f"the last run of all sources began {ago(last, now)}")


def _slots(settings: Settings, enabled: Sequence[Source], entries: list[Entry], now: datetime) -> Iterator[Check]:
    """Whether the latest slot of each source with a cadence of its own was run, well or not."""
    lost = []
    for source in enabled:
        last = runlog.last_try(entries, source.name)
        if cadence.is_overdue(source.cadence, last, now - LONGEST_RUN, settings.clock()):
            due = cadence.slot(source.cadence, now - LONGEST_RUN, settings.clock())
            lost.append(f"{source.name} ({due:%Y-%m-%d %H:%M} UTC, last tried {ago(last, now)})")
    if lost:
        yield Check("slots", "fails", f"passed without a run: {some(lost)}", "Start `cuadra serve`, which catches up.")


def last_due(settings: Settings, now: datetime, every: timedelta | None) -> datetime:
    """The latest slot of all sources that must have been run by now; the newest may still wait behind a long run."""
    then = now - LONGEST_RUN
    return cadence.interval_slot(every, then) if every else cadence.slot("daily", then, settings.clock())


def is_scheduled(settings: Settings, entries: list[Entry]) -> bool:
    """Whether a schedule ever ran on this data folder."""
    return bool(note(settings)) or any(entry["trigger"] == "schedule" for entry in entries)
