"""Serving the schedules: what was missed is caught up, what is due is run, and any end leaves the next start whole."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cuadra.flows import lock, runlog
from cuadra.flows.interruption import PARENT
from cuadra.flows.schedule import cadence
from cuadra.flows.schedule.cadence import Clock
from cuadra.flows.schedule.deployments import EVERYTHING, deployments, scheduled
from cuadra.flows.schedule.embedded import EmbeddedServer
from cuadra.flows.schedule.records import close_left, drop_missed, forget
from cuadra.flows.schedule.server import ServeError
from cuadra.flows.settings import Settings

if TYPE_CHECKING:  # importing Prefect fixes its settings, and these come first
    from cuadra.sources.source import Source

MOST_MEGABYTES = 600
"""A server that holds more is ended between two runs, and a new one is started; it begins with some 200."""
LOOK_SECONDS = 60.0
IDLE_SECONDS = 3600.0
"""A server under which no run has ended is left so long at least: on a busy machine a run takes minutes to begin."""
AT_ONCE = 1
"""How many runs may be under way: one writes, and it sends what waits; a run may drop what waits behind it."""


def overdue(
    sources: Sequence["Source"], settings: Settings, now: datetime, every: timedelta | None = None
) -> list[str]:
    """The deployments whose slot passed without a good run since; each is caught up by one run."""
    entries, clock = runlog.read(settings.data), settings.clock(every)
    last = runlog.last_good(entries)
    due = cadence.interval_slot(every, now) if every else cadence.slot("daily", now, clock)
    if last is None or last.astimezone(UTC) < due:
        return [EVERYTHING]  # it reads every source, so that one run catches all of them up
    return [
        each.name
        for each in scheduled(sources)
        if cadence.is_overdue(each.cadence, runlog.last_good(entries, each.name), now, clock)
    ]


def serve(
    sources: Sequence["Source"], settings: Settings, every: timedelta | None = None, own: EmbeddedServer | None = None
) -> NoReturn:
    """Register the deployments, catch up what was missed, and run what is due until the process ends.

    A server of our own has no other client: what an earlier `serve` left pending or running there is over.

    Raises:
        ServeError: the server is gone, or Prefect stopped asking it.
    """
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment
    from prefect.runner import Runner

    class OurRunner(Runner):
        """A runner that leaves SIGTERM to `stop_on_signals`."""

        def handle_sigterm(self, *_: object, **__: object) -> None:
            """End this process."""
            os.kill(os.getpid(), signal.SIGINT)

    os.environ[PARENT] = str(os.getpid())
    runner = OurRunner(pause_on_shutdown=False, limit=AT_ONCE)
    plans = deployments(sources, Clock(settings.daily_at, settings.timezone, every))
    for plan in plans:
        runner.add_deployment(plan)
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        if own:
            forget(client, {plan.name or "" for plan in plans})
            close_left(client)
        drop_missed(client, now, is_ours=own is not None)
    for name in overdue(sources, settings, now, every):
        run_deployment(f"refresh/{name}", timeout=0, flow_run_name=f"{name}: missed slot")
    asyncio.run(runner.start())
    raise ServeError("serve: expected the runner to go on until it is stopped, got its end. Start it again.")


def stop_on_signals(own: EmbeddedServer | None, data: Path, stopped: str, say: Callable[[str], object]) -> None:
    """From now on SIGTERM and SIGINT end this process quietly, and so does the end of our own server, with code 3.

    Args:
        own: our own server, if it has started.
        data: the data folder.
        stopped: what to say when it is told to stop.
        say: prints a line.

    Nothing needs to be tidied: runs notice that their parent is gone, and the next start catches up. For the same
    reason a server that has grown too large is ended between two runs, and this process begins again.
    """
    is_ending = threading.Event()

    def stop(number: int, _frame: object) -> None:
        if is_ending.is_set():
            return
        is_ending.set()
        say(stopped)
        if own:
            own.stop()
        os._exit(0)

    def watch(server: EmbeddedServer) -> None:
        begun, before = time.monotonic(), runlog.size(data)
        while not server.has_ended(LOOK_SECONDS):
            has_run = runlog.size(data) != before or time.monotonic() - begun > IDLE_SECONDS
            is_large = server.megabytes() > MOST_MEGABYTES
            if is_large and has_run and not lock.is_held(data) and not is_ending.is_set():
                is_ending.set()
                server.stop()
                _begin_again()
        if not is_ending.is_set():
            say(
                f"serve: expected the Prefect server to run on, got its end; see {server.home / 'server.log'}. "
                "Start `cuadra serve` again."
            )
            os._exit(3)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if own:
        threading.Thread(target=watch, args=(own,), daemon=True).start()


def _begin_again() -> None:
    """Become a new `cuadra serve` with the environment that this one was given."""
    for name in [name for name in os.environ if name.startswith("PREFECT_") or name == PARENT]:
        del os.environ[name]
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the same program, no shell
