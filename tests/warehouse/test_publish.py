import multiprocessing
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from cuadra.warehouse.publish import BusyError, PublishError, content, history, publish, rollback, wal, writer
from tests.warehouse.loading import load, made
from tests.warehouse.publishing import run

STEPS = [
    "prepare",
    "migrate",
    "load",
    "record",
    "checkpoint",
    "check",
    "sync file",
    "keep",
    "replace",
    "sync folder",
]
TOP = Path(__file__).parents[2]


def said(path):
    with duckdb.connect(str(path), read_only=True) as con:
        return {row[0] for row in con.execute("SELECT says FROM figure").fetchall()}


def start(folder, number, die_at=""):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.warehouse.publishing", str(folder), str(number), die_at], cwd=TOP
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.slow
def test_publication_survives_a_kill_at_every_step(tmp_path, step):
    run(tmp_path, 1)
    killed = start(tmp_path, 2, step)

    assert killed.wait(30) == -9
    assert said(tmp_path / "cuadra.duckdb") == ({"2"} if step == "sync folder" else {"1"})
    run(tmp_path, 3)
    assert said(tmp_path / "cuadra.duckdb") == {"3"}
    assert not wal(tmp_path / "cuadra.duckdb").exists()


@pytest.mark.slow
def test_publication_survives_kills_at_random_moments(tmp_path):
    chance = random.Random(20261124)
    run(tmp_path, 0)
    last = {"0"}
    for number in range(1, 9):
        process = start(tmp_path, number)
        time.sleep(chance.uniform(0.3, 1.6))
        process.kill()
        process.wait(30)
        now = said(tmp_path / "cuadra.duckdb")

        assert now in (last, {str(number)})
        last = now
    run(tmp_path, 99)

    assert said(tmp_path / "cuadra.duckdb") == {"99"}


def reader(path, seconds, results):
    failures, seen = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            numbers = said(path)
        except duckdb.Error as error:
            failures.append(str(error))
            continue
        seen += 1
        if len(numbers) != 1:
            failures.append(f"mixed: {numbers}")
    results.put((seen, failures))


@pytest.mark.slow
def test_readers_are_never_blocked_and_never_see_half(tmp_path):
    run(tmp_path, 0)
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    readers = [spawn.Process(target=reader, args=(tmp_path / "cuadra.duckdb", 6.0, results)) for _ in range(4)]
    for each in readers:
        each.start()
    for number in range(1, 21):
        run(tmp_path, number)
    found = [results.get(timeout=30) for _ in readers]
    for each in readers:
        each.join(30)

    assert [failures for _, failures in found] == [[], [], [], []]
    assert all(seen > 0 for seen, _ in found)


def test_second_writer_is_told_who_writes(tmp_path):
    with writer(tmp_path), pytest.raises(BusyError, match=f"process {os.getpid()}"), writer(tmp_path):
        pass


def test_open_database_is_not_published(tmp_path):
    run(tmp_path, 1)
    working = tmp_path / "working.duckdb"
    working.write_bytes((tmp_path / "cuadra.duckdb").read_bytes())
    wal(working).write_bytes(b"x")
    with pytest.raises(PublishError, match="expected a closed database"):
        publish(working, tmp_path / "cuadra.duckdb")

    assert said(tmp_path / "cuadra.duckdb") == {"1"}


def test_earlier_publications_are_kept_and_can_be_put_back(tmp_path):
    published = tmp_path / "cuadra.duckdb"
    for number in range(1, 7):
        run(tmp_path, number)
    names = [row["publication"] for row in history(published)]
    kept = [row["is_kept"] for row in history(published)]

    assert len(names) == 6
    assert kept == [True] * 4 + [False] * 2
    assert rollback(published) == names[1]
    assert said(published) == {"5"}
    assert rollback(published, names[3]) == names[3]
    assert said(published) == {"3"}
    with pytest.raises(PublishError, match="expected one of"):
        rollback(published, names[5])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_keeps_its_publication(tmp_path):
    run(tmp_path, 1)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OSError, match="denied"):
            run(tmp_path, 2)
    finally:
        tmp_path.chmod(0o700)

    assert said(tmp_path / "cuadra.duckdb") == {"1"}


def test_content_is_the_same_in_whichever_order_sources_were_loaded(tmp_path):
    # Two rows in quarantine are alike: neither cancels the other.
    left_out = pd.DataFrame([{"source": "one", "locator": "¶1", "reason": "code", "raw": "{}", "message": "m"}] * 2)

    def loaded(*sources, rows=left_out):
        with made(tmp_path / f"{len(rows)}{'_'.join(sources)}.duckdb") as con:
            for source in sources:
                load(con, {"sex": "F", "value": 5}, {"sex": "M", "value": 5}, source=source,
                     quarantined=rows if source == "one" else None)  # fmt: skip
            return content(con)

    usual = loaded("one", "two", "three")
    assert loaded("three", "one", "two") == loaded("two", "three", "one") == usual
    assert loaded("one", "two", "three", rows=left_out[:0]) != usual
