"""What every run did, one line each: an append-only file beside the publication.

A run that finds nothing new publishes nothing, so what it did cannot stand in the publication; and whether
the schedule fires must be seen from outside the scheduler. The next run takes the lines over into its tables.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

GOOD = ("read", "unchanged")
"""What became of a source whose figures are as fresh as can be."""


@dataclass
class SourceRecord:
    """What became of one source in one run; ``status`` is read, unchanged or failed."""

    status: str
    rows_in: int = 0
    observations: int = 0
    quarantined: int = 0
    ignored: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    error: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass
class RunRecord:
    """What one run did; times are ISO texts in UTC, ``publication`` is null where nothing was published."""

    run: str
    started_at: str
    trigger: str = "person"
    ended_at: str | None = None
    publication: str | None = None
    findings_open: int = 0
    findings_new: int = 0
    told: int = 0
    exit_code: int | None = None
    needless_waivers: list[str] = field(default_factory=list)
    wrong_views: list[str] = field(default_factory=list)
    sources: dict[str, SourceRecord] = field(default_factory=dict)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note how long a step took and the most memory that the process ever held until its end."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = self.steps.get(name, {}).get("seconds", 0.0) + time.perf_counter() - start
            self.steps[name] = {"seconds": round(seconds, 3), "peak_megabytes": _peak_megabytes()}


def append(folder: Path, record: RunRecord) -> None:
    """Add the line of a run and return when it is on disk."""
    # The empty line keeps ours apart from one torn by a kill.
    line = "\n" + json.dumps(asdict(record), ensure_ascii=False) + "\n"
    with (folder / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> list[dict[str, Any]]:
    """One entry per run, oldest first; a line torn by a kill is left out."""
    path = folder / "runs.jsonl"
    if not path.exists():
        return []
    entries = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return [entry for entry in entries if isinstance(entry, dict) and "run" in entry]


def last_good(entries: list[dict[str, Any]], source: str | None = None) -> datetime | None:
    """When the latest run started that read this source (or any) well; null where none did."""
    for entry in reversed(entries):
        names = [source] if source else list(entry["sources"])
        if any(entry["sources"].get(name, {}).get("status") in GOOD for name in names):
            return datetime.fromisoformat(entry["started_at"])
    return None


def last_try(entries: list[dict[str, Any]], source: str) -> datetime | None:
    """When the latest run started that tried to read this source, well or not; null where none did."""
    tries = (entry["started_at"] for entry in reversed(entries) if source in entry["sources"])
    return next(map(datetime.fromisoformat, tries), None)


def _peak_megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)
