import math
import operator
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from cuadra.flows.workers import Limits, Pool, WorkerError
from cuadra.sources.fetch import fetch
from cuadra.sources.source import SourceError

LIMITS = Limits(seconds=5, megabytes=200)


@pytest.fixture(scope="module")
def pool():
    pool = Pool(("cuadra.flows.questions",))
    yield pool
    pool.close()


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except OSError:
        return False


def gone(process, seconds=5):
    end = time.monotonic() + seconds
    while is_alive(process) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(process)


def test_worker_is_used_again(pool):
    first = pool.call(LIMITS, os.getpid)

    assert first != os.getpid()
    assert pool.call(LIMITS, os.getpid) == first


def test_tasks_side_by_side_have_a_worker_each(pool):
    found = []
    threads = [threading.Thread(target=lambda: found.append(pool.call(LIMITS, time.sleep, 0.3))) for _ in range(4)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [None] * 4
    assert time.monotonic() - start < 1.1


def test_error_comes_back_as_it_was_raised(pool):
    with pytest.raises(ValueError, match="math domain error"):
        pool.call(LIMITS, math.sqrt, -1)
    with pytest.raises(SourceError, match="expected a file, got none"):
        pool.call(LIMITS, partial(fetch, now=None), Path("/nowhere/figures.csv"), Path("/nowhere"))


def test_task_beyond_its_seconds_is_killed(pool):
    worker = pool.call(LIMITS, os.getpid)
    start = time.monotonic()
    with pytest.raises(WorkerError, match=r"expected an answer within 0\.3 s, got none"):
        pool.call(Limits(0.3, 200), time.sleep, 60)

    assert time.monotonic() - start < 2
    assert gone(worker)


def test_task_beyond_its_memory_is_ended(pool):
    with pytest.raises(WorkerError, match="expected at most 100 MB of memory"):
        pool.call(Limits(5, 100), operator.mul, b"x" * 1000, 1_000_000)

    assert pool.call(LIMITS, len, b"x" * 1000) == 1000


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_crash_is_named_and_the_next_task_goes_on(pool, number):
    with pytest.raises(WorkerError, match=number.name):
        pool.call(LIMITS, signal.raise_signal, number)

    assert pool.call(LIMITS, abs, -1) == 1


def test_worker_that_leaves_by_itself_is_an_error(pool):
    with pytest.raises(WorkerError, match="the end of its process"):
        pool.call(LIMITS, os._exit, 0)


def test_answer_left_in_the_middle_ends_its_worker(pool):
    worker = pool.call(LIMITS, os.getpid)
    items = pool.stream(LIMITS, os.walk, "/")
    assert next(items)[0] == "/"
    items.close()

    assert gone(worker)
    assert pool.call(LIMITS, abs, -1) == 1


def test_secrets_are_not_in_the_environment_of_workers(monkeypatch):
    monkeypatch.setenv("CUADRA_CHANNEL_DESK", "json://hush")
    monkeypatch.setenv("CUADRA_HEARTBEAT_URL", "https://hush")
    own = Pool(())
    try:
        assert own.call(LIMITS, os.getenv, "CUADRA_CHANNEL_DESK") is None
        assert own.call(LIMITS, os.getenv, "CUADRA_HEARTBEAT_URL") is None
    finally:
        own.close()


def test_workers_end_with_the_process_that_was_killed():
    script = textwrap.dedent("""
        import os, threading, time
        from cuadra.flows.workers import Limits, Pool
        pool = Pool(())
        print(pool.call(Limits(5, 200), os.getpid), pool.call(Limits(5, 200), os.getppid), flush=True)
        pool.call(Limits(60, 200), time.sleep, 60)
    """)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        worker, nursery = map(int, process.stdout.readline().split())
        time.sleep(0.2)
        process.kill()

        assert gone(nursery)
        assert gone(worker)


def test_pool_whose_nursery_was_killed_makes_another(pool):
    nursery = pool.call(LIMITS, os.getppid)
    os.kill(nursery, signal.SIGKILL)
    assert gone(nursery)
    time.sleep(0.1)

    assert pool.call(LIMITS, abs, -1) == 1
