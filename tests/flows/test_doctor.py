import dataclasses
import json
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cuadra.flows import runlog
from cuadra.flows.doctor import examine as examination
from cuadra.flows.doctor import schedule
from cuadra.flows.doctor.examine import examine
from cuadra.flows.project import find_project
from cuadra.flows.runlog import RunRecord, SourceRecord
from cuadra.flows.schedule.cadence import slot
from cuadra.flows.settings import Settings
from cuadra.sources.catalog import find_sources
from cuadra.sources.source import Source
from cuadra.warehouse import publish
from cuadra.warehouse.integrity import read_through

NOW = datetime.now(UTC)
PROJECT = find_project(None, {}, Path(__file__).parent)
READ = {"a": SourceRecord("read"), "b": SourceRecord("read")}


def failing(folder, now=None):
    """What fails, and what is said of it."""
    checks = examine(Settings(data=folder), PROJECT, now or datetime.now(UTC))
    return {each.check: f"{each.found} {each.do}" for each in checks if each.state == "fails"}


def write(folder, age, **facts):
    record = RunRecord(f"r{age}", (datetime.now(UTC) - age).isoformat(), sources=READ, **facts)
    runlog.append(folder, record)


def test_well_folder_needs_nothing(cuadra, first_run):
    result = cuadra(first_run["folder"], "doctor", "--json", CUADRA_PREFECT_API_URL="", PREFECT_API_URL="")
    report = json.loads(result.stdout)

    assert result.exit_code == 0, report
    assert report["is_well"]
    assert report["publication"] == str(first_run["folder"] / "cuadra.duckdb")


@pytest.mark.parametrize("seed", range(12))
def test_one_flipped_bit_anywhere_is_named_with_the_way_back(data, seed):
    path, chance = data / "cuadra.duckdb", random.Random(seed)
    (data / "publications").mkdir(exist_ok=True)
    shutil.copy(path, data / "publications" / "20261101T000000000000Z.duckdb")
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    found = failing(data)

    assert "cuadra rollback" in found["publication"]
    assert "20261101T000000000000Z" in found["publication"]


@pytest.mark.parametrize("how", ["cut", "empty", "garbled", "edited", "missing"])
def test_publication_that_is_not_the_one_published_is_named(data, how):
    path = data / "cuadra.duckdb"
    if how == "edited":
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE observation SET upper = upper + 1 WHERE says = '454'")
    elif how == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "garbled": b"no database"}[how])

    assert str(path) in failing(data)["publication"]


def test_publication_without_sums_is_read_through(data):
    path = data / "cuadra.duckdb"
    shutil.rmtree(data / "publications")
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE VIEW broken AS SELECT error('no such thing') AS a FROM figure")
    rows, complaints = read_through(path)

    assert rows > 240
    assert complaints == [line for line in complaints if line.startswith("view broken: ")]
    assert "view broken" in failing(data)["publication"]


@pytest.mark.slow
def test_sums_outlive_publishing_again_and_rolling_back(cuadra, data, shipped_sources):
    article = shipped_sources / "press" / "2020-09-17_dialogo.toml"
    article.write_text(article.read_text(encoding="utf-8").replace('"454"', '"455"', 1), encoding="utf-8")
    cuadra(data, "run")
    after_run = "publication" in failing(data)
    cuadra(data, "rollback")

    assert not after_run
    assert "publication" not in failing(data)
    assert len(publish.known_sums(data / "cuadra.duckdb")) == 2


def test_altered_and_missing_snapshots_are_named(data):
    altered, missing = sorted((data / "snapshots").glob("??/*"))[:2]
    altered.chmod(0o600)
    altered.write_bytes(b"other bytes")
    found = failing(data)["snapshots"]
    missing.unlink()
    both = examine(Settings(data=data), PROJECT, datetime.now(UTC))

    assert str(altered) in found
    assert any(missing.name[:12] in each.found for each in both if each.check == "snapshots")


def test_deleted_journal_of_receipts_is_named(data):
    (data / "deliveries.jsonl").unlink()

    assert "go out again" in failing(data)["outbox"]


def test_run_that_never_ended_is_named_until_the_next_one(data):
    write(data, timedelta(minutes=-1), state="running")
    begun = failing(data)
    write(data, timedelta(minutes=-2))

    assert "never ended" in begun["last run"]
    assert "last run" not in failing(data)


