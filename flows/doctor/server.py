"""Whether the scheduler does what it must: each deployment exists, is polled, and its last slot was run."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cuadra.flows import runlog
from cuadra.flows.doctor.check import Check, ago, some
from cuadra.flows.doctor.schedule import is_scheduled
from cuadra.flows.schedule import database
from cuadra.flows.schedule.deployments import EVERYTHING, OUTBOX, scheduled
from cuadra.flows.schedule.server import answers, named_server, running_server, serving_since
from cuadra.flows.settings import Settings
from cuadra.sources.address import shown
from cuadra.sources.source import Source

if TYPE_CHECKING:  # importing Prefect fixes its settings, and takes seconds
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

POLLED_WITHIN = timedelta(minutes=3)
"""A runner asks for its deployments every few seconds."""
STUCK_AFTER = timedelta(minutes=30)
"""How long a run may wait for its turn while no other goes on."""
OUTBOX_WITHIN = timedelta(hours=3)
"""How long the hourly slots of the outbox may go without a run: one may wait behind a long run."""


def server(settings: Settings, enabled: Sequence[Source], now: datetime) -> Iterator[Check]:
    """Whether the server answers, and what it says of our deployments."""
    was_scheduled = is_scheduled(settings, runlog.read(settings.data))
    try:
        complaint = database.complaint(settings.prefect, is_thorough=True)
    except database.DatabaseLockedError as error:
        complaint = None
        yield Check("Prefect's database", "warning", str(error))
    if complaint:
        do = "Start `cuadra serve` again: it sets it aside and makes a new one; it holds no figures."
        yield Check("Prefect's database", "fails", complaint, do)
    url = settings.prefect_api_url or running_server(settings) or named_server(settings)
    if url is None or not answers(url, timeout=5):
        silent = f"{shown(url)} does not answer" if url else "no Prefect server is known"
        yield Check("server", "fails" if was_scheduled or url else "warning", silent, "Run `cuadra serve`.")
        return
    yield Check("server", "ok", f"{shown(url)} answers")
    from prefect.client.orchestration import SyncPrefectClient

    with SyncPrefectClient(url) as client:
        known = {each.name: each for each in client.read_deployments()}
        wanted = [EVERYTHING, OUTBOX, *(source.name for source in scheduled(enabled))]
        yield from _schedules(wanted, known)
        found = [known[name] for name in wanted if name in known]
        yield from _runner(found, now)
        yield from _slots(client, found, now, serving_since(settings))


def _schedules(wanted: list[str], known: dict[str, "DeploymentResponse"]) -> Iterator[Check]:
    """Whether each deployment exists and its schedule is active."""
    do = "Start `cuadra serve` again, which registers them."
    missing = sorted(name for name in wanted if name not in known)
    paused = sorted(
        name
        for name in wanted
        if name in known and (known[name].paused or not any(each.active for each in known[name].schedules))
    )
    if missing:
        yield Check("schedules", "fails", f"no deployment for {some(missing)}", do)
    if paused:
        yield Check("schedules", "fails", f"no active schedule for {some(paused)}: paused", do)
    if not missing and not paused:
        yield Check("schedules", "ok", f"{len(wanted)} deployments have an active schedule")


def _runner(found: list["DeploymentResponse"], now: datetime) -> Iterator[Check]:
    """Whether something asks for the runs of each deployment; a pool's workers are asked about as its pool."""
    served = [each for each in found if not each.work_pool_name]
    silent = [each for each in served if each.last_polled is None or now - _aware(each.last_polled) > POLLED_WITHIN]
    if silent:
        last = max((_aware(each.last_polled) for each in silent if each.last_polled), default=None)
        what = f"nobody asked for the runs of {some(sorted(each.name for each in silent))} since {ago(last, now)}"
        yield Check("runner", "fails", what, "Its `cuadra serve` has stopped or hangs: start it again.")
    elif served:
        yield Check("runner", "ok", f"it asks for the runs of {len(served)} deployments")


def _slots(
    client: "SyncPrefectClient", found: list["DeploymentResponse"], now: datetime, serving: datetime
) -> Iterator[Check]:
    """Whether runs wait although nothing goes on, and the outbox is emptied."""
    late = [
        run
        for each in found
        for run in _of(client, each, ["SCHEDULED", "PENDING"], before=now - STUCK_AFTER)
        if run.expected_start_time
    ]
    under_way = [run for each in found for run in _of(client, each, ["RUNNING"])]
    if late and not under_way:
        names = sorted({f"{run.name} ({run.state.name if run.state else 'no state'})" for run in late})
        do = "Start `cuadra serve` again: it drops what waits and catches up."
        yield Check("waiting runs", "fails", f"{len(late)} wait although none goes on: {some(names)}", do)
    outbox = next((each for each in found if each.name == OUTBOX), None)
    if outbox is None or outbox.created is None:
        return
    done = _of(client, outbox, ["COMPLETED", "FAILED", "RUNNING", "CRASHED"], newest=True)
    last = max((_aware(run.expected_start_time) for run in done if run.expected_start_time), default=None)
    since = max(_aware(outbox.created), serving, last or serving)
    if now - since > OUTBOX_WITHIN:
        yield Check("outbox slots", "fails", f"the last was run {ago(last, now)}", "Start `cuadra serve` again.")


def _of(
    client: "SyncPrefectClient",
    deployment: "DeploymentResponse",
    states: list[str],
    *,
    before: datetime | None = None,
    newest: bool = False,
) -> list["FlowRun"]:
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.sorting import FlowRunSort

    wanted: dict[str, object] = {
        "deployment_id": {"any_": [str(deployment.id)]},
        "state": {"type": {"any_": states}},
    }
    if before:
        wanted["expected_start_time"] = {"before_": before.isoformat()}
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(wanted),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC if newest else None,
        limit=5,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
