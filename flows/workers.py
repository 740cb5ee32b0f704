"""Work on what others wrote, in processes of its own: each task has limits of time and memory, and is killed at them.

The one place of cuadra that starts workers. A worker is used again for the next task; one that broke a limit, crashed
or was left in the middle of its answer is ended, and the next task gets another.
"""

import atexit
import contextlib
import os
import pickle
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cuadra.flows.nursery import END, FORK, NUMBER
from cuadra.sources.places import spill_folder

Value = TypeVar("Value")

_LOOK_SECONDS = 0.05
"""Seconds between two measurements of a worker's memory."""


_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""What keeps libraries from starting threads before the forks."""


class WorkerError(Exception):
    """A task whose process was ended; the text is one clause: what was expected, and got."""


class NoWorkerError(WorkerError):
    """A task for which no process could be made."""


@dataclass(frozen=True)
class Limits:
    """What one task may cost: seconds by the clock, and megabytes beyond what its process has when it begins."""

    seconds: float
    megabytes: int

    @property
    def bytes(self) -> int:
        """The memory in bytes."""
        return self.megabytes * 1_000_000


@dataclass
class Pool:
    """Workers with these modules imported; as many as there are tasks at one time."""

    modules: tuple[str, ...]
    _idle: list["_Worker"] = field(default_factory=list)
    _nursery: "_Nursery | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Begin to import what workers need, and return at once."""
        with self._lock:
            if self._nursery is not None and not self._nursery.is_alive():
                for worker in self._idle:
                    worker.end()
                self._idle.clear()
                self._nursery.close()
                self._nursery = None
            if self._nursery is None:
                self._nursery = _Nursery(self.modules)

    def call(self, limits: Limits, function: Callable[..., Value], *arguments: object) -> Value:
        """What the function returns, called in a worker.

        Raises:
            WorkerError: it took too long or too much memory, or its process crashed.
            Exception: what the function raises; one that cannot be sent is a `RuntimeError` of its words.
        """
        with contextlib.closing(self.stream(limits, function, *arguments)) as items:
            (value,) = items
        return value  # type: ignore[no-any-return] # a function that returns sends one item

    def stream(self, limits: Limits, function: Callable[..., object], *arguments: object) -> Generator[Any, None, None]:
        """The items that a generator yields, called in a worker; closing it early ends the worker.

        Raises:
            WorkerError: as `call` does.
            Exception: as `call` does.
        """
        deadline = time.monotonic() + limits.seconds
        worker = self._take()
        is_whole = False
        try:
            for kind, value in worker.ask(limits, deadline, function, arguments):
                if kind == "item":
                    yield value
                    continue
                is_whole = kind != "memory"
                if kind == "memory":
                    raise WorkerError(_too_much(limits))
                if kind == "error":
                    raise value
        finally:
            if is_whole:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.end()

    def rest(self) -> None:
        """End the workers that have nothing to do, so that the next tasks find things as they are then."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def close(self) -> None:
        """End every worker and what they are made from."""
        self.rest()
        with self._lock:
            nursery, self._nursery = self._nursery, None
        if nursery:
            nursery.close()

    def _take(self) -> "_Worker":
        self.start()
        with self._lock:
            if self._idle:
                return self._idle.pop()
            nursery = self._nursery
        if nursery is None:
            raise NoWorkerError("expected a process of its own, got none: cuadra is ending")
        return nursery.bear()


class _Nursery:
    """The process that workers are forked from."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-P", "-m", "cuadra.flows.nursery", str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libraries complain there of what is reported in one line
                pass_fds=[theirs.fileno()],
                env={name: value for name, value in os.environ.items() if not _is_secret(name)} | _ONE_THREAD,
                start_new_session=True,  # Ctrl-C is for the process that asked
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def bear(self) -> "_Worker":
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                with self._lock:
                    socket.send_fds(self._control, [FORK + NUMBER.pack(0)], [theirs.fileno()])
                    number = self._answer()
            except OSError as error:
                ours.close()
                raise NoWorkerError(
                    f"expected a process of its own, got {error.strerror or error}. Are memory and processes free?"
                ) from error
        if number <= 0:
            ours.close()
            raise NoWorkerError(
                f"expected a process of its own, got {os.strerror(-number)!r}. Free memory or processes"
            )
        return _Worker(self, number, ours)

    def end(self, worker: int) -> int:
        """How the worker ended; minus one where the nursery ended before."""
        try:
            with self._lock:
                self._control.sendall(END + NUMBER.pack(worker))
                return self._answer()
        except OSError:
            return -1

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self) -> int:
        data = b""
        while len(data) < NUMBER.size:
            chunk = self._control.recv(NUMBER.size - len(data))
            if not chunk:
                raise OSError(f"the end of the process that makes them (code {self._process.poll()})")
            data += chunk
        return int(NUMBER.unpack(data)[0])


