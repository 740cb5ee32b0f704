import errno
import os
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from cuadra.flows import runlog
from cuadra.flows.interruption import ShortageError, interruptible, shortage
from cuadra.flows.settings import Settings
from tests.flows.test_chaos import ROOT, state

pytestmark = pytest.mark.slow


def start(prefect_server, data, *, before="pass"):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"CUADRA_DATA": str(data), "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
    environment.pop("CUADRA_PREFECT_API_URL", None)
    if prefect_server:
        environment["CUADRA_PREFECT_API_URL"] = prefect_server.api_url
    program = f"{before}; import sys; sys.argv[1:] = ['run']; from cuadra.flows.commands.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment, cwd=data.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "word", "is_published"),
    [
        (signal.SIGTERM, " fetch ", False), (signal.SIGINT, " check ", False), (signal.SIGTERM, " load ", False),
        (signal.SIGTERM, " cuadra: ", True),
    ],
)  # fmt: skip
def test_run_that_is_told_to_stop_ends_at_once_with_one_line(prefect_server, tmp_path, number, word, is_published):
    data = tmp_path / "data"
    with start(prefect_server, data) as process:
        for line in process.stderr:
            if word in line:
                break
        process.send_signal(number)
        told = time.monotonic()
        rest = process.stderr.read()
        code = process.wait(20)
        seconds = time.monotonic() - told
    (entry,) = runlog.read(data)

    assert code == 3
    assert seconds < 5
    assert "Traceback" not in rest
    assert number.name in rest.splitlines()[-1]
    assert ("Nothing was published" in rest) != is_published
    assert (state(data) is None) != is_published
    if not is_published:  # afterwards there is little left to do, and it may be done
        assert entry["state"] == "failed"
        assert number.name in entry["error"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "too little memory"),
        (duckdb.OutOfMemoryException("Out of Memory Error: 10 MB of 10 MB used"), "10 MB of 10 MB"),
        (RuntimeError("can't start new thread"), "no more threads"),
        (RuntimeError("Resource temporarily unavailable"), "no more threads"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "too many open files"),
        (BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)), "no more processes"),
    ],
)
def test_shortage_of_the_machine_is_one_line_that_says_what_became_of_the_run(tmp_path, error, words):
    settings = Settings(data=tmp_path)

    def run(*, is_published):
        with interruptible(settings):
            if is_published:
                settings.publication.write_bytes(b"new")
            try:
                raise error
            except type(error) as inner:
                raise ValueError("what a library makes of it") from inner

    with pytest.raises(ShortageError, match="Nothing was published") as raised:
        run(is_published=False)
    with pytest.raises(ShortageError, match="is published"):
        run(is_published=True)

    assert words in str(raised.value)
    assert str(raised.value).count("\n") == 0


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(ValueError, match="other"), interruptible(Settings(data=tmp_path)):
        raise ValueError("other")

    assert shortage(None) is None


def figures(data):
    """The figures of each source that a publication has any of: one that had too little memory to be read has none."""
    with duckdb.connect(str(data / "cuadra.duckdb"), read_only=True) as con:
        return dict(con.sql("SELECT source, bit_xor(hash(observation_id)) FROM figure GROUP BY source").fetchall())


@pytest.mark.parametrize("megabytes", [1200, 1500])
def test_run_with_too_little_memory_says_so_and_publishes_nothing_half(prefect_server, first_run, tmp_path, megabytes):
    data = tmp_path / "data"
    shutil.copytree(prefect_server.home, data / "prefect")
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes * 2**20},) * 2)"
    with start(None, data, before=limit) as process:
        said = process.stderr.read()
        code = process.wait(60)

    assert state(data) is None or figures(data).items() <= figures(first_run["folder"]).items()
    assert "Traceback" not in said
    # Libraries in C abort without a word, or fall; the linker ends with 127.
    assert code in (0, 1, 3, -signal.SIGABRT, -signal.SIGSEGV, 127), said
    if code == 3 and state(data) is None:
        assert "Nothing was published" in said.splitlines()[-1]
