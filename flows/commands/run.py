"""`cuadra run`: brings a Prefect server along unless one is there, and shows progress."""

import contextlib
import gc
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from cuadra.flows import lock, workers
from cuadra.flows.commands.options import open_project, open_settings
from cuadra.flows.commands.tables import as_text, columns
from cuadra.flows.interruption import interruptible
from cuadra.flows.progress import progress
from cuadra.flows.schedule.embedded import QUIET, EmbeddedServer, EmbeddedServerError, claim, own_environment
from cuadra.flows.schedule.server import running_server
from cuadra.flows.settings import Settings
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import say
from cuadra.sources.places import may_be_source

if TYPE_CHECKING:
    from cuadra.flows.report import Report

log = logging.getLogger("cuadra")


def run(settings: Settings, source: str | None = None, file: Path | None = None) -> "Report":
    """Do one run here and now, and return its report.

    ``PREFECT_API_URL``, profiles and `.env` are not asked: only the server that ``CUADRA_PREFECT_API_URL``
    names, or a `cuadra serve` on this data folder, takes the records of a run.

    Raises:
        WrongUsageError: no source has that name; nothing is started then.
        EmbeddedServerError: no Prefect server could be started.
        BusyError: another run is writing, and did not end in time.
    """
    own, project = None, open_project(settings)
    if source is not None and not may_be_source(source, project.sources):
        from cuadra.flows.steps import choose

        choose(project, source)
    # Before the server is started: two of them must not share one database.
    with lock.writer(settings):
        url = settings.prefect_api_url
        if url is None and (url := running_server(settings)):
            claim(own_environment(settings.prefect) | QUIET, url)
        if url is None:
            own = EmbeddedServer(settings.prefect)
            own.claim()
            url = own.api_url
            log.info(say(settings.language, "doing.first_start" if own.is_first_start else "doing.start"))
        gc.disable()  # collecting garbage while importing costs a quarter of the time
        from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        from cuadra.flows import steps
        from cuadra.flows.refresh import refresh
        from cuadra.flows.report import Report

        steps.warm_up(project)
        gc.enable()
        workers.READERS.start()  # the server takes twice as long as the imports here, so that a core is free now
        if own:
            own.wait()
        # Ending the thread of heartbeats would take a second, and nobody waits for them.
        with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            state = refresh(source=source, file=str(file) if file else None, return_state=True)
            if own:
                _prune(settings)
        report = state.result(raise_on_failure=False)
        if isinstance(report, BaseException):
            raise report
        if not isinstance(report, Report):
            raise EmbeddedServerError(f"run: expected a report, got state {state.name!r}. Run it again.")
        return report


def _prune(settings: Settings) -> None:
    """Delete from the server of this run what is old; `serve` has a service for it."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    from cuadra.flows.schedule.records import prune

    with contextlib.suppress(PrefectHTTPStatusError, OSError), get_client(sync_client=True) as client:
        prune(client, datetime.now(UTC) - timedelta(days=settings.prefect_keep_days))


def run_and_tell(source: str | None, file: Path | None, *, as_json: bool) -> NoReturn:
    """Do one run, tell how it went, and leave with its exit code."""
    settings = open_settings()
    with progress(is_quiet=as_json, language=settings.language), interruptible(settings):
        report = run(settings, source, file)
    from cuadra.flows.report import lines

    told = lines(report, settings.language, width=columns())
    typer.echo(as_text(report.as_json()) if as_json else "\n".join(map(plain, told)))
    raise typer.Exit(report.exit_code)
