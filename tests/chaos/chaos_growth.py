"""`cuadra serve` stays within a bound over many runs, and Prefect's folder grows by little a run.

CUADRA_RUNS says how many runs are measured; thirty take some five minutes, 500 an hour and a half.
"""

import os
from pathlib import Path

import pytest

from cuadra.flows import runlog
from cuadra.flows.schedule import serve
from tests.chaos.serving import Serving

RUNS = int(os.environ.get("CUADRA_RUNS", "30"))
WARM = 5
"""Runs after which everything that is imported late is there."""
MOST_MEGABYTES_OF_SERVE = 40
"""By so much may the process that starts the runs grow in 500 of them; its server begins again when it is large."""
MOST_KILOBYTES_A_RUN = 600


def resident(process):
    """The megabytes that a process holds."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024


def folder_size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1024


@pytest.fixture
def serving(prefect_server, tmp_path):
    serving = Serving(tmp_path, every_seconds=1)
    serving.seed(prefect_server.home)
    yield serving
    serving.sweep()


def test_serve_stays_within_a_bound(serving, capsys):
    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc to see the memory of processes")

    def measure(runs):
        serving.wait(lambda: sum(each["state"] == "ended" for each in runlog.read(serving.data)) >= runs, 60 * RUNS)
        children = Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split()
        server = next(pid for pid in children if b"embedded_server" in Path(f"/proc/{pid}/cmdline").read_bytes())
        return resident(serving.process.pid), resident(server), folder_size(serving.data / "prefect")

    serving.start()
    warm, end = measure(WARM), measure(WARM + RUNS)
    runner, _, kilobytes = (after - before for before, after in zip(warm, end, strict=True))
    with capsys.disabled():
        print(  # noqa: T201 - what is measured is the result
            f"\n{RUNS} runs: serve {warm[0]:.0f} → {end[0]:.0f} MB, its server {warm[1]:.0f} → {end[1]:.0f} MB, "
            f"prefect/ {kilobytes / RUNS:.0f} kB a run"
        )

    assert runner / RUNS * 500 < MOST_MEGABYTES_OF_SERVE
    assert end[1] < serve.MOST_MEGABYTES
    assert kilobytes / RUNS < MOST_KILOBYTES_A_RUN


def test_server_that_is_too_large_is_replaced_between_two_runs(serving):
    serving.start("from cuadra.flows.schedule import serve; serve.MOST_MEGABYTES, serve.LOOK_SECONDS = 1, 5")
    serving.wait(lambda: serving.log.read_text(errors="replace").count("Serving ") > 2, 180)
    before = len(serving.runs())

    assert "Traceback" not in serving.log.read_text(errors="replace")
    serving.wait(lambda: len(runlog.read(serving.data)) > before, 120)