@dataclass
class _Worker:
    """One process, and the socket to it."""

    nursery: _Nursery
    number: int
    socket: socket.socket

    def ask(
        self, limits: Limits, deadline: float, function: Callable[..., object], arguments: tuple[object, ...]
    ) -> Iterator[tuple[str, Any]]:
        """The messages that the task sends, until the one that ends it."""
        request = pickle.dumps((function, arguments, limits.seconds, limits.bytes))
        before = self._resident()
        self.socket.settimeout(limits.seconds)
        try:
            self.socket.sendall(NUMBER.pack(len(request)) + request)
            kind = "item"
            while kind == "item":
                size = NUMBER.unpack(self._exactly(NUMBER.size, deadline, limits, before))[0]
                if size > limits.bytes:
                    raise WorkerError(_too_much(limits))
                data = self._exactly(size, deadline, limits, before)
                kind, value = pickle.loads(data)  # noqa: S301 - from our own worker
                del data
                yield kind, value
        except (ConnectionError, EOFError) as error:
            raise WorkerError(self._how_it_ended(limits)) from error

    def end(self) -> int:
        """Kill the process, and say how it ended."""
        self.socket.close()
        status = self.nursery.end(self.number)
        shutil.rmtree(spill_folder(self.number), ignore_errors=True)
        return status

    def _exactly(self, size: int, deadline: float, limits: Limits, before: int) -> bytearray:
        data = bytearray()
        looked = time.monotonic()
        self.socket.settimeout(_LOOK_SECONDS)
        while len(data) < size:
            chunk: bytes | None = None
            with contextlib.suppress(TimeoutError):
                chunk = self.socket.recv(min(size - len(data), 1 << 20))
            now = time.monotonic()
            if now > deadline:
                raise WorkerError(f"expected an answer within {limits.seconds:g} s, got none")
            if now - looked > _LOOK_SECONDS / 2:
                looked = now
                if self._resident() - before > limits.bytes:
                    raise WorkerError(_too_much(limits))
            if chunk is not None:
                if not chunk:
                    raise EOFError
                data += chunk
        return data

    def _resident(self) -> int:
        """Bytes of memory that the process holds; zero where the system does not say."""
        try:
            with open(f"/proc/{self.number}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * resource.getpagesize()
        except (OSError, IndexError, ValueError):
            return 0

    def _how_it_ended(self, limits: Limits) -> str:
        status = self.nursery.end(self.number)
        if status >= 0 and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number in {signal.SIGABRT, signal.SIGKILL}:  # libraries abort where they get no memory
                return f"expected at most {limits.megabytes:,} MB of memory and no crash, got {_signal(number)}"
            if number == signal.SIGXCPU:
                return f"expected an answer within {limits.seconds:g} s, got none"
            return f"expected no crash, got {_signal(number)}"
        return "expected an answer, got the end of its process"


def _is_secret(name: str) -> bool:
    return name.startswith(("CUADRA_CHANNEL_", "CUADRA_HEARTBEAT", "CUADRA_PREFECT", "PREFECT_"))


def _signal(number: int) -> str:
    return f"its process ended by {signal.Signals(number).name}"


def _too_much(limits: Limits) -> str:
    return f"expected at most {limits.megabytes:,} MB of memory, got more"


READERS = Pool(("cuadra.flows.parsing",))
"""Workers that read sources and articles."""

ASKED = Pool(("cuadra.flows.questions",))
"""Workers that answer SQL from anyone."""


EXPLAINERS = Pool(("cuadra.checks.explain.many",))
"""Workers that explain groups of figures."""


@atexit.register
def _close() -> None:
    EXPLAINERS.close()
    READERS.close()
    ASKED.close()
