"""What runs when: a deployment per source that is due, one for all sources, one for the outbox."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from cuadra.flows.schedule import cadence
from cuadra.flows.schedule.cadence import Clock
from cuadra.flows.schedule.records import TAG

if TYPE_CHECKING:  # importing Prefect fixes its settings, and these come first
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

    from cuadra.sources.source import Source

EVERYTHING = "every-source"
"""The name of the deployment that runs all sources."""
OUTBOX = "outbox"
"""The name of the deployment that sends what waits."""


def deployments(
    sources: Sequence["Source"], clock: Clock = cadence.USUAL, work_pool: str | None = None
) -> list["RunnerDeployment"]:
    """One deployment per source with a cadence, one for all (daily or at the interval), one for the outbox.

    The outbox has a schedule of its own, since a daily run may always fall into somebody's quiet hours. None has a
    limit of concurrency: the lock of the data folder lets one run write at a time, and a limit that Prefect keeps
    is lost with the server's memory, its slot with it.
    """
    from prefect.schedules import Cron, Interval
    from prefect.types.entrypoint import EntrypointType

    from cuadra.flows.refresh import refresh
    from cuadra.flows.schedule.outbox import empty_outbox

    def on(name: str) -> "Schedule":
        line, zone = cadence.cron(name, clock)
        return Cron(line, timezone=zone)

    everything = Interval(clock.every, anchor_date=cadence.ANCHOR) if clock.every else on("daily")
    plans: list[tuple[str, str | None, Schedule]] = [(EVERYTHING, None, everything)]
    plans += [(each.name, each.name, on(each.cadence)) for each in scheduled(sources)]
    outbox = empty_outbox.to_deployment(
        OUTBOX,
        schedule=Cron(cadence.OUTBOX, timezone="UTC"),
        concurrency_limit=None,  # said, so that a limit of an earlier release goes
        tags=[TAG],
        work_pool_name=work_pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    made = [outbox] + [
        refresh.to_deployment(
            name,
            schedule=schedule,
            parameters={"source": source, "trigger": "schedule"},
            concurrency_limit=None,
            tags=[TAG],
            work_pool_name=work_pool,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for name, source, schedule in plans
    ]
    return cast("list[RunnerDeployment]", made)  # coroutines only where a loop already runs


def scheduled(sources: Sequence["Source"]) -> list["Source"]:
    """The sources with a cadence of their own; articles run only with all the others."""
    return [source for source in sources if source.cadence != cadence.ONCE]
