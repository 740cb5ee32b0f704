"""What a run does when the disk, the clock, the server or the network fails: a clear line, and nothing is lost."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cuadra.flows import refresh
from cuadra.sources import un_sdg_16_2_2
from tests.flows.test_chaos import ROOT, state

pytestmark = pytest.mark.slow

ARTICLE = "press/2020-09-17_dialogo.toml"


def revise(folder, was, becomes):
    """Let an article say another number from now on."""
    path = folder / ARTICLE
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{was}"', f'"{becomes}"', 1), encoding="utf-8")


def in_force(cuadra, data):
    sql = "SELECT says FROM figure WHERE source = '2020-09-17_dialogo' AND locator = '¶4' ORDER BY says LIMIT 1"
    return cuadra(data, "sql", sql, "--format", "csv").stdout.split()[1]


def findings(cuadra, data):
    sql = "SELECT finding, verdict FROM open_finding WHERE verdict IN ('fails', 'doubtful') ORDER BY ALL"
    return cuadra(data, "sql", sql, "--format", "csv").stdout


@pytest.fixture
def small_disk(tmp_path, first_run):
    """A disk of its own with just room for what was published, and a way to give it more."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(*options):
        command = [shutil.which("mount") or "mount", "-t", "tmpfs", *options, "tmpfs", str(disk)]
        return subprocess.run(command, capture_output=True, check=False)

    if shutil.which("mount") is None or mount("-o", "size=200m").returncode:
        pytest.skip("only root may mount a small disk")
    try:
        data = Path(shutil.copytree(first_run["folder"], disk / "data"))
        used = shutil.disk_usage(disk).used

        def room(megabytes):
            assert mount("-o", f"remount,size={used + megabytes * 2**20}").returncode == 0

        yield data, room
    finally:
        subprocess.run([shutil.which("umount"), str(disk)], check=False)


@pytest.mark.parametrize("megabytes", [0, 1, 4])
def test_full_disk_leaves_the_publication_and_the_next_run_mends_it(cuadra, small_disk, shipped_sources, megabytes):
    data, room = small_disk
    before = state(data)
    revise(shipped_sources, "454", "455")
    room(megabytes)
    full = cuadra(data, "run")
    after = state(data)
    room(100)
    again = cuadra(data, "run")

    assert full.exit_code == 3
    assert "Make space" in full.output
    assert "Traceback" not in full.output
    assert after == before
    assert again.exit_code in (0, 1), again.output
    assert in_force(cuadra, data) == "455"


class Behind(datetime):
    """A clock that is a year behind."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(days=365)


def test_clock_that_went_back_loses_nothing(cuadra, data, shipped_sources, monkeypatch):
    revise(shipped_sources, "454", "455")
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "datetime", Behind)
        behind = cuadra(data, "run")
    seen = in_force(cuadra, data)
    revise(shipped_sources, "455", "456")
    again = cuadra(data, "run")
    still = cuadra(data, "run")

    assert behind.exit_code in (0, 1), behind.output
    assert seen == "455"
    assert again.exit_code in (0, 1), again.output
    assert in_force(cuadra, data) == "456"
    assert "nothing new" in still.stdout


def test_server_that_is_gone_in_the_middle_is_a_clear_line(prefect_server, cuadra, first_run, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(prefect_server.home, data / "prefect")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"CUADRA_DATA": str(data), "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
    environment.pop("CUADRA_PREFECT_API_URL", None)
    said = []
    with subprocess.Popen(
        [sys.executable, "-m", "cuadra.flows.commands.cli", "run", "--source", "2020-09-17_dialogo"],
        env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for line in process.stderr:
            said.append(line)
            if " parse " in line and len(said) < 30 and children.exists():
                for child in children.read_text().split():
                    os.kill(int(child), signal.SIGKILL)
        code = process.wait(300)
    if not children.parent.parent.parent.exists() and not said:
        pytest.skip("needs /proc/PID/task/PID/children to see the child processes")
    again = cuadra(data, "run")

    assert "Traceback" not in "".join(said)
    assert code in (0, 1, 3)
    assert again.exit_code in (0, 1), again.output
    assert findings(cuadra, data) == findings(cuadra, first_run["folder"])


def test_network_that_is_gone_fails_one_source_and_keeps_the_rest(cuadra, data, monkeypatch):
    source = dataclasses.replace(un_sdg_16_2_2.SOURCE, url="http://127.0.0.1:9/data")
    monkeypatch.setattr(un_sdg_16_2_2, "SOURCE", source)
    monkeypatch.setattr(refresh.fetch, "retries", 0)
    result = cuadra(data, "run", "--source", "un_sdg_16_2_2", CUADRA_ALLOW_PRIVATE="1")

    assert result.exit_code == 3
    assert "failed: un_sdg_16_2_2: http://127.0.0.1:9/data?page=1: expected an answer" in result.stdout
    assert "Traceback" not in result.output
    assert in_force(cuadra, data) == "454"