def test_run_that_goes_on_is_well_but_not_for_ever(tmp_path):
    write(tmp_path, timedelta(hours=1), state="running")
    with publish.writer(tmp_path):
        now = failing(tmp_path)
        later = failing(tmp_path, NOW + timedelta(hours=9))

    assert "last run" not in now
    assert "still goes on" in later["last run"]


def test_run_that_failed_says_why(tmp_path):
    write(tmp_path, timedelta(hours=1), state="failed", error="disk: expected room, got none.")

    assert "expected room, got none" in failing(tmp_path)["last run"]


@pytest.mark.parametrize(("days", "is_ill"), [(0, False), (3, True)])
def test_days_without_the_daily_run_are_ill_where_a_schedule_ran(tmp_path, days, is_ill):
    write(tmp_path, NOW - slot("daily", NOW) + timedelta(days=days) - timedelta(minutes=1), trigger="schedule")

    assert ("daily run" in failing(tmp_path)) == is_ill


def test_lost_slot_of_one_source_is_named(tmp_path):
    found = find_sources(PROJECT.sources, PROJECT.topic, PROJECT.area)
    source = next(each for each in found if isinstance(each, Source))
    weekly, due = dataclasses.replace(source, cadence="weekly"), slot("weekly", NOW)
    lost = []
    for moment in (due - timedelta(hours=1), due + timedelta(hours=1)):
        read = {source.name: SourceRecord("failed"), "b": SourceRecord("read")}
        runlog.append(tmp_path, RunRecord(str(moment), moment.isoformat(), sources=read, trigger="schedule"))
        checks = schedule.runs(Settings(data=tmp_path), [weekly], due + timedelta(hours=7))
        lost += [each.found for each in checks if each.check == "slots"]

    assert len(lost) == 1
    assert source.name in lost[0]


def test_reading_one_source_by_hand_is_no_daily_run(tmp_path):
    write(tmp_path, timedelta(days=3), trigger="schedule")
    write(tmp_path, timedelta(hours=1), asked="a")

    assert "passed without a run" in failing(tmp_path)["daily run"]


def test_two_months_without_any_run_are_ill_whatever_the_cadence(tmp_path):
    write(tmp_path, timedelta(days=59))
    before = failing(tmp_path)
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    write(tmp_path, timedelta(days=61))

    assert "last run" not in before
    assert "61 days ago" in failing(tmp_path)["last run"]


def test_schedule_without_a_server_is_ill(cuadra, tmp_path):
    write(tmp_path, timedelta(hours=1), trigger="schedule")
    result = cuadra(tmp_path, "doctor", "--json", CUADRA_PREFECT_API_URL="http://127.0.0.1:9/api")
    states = {each["check"]: each["state"] for each in json.loads(result.stdout)["checks"]}

    assert result.exit_code == 3
    assert states["server"] == "fails"


def test_lines_that_cannot_be_used_leftovers_and_sizes_are_named(data):
    with (data / "runs.jsonl").open("ab") as file:
        file.write(b"torn\n")
    (data / "working.duckdb").write_bytes(b"left by a kill")
    checks = {each.check: each for each in examine(Settings(data=data), PROJECT, datetime.now(UTC))}

    assert (checks["logs"].state, checks["leftovers"].state) == ("warning", "warning")
    assert "runs.jsonl: 1 lines" in checks["logs"].found
    assert "working.duckdb" in checks["leftovers"].found
    assert "cuadra.duckdb" in checks["growth"].found


def test_settings_that_cannot_be_used_are_named(data, tmp_path):
    (data / "alerts.toml").write_text("routes = = 3", encoding="utf-8")
    waivers = tmp_path / "waivers.toml"
    waivers.write_text("waiver = 3", encoding="utf-8")
    checks = {each.check: each for each in examine(Settings(data=data, waivers=waivers), PROJECT, datetime.now(UTC))}

    assert (checks["channels"].state, checks["waivers"].state) == ("fails", "fails")


def test_check_that_raises_is_one_that_fails_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(examination.machine, "versions", lambda: 1 / 0)
    checks = examine(Settings(data=tmp_path), PROJECT, NOW)

    assert checks[0].state == "fails"
    assert "ZeroDivisionError" in checks[0].found
    assert len(checks) > 5
