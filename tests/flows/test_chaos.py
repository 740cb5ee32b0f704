"""A run killed at any moment leaves a whole publication, and the next run ends as if nothing had happened.

CUADRA_KILLS says how many random moments are tried; fifty take some five minutes.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from cuadra.warehouse.publish import content

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CUADRA_KILLS", "1"))
WHOLE_RUN = 2.5
"""Seconds after its first line within which a run is over on a quick machine."""


@pytest.fixture
def start(prefect_server, tmp_path):
    """Start a run in a process of its own on the test's data folder."""

    def call():
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {
            "CUADRA_DATA": str(tmp_path / "data"),
            "CUADRA_PREFECT_API_URL": prefect_server.api_url,
            "PYTHONPATH": str(ROOT),
            "DO_NOT_TRACK": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "cuadra.flows.commands.cli", "run"],
            env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return call


def state(folder):
    """The hash of what a publication says, null where there is none; fails where it does not open."""
    path = folder / "cuadra.duckdb"
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as con:
        return content(con)


def kill_at(process, word):
    """Kill a run as soon as it says this word; returns whether it did."""
    with process:
        for line in process.stderr:
            if f" {word}" in line:
                process.kill()
                return True
    return False


def told(folder):
    """Each delivered event and channel, as often as a receipt says so."""
    with duckdb.connect(str(folder / "cuadra.duckdb"), read_only=True) as con:
        return con.execute("SELECT count(*), count(DISTINCT (event, channel)) FROM delivery").fetchone()


@pytest.mark.parametrize("word", ["check", "publish", "cuadra:"])
def test_run_killed_at_a_step_loses_nothing(start, cuadra, first_run, tmp_path, word):
    data = tmp_path / "data"
    assert kill_at(start(), word)
    after_kill = state(data)
    result = cuadra(data, "run")

    assert after_kill in (None, state(first_run["folder"]))
    assert result.exit_code in (0, 1), result.output
    assert state(data) == state(first_run["folder"])
    assert told(data) == told(first_run["folder"])


@pytest.mark.parametrize("seed", range(KILLS))
def test_run_killed_at_a_random_moment_loses_nothing(start, cuadra, first_run, tmp_path, seed):
    data = tmp_path / "data"
    process = start()
    moment = threading.Timer(random.Random(seed).uniform(0, WHOLE_RUN), process.kill)
    with process:
        process.stderr.readline()  # which project is read
        first = process.stderr.readline()
        moment.start()
        process.stderr.read()
    moment.cancel()
    after_kill = state(data)
    result = cuadra(data, "run")

    assert first
    assert after_kill in (None, state(first_run["folder"]))
    assert result.exit_code in (0, 1), result.output
    assert state(data) == state(first_run["folder"])
    assert told(data) == told(first_run["folder"])


def test_two_runs_at_once_end_well_one_after_the_other(start, first_run, tmp_path):
    processes = [start(), start()]
    codes = sorted(process.wait(120) for process in processes)
    for process in processes:
        process.stderr.close()

    assert codes == [0, 1]
    assert state(tmp_path / "data") == state(first_run["folder"])


def test_run_ends_its_own_server_even_when_killed(prefect_server, tmp_path):
    shutil.copytree(prefect_server.home, tmp_path / "data" / "prefect")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"CUADRA_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1"}
    environment.pop("CUADRA_PREFECT_API_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "cuadra.flows.commands.cli", "run"],
        env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        process.stderr.readline()  # which project is read
        process.stderr.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            process.kill()
            pytest.skip("needs /proc/PID/task/PID/children to see the child processes")
        servers = [int(child) for child in children.read_text().split()]
        process.kill()
    for server in servers:
        for _ in range(200):
            if not is_alive(server):
                break
            threading.Event().wait(0.1)

    assert servers
    assert not any(is_alive(server) for server in servers)


def is_alive(number):
    """Whether a process still works; one that has ended and waits to be collected does not."""
    try:
        os.kill(number, signal.SIG_DFL)
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_read_only_folder_is_a_clear_line(cuadra, data):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    data.chmod(0o500)
    result = cuadra(data, "run")
    data.chmod(0o700)

    assert result.exit_code == 3
    assert str(data) in result.stderr


def test_publication_of_a_newer_release_is_left_alone(cuadra, data):
    with duckdb.connect(str(data / "cuadra.duckdb")) as con:
        con.execute("INSERT INTO migration (name, sha256) VALUES ('9999_later.sql', 'x')")
    shutil.copyfile(data / "cuadra.duckdb", data / "before")
    result = cuadra(data, "run")

    assert result.exit_code == 3
    assert "newer cuadra" in result.stderr
    assert (data / "cuadra.duckdb").read_bytes() == (data / "before").read_bytes()
