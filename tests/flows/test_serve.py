import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cuadra.flows import runlog
from cuadra.flows.doctor.examine import examine
from cuadra.flows.project import find_project
from cuadra.flows.schedule import serve
from cuadra.flows.schedule.deployments import EVERYTHING
from cuadra.flows.schedule.server import answers
from cuadra.flows.settings import Settings
from cuadra.flows.steps import choose
from tests.flows.conftest import said

pytestmark = pytest.mark.slow

PROJECT = find_project(None, {}, Path(__file__).parent)
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scheduled_runs(folder):
    return [each for each in runlog.read(folder) if each["trigger"] == "schedule" and each["state"] == "ended"]


def test_schedule_fires_and_publishes(prefect_server, tmp_path):
    data, port = tmp_path / "data", free_port()
    shutil.copytree(prefect_server.home, data / "prefect")  # spares the first start of a database
    # With a run just now nothing is overdue, so that what comes comes by the schedule.
    read = {each.name: runlog.SourceRecord("read") for each in choose(PROJECT)[0]}
    runlog.append(data, runlog.RunRecord("seed", datetime.now(UTC).isoformat(), sources=read))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"CUADRA_DATA": str(data), "CUADRA_SERVE_PORT": str(port), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cuadra.flows.commands.cli", "serve", "--every", "0.05"]
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not scheduled_runs(data):
            assert process.poll() is None, (tmp_path / "serve.log").read_text()
            time.sleep(0.2)
        runs = scheduled_runs(data)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/page/en/index.html", timeout=10) as reply:
            front = reply.read().decode("utf-8")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/page/%2e%2e/cuadra.duckdb", timeout=10)
        states = {check.check: check.state for check in examine(Settings(data=data), PROJECT, datetime.now(UTC))}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)

    assert runs, (tmp_path / "serve.log").read_text()
    assert runs[0]["publication"]
    assert "cannot stand beside" in front
    assert (states["server"], states["schedules"], states["freshness"]) == ("ok", "ok", "ok")
    with duckdb.connect(str(data / "cuadra.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) > 0 FROM figure").fetchall() == [(True,)]
    assert not answers(f"http://127.0.0.1:{port}/api")
    said = (tmp_path / "serve.log").read_text()
    assert "Traceback" not in said
    assert f"Its pages: http://127.0.0.1:{port}/page/" in said
    assert said.rstrip().splitlines()[-1].endswith("Stopped.")


def test_long_pause_is_caught_up_by_one_run_of_everything(tmp_path):
    read = {"a": runlog.SourceRecord("read"), "b": runlog.SourceRecord("failed")}
    runlog.append(tmp_path, runlog.RunRecord("r", (NOW - timedelta(days=10)).isoformat(), sources=read))

    assert serve.overdue([], Settings(data=tmp_path), NOW) == [EVERYTHING]
    assert serve.overdue([], Settings(data=tmp_path), NOW - timedelta(days=9, hours=20)) == []


def test_slot_of_an_interval_is_missed_by_the_slot(tmp_path):
    read = {"a": runlog.SourceRecord("read"), "b": runlog.SourceRecord("failed")}
    runlog.append(tmp_path, runlog.RunRecord("r", (NOW - timedelta(minutes=9)).isoformat(), sources=read))
    settings, every = Settings(data=tmp_path), timedelta(minutes=10)

    assert serve.overdue([], settings, NOW - timedelta(seconds=1), every) == []
    assert serve.overdue([], settings, NOW, every) == [EVERYTHING]


def test_source_read_by_hand_does_not_stand_for_all_sources(tmp_path):
    read = {"a": runlog.SourceRecord("read")}
    runlog.append(
        tmp_path, runlog.RunRecord("all", (NOW - timedelta(days=2)).isoformat(), sources=read | {"b": read["a"]})
    )
    runlog.append(tmp_path, runlog.RunRecord("one", NOW.isoformat(), sources=read, asked="a"))

    assert serve.overdue([], Settings(data=tmp_path), NOW) == [EVERYTHING]


def test_source_whose_own_slot_passed_is_caught_up(tmp_path):
    weekly = dataclasses.replace(choose(PROJECT)[0][0], cadence="weekly")
    read = {"a": runlog.SourceRecord("read"), "b": runlog.SourceRecord("read")}
    runlog.append(tmp_path, runlog.RunRecord("all", NOW.isoformat(), sources=read))
    before = serve.overdue([weekly], Settings(data=tmp_path), NOW)
    read = {weekly.name: runlog.SourceRecord("read")}
    runlog.append(tmp_path, runlog.RunRecord("one", NOW.isoformat(), sources=read, asked=weekly.name))

    assert before == [weekly.name]
    assert serve.overdue([weekly], Settings(data=tmp_path), NOW) == []


def test_named_server_that_does_not_answer_is_a_clear_line(cuadra, tmp_path):
    result = cuadra(tmp_path, "serve", CUADRA_PREFECT_API_URL="http://127.0.0.1:9/api")

    assert result.exit_code == 3
    assert said(result).startswith("Prefect server, http://127.0.0.1:9/api: expected it to answer")
