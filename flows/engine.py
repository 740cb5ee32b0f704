"""Which engine does the tasks of a check: this process, a pool of processes, or a Dask cluster.

No other file knows an engine. A task is a function that can be imported and one argument that can be sent; what it
returns is small, since figures and findings go by files.
"""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from multiprocessing.connection import wait as wait_for
from typing import Any, TypeVar

PROCESSES = "processes"
CLUSTER = "tcp://"

TRIES = 3
"""So often a task is given to a worker before a run gives up."""

WAIT_SECONDS = 15.0
"""So long a cluster may not answer, or have no worker."""

_LOOK_SECONDS = 1.0
"""So often a cluster is asked whether it is still there."""

Given = TypeVar("Given")
Made = TypeVar("Made")


class EngineError(Exception):
    """An engine that is not there, was lost, or could not do a task; the message is one line."""


def workers(engine: str | None) -> int:
    """How many tasks are done side by side on this machine."""
    return (os.cpu_count() or 1) if engine == PROCESSES else 1


def done(engine: str | None, task: Callable[[Given], Made], tasks: Sequence[Given]) -> Iterator[Made]:
    """What the task makes of each of these, in the order in which they are done; a lost worker costs its task only.

    Args:
        engine: none for this process, `PROCESSES`, or the address of a Dask scheduler.
        task: a function of a module of cuadra.
        tasks: what it is called with.

    Raises:
        EngineError: the engine does not answer, is lost, or a task ended its worker again and again.
        Exception: what the task raises.
    """
    if not tasks:
        return iter(())
    if engine is None:
        return map(task, tasks)
    if engine == PROCESSES:
        return _in_processes(task, tasks)
    return _on_cluster(engine, task, tasks)


class _Process:
    """A process that does tasks, one after another."""

    def __init__(self) -> None:
        # Never a fork of this process: it has threads, and DuckDB's do not survive one.
        context = multiprocessing.get_context("spawn")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_do, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """End it, whatever it does."""
        self.ours.close()
        self.process.kill()
        self.process.join()


def _do(theirs: Any) -> None:
    """Do what comes through the pipe until it is closed."""
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            task, given = theirs.recv()
            try:
                answer = True, task(given)
            except Exception as error:  # whoever asked raises it again
                answer = False, error
            theirs.send(answer)


def _in_processes(task: Callable[[Given], Made], tasks: Sequence[Given]) -> Iterator[Made]:
    """The same on processes of this machine.

    A pool of the standard library loses all its tasks with one worker, and may wait for ever for one that is killed.
    """
    left = [(each, 1) for each in tasks]
    busy: dict[Any, tuple[_Process, Given, int]] = {}
    idle = [_Process() for _ in range(min(workers(PROCESSES), len(left)))]
    try:
        while left or busy:
            while left and idle:
                each, (given, tries) = idle.pop(), left.pop(0)
                busy[each.ours] = each, given, tries
                with contextlib.suppress(OSError):  # lost already, as will be seen
                    each.ours.send((task, given))
            for ready in wait_for([*busy]):
                each, given, tries = busy.pop(ready)
                try:
                    is_made, made = each.ours.recv()
                except (EOFError, OSError):
                    each.end()
                    if tries == TRIES:
                        raise EngineError(
                            f"engine {PROCESSES}: expected processes that stay until their bin is checked, got {TRIES} "
                            "times one that was ended. Give the machine more memory, or set CUADRA_BIN_FIGURES to "
                            "fewer figures."
                        ) from None
                    left.append((given, tries + 1))
                    idle.append(_Process())
                    continue
                idle.append(each)
                if not is_made:
                    raise made
                yield made
    finally:
        for each in (*idle, *(each for each, _, _ in busy.values())):
            each.end()


def _on_cluster(address: str, task: Callable[[Given], Made], tasks: Sequence[Given]) -> Iterator[Made]:
    try:
        from distributed import Client  # an extra, that few have
    except ImportError as error:
        raise EngineError(
            f"engine {address}: expected the package distributed, got none. Install it: pip install 'cuadra[dask]'."
        ) from error
    try:
        client: Any = Client(address, timeout=WAIT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise EngineError(
            f"engine {address}: expected a Dask scheduler that answers within {WAIT_SECONDS:.0f} seconds, got none. "
            "Start `dask scheduler`, or leave CUADRA_ENGINE unset."
        ) from error
    executor = client.get_executor(retries=TRIES - 1, pure=False)
    try:
        left = {executor.submit(task, each) for each in tasks}
        alone = 0.0
        while left:
            ended, left = wait(left, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                yield _result(address, future)
            alone = 0.0 if ended or _has_workers(address, client) else alone + _LOOK_SECONDS
            if alone >= WAIT_SECONDS:
                raise EngineError(
                    f"engine {address}: expected workers, got none for {WAIT_SECONDS:.0f} seconds. Start "
                    f"`dask worker {address} --nthreads 1` where cuadra is installed, then run it again."
                )
    finally:
        executor.shutdown(wait=False)  # nobody waits for what is lost
        with contextlib.suppress(OSError, TimeoutError):
            client.close(timeout=2)


def _has_workers(address: str, client: Any) -> bool:
    """Whether a cluster has workers.

    Raises:
        EngineError: it is no longer there.
    """
    try:
        if client.status == "running":
            return bool(client.scheduler_info()["workers"])
    except (OSError, KeyError):
        pass
    raise EngineError(
        f"engine {address}: expected a Dask scheduler until all is checked, got none any more. "
        "Start it and run it again; bins that are done are not checked again."
    )


def _result(address: str, future: Future[Made]) -> Made:
    try:
        return future.result()
    except EngineError as error:
        raise EngineError(f"engine {address}, {error}") from error
    except BaseException as error:
        if type(error).__module__.startswith("cuadra"):
            raise
        first = (str(error).splitlines() or [""])[0]
        raise EngineError(
            f"engine {address}: expected workers that check every bin, got {type(error).__name__}: {first[:300]}. "
            "Look at the workers' logs: a worker lacks memory, or has another cuadra."
        ) from error
