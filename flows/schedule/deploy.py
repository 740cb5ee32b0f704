"""Deployments to a work pool, for several machines: the same schedules, run by workers instead of `serve`."""

import os
from collections.abc import Sequence
from datetime import timedelta

from cuadra.flows.schedule.deployments import deployments
from cuadra.flows.schedule.server import ServeError, named_server, server
from cuadra.flows.settings import Settings
from cuadra.sources.source import Source


def deploy(sources: Sequence[Source], settings: Settings, pool: str, every: timedelta | None = None) -> list[str]:
    """Register every deployment with a work pool on the named server; returns their names.

    The workers have cuadra installed, and share the folders of the project and of the data.

    Raises:
        ServeError: no server is named, it does not answer, or has no such pool.
    """
    url = named_server(settings)
    if url is None:
        raise ServeError(
            "Prefect server: expected PREFECT_API_URL to name one, got none. Set it, or use `cuadra serve`."
        )
    with server(settings):
        from prefect.deployments.runner import DeploymentApplyError

        plans = deployments(sources, settings.clock(every), pool)
        for plan in plans:
            plan.job_variables = {"env": {**_passed_on(), **places(settings)}}
            try:
                plan.apply()
            except DeploymentApplyError as error:
                raise ServeError(
                    f"work pool {pool!r}: expected one on {url}, got {str(error)!r}. "
                    f"Make it: `prefect work-pool create {pool} --type process`."
                ) from error
    return [plan.full_name for plan in plans]


def places(settings: Settings) -> dict[str, str]:
    """Where the data is and, unless it is the one that comes with cuadra, the project: a worker runs elsewhere."""
    project = {"CUADRA_PROJECT": str(settings.project.absolute())} if settings.project else {}
    return {"CUADRA_DATA": str(settings.data.absolute()), **project}


def _passed_on() -> dict[str, str]:
    """Settings that are no secrets; a worker takes channel addresses from its own environment."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("CUADRA_") and not name.startswith(("CUADRA_CHANNEL_", "CUADRA_HEARTBEAT"))
    }
