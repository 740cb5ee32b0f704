"""The files of the data folder: lines that cannot be read, what killed runs left, and what grows."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cuadra.flows import runlog
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.doctor.check import Check, some
from cuadra.flows.lock import is_held
from cuadra.flows.schedule import database
from cuadra.flows.settings import Settings
from cuadra.flows.steps import SWEEP_AFTER
from cuadra.sources.snapshot import unfinished

LARGE = {"prefect": 500, "runs.jsonl": 200, "deliveries.jsonl": 200}
"""From how many megabytes on a part of the data folder is worth a look; the rest grows with its figures."""


def logs(settings: Settings) -> Iterator[Check]:
    """How many lines of the append-only files are torn, foreign or incomplete; they are skipped."""
    found = {
        "runs.jsonl": runlog.read_all(settings.data)[1],
        "deliveries.jsonl": Journal(settings.data).read_all()[1],
    }
    strange = {name: lines for name, lines in found.items() if lines}
    for name, lines in strange.items():
        numbers = some([str(number) for number in lines])
        yield Check(
            "logs", "warning", f"{name}: {len(lines)} lines cannot be used (line {numbers})",
            "A kill or a full disk tears a line; if you edited the file, correct it.",
        )  # fmt: skip
    if not strange:
        yield Check("logs", "ok", "every line of runs.jsonl and deliveries.jsonl can be used")


def leftovers(settings: Settings, now: datetime) -> Iterator[Check]:
    """What killed runs left behind; the next run sweeps it."""
    if is_held(settings.data):
        yield Check("leftovers", "ok", "a run is writing now")
        return
    left = [*unfinished(settings.snapshots, now - SWEEP_AFTER), *database.leftovers(settings.prefect)]
    left += [path for path in (settings.working, settings.publication.with_suffix(".rollback")) if path.exists()]
    if left:
        size = sum(path.stat().st_size for path in left if path.is_file()) / 1e6
        do = "The next run deletes them; delete a Prefect database set aside yourself."
        yield Check("leftovers", "warning", f"{size:,.1f} MB: {some([str(path) for path in left])}", do)
    else:
        yield Check("leftovers", "ok", "no killed run left anything")


def growth(settings: Settings) -> Iterator[Check]:
    """How large the parts of the data folder are, and which is larger than it should get."""
    if not settings.data.is_dir():
        return
    sizes = {path.name: _size(path) / 1e6 for path in sorted(settings.data.iterdir())}
    large = {name: size for name, size in sizes.items() if size > LARGE.get(name, float("inf"))}
    shown = ", ".join(f"{name} {size:,.1f} MB" for name, size in sizes.items() if size >= 0.1) or "less than 1 MB"
    if large:
        yield Check(
            "growth", "warning", shown, f"Look at {some(list(large))}; CUADRA_PREFECT_KEEP_DAYS bounds prefect."
        )
    else:
        yield Check("growth", "ok", shown)


def _size(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
