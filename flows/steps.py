"""The steps of a run as plain functions; `cuadra.flows.refresh` makes a flow of them."""

import contextlib
import difflib
import logging
import os
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path

import duckdb
import pandas as pd

from cuadra.checks import contract
from cuadra.checks.observation import columns, schema
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.waiver import Waiver, WaiverError, expired, load_waivers, needless, waive
from cuadra.flows import bins, contained, decisions, findings, runlog
from cuadra.flows.alerts.delivery import Delivery, deliver
from cuadra.flows.alerts.digest import SETTINGS, changed_anew, settings_unusable
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.alerts.routes import usable_routes
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.ground import ground, is_other
from cuadra.flows.hold import why_held
from cuadra.flows.last_good import last_good
from cuadra.flows.lint_rules import sound
from cuadra.flows.login import login_of
from cuadra.flows.project import Project, find_project
from cuadra.flows.runlog import RunRecord, SourceRecord
from cuadra.flows.settings import Settings
from cuadra.flows.trouble import missed, of_sources
from cuadra.flows.withhold import withhold
from cuadra.flows.words.sentence import say
from cuadra.sources.address import shown
from cuadra.sources.catalog import find_sources
from cuadra.sources.fetch import Limits, fetch
from cuadra.sources.snapshot import unfinished
from cuadra.sources.source import Parsed, Scan, Snapshot, Source, SourceError, gate
from cuadra.warehouse.cause import record_causes
from cuadra.warehouse.episode import DECISIONS, TROUBLES, Manners, owners, update
from cuadra.warehouse.finding import record_checks
from cuadra.warehouse.load import LoadError, load_vintage, record_corrections, transaction
from cuadra.warehouse.printed import words_of
from cuadra.warehouse.publication import open_publication
from cuadra.warehouse.quantity import QuantityError
from cuadra.warehouse.revision import revisions

log = logging.getLogger("cuadra")


SWEEP_AFTER = timedelta(hours=1)
"""After how long an unfinished snapshot is nobody's: `draft` fetches without the writer's lock."""

LONGEST_LINE = 1000
"""Characters of an error that are shown at most; what others wrote can be in it, at any length."""


@dataclass
class Reading:
    """What became of one source: its snapshot and what was read from it, or the one line why not."""

    source: str
    facts: Source | None = None
    snapshot: Snapshot | None = None
    parsed: Parsed | None = None
    error: str | None = None


def warm_up(project: Project) -> None:
    """Read what every run needs and keeps in memory: while the server starts, there is nothing else to do."""
    find_sources(project.sources, project.topic, project.area)
    load_rules(project.topic)
    schema(project.topic)


def choose(project: Project, name: str | None = None) -> tuple[list[Source], list[Reading]]:
    """The sources to read, and those that cannot be, with the reason; one source if it is named.

    Raises:
        WrongUsageError: no source has that name.
    """
    found = find_sources(project.sources, project.topic, project.area)
    # What needs the network is read only when it is named.
    sources = [each for each in found if isinstance(each, Source) and (each.enabled or each.name == name)]
    broken = [Reading(each.source, error=project.shown(str(each))) for each in found if isinstance(each, SourceError)]
    if name is None:
        return sources, broken
    chosen = [source for source in sources if source.name == name]
    at_fault = [each for each in broken if each.source == name]
    if not chosen and not at_fault:
        names = [source.name for source in sources]
        known = ", ".join(difflib.get_close_matches(name, names, n=5, cutoff=0)) or "none yet"
        raise WrongUsageError(
            f"source {name!r}: expected one of {len(sources)} ({known}{', …' if len(sources) > 5 else ''}), got no "
            "such name. `cuadra sources` lists them."
        )
    return chosen, at_fault


def sweep(settings: Settings, now: datetime) -> int:
    """Delete what killed runs left of snapshots; returns how many files."""
    left = list(unfinished(settings.snapshots, now - SWEEP_AFTER))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def fetch_source(source: Source, settings: Settings, file: str | None, now: datetime) -> Snapshot:
    """The bytes of a source, kept as a snapshot: from its file, its address, or a file given instead.

    Raises:
        SourceError: they cannot be fetched.
    """
    log.info(say(settings.language, "doing.fetch", source=source.name), extra={"stage": "fetch"})
    # One try: the flow tries again, where people see it.
    limits = Limits(seconds=settings.fetch_timeout_seconds, tries=1, allow_private=settings.allow_private)
    if source.login and not (file or source.file):
        limits = replace(limits, login=login_of(source))
    if file or source.file:
        return fetch(file or source.file or "", settings.snapshots, now=now, limits=limits)
    return contained.fetched(source.url, settings, now, limits, is_paged=source.is_paged, find=source.find)


