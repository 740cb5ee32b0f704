"""A schedule goes on after its server was killed or stopped at any moment: no slot is lost, no message doubled.

CUADRA_KILLS says how often `serve` is killed at random; twenty take some ten minutes.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cuadra.flows import runlog
from cuadra.flows.doctor.examine import examine
from cuadra.flows.project import find_project
from cuadra.flows.schedule.cadence import interval_slot
from cuadra.flows.settings import Settings
from tests.chaos.serving import ROOT, Serving, environment
from tests.flows.receivers import Webhook, running

KILLS = int(os.environ.get("CUADRA_KILLS", "20"))
LONGEST_LIFE = 50
"""Seconds that `serve` lives at most before it is killed: half of that is its start on a busy machine."""
PROJECT = find_project(None, {}, ROOT)
PATIENCE = 120
"""Seconds within which a slot has fired on a busy machine."""
DESK = "[channels.desk]\n[[routes]]\nchannels = ['desk']\n"
REPEAT = "This message may have been sent before"


@pytest.fixture
def serving(prefect_server, tmp_path):
    serving = Serving(tmp_path)
    serving.seed(prefect_server.home)
    yield serving
    serving.sweep()


def fired(serving):
    """The runs of the schedule that read their sources, oldest first."""
    entries = runlog.read(serving.data)
    return [each for each in entries if each["trigger"] == "schedule" and each["state"] == "ended" and each["sources"]]


def begun(entry):
    return datetime.fromisoformat(entry["started_at"])


@pytest.mark.parametrize(
    ("number", "to_group"),
    [(signal.SIGKILL, False), (signal.SIGKILL, True), (signal.SIGTERM, False), (signal.SIGTERM, True)],
)
def test_next_slot_fires_after_serve_ended_in_the_middle_of_a_run(serving, number, to_group):
    serving.start()
    serving.wait(serving.is_in_a_run, PATIENCE)
    serving.send(number, to_group=to_group)
    serving.ended()
    before = len(fired(serving))
    serving.start()
    serving.wait(lambda: len(fired(serving)) > before + 1, PATIENCE)

    assert len(fired(serving)) > before + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_quickly_and_quietly(serving, number):
    serving.start()
    serving.wait(serving.is_in_a_run, PATIENCE)
    serving.send(number, to_group=True)
    told = time.monotonic()
    code = serving.ended(10)
    said = serving.log.read_text(errors="replace")

    assert code == 0
    assert time.monotonic() - told < 5
    assert "Traceback" not in said
    assert "Stopped." in said.splitlines()


def test_serve_says_so_when_its_server_is_killed(serving):
    serving.start()
    serving.wait(serving.is_in_a_run, PATIENCE)
    children = Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split()
    server = next(pid for pid in children if b"embedded_server" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(int(server), signal.SIGKILL)

    assert serving.ended(30) == 3
    assert "expected the Prefect server to run on" in serving.log.read_text(errors="replace")


def test_slots_are_registered_once_after_restarts(serving):
    for _ in range(3):
        serving.start()
        serving.wait(lambda: b"Serving" in serving.log.read_bytes(), PATIENCE)
        serving.wait(serving.is_in_a_run, PATIENCE)
        serving.send(signal.SIGKILL)
        serving.ended()
    with contextlib.closing(sqlite3.connect(serving.data / "prefect" / "prefect.db")) as con:
        doubled = con.execute(
            """
            SELECT deployment_id, expected_start_time, count(*) FROM flow_run
            WHERE auto_scheduled AND state_type = 'SCHEDULED'
            GROUP BY deployment_id, expected_start_time HAVING count(*) > 1
            """
        ).fetchall()
        names = con.execute("SELECT name, count(*) FROM deployment GROUP BY name").fetchall()

    assert doubled == []
    assert {"every-source", "outbox"} <= {name for name, _ in names}
    assert [count for _, count in names] == [1] * len(names)


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5, 4.0])
def test_serve_that_is_killed_while_it_starts_can_start_again_at_once(serving, seconds):
    serving.start()
    time.sleep(seconds)
    serving.send(signal.SIGKILL)
    serving.ended()
    serving.start()
    serving.wait(lambda: len(fired(serving)) > 0, PATIENCE)

    assert fired(serving)


def test_second_serve_on_a_folder_leaves_with_a_line(serving):
    serving.start()
    serving.wait(serving.is_in_a_run, PATIENCE)
    command = [sys.executable, "-m", "cuadra.flows.commands.cli", "serve"]
    second = subprocess.run(
        command, env=environment(serving.data, CUADRA_SERVE_PORT="1"), cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip

    assert second.returncode == 3
    assert "Traceback" not in second.stderr
    assert "expected no other `cuadra serve`" in second.stderr.splitlines()[-1]


def test_slot_behind_a_run_of_a_person_waits_for_it(serving):
    serving.start()
    serving.wait(lambda: len(fired(serving)) > 0, PATIENCE)
    holder = subprocess.Popen(
        [sys.executable, "-c", f"""
import time
from pathlib import Path
from cuadra.warehouse.publish import writer
with writer(Path({str(serving.data)!r}), 60):
    print("held", flush=True)
    time.sleep(20)
