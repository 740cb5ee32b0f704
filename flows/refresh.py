"""The flow: fetch, parse, load, check, publish, tell; sources side by side, and none stops the others."""

import atexit
import contextlib
import logging
import math
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from prefect import flow, runtime, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from cuadra.flows import decisions, lock, outcome, runlog, steps, workers
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.apart import set_apart
from cuadra.flows.codes import code_rows
from cuadra.flows.commands.options import FAILED
from cuadra.flows.interruption import PARENT, end_with_server, interruptible
from cuadra.flows.pages.renewal import renew
from cuadra.flows.progress import begin
from cuadra.flows.project import Project, find_project
from cuadra.flows.report import Report, markdown
from cuadra.flows.runlog import RunRecord
from cuadra.flows.schedule import cadence
from cuadra.flows.schedule.records import drop_missed
from cuadra.flows.settings import Settings
from cuadra.flows.steps import Reading
from cuadra.flows.words import finding
from cuadra.flows.words.plain import clean, plain
from cuadra.flows.words.quantity import quantity
from cuadra.flows.words.sentence import label, say
from cuadra.sources.fetch import FetchError
from cuadra.sources.source import Parsed, Snapshot, Source
from cuadra.warehouse import bins
from cuadra.warehouse import publish as publishing
from cuadra.warehouse.database import STORAGE_VERSION, connect, migrate

log = logging.getLogger("cuadra")
log.setLevel(logging.INFO)
log.addFilter(clean)

end_with_server()


@atexit.register
def _hush() -> None:
    """Say nothing more at the very end, when DuckDB complains of what Prefect's threads still hold."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _may_pass(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether a fetch failed for a reason that may pass by itself."""
    return isinstance(state.result(raise_on_failure=False), FetchError)


# Sources are read side by side in threads, which Prefect cannot interrupt: a fetch keeps its own deadline.
fetch = task(
    name="fetch",
    task_run_name="fetch {source.name}",
    retries=Settings().fetch_retries,
    retry_delay_seconds=[1, 10],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)(steps.fetch_source)
parse = task(name="parse", task_run_name="parse {source.name}", cache_policy=NO_CACHE)(steps.parse_source)
load = task(name="load", timeout_seconds=3600, cache_policy=NO_CACHE)(steps.load)
check = task(name="check", timeout_seconds=3600, cache_policy=NO_CACHE)(steps.check)
publish = task(name="publish", timeout_seconds=600, cache_policy=NO_CACHE)(publishing.publish)
tell = task(name="tell", timeout_seconds=600, cache_policy=NO_CACHE)(steps.tell)


def _name() -> str:
    """The name of a flow run: what it reads, and its time."""
    source = runtime.flow_run.parameters.get("source")
    moment = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    return f"{source or 'every source'} {moment.astimezone(ZoneInfo(Settings().timezone)):%Y-%m-%d %H:%M}"


@flow(
    name="refresh",
    flow_run_name=_name,
    task_runner=cast(Any, ThreadPoolTaskRunner(max_workers=4)),
    validate_parameters=False,
)
def refresh(source: str | None = None, file: str | None = None, trigger: str = "person") -> State[Report]:
    """Read every source, or the one named, and publish what is new.

    The state of the flow run says how it ended, with the report as its data: failed when a source failed. A slot
    waits for a run that writes, however long that takes; a person waits as long as the settings say.
    """
    settings, is_scheduled = Settings(), trigger == "schedule"
    project = find_project(settings.project, os.environ, Path.cwd())
    slot = runtime.flow_run.scheduled_start_time
    with lock.writer(settings, math.inf if is_scheduled else settings.wait_seconds):
        now = datetime.now(UTC)
        if is_scheduled:
            if cadence.covers(runlog.last_good(runlog.read(settings.data), source), slot):
                return Completed(name="Skipped", message="A run that started since this slot has read the source.")
            _drop_covered(now)
        record = RunRecord(
            f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", now.isoformat(), trigger, asked=source, state="running"
        )
        with interruptible(settings, record):
            report = _recorded(project, settings, record, source, file, now)
    _show(report, settings.language)
    if not report.failures:
        steps.heartbeat(settings)
    message = f"{len(report.contradictions)} contradictions, {len(report.new)} of them new"
    if report.failures:
        return Failed(message=f"{message}; failed: {'; '.join(report.failures)}", data=report)
    return Completed(message=message, data=report)


def _drop_covered(now: datetime) -> None:
    """Delete the slots of this deployment that wait behind this run: it starts after them, and covers them.

    Only below `cuadra serve`, which starts one run at a time; a worker might be starting one of them just now.
    """
    from prefect.client.orchestration import get_client

    deployment = runtime.deployment.id
    if deployment and os.environ.get(PARENT):
        with get_client(sync_client=True) as client:
            drop_missed(client, now, deployment=str(deployment))


