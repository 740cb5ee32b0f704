"""What can be set, by environment variables that start with ``CUADRA_``; no `.env` file is read."""

import os
import re
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cuadra.checks import waiver
from cuadra.flows.engine import CLUSTER, PROCESSES, workers
from cuadra.flows.project import locate, read_facts
from cuadra.flows.schedule.cadence import Clock
from cuadra.flows.words.vocabulary import Language


def _data(found: dict[str, Any]) -> Path:
    return found["project"] / "data" if found.get("project") else Path("data")


def _language(found: dict[str, Any]) -> Language:
    return read_facts(found["project"]).language if found.get("project") else "en"


def _waivers(found: dict[str, Any]) -> Path:
    return found["project"] / "checks" / "waivers.toml" if found.get("project") else waiver.FILE


class Settings(BaseSettings):
    """The settings of one process; every one has a default that works."""

    model_config = SettingsConfigDict(env_prefix="CUADRA_", frozen=True)

    project: Path | None = Field(
        default_factory=lambda: locate(None, os.environ, Path.cwd()),
        description="The folder of the project, with `cuadra.toml`; the nearest upwards if not given.",
    )
    data: Path = Field(default_factory=_data, description="The data folder: publication, snapshots, outbox, Prefect.")
    language: Language = Field(default_factory=_language, description="Of what people read: `en` or `es`.")
    waivers: Path = Field(default_factory=_waivers, description="The findings that are accepted until a date, as TOML.")
    keep: int = Field(default=10, ge=1, description="How many earlier publications stay for `cuadra rollback`.")
    wait_seconds: float = Field(
        default=300, ge=0, description="How long a run waits for another one to end before it leaves."
    )
    fetch_retries: int = Field(default=2, ge=0, description="How often a failed fetch is tried again in one run.")
    fetch_timeout_seconds: float = Field(default=120, gt=0, description="After how long a fetch is given up.")
    parse_seconds: float = Field(default=300, gt=0, description="How long the reading of one source may take.")
    parse_megabytes: int = Field(default=2000, ge=50, description="How much memory the reading of one source may take.")
    sql_megabytes: int = Field(default=1000, ge=50, description="How much memory an answer of `cuadra sql` may take.")
    run_megabytes: int | None = Field(
        default=None,
        ge=200,
        description="How much memory the database of a run may take; most of the machine's if not.",
    )
    spill_megabytes: int = Field(
        default=20_000, ge=0, description="How much disk a run may fill with what does not fit in that memory."
    )
    file_figures: int = Field(
        default=10_000_000,
        ge=0,
        description="With more figures than these, the publication has files of them beside it, in `bins`.",
    )
    engine: str | None = Field(
        default=None,
        description="What checks the figures: one process if not given, `processes` for all cores, "
        "or a Dask cluster such as `tcp://host:8786`.",
    )
    checked: str | None = Field(
        default=None,
        description="Where what was found of each bin is kept: a folder that all workers share; in the data folder "
        "if not.",
    )
    bin_figures: int | None = Field(
        default=None, ge=1, description="How many figures a bin has about; an eighth of all, 20,000 to 250,000, if not."
    )
    allow_private: bool = Field(
        default=False, description="Whether sources may be fetched from addresses inside a private network."
    )
    prefect_api_url: str | None = Field(
        default=None, description="The Prefect server that `run` reports to; without it `run` brings its own."
    )
    serve_port: int = Field(default=4200, ge=1, le=65535, description="The port of the server that `serve` starts.")
    daily_at: time = Field(default=time(5, 17), description="When `serve` starts the daily run, as HH:MM.")
    timezone: str = Field(default="UTC", description="The time zone of that time, such as America/Lima.")
    prefect_keep_days: int = Field(
        default=90, ge=1, description="For how many days runs stay on Prefect's pages; they hold no figures."
    )
    heartbeat_url: SecretStr | None = Field(
        default=None, description="Called after each good run, for a dead man's switch. Never printed."
    )
    least_free_megabytes: int = Field(default=500, ge=0, description="Less free disk space than this worries doctor.")

    @field_validator("project", mode="before")
    @classmethod
    def _is_a_project(cls, named: object) -> Path | None:
        return locate(Path(str(named)) if named else None, os.environ, Path.cwd())

    @field_validator("engine")
    @classmethod
    def _is_an_engine(cls, name: str | None) -> str | None:
        if name and name != PROCESSES and not re.fullmatch(rf"{CLUSTER}[^/\s]+:\d+", name):
            raise ValueError(f"nothing, {PROCESSES}, or an address such as {CLUSTER}host:8786")
        return name or None

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("a time zone such as America/Lima") from error
        return name

    @field_validator("daily_at")
    @classmethod
    def _is_a_minute(cls, moment: time) -> time:
        if moment.tzinfo or moment.second or moment.microsecond:
            raise ValueError("a time as HH:MM, without a zone; CUADRA_TIMEZONE names that")
        return moment

    def clock(self, every: timedelta | None = None) -> Clock:
        """When the daily run is due, or at which interval instead."""
        return Clock(self.daily_at, self.timezone, every)

    @cached_property
    def limits(self) -> dict[str, str]:
        """What the database of a run may take, as settings of DuckDB."""
        memory = {} if self.run_megabytes is None else {"memory_limit": f"{self.run_megabytes}MB"}
        return {"max_temp_directory_size": f"{self.spill_megabytes}MB", **memory}

    @cached_property
    def task_limits(self) -> dict[str, str]:
        """The same of one of the tasks that check bins, where several are done side by side."""
        if self.engine is None:
            return self.limits
        share = self.limits | {"threads": "1"}
        if self.engine == PROCESSES:
            beside = workers(PROCESSES)
            memory = self.run_megabytes and f"{self.run_megabytes // beside}MB"
            share |= {"memory_limit": memory or f"{80 // beside}%"}
        return share

    @cached_property
    def checked_folder(self) -> str:
        """Where what was found of each bin is kept."""
        return self.checked or str(self.data.absolute() / "checked")

    @cached_property
    def alerts(self) -> Path | None:
        """The project's own file of channels and routes, which may not be there; that in ``data`` goes before it."""
        return self.project and self.project / "alerts.toml"

    @cached_property
    def publication(self) -> Path:
        """The published database, which readers open."""
        return self.data / "cuadra.duckdb"

    @cached_property
    def working(self) -> Path:
        """The database a run builds aside."""
        return self.data / "working.duckdb"

    @cached_property
    def pages(self) -> Path:
        """The folder of the pages that a run builds, and `serve` serves."""
        return self.data / "page"

    @cached_property
    def snapshots(self) -> Path:
        """The folder of the exact bytes fetched."""
        return self.data / "snapshots"

    @cached_property
    def prefect(self) -> Path:
        """The home of the Prefect server that a run or `serve` brings: its database and its log."""
        return (self.data / "prefect").absolute()
