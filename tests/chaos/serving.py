"""A `cuadra serve` in a process of its own, which a test starts, watches and ends as it likes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cuadra.flows import runlog

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a cuadra that knows nothing of the tests' own Prefect."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CUADRA_"))}
    return kept | {"CUADRA_DATA": str(data), "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1"} | more


class Serving:
    """One data folder that is served again and again, with everything that the processes said."""

    def __init__(self, folder: Path, every_seconds: float = 3, **settings: str) -> None:
        self.data, self.port, self.every = folder / "data", free_port(), every_seconds
        self.log = folder / "serve.log"
        self._environment = environment(self.data, CUADRA_SERVE_PORT=str(self.port), **settings)
        self.process: subprocess.Popen[bytes] | None = None

    def seed(self, home: Path) -> None:
        """Begin with a Prefect database that is there already; the first start of one takes long."""
        shutil.copytree(home, self.data / "prefect", ignore=shutil.ignore_patterns("*.lock", "*.json", "server.*"))

    def start(self, before: str = "pass") -> None:
        """Start serving, in a process group of its own as a service manager does; something may be set before."""
        program = f"{before}; from cuadra.flows.commands.cli import main; main()"
        command = [sys.executable, "-c", program, "serve", "--every", str(self.every / 60)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self._environment, cwd=self.data.parent, stdout=log, stderr=log, start_new_session=True
            )

    def send(self, number: signal.Signals, *, to_group: bool = False) -> None:
        """Send a signal to the process, or to all its group."""
        assert self.process is not None
        (os.killpg if to_group else os.kill)(self.process.pid, number)

    def ended(self, seconds: float = 30) -> int:
        """The exit code, once it has ended; what it left running in its group is killed after that."""
        assert self.process is not None
        try:
            return self.process.wait(seconds)
        finally:
            self.sweep()

    def sweep(self) -> None:
        """End whatever of its group still works."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def runs(self) -> list[dict[str, object]]:
        """The runs that the schedule started and that came to their end, oldest first."""
        return [each for each in runlog.read(self.data) if each["trigger"] == "schedule" and each.get("publication")]

    def wait(self, until: Callable[[], object], seconds: float = 90) -> float:
        """Return once this is so, with the seconds it took; fail with what was said where it never is."""
        assert self.process is not None
        start = time.monotonic()
        while not until():
            assert time.monotonic() - start < seconds, self.log.read_text(errors="replace")[-6000:]
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-6000:]
            time.sleep(0.05)
        return time.monotonic() - start

    def is_in_a_run(self) -> bool:
        """Whether a run is building a publication now."""
        return (self.data / "working.duckdb").exists()