"""], env=environment(serving.data, CUADRA_WAIT_SECONDS="0"), stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    holder.stdout.readline()
    before = len(runlog.read(serving.data))
    holder.wait()
    holder.stdout.close()
    serving.wait(lambda: len(fired(serving)) > before, PATIENCE)

    assert [each["state"] for each in runlog.read(serving.data)[before:-1]] == ["ended"] * (
        len(runlog.read(serving.data)) - before - 1
    )


def test_doctor_knows_a_serve_that_works_from_one_that_hangs(serving):
    serving.start()
    serving.wait(lambda: len(fired(serving)) > 0, PATIENCE)
    settings = Settings(data=serving.data)
    well = {each.check: each for each in examine(settings, PROJECT, datetime.now(UTC)) if each.state == "fails"}
    serving.send(signal.SIGSTOP)
    hangs = {each.check: each for each in examine(settings, PROJECT, datetime.now(UTC) + timedelta(minutes=5))}
    serving.send(signal.SIGCONT)

    assert well == {}
    assert hangs["runner"].state == "fails"


@pytest.mark.parametrize("how", ["paused", "deleted"])
def test_doctor_names_a_schedule_that_is_paused_or_deleted(serving, how):
    from prefect.client.orchestration import SyncPrefectClient  # noqa: PLC0415 - after the server's settings

    serving.start()
    serving.wait(lambda: len(fired(serving)) > 0, PATIENCE)
    settings = Settings(data=serving.data)
    with SyncPrefectClient(f"http://127.0.0.1:{serving.port}/api") as client:
        known = {each.name: each for each in client.read_deployments()}
        if how == "paused":
            client.pause_deployment(known["every-source"].id)
        client.delete_deployment(known["outbox"].id)
        found = [each for each in examine(settings, PROJECT, datetime.now(UTC)) if each.check == "schedules"]
    said = " ".join(each.found for each in found if each.state == "fails")

    assert "no deployment for outbox" in said
    assert ("every-source" in said) == (how == "paused")


def undisturbed(folder, home):
    """What a run without a kill finds: the keys of what does not add up."""
    shutil.copytree(home, folder / "undisturbed" / "prefect")
    command = [sys.executable, "-m", "cuadra.flows.commands.cli", "run", "--json"]
    result = subprocess.run(
        command, env=environment(folder / "undisturbed"), cwd=folder, check=False, capture_output=True, timeout=180
    )
    return [each["finding"] for each in json.loads(result.stdout)["findings"]]


def waive(file, key):
    """Accept one finding, and none of those accepted before: one is resolved, another one is new again."""
    entry = f'[[waiver]]\nfinding = "{key}"\nuntil = 2999-01-01\nreason = "told"\nwho = "ana"\n'
    file.write_text(entry, encoding="utf-8")


def queued(folder):
    """The events that the publication says were to go to the desk, and how many there are of each key and change."""
    with duckdb.connect(str(folder / "cuadra.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT event, key, change FROM delivery INNER JOIN alert_event USING (event)").fetchall()
    return {event: (key, change) for event, key, change in rows}


def test_random_kills_lose_no_slot_and_double_no_message(prefect_server, tmp_path, capsys):
    chance, waivers, every = random.Random(20261125), tmp_path / "waivers.toml", timedelta(seconds=15)
    keys = undisturbed(tmp_path, prefect_server.home)
    with running(Webhook()) as webhook:
        address = f"json://127.0.0.1:{webhook.port}/desk"
        serving = Serving(tmp_path, every.total_seconds(), CUADRA_CHANNEL_DESK=address, CUADRA_WAIVERS=str(waivers))
        serving.seed(prefect_server.home)
        (serving.data / "alerts.toml").write_text(DESK, encoding="utf-8")
        first, in_a_run = datetime.now(UTC), 0
        for number in range(KILLS):
            waive(waivers, keys[number % len(keys)])
            serving.start()
            moment = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
            while time.monotonic() < moment:
                time.sleep(0.05)
            in_a_run += serving.is_in_a_run()
            serving.send(chance.choice([signal.SIGKILL, signal.SIGTERM]), to_group=chance.random() < 0.5)
            serving.ended()
        last_kill = datetime.now(UTC)
        serving.start()
        serving.wait(lambda: any(begun(each) > last_kill for each in fired(serving)), PATIENCE)
        serving.send(signal.SIGTERM)
        serving.ended()
        calls = list(webhook.calls)
    starts = [begun(each) for each in fired(serving)]
    due = [interval_slot(every, first) + number * every for number in range(1, 100_000)]
    due = due[: next(number for number, moment in enumerate(due) if moment > starts[-1])]
    # A slot is fired by the first good run after it: at once, or as the one that a later start catches up.
    lost = [moment for moment in due if not any(start >= moment for start in starts)]
    sent: dict[str, list[dict[str, str]]] = {}
    for _, key, payload in calls:
        sent.setdefault(key, []).append(payload)
    posted = [event for payloads in sent.values() for event in payloads[0]["events"].split()]
    unmarked = [
        key for key, payloads in sent.items() for again in payloads[1:] if not again["message"].startswith(REPEAT)
    ]
    wanted, doubled = queued(serving.data), len(posted) - len(set(posted))
    with capsys.disabled():
        print(  # noqa: T201 - what a chaos suite counted is its result
            f"\nkills of serve {KILLS}, {in_a_run} of them in a run; slots due {len(due)}, lost {len(lost)}, by "
            f"{len(starts)} good runs; messages {len(calls)}, repeats {len(calls) - len(sent)}, unmarked "
            f"{len(unmarked)}; events to tell {len(wanted)}, posted {len(set(posted))}, doubled {doubled}"
        )

    assert lost == []
    assert unmarked == []
    assert doubled == 0
    assert set(posted) == set(wanted)
    assert {key for key, change in wanted.values() if change == "NEW"} <= set(keys)
