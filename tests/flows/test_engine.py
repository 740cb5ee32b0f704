import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.verdicts.confront import confront
from cuadra.flows import bins, engine
from cuadra.flows.bin_task import Task, work
from cuadra.flows.engine import EngineError
from cuadra.flows.explaining import explain_all
from cuadra.flows.ground import engine_hash
from tests.checks.figures import TOPIC, figure, frame
from tests.flows.test_bins import RULES, figures, unlike

DASK = """
import sys
from distributed.cli import dask_{0}
dask_{0}.main(sys.argv[1:])
"""


def free_port():
    with contextlib.closing(socket.socket()) as each:
        each.bind(("127.0.0.1", 0))
        return each.getsockname()[1]


@contextlib.contextmanager
def started(kind, *arguments):
    """A scheduler or a worker of Dask as a process of its own, ended at the end."""
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    process = subprocess.Popen(
        [sys.executable, "-c", DASK.format(kind), *map(str, arguments)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def cluster(tmp_path, workers=2):
    """The address of a Dask scheduler on this machine, and its workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        here = ("--host", "127.0.0.1")
        stack.enter_context(started("scheduler", *here, "--port", port, "--no-dashboard"))
        made = [
            stack.enter_context(
                started(
                    "worker", address, *here, "--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory",
                    tmp_path / f"worker{number}",
                )
            )
            for number in range(workers)
        ]  # fmt: skip
        yield address, made


def same_as_whole(con, found):
    whole = confront(con, TOPIC, RULES, "figures")
    return unlike(con, found, whole) == {} and found.explained == explain_all(whole)


def checked(con, folder, engine_name, given=None, **options):
    con.register("figures", figures() if given is None else given)
    return bins.confronted(
        con, TOPIC, RULES, "figures", folder=str(folder), engine_name=engine_name, **({"bin_figures": 20} | options)
    )


def one_task(folder, **changed):
    return Task(
        **{
            "bin": 0, "name": "n", "folder": str(folder), "figures": "f", "around": "a", "topic": TOPIC,
            "rules": (), "engine": engine_hash(), "limits": {}, "is_alone": True, "withholds": False,
        } | changed
    )  # fmt: skip


def die_once(path):
    """Be killed as a lack of memory kills, the first time."""
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return str(path)


def die(path):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_processes_find_what_one_process_does(tmp_path):
    with duckdb.connect() as con:
        found = checked(con, tmp_path, "processes", limits={"threads": "1"})

        assert found.checked == found.bins > 2
        assert same_as_whole(con, found)


@pytest.mark.slow
def test_cluster_finds_what_one_process_does_with_a_worker_killed_in_the_middle(tmp_path):
    with cluster(tmp_path) as (address, workers), duckdb.connect() as con:
        killer = threading.Thread(target=lambda: (wait_for_one(tmp_path), workers[0].kill()))
        killer.start()
        found = checked(con, tmp_path / "bins", address)
        killer.join()

        assert workers[0].wait(5) == -signal.SIGKILL
        assert found.checked == found.bins > 2
        assert same_as_whole(con, found)


@pytest.mark.slow
def test_lost_process_costs_its_task_only(tmp_path):
    made = list(engine.done("processes", die_once, [tmp_path / "one", tmp_path / "two", tmp_path / "three"]))

    assert sorted(made) == [str(tmp_path / name) for name in ("one", "three", "two")]


@pytest.mark.slow
def test_task_that_ends_every_process_is_one_line():
    with pytest.raises(EngineError, match=r"engine processes: expected processes that stay .* CUADRA_BIN_FIGURES"):
        list(engine.done("processes", die, [1]))


@pytest.mark.slow
def test_cluster_without_workers_is_one_line(tmp_path):
    with cluster(tmp_path, workers=1) as (address, workers), duckdb.connect() as con:
        workers[0].kill()
        with pytest.raises(EngineError, match=r"expected workers, got none"):
            checked(con, tmp_path / "bins", address)


@pytest.mark.slow
def test_scheduler_that_is_lost_is_one_line(tmp_path):
    with contextlib.ExitStack() as scheduler, duckdb.connect() as con:
        address, _ = scheduler.enter_context(cluster(tmp_path))
        killer = threading.Thread(target=lambda: (wait_for_one(tmp_path), scheduler.close()))
        killer.start()
        with pytest.raises(EngineError, match=r"engine tcp://.*: expected "):
            checked(con, tmp_path / "bins", address)
        killer.join()


def wait_for_one(tmp_path):
    """Until one bin is done."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list((tmp_path / "bins").glob("*.json")):
        time.sleep(0.05)


@pytest.mark.slow
def test_address_that_nobody_answers_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "WAIT_SECONDS", 1.0)
    with duckdb.connect() as con, pytest.raises(EngineError, match=r"expected a Dask scheduler that answers"):
        checked(con, tmp_path, f"tcp://127.0.0.1:{free_port()}")


def test_worker_of_another_cuadra_is_one_line(tmp_path):
    with pytest.raises(EngineError, match=r"bin 0 on .*: expected a worker with cuadra another, got "):
        work(one_task(tmp_path, engine="another"))


def test_folder_that_a_worker_cannot_read_is_one_line(tmp_path):
    with pytest.raises(EngineError, match=r"bin 0 on .*: expected to read and write in .*, got "):
        work(one_task(tmp_path / "none"))


def test_folder_that_a_worker_cannot_write_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with duckdb.connect() as con:
        con.register("given", figures(count=0).iloc[:1])
        for name in ("f", "a"):
            (tmp_path / name).mkdir()
            con.execute(f"COPY (FROM given) TO '{tmp_path}/{name}/one.parquet' (FORMAT parquet)")

    with pytest.raises(EngineError, match=r"bin 0 on .*: expected to read and write in .*, got .*file"):
        work(one_task(tmp_path, name="file/n", around="a/one.parquet"))


def test_folder_of_bins_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with (
        duckdb.connect() as con,
        pytest.raises(EngineError, match=r"folder of bins, .*: expected one that can be writ"),
    ):
        checked(con, tmp_path / "file" / "bins", None)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "said"), [
    (None, "folder of bins, "), ("tcp://127.0.0.1:1", "engine tcp://127.0.0.1:1: expected a Dask scheduler"),
])  # fmt: skip
def test_run_whose_engine_fails_leaves_the_last_publication(cuadra, data, monkeypatch, name, said):
    monkeypatch.setattr(engine, "WAIT_SECONDS", 1.0)
    before = (data / "cuadra.duckdb").read_bytes()
    folder = data / "other" if name else data / "cuadra.duckdb" / "bins"

    result = cuadra(data, "run", CUADRA_CHECKED=str(folder), CUADRA_ENGINE=name)

    assert result.exit_code == 3
    assert said in result.stderr.splitlines()[-1]
    assert (data / "cuadra.duckdb").read_bytes() == before
    assert cuadra(data, "sql", "SELECT count(*) FROM figure").exit_code == 0
    assert not list(folder.glob("figures-*"))


@pytest.mark.slow
def test_bin_that_does_not_fit_in_memory_is_one_line(tmp_path):
    rows = frame([figure(1, register=f"R{n}", locator=f"¶{n}") for n in range(20_000)])
    limits = {"memory_limit": "10MB", "max_temp_directory_size": "0MB"}
    with duckdb.connect() as con, pytest.raises(EngineError, match=r"expected a bin that fits in memory, got "):
        checked(con, tmp_path, None, rows, bin_figures=10**6, limits=limits)
