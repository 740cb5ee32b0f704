"""What a run does when it is asked to stop: one line, what was published is whole, and nothing is left running."""

import contextlib
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import duckdb

from cuadra.flows import runlog
from cuadra.flows.commands.options import FAILED
from cuadra.flows.runlog import RunRecord
from cuadra.flows.settings import Settings

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PARENT = "CUADRA_SERVED_BY"
"""The process whose end ends the runs that it started; set by `cuadra serve`."""
SHORTAGES = {
    errno.ENOMEM: "too little memory",
    errno.EAGAIN: "no more processes or threads",
    errno.EMFILE: "too many open files",
    errno.ENFILE: "too many open files",
}
THREADS = ("new thread", os.strerror(errno.EAGAIN))
"""What Python and libraries in C++ say where the system starts no more threads."""
SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"
"""A terminal may be showing a spinner, which hides the cursor."""


class ShortageError(Exception):
    """The machine ran out of something; the line says what, and what became of the run."""


@contextlib.contextmanager
def interruptible(settings: Settings, record: RunRecord | None = None) -> Iterator[None]:
    """Within the block, SIGTERM and SIGINT end the process at once with one line and exit code 3.

    Prefect would wait for every thread that fetches. Correctness does not depend on it: a run builds aside, and
    a kill at any moment loses nothing. With a record, its end is noted beside the publication. Signals reach the
    main thread only; elsewhere nothing is changed.

    Raises:
        ShortageError: the machine has no more memory, threads or open files for the run.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _identity(settings.publication)

    def end(number: int, _frame: FrameType | None) -> None:
        is_published = _identity(settings.publication) != before
        line = said(signal.Signals(number).name, is_published=is_published)
        if record is not None and record.state == "running":
            record.state, record.error = "failed", line
            record.ended_at, record.exit_code = datetime.now(UTC).isoformat(), FAILED
            with contextlib.suppress(OSError):
                runlog.append(settings.data, record)
        if sys.stderr.isatty():
            os.write(2, SHOW_CURSOR)
        with contextlib.suppress(OSError):
            os.write(2, f"{line}\n".encode())
        os._exit(FAILED)

    earlier = {number: signal.signal(number, end) for number in SIGNALS}
    try:
        yield
    except Exception as error:
        if cause := shortage(error):
            raise ShortageError(said(cause, is_published=_identity(settings.publication) != before)) from error
        raise
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def said(cause: str, *, is_published: bool) -> str:
    """The line of a run that was cut off."""
    if is_published:
        return (
            f"run: expected to go on to its end, got {cause}. What it found is published; "
            "messages that still wait go out with the next run."
        )
    return f"run: expected to go on to its end, got {cause}. Nothing was published. Run it again."


def shortage(error: BaseException | None) -> str | None:
    """What the machine ran out of, where that is behind an error; null where it is something else."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        first = (str(error).splitlines() or [""])[0]
        if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
            return f"too little memory ({first or 'no more could be had'})"
        if isinstance(error, RuntimeError) and any(sign in first for sign in THREADS):
            return f"no more threads ({first})"
        if isinstance(error, OSError) and error.errno in SHORTAGES:
            return f"{SHORTAGES[error.errno]} ({error.strerror})"
        error = error.__cause__ or error.__context__
    return None


def end_with_server() -> None:
    """End this process with SIGTERM soon after `cuadra serve` ends, if that started it: nothing takes its records."""
    parent = int(os.environ.get(PARENT) or os.getpid())
    if parent == os.getpid():
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(FAILED)

    threading.Thread(target=watch, daemon=True).start()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