def parse_source(source: Source, snapshot: Snapshot, project: Project, settings: Settings) -> Parsed:
    """What the source's figures say, within the volume it declares.

    Raises:
        SourceError: the bytes cannot be read within the limits of time and memory, are implausibly few, or a
            correction fits them no longer.
    """
    log.info(say(settings.language, "doing.parse", source=source.name), extra={"stage": "parse"})
    parsed = contained.parsed(source, project, snapshot, settings)
    rows = len(parsed.observations)
    bounds = f"{source.name}: expected {source.rows_min:,} to {source.rows_max:,} observations, got {rows:,}."
    if rows < source.rows_min and not rows and len(parsed.quarantined):
        first = parsed.quarantined.iloc[0]
        raise SourceError(
            f"{bounds} All {len(parsed.quarantined):,} rows with figures are in quarantine, the first at "
            f"{first['locator']}: {first['message']} Its last good vintage stays."
        )
    if rows < source.rows_min:
        raise SourceError(f"{bounds} Its last good vintage stays; if the producer did shrink it, change rows_min.")
    if rows > source.rows_max:
        return replace(parsed, warnings=(f"{bounds} If that is right, change rows_max.", *parsed.warnings))
    return parsed


def keep_contract(readings: Iterable[Reading], project: Project) -> None:
    """Refuse every reading that breaks the contract of an observation; its last good vintage stays.

    Figures too many for memory are asked as they are loaded.
    Looking at all at once costs as much as looking at one, so only a failure is looked for one by one.
    """
    read = [
        (each, each.parsed.observations)
        for each in readings
        if each.parsed is not None and isinstance(each.parsed.observations, pd.DataFrame)
    ]
    if not read:
        return
    try:
        gate(pd.concat([frame for _, frame in read]), "all sources", project.topic)
    except (SourceError, KeyError):
        for each, frame in read:
            try:
                gate(frame, each.source, project.topic)
            except (SourceError, KeyError) as error:
                each.error, each.parsed = first_line(error), None


def load(  # noqa: PLR0913, PLR0917 - what a load is about
    con: duckdb.DuckDBPyConnection,
    readings: Iterable[Reading],
    record: RunRecord,
    project: Project,
    settings: Settings,
    now: datetime,
) -> bool:
    """Load what was read, a transaction a source; returns whether anything changed.

    A source that cannot be loaded keeps its last good vintage, and is recorded as failed.
    """
    topic, answers = project.topic, Journal(settings.data).read()
    has_changed = decisions.carry_out(con, answers, record.run, now)
    for each in readings:
        entry = record.sources[each.source] = SourceRecord("failed", error=each.error)
        if each.facts is None or each.snapshot is None or each.parsed is None:
            continue
        parsed, found = each.parsed, each.parsed.observations
        log.info(say(project.language, "doing.load", source=each.source), extra={"stage": "load"})
        if reason := why_held(con, each.facts, each.snapshot, len(found), answers):
            entry.error = each.error = reason
            entry.held = each.snapshot.sha256
            continue
        try:
            with contained.scanning(con, each.facts, settings) if isinstance(found, Scan) else contextlib.nullcontext():
                result = load_vintage(
                    con, vars(each.facts) | {"url": shown(each.facts.url)}, vars(each.snapshot),
                    parsed.in_place() if isinstance(found, pd.DataFrame) else f"({found.sql})",
                    parsed.quarantined, parsed.ignored,
                    record.run, now, None if isinstance(found, pd.DataFrame) else partial(_kept, topic=topic),
                    id_sql=topic.observation_id_sql(), breakdowns=topic.names,
                )  # fmt: skip
            record_corrections(con, each.source, parsed.corrections, record.run)
            changes = revisions(con, each.source, now) if result.changed + result.withdrawn else {}
        except (duckdb.Error, LoadError, QuantityError) as error:
            entry.error = each.error = f"{each.source}: {first_line(error)}"
            continue
        record.sources[each.source] = SourceRecord(
            status="read" if result.is_new_vintage else "unchanged",
            rows_in=parsed.rows_in,
            observations=len(parsed.observations),
            quarantined=len(parsed.quarantined),
            ignored=int(parsed.ignored["rows"].sum()) if len(parsed.ignored) else 0,
            new=result.new,
            changed=changes.get("changed", 0),
            withdrawn=changes.get("withdrawn", 0),
            corrected=changes.get("corrected", 0) + changes.get("uncorrected", 0),
            reread=changes.get("reread", 0),
            warnings=list(parsed.warnings),
        )
        has_changed |= result.is_new_vintage
    return decisions.follow_renames(con, record, project, now) or has_changed


def _kept(con: duckdb.DuckDBPyConnection, figures: str, topic: Topic) -> None:
    """Refuse figures that break the contract, before what was loaded of them is committed."""
    for line in contract.broken(con, topic, f"SELECT {', '.join(columns(topic))} FROM {figures}"):
        raise LoadError(f"{line}. Correct the source's parse().")


