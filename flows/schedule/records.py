"""What Prefect's server remembers of our runs, and what of that is over, covered or old."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing Prefect fixes its settings, and these come first
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

TAG = "cuadra"
"""What marks our deployments and their runs on a server that others use too."""


def drop_missed(
    client: "SyncPrefectClient", now: datetime, *, is_ours: bool = False, deployment: str | None = None
) -> int:
    """Delete the scheduled runs whose time has passed, since one run covers them all; returns how many.

    On a server of our own also those that were ordered rather than scheduled: what is still missed is ordered anew.
    """
    runs = _runs(client, {"type": {"any_": ["SCHEDULED"]}}, before=now, deployment=deployment)
    runs = [run for run in runs if run.auto_scheduled or is_ours]
    for run in runs:
        client.delete_flow_run(run.id)
    return len(runs)


def close_left(client: "SyncPrefectClient") -> int:
    """Say of each run that an earlier server left pending or running that it crashed; returns how many."""
    from prefect.states import Crashed

    left = _runs(client, {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING", "PAUSED"]}})
    for run in left:
        client.set_flow_run_state(run.id, Crashed(message="`cuadra serve` ended before this run did."), force=True)
    return len(left)


def forget(client: "SyncPrefectClient", wanted: set[str]) -> int:
    """Delete our deployments of sources that are gone, whose slots nobody would run; returns how many."""
    gone = [each for each in client.read_deployments() if TAG in each.tags and each.name not in wanted]
    for each in gone:
        client.delete_deployment(each.id)
    return len(gone)


def prune(client: "SyncPrefectClient", before: datetime, most: int = 200) -> int:
    """Delete runs that ended before a moment, so many at most; returns how many."""
    from prefect.client.schemas.filters import FlowRunFilter

    old = FlowRunFilter.model_validate({"end_time": {"before_": before.isoformat()}})
    runs = client.read_flow_runs(flow_run_filter=old, limit=most)
    for run in runs:
        client.delete_flow_run(run.id)
    return len(runs)


def _runs(
    client: "SyncPrefectClient",
    state: dict[str, object],
    *,
    before: datetime | None = None,
    deployment: str | None = None,
) -> list["FlowRun"]:
    """All of our runs in a state; the client gives two hundred at a time."""
    from prefect.client.schemas.filters import FlowRunFilter

    wanted: dict[str, object] = {"state": state, "tags": {"all_": [TAG]}}
    if before:
        wanted["expected_start_time"] = {"before_": before.isoformat()}
    if deployment:
        wanted["deployment_id"] = {"any_": [deployment]}
    found: list[FlowRun] = []
    while page := client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(wanted), limit=200, offset=len(found)
    ):
        found += page
    return found
