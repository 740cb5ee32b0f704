"""A Prefect server for one run, without a server to install.

Prefect's own way takes 8 s a run, since the server starts only after everything is imported, registers its
blocks each time, and is asked for logs and heartbeats that nobody reads. This one starts while the run still
imports, leaves those out, and ends with the run even when that is killed. Measured by `make bench`.
"""

import errno
import logging
import os
import secrets
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

from cuadra.flows.schedule import database

SERVER = Path(__file__).with_name("embedded_server.py")
TIMEOUT_SECONDS = 120.0
"""How long the server may take: the very first start makes its tables, and a busy machine is slow."""
PORT_SECONDS = 10.0
"""How long a port may still be held by the server of a `serve` that was killed just now."""
STOP_SECONDS = 3.0
"""How many seconds a server may take to end."""

OWN = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_API_KEY": "",
    "PREFECT_API_AUTH_STRING": "",
}
QUIET = {
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLIENT_MAX_RETRIES": "1",  # a server of our own that is gone does not come back
}
"""For `run`, which tells by itself how it went."""
LOGGED = {
    "PREFECT_LOGGING_EXTRA_LOGGERS": "cuadra",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
}
"""For `serve`, whose runs are read on Prefect's pages and in its log."""
SERVERS_OWN = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "MALLOC_ARENA_MAX": "2",  # its threads come and go, and each would keep memory of its own
}
LIGHT = {"PREFECT_API_BLOCKS_REGISTER_ON_START": "false", "PREFECT_UI_ENABLED": "false"}
"""Features disabled in the server of one run: it has no pages."""


class EmbeddedServerError(Exception):
    """The server that a run brings along did not start."""


def own_environment(home: Path) -> dict[str, str]:
    """This process's environment with every setting of Prefect replaced by ours.

    A stray ``PREFECT_API_URL``, a profile, or a `.env` in the folder must not send a run's records elsewhere.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    database = f"sqlite+aiosqlite:///{home}/prefect.db"
    return {**others, **OWN, "PREFECT_HOME": str(home), "PREFECT_API_DATABASE_CONNECTION_URL": database}


def claim(environment: dict[str, str], api_url: str) -> None:
    """Make this process's Prefect use a server of ours; before anything of Prefect is imported."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update({**environment, "PREFECT_API_URL": api_url})


class EmbeddedServer:
    """A server that is starting; ``wait`` returns when it answers, and it ends with this process.

    Args:
        home: the folder of its database and log.
        serves: whether it has schedules and pages, or takes the records of one run.
        port: of 127.0.0.1; any free one for 0.
        keep_days: for how many days it keeps runs, where it serves.
    """

    def __init__(self, home: Path, *, serves: bool = False, port: int = 0, keep_days: int = 90) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.token = home, secrets.token_hex(16)
        self._log, self._serves = home / "server.log", serves
        self._keep_sound(is_thorough=serves)
        self.is_first_start = not database.path(home).exists()
        self._listener = _listen(port)
        self.api_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
        self._environment = own_environment(home)
        self._logging = LOGGED if serves else QUIET
        self._features = _pages(self.api_url, keep_days, home.parent / "page") if serves else LIGHT
        self._process = self._launch()

    def claim(self) -> None:
        """Make this process's Prefect use this server; before anything of Prefect is imported."""
        claim(self._environment | self._logging, self.api_url)

    def wait(self) -> None:
        """Return once the server answers; one whose database is broken gets a new one.

        Raises:
            EmbeddedServerError: it ended, or took too long.
        """
        try:
            if self._answers():
                return
            log = self._log.read_text(errors="replace")
            if reason := database.blamed(log):
                self._renew(f"cannot be used: {reason}")
                self._process = self._launch()
                if self._answers():
                    return
        finally:
            self._listener.close()
        raise EmbeddedServerError(
            f"Prefect server, {self._log}: expected it to start within {TIMEOUT_SECONDS:.0f} s, "
            f"got {_last_line(self._log.read_text(errors='replace'))!r}. Run it again; if it persists, "
            "move the folder away."
        )

    def stop(self) -> None:
        """End the server now; otherwise it ends with this process, after Prefect's last words to it."""
        self._listener.close()
        self._end()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def has_ended(self, seconds: float) -> bool:
        """Whether the server ends within so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def megabytes(self) -> float:
        """How much memory the server holds; zero where the system does not say."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii").splitlines()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)

    def _launch(self) -> "subprocess.Popen[bytes]":
        descriptor = self._listener.fileno()
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-P", str(SERVER), str(descriptor), "serve" if self._serves else "run"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[descriptor],
                cwd=self.home,  # so that no `.env` or `prefect.toml` of the caller's folder is read
                env={**self._environment, **SERVERS_OWN, **self._features, "CUADRA_SERVER_TOKEN": self.token},
                start_new_session=True,  # Ctrl-C is for the run, which still has to tell the server
            )

    def _answers(self) -> bool:
        """Whether the server says that it is ready; one that does not is ended."""
        output = self._process.stdout
        if output and select.select([output], [], [], TIMEOUT_SECONDS)[0] and output.readline():
            return True
        self._end()
        return False

    def _keep_sound(self, *, is_thorough: bool) -> None:
        try:
            if reason := database.complaint(self.home, is_thorough=is_thorough):
                self._renew(f"is broken: {reason}")
        except database.DatabaseLockedError as error:
            raise EmbeddedServerError(str(error)) from error

    def _renew(self, reason: str) -> None:
        aside = database.set_aside(self.home)
        logging.getLogger("cuadra").warning(
            "Prefect's database %s. It was set aside as %s and a new one is made; it holds no figures.", reason, aside
        )


def _listen(port: int) -> socket.socket:
    """A socket that listens on this port; one that a server of ours is about to leave is waited for."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            raise EmbeddedServerError(
                f"Prefect server, port {port}: expected it to be free, got {error.strerror!r}. "
                "Is `cuadra serve` running already? Otherwise give another port: CUADRA_SERVE_PORT."
            ) from error
        return listener


def _pages(api_url: str, keep_days: int, ours: Path) -> dict[str, str]:
    """The settings of a server that has pages, also those of the publication, and deletes what is old."""
    return {
        "CUADRA_SERVER_PAGES": str(ours),
        "PREFECT_UI_API_URL": api_url,  # or the pages ask 127.0.0.1:4200, whatever the port
        # Events are three quarters of what Prefect writes, and no page of a run needs them.
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs,orphans",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(keep_days * 86400),
    }


def _last_line(log: str) -> str:
    return (log.strip().splitlines() or ["nothing"])[-1]