def check(  # noqa: PLR0913, PLR0917 - what a check is about
    con: duckdb.DuckDBPyConnection,
    readings: Sequence[Reading],
    record: RunRecord,
    project: Project,
    settings: Settings,
    now: datetime,
) -> set[str]:
    """Confront the figures in force with the rules, keep the findings, and queue the messages.

    Findings, the life of alerts and the outbox are written in one transaction. Returns the findings that fail
    or are doubtful and were not open before.
    """
    topic, no_waivers = project.topic, list[Waiver]()
    waivers, wrong_waivers = last_good(settings.waivers, settings.data, load_waivers, no_waivers, WaiverError)
    rules = sound(load_rules(topic))
    log.info(say(settings.language, "doing.check", count=len(rules)))
    checked = bins.confronted(
        con, topic, rules, "figure_in_force", folder=settings.checked_folder, engine_name=settings.engine,
        bin_figures=settings.bin_figures, limits=settings.task_limits, withholds=True,
    )  # fmt: skip
    if checked.checked < checked.bins:
        log.info(say(settings.language, "doing.bins", checked=checked.checked, bins=checked.bins))
    explained = checked.explained
    found = findings.in_words(checked, rules, topic, explained, lambda keys: words_of(con, keys))
    by_cause = {each.key: each.findings for each in findings.causes_of(found, explained)} if waivers else {}
    found = waive(found, waivers, now.date())
    record.needless_waivers = needless(found, waivers, by_cause)
    record.expired_waivers = {each.finding: each.until.isoformat() for each in expired(waivers, now.date())}
    versions = {rule.name: findings.version(rule) for rule in rules}
    routes, wrong_routes = usable_routes(settings.data, settings.alerts)
    routes = routes.in_language(settings.language).with_owners(owners(con))
    unusable = {"alerts.toml": wrong_routes, settings.waivers.name: wrong_waivers}
    record.settings = [line for line in unusable.values() if line]
    entries, runs = Journal(settings.data).read(), runlog.read(settings.data)
    record.ground = ground(topic)
    with transaction(con):
        accepted = {key for (key,) in con.execute("SELECT finding FROM finding WHERE is_open AND is_waived").fetchall()}
        new = record_checks(
            con,
            record.run,
            findings.rule_rows(rules, topic),
            checked.tally,
            findings.as_table(found, topic),
            checked.bound,
            findings.suspects(found, topic, explained),
            [waiver.model_dump() for waiver in waivers],
            checked.broken,
            breakdowns=topic.names,
        )
        record_causes(
            con,
            record.run,
            checked.term,
            checked.fares,
            findings.cause_rows(findings.causes_of(found, explained), explained, topic),
            new,
            breakdowns=topic.names,
        )
        withhold(con, checked.withheld)
        record.back = sorted(new & accepted)
        record.figures_failing = findings.failing(con, checked, "figure_in_force")
        decisions.keep(con, waivers, entries, project, record.run, now)
        told = update(
            con,
            run_id=record.run,
            now=now,
            route=routes.route,
            entries=entries,
            troubles=[
                *of_sources(con, record, {each.source: each.error for each in readings if each.error}),
                *decisions.troubles(con, record, project, entries),
                *missed(
                    {each.source: each.facts.cadence for each in readings if each.facts},
                    runs,
                    now,
                    settings.clock(),
                ),
                *(settings_unusable(name, line) for name, line in unusable.items() if line),
            ],
            seen=[
                *((kind, each.source) for each in readings for kind in TROUBLES),
                *((SETTINGS, name) for name in unusable),
                ("anew", "cuadra"),
                *(
                    (kind, name)
                    for (name,) in con.execute("SELECT source FROM source").fetchall()
                    for kind in DECISIONS
                ),
            ],
            rules=versions,
            anew=changed_anew() if is_other(record.ground, runs) else None,
            manners=Manners(routes.remind_after, routes.worse_by_percent / 100),
        )
    record.told = sum(told.values())
    record.findings_new = len(new)
    return new


def one_line(source: Source, error: object, project: Project) -> str:
    """What went wrong with a source, in one line that names it."""
    text = shown(first_line(error))[:LONGEST_LINE] if isinstance(error, BaseException) else f"got {error!r}"
    if not isinstance(error, SourceError):
        text = f"expected figures, got {type(error).__name__}: {text}"
    return project.shown(text if source.name in text else f"{source.name}: {text}")


def tell(settings: Settings, now: datetime, *, is_reported: bool = False) -> Delivery:
    """Send what waits in the published outbox; console messages become lines of the log.

    Of a run whose report a person reads they are one line each: what they say is in the report.
    """

    def echo(text: str) -> None:
        log.info("%s", first_line(text) if is_reported else text)

    routes, _ = usable_routes(settings.data, settings.alerts)
    topic = find_project(settings.project, os.environ, Path.cwd()).topic
    with open_publication(settings.publication) as con:
        return deliver(con, settings.data, now, topic=topic, routes=routes.in_language(settings.language), echo=echo)


def heartbeat(settings: Settings) -> None:
    """Call the dead man's switch; that it does not answer is no reason for a run to fail."""
    if settings.heartbeat_url is None:
        return
    try:
        with urllib.request.urlopen(settings.heartbeat_url.get_secret_value(), timeout=10):  # noqa: S310
            pass
    except (OSError, ValueError, HTTPException) as error:
        log.warning("heartbeat: expected an answer, got %s. Check CUADRA_HEARTBEAT_URL.", type(error).__name__)


def first_line(error: object) -> str:
    """The first line of an error or a text, for a person."""
    return (str(error).splitlines() or [type(error).__name__])[0]