def _recorded(  # noqa: PLR0913, PLR0917 - what one run is about
    project: Project, settings: Settings, record: RunRecord, source: str | None, file: str | None, now: datetime
) -> Report:
    """Do the run, with a line at its start and one at its end beside the publication."""
    runlog.append(settings.data, record)
    try:
        report = _run(project, settings, record, source, file, now)
        record.state = "ended"
        return report
    except BaseException as error:
        record.state, record.exit_code, record.error = "failed", FAILED, steps.first_line(error)
        raise
    finally:
        record.ended_at = datetime.now(UTC).isoformat()
        runlog.append(settings.data, record)


def _run(  # noqa: PLR0913, PLR0917 - what one run is about
    project: Project, settings: Settings, record: RunRecord, source: str | None, file: str | None, now: datetime
) -> Report:
    steps.sweep(settings, now)
    sources, readings = steps.choose(project, source)
    named = source if record.trigger == "person" else None
    sources = decisions.still_read(sources, named, Journal(settings.data).read())
    with record.step("fetch and parse"):
        readings += _read(sources, project, settings, file, now)
        steps.keep_contract(readings, project)
    publishing.prepare(settings.publication, settings.working)
    is_large = False
    with contextlib.closing(connect(settings.working, settings.limits)) as con:
        topic = project.topic
        bins.gather(con, settings.publication)
        wrong = migrate(con, topic.names, project.views, code_rows(topic)).wrong_views
        record.wrong_views = [project.shown(line) for line in wrong]
        with record.step("load"):
            begin(log, "load", len(readings), settings.language)
            load(con, readings, record, project, settings, now)
        with record.step("check"):
            new = check(con, readings, record, project, settings, now)
        report = Report(record, settings.publication, topic, new=new, **outcome.outcome(con, record, settings.language))
        is_new = outcome.has_news(con, settings, record)
        in_force = publishing.newest(con)
        if is_new:
            record.publication = publishing.record(con, record.run, now)
            outcome.keep_runs(con, settings, record)
            is_large = set_apart(con, topic, settings)
            publishing.checkpoint(con)
    if is_new:
        log.info(say(settings.language, "doing.publish", publication=record.publication))
        with record.step("publish"):
            if is_large:
                bins.shrink(settings.working, STORAGE_VERSION)
            publish(settings.working, settings.publication, keep=settings.keep)
    settings.working.unlink(missing_ok=True)
    with record.step("pages"):
        report.pages, report.pages_error = renew(settings, project, None if is_new else in_force)
    with record.step("tell"):
        report.undelivered = tell(settings, now, is_reported=record.trigger == "person").errors
    record.exit_code = report.exit_code
    return report


def _read(
    sources: Sequence[Source], project: Project, settings: Settings, file: str | None, now: datetime
) -> list[Reading]:
    """Fetch and parse the sources side by side; one that fails is a reading with its error."""
    begin(log, "fetch", len(sources), settings.language)
    begin(log, "parse", len(sources), settings.language)
    fetched = {each.name: fetch.submit(each, settings, file, now) for each in sources}
    # Prefect hands the snapshot over once it is there.
    parsed = {each.name: parse.submit(each, cast(Snapshot, fetched[each.name]), project, settings) for each in sources}
    readings = []
    for each in sources:
        snapshot = fetched[each.name].result(raise_on_failure=False)
        # What was not fetched is never parsed, and has no result to ask for.
        is_fetched = isinstance(snapshot, Snapshot)
        figures = parsed[each.name].result(raise_on_failure=False) if is_fetched else snapshot
        if isinstance(snapshot, Snapshot) and isinstance(figures, Parsed):
            readings.append(Reading(each.name, each, snapshot, figures))
        else:
            readings.append(Reading(each.name, error=steps.one_line(each, figures, project)))
    workers.READERS.rest()
    return readings


def _show(report: Report, language: str) -> None:
    """Leave the result on the page of the flow run: a table, a summary, and where the database is."""
    table = [
        {
            "finding": row["finding"], "verdict": label(language, "verdict", row["verdict"]), "rule": row["rule"],
            "about": plain(quantity(row, report.topic, language)),
            "numbers": plain(finding.sides(row, report.topic, language)),
            "source": plain(row["source"]), "new": row["finding"] in report.new,
        }
        for row in report.contradictions[:500]
    ]  # fmt: skip
    create_table_artifact(table, key="findings", description=say(language, "report.findings"))
    create_markdown_artifact(markdown(report, language), key="summary", description=say(language, "report.summary"))
    database = report.database.absolute().as_uri()
    create_link_artifact(database, key="publication", link_text=say(language, "report.database"))
