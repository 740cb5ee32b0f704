import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from cuadra.flows import runlog
from cuadra.flows.commands import doctor
from cuadra.flows.project import find_project
from cuadra.flows.schedule import cadence, serve
from cuadra.flows.settings import Settings
from cuadra.flows.steps import choose
from tests.flows.conftest import said

PROJECT = find_project(None, {}, Path(__file__).parent)
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scheduled_runs(folder):
    return [entry for entry in runlog.read(folder) if entry["trigger"] == "schedule"]


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
        states = {check.check: check.state for check in doctor.examine(Settings(data=data), PROJECT, datetime.now(UTC))}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)

    assert runs, (tmp_path / "serve.log").read_text()
    assert runs[0]["publication"]
    assert (states["server"], states["schedules"], states["freshness"]) == ("ok", "ok", "ok")
    with duckdb.connect(str(data / "cuadra.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) > 0 FROM figure").fetchall() == [(True,)]
    assert not serve.answers(f"http://127.0.0.1:{port}/api")
    assert not (data / "prefect" / "server.url").exists()


def test_slot_after_which_a_run_started_is_covered():
    assert cadence.covers(NOW, NOW - timedelta(hours=1))
    assert not cadence.covers(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    assert not cadence.covers(None, NOW)


def test_articles_are_never_overdue_and_first_runs_always():
    assert not cadence.is_overdue("once", None, NOW)
    assert cadence.is_overdue("weekly", None, NOW)
    assert cadence.is_overdue("daily", NOW - timedelta(hours=25), NOW)
    assert not cadence.is_overdue("yearly", NOW - timedelta(days=300), NOW)


def test_long_pause_is_caught_up_by_one_run_of_everything(tmp_path):
    entry = {"run": "r", "started_at": (NOW - timedelta(days=10)).isoformat(), "sources": {"a": {"status": "read"}}}
    (tmp_path / "runs.jsonl").write_text(json.dumps(entry), encoding="utf-8")

    assert serve.overdue([], Settings(data=tmp_path), NOW) == [serve.EVERYTHING]
    assert serve.overdue([], Settings(data=tmp_path), NOW - timedelta(days=9, hours=20)) == []


def test_line_torn_by_a_kill_hides_no_other_run(tmp_path):
    runlog.append(tmp_path, runlog.RunRecord("first", NOW.isoformat()))
    with (tmp_path / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"run": "torn", "star')
    runlog.append(tmp_path, runlog.RunRecord("last", NOW.isoformat()))

    assert [entry["run"] for entry in runlog.read(tmp_path)] == ["first", "last"]


def test_doctor_of_a_well_folder_needs_nothing(cuadra, first_run):
    result = cuadra(first_run["folder"], "doctor", "--json", CUADRA_PREFECT_API_URL="", PREFECT_API_URL="")
    report = json.loads(result.stdout)

    assert result.exit_code == 0, report
    assert report["is_well"]
    assert report["publication"] == str(first_run["folder"] / "cuadra.duckdb")


def test_doctor_sees_a_changed_snapshot_and_a_torn_publication(cuadra, data):
    snapshot = next((data / "snapshots").glob("??/*"))
    snapshot.chmod(0o600)
    snapshot.write_bytes(b"other bytes")
    (data / "cuadra.duckdb").write_bytes(b"no database")
    result = cuadra(data, "doctor", "--json")
    failing = {each["check"] for each in json.loads(result.stdout)["checks"] if each["state"] == "fails"}

    assert result.exit_code == 3
    assert {"snapshots", "publication"} <= failing


def test_doctor_sees_that_the_schedule_stopped(cuadra, data):
    lines = (data / "runs.jsonl").read_text(encoding="utf-8").replace('"person"', '"schedule"')
    (data / "runs.jsonl").write_text(lines, encoding="utf-8")
    result = cuadra(data, "doctor", "--json", CUADRA_PREFECT_API_URL="http://127.0.0.1:9/api")
    states = {each["check"]: each["state"] for each in json.loads(result.stdout)["checks"]}

    assert result.exit_code == 3
    assert states["server"] == "fails"


def test_named_server_that_does_not_answer_is_a_clear_line(cuadra, tmp_path):
    result = cuadra(tmp_path, "serve", CUADRA_PREFECT_API_URL="http://127.0.0.1:9/api")

    assert result.exit_code == 3
    assert said(result).startswith("Prefect server, http://127.0.0.1:9/api: expected it to answer")
