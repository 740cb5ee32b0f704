"""The process in which workers are born: it imports what they need once, alone, and forks one when it is asked.

Started by `cuadra.flows.workers` as ``python -m cuadra.flows.nursery DESCRIPTOR MODULE …``. A fork of a process with
one thread is safe and takes milliseconds; the process of a run has many threads and must not be forked.
It ends, and every worker with it, when the process that asked ends, however that ends.
"""

import contextlib
import ctypes
import gc
import importlib
import inspect
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from typing import Any

FORK, END = b"F", b"E"
NUMBER = struct.Struct("!q")
_SPARE_ADDRESSES, _SPARE_DATA = 4_000_000_000, 128_000_000
"""Bytes beside the limit that libraries reserve without using; what is used is watched from outside."""


def main() -> None:
    """Fork and end workers as asked, until nobody is there to ask."""
    control = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.freeze()
    gc.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    alive: set[int] = set()
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1 + NUMBER.size, 1)
        if len(order) < 1 + NUMBER.size:
            break
        if order[:1] == FORK:
            answer = _fork(control, descriptors[0])
            alive |= {answer} if answer > 0 else set()
        else:
            (worker,) = NUMBER.unpack(order[1:])
            answer = _end(worker) if worker in alive else 0
            alive.discard(worker)
        control.sendall(NUMBER.pack(answer))
    for worker in alive:
        _end(worker)
    os._exit(0)  # who asked waits for the end, and what is imported has nothing to put away


def _fork(control: socket.socket, descriptor: int) -> int:
    """The number of the new process, or the number of the error, below zero."""
    try:
        worker = os.fork()
    except OSError as error:
        os.close(descriptor)
        return -(error.errno or 1)
    if worker:
        os.close(descriptor)
        return worker
    control.close()
    _die_with_parent()
    status = 1
    try:
        with socket.socket(fileno=descriptor) as asked:
            serve(asked)
        status = 0
    finally:
        os._exit(status)  # what the nursery would do at its end is not for a worker to do


def _end(worker: int) -> int:
    """How the worker ended, as `os.waitpid` says; one that still runs is killed."""
    with contextlib.suppress(ProcessLookupError):
        found, status = os.waitpid(worker, os.WNOHANG)
        if found:
            return status
        os.kill(worker, signal.SIGKILL)
    return os.waitpid(worker, 0)[1]


def _die_with_parent() -> None:
    """End this process when the nursery does; where the system cannot, the limit of processor time must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def serve(asked: socket.socket) -> None:
    """Do what is asked, one task after another, and send back what each yields.

    A task comes as pickle: a function, its arguments, and its limits in seconds and bytes. What goes back is
    ``("item", value)`` for its value or for each that it yields, then ``("end", None)`` or ``("error", exception)``.
    """
    while (request := receive(asked)) is not None:
        function, arguments, seconds, most = pickle.loads(request)  # noqa: S301 - from the process that started us
        _limit(seconds, most)
        try:
            found = function(*arguments)
            for value in found if inspect.isgenerator(found) else (found,):
                _send(asked, ("item", value))
            found = value = None
            _send(asked, ("end", None))
        except MemoryError:
            found = value = None
            _send(asked, ("memory", None))
            return
        except Exception as error:
            _send(asked, ("error", _bare(error)))


def called(module: str, function: str, *arguments: object) -> object:
    """What a function of this module returns: a task for who asks for it without importing the module itself."""
    return getattr(importlib.import_module(module), function)(*arguments)


def _limit(seconds: float, most: int) -> None:
    """Let this process have so much more memory than it has now, and so much more processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    cores = os.cpu_count() or 1
    soft = int(spent + seconds * cores) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            size, _, _, _, _, data, _ = (int(pages) * resource.getpagesize() for pages in file.read().split())
        resource.setrlimit(resource.RLIMIT_AS, (size + most + _SPARE_ADDRESSES, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_DATA, (data + most + _SPARE_DATA, resource.RLIM_INFINITY))


def _bare(error: Exception) -> Exception:
    """The error as it can be sent: itself without what caused it, or its kind and words."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301 - made here
            return error
    except Exception:  # noqa: S110 - many errors need more than their words to be made again
        pass
    return RuntimeError(f"{type(error).__name__}: {str(error)[:1000]}")


def _send(asked: socket.socket, message: tuple[str, Any]) -> None:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    asked.sendall(NUMBER.pack(len(data)))
    asked.sendall(data)


def receive(asked: socket.socket) -> bytes | None:
    """The bytes of one message, or nothing where the other side is gone."""
    size = _exactly(asked, NUMBER.size)
    return _exactly(asked, NUMBER.unpack(size)[0]) if size else None


def _exactly(asked: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        chunk = asked.recv(min(size - len(data), 1 << 20))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


if __name__ == "__main__":
    main()
