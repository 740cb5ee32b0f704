"""What every run did: an append-only file beside the publication, a line at the start of a run and one at its end.

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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
"""What one run did, as the file has it; with every key of `RunRecord` that is asked for here."""

GOOD = ("read", "unchanged")
"""What became of a source whose figures are as fresh as can be."""


@dataclass
class SourceRecord:
    """What became of one source in one run; ``status`` is read, unchanged or failed.

    ``corrected`` are figures that a correction declared here newly changed or no longer changes, ``reread`` those read
    otherwise from the same bytes; neither is among those changed. ``held`` is the SHA-256 of an edition that is not
    loaded because it shrinks, until somebody accepts it.
    """

    status: str
    rows_in: int = 0
    observations: int = 0
    quarantined: int = 0
    ignored: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    corrected: int = 0
    reread: int = 0
    error: str | None = None
    held: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass
class RunRecord:
    """What one run did; times are ISO texts in UTC, ``publication`` is null where nothing was published.

    ``asked`` is the source that the run was asked for, null for all. ``state`` is ``running`` in the line written
    at its start, then ``ended``, or ``failed`` with its ``error``. ``settings`` are files of settings that could not
    be used. ``ground`` is what its verdicts rest on beside the figures (see `cuadra.flows.ground`).
    ``expired_waivers`` has the date of each by its finding, ``back`` the findings that were accepted until this run.
    ``figures_failing`` is how many figures in force a rule fails on.
    """

    run: str
    started_at: str
    trigger: str = "person"
    ended_at: str | None = None
    publication: str | None = None
    findings_open: int = 0
    findings_new: int = 0
    figures_failing: int = 0
    told: int = 0
    exit_code: int | None = None
    needless_waivers: list[str] = field(default_factory=list)
    expired_waivers: dict[str, str] = field(default_factory=dict)
    back: list[str] = field(default_factory=list)
    wrong_views: list[str] = field(default_factory=list)
    sources: dict[str, SourceRecord] = field(default_factory=dict)
    asked: str | None = None
    state: str = "ended"
    error: str | None = None
    settings: list[str] = field(default_factory=list)
    process: int = field(default_factory=os.getpid)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    ground: str = ""

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
    """Add the line of a run and return when it is on disk; a later line of the same run replaces it."""
    # The empty line keeps ours apart from one torn by a kill.
    line = "\n" + json.dumps(asdict(record), ensure_ascii=False) + "\n"
    with _path(folder).open("a", encoding="utf-8", newline="\n") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> list[Entry]:
    """One entry per run, in the order of their starts; what is no line of a run is left out."""
    return read_all(folder)[0]


def read_all(folder: Path) -> tuple[list[Entry], list[int]]:
    """One entry per run, in the order of their starts, and the numbers of the lines that are none.

    Lines end at a line feed and nowhere else: the words of a source may hold other line separators.
    """
    try:
        lines = _path(folder).read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], []
    runs: dict[str, Entry] = {}
    strange = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry = _parse(line)
        if entry is None:
            strange.append(number)
        else:
            runs[entry["run"]] = entry
    return list(runs.values()), strange


def is_good(entry: Entry, source: str | None = None) -> bool:
    """Whether a run came to its end and read this source well, or, without one, was a run of all sources."""
    if entry["state"] != "ended":
        return False
    if source is None:
        return entry["asked"] is None and any(each["status"] in GOOD for each in entry["sources"].values())
    return entry["sources"].get(source, {}).get("status") in GOOD


def last_good(entries: list[Entry], source: str | None = None) -> datetime | None:
    """When the latest run started that read this source well; without one, the latest good run of all sources."""
    starts = (entry["started_at"] for entry in reversed(entries) if is_good(entry, source))
    return next(map(datetime.fromisoformat, starts), None)


def last_try(entries: list[Entry], source: str | None = None) -> datetime | None:
    """When the latest run started that tried to read this source, or all of them; null where none did."""
    tries = (
        entry["started_at"]
        for entry in reversed(entries)
        if (entry["asked"] is None if source is None else source in entry["sources"])
    )
    return next(map(datetime.fromisoformat, tries), None)


def size(folder: Path) -> int:
    """The bytes of the log: they grow as a run begins and as it ends."""
    path = _path(folder)
    return path.stat().st_size if path.exists() else 0


def _path(folder: Path) -> Path:
    return folder / "runs.jsonl"


def _parse(line: bytes) -> Entry | None:
    """The entry of one line, with what older lines do not say; null where it is torn, foreign or incomplete."""
    try:
        entry = json.loads(line)
        sources = entry.setdefault("sources", {})
        statuses = [each["status"] for each in sources.values()]
        ends = [] if entry.setdefault("ended_at", None) is None else [entry["ended_at"]]
        times = [datetime.fromisoformat(text) for text in (entry["started_at"], *ends)]
        texts = [entry["run"], entry.setdefault("trigger", "person"), entry.setdefault("state", "ended"), *statuses]
        # Before runs said what they were asked for, a run of one source was a run of that source.
        entry.setdefault("asked", next(iter(sources)) if len(sources) == 1 else None)
        json.dumps(entry, ensure_ascii=False).encode()  # half a character could be written nowhere
        is_whole = all(isinstance(text, str) for text in texts) and all(moment.tzinfo for moment in times)
        return entry if is_whole and [moment.astimezone(UTC) for moment in times] else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _peak_megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)
