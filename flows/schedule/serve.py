"""Schedules: a Prefect server unless one is named, a deployment per source that is due, and one for all."""

import contextlib
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from cuadra.flows import runlog
from cuadra.flows.schedule import cadence
from cuadra.flows.schedule.embedded import EmbeddedServer
from cuadra.flows.settings import Settings

if TYPE_CHECKING:  # importing Prefect fixes its settings, and these come first
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

    from cuadra.sources.source import Source

EVERYTHING = "every-source"
"""The name of the deployment that runs all sources."""


class ServeError(Exception):
    """The schedules cannot be served."""


def named_server(settings: Settings) -> str | None:
    """The server that the settings or ``PREFECT_API_URL`` name; null where none is named."""
    return settings.prefect_api_url or os.environ.get("PREFECT_API_URL") or None


def running_server(settings: Settings) -> str | None:
    """The server of a `cuadra serve` that runs on this data folder, if it answers."""
    note = settings.prefect / "server.url"
    try:
        url = note.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return url if answers(url) else None


def answers(api_url: str, timeout: float = 2.0) -> bool:
    """Whether a Prefect server answers at this address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=timeout) as reply:  # noqa: S310 - set by the operator
            return bool(reply.status == 200)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def server(settings: Settings) -> Iterator[str]:
    """The address of a server that schedules: the named one, or our own until the end of the block.

    Raises:
        ServeError: a server is named and does not answer.
    """
    if url := named_server(settings):
        if not answers(url, timeout=10):
            raise ServeError(
                f"Prefect server, {url}: expected it to answer, got nothing. Start it, or unset PREFECT_API_URL."
            )
        os.environ["PREFECT_API_URL"] = url
        yield url
        return
    own = EmbeddedServer(settings.prefect, serves=True, port=settings.serve_port)
    own.claim()
    note = settings.prefect / "server.url"
    try:
        own.wait()
        note.write_text(own.api_url, encoding="utf-8")
        yield own.api_url
    finally:
        note.unlink(missing_ok=True)
        own.stop()


def deployments(
    sources: Sequence["Source"], every: timedelta | None = None, work_pool: str | None = None
) -> list["RunnerDeployment"]:
    """One deployment per source with a cadence, one for all (daily or at the interval), one for the outbox.

    The outbox has a schedule of its own, since a daily run may always fall into somebody's quiet hours.
    """
    from prefect.schedules import Cron, Interval
    from prefect.types.entrypoint import EntrypointType

    from cuadra.flows.refresh import refresh
    from cuadra.flows.schedule.outbox import empty_outbox

    daily = Interval(every) if every else Cron(cadence.CRON["daily"], timezone="UTC")
    plans: list[tuple[str, str | None, Schedule]] = [(EVERYTHING, None, daily)]
    plans += [(s.name, s.name, Cron(cadence.CRON[s.cadence], timezone="UTC")) for s in scheduled(sources)]
    outbox = empty_outbox.to_deployment(
        "outbox",
        schedule=Cron(cadence.OUTBOX, timezone="UTC"),
        concurrency_limit=1,
        tags=["cuadra"],
        work_pool_name=work_pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    made = [outbox] + [
        refresh.to_deployment(
            name,
            schedule=schedule,
            parameters={"source": source, "trigger": "schedule"},
            concurrency_limit=1,
            tags=["cuadra"],
            work_pool_name=work_pool,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for name, source, schedule in plans
    ]
    return cast("list[RunnerDeployment]", made)  # coroutines only where a loop already runs


def scheduled(sources: Sequence["Source"]) -> list["Source"]:
    """The sources with a cadence of their own; articles run only with all the others."""
    return [source for source in sources if source.cadence != cadence.ONCE]


def overdue(sources: Sequence["Source"], settings: Settings, now: datetime) -> list[str]:
    """The deployments whose slot passed while nothing was running; each is caught up by one run."""
    entries = runlog.read(settings.data)
    late = [s.name for s in scheduled(sources) if cadence.is_overdue(s.cadence, _last(entries, s.name), now)]
    is_late = cadence.is_overdue("daily", _last(entries, None), now)
    # A run of everything reads every source, so that one run catches all of them up.
    return [EVERYTHING] if is_late else late


def serve(sources: Sequence["Source"], settings: Settings, every: timedelta | None = None) -> None:
    """Serve until stopped: register the deployments, catch up what was missed, and run what is due."""
    from prefect import serve as prefect_serve
    from prefect.deployments import run_deployment

    plans = deployments(sources, every)
    for plan in plans:
        plan.apply()
    drop_missed(datetime.now(UTC))
    for name in overdue(sources, settings, datetime.now(UTC)):
        run_deployment(f"refresh/{name}", timeout=0, flow_run_name=f"{name}: missed slot")
    prefect_serve(*plans, limit=1, pause_on_shutdown=False, print_starting_message=False)


def drop_missed(now: datetime) -> int:
    """Delete the scheduled runs whose time has passed; returns how many. One run catches them up."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    missed = FlowRunFilter.model_validate(
        {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "tags": {"all_": ["cuadra"]},
            "expected_start_time": {"before_": now.isoformat()},
        }
    )
    with get_client(sync_client=True) as client:
        runs = [run for run in client.read_flow_runs(flow_run_filter=missed) if run.auto_scheduled]
        for run in runs:
            client.delete_flow_run(run.id)
    return len(runs)


def _last(entries: list[dict[str, object]], source: str | None) -> datetime | None:
    return runlog.last_good(entries, source)
