"""A Prefect server for one run, without a server to install.

Prefect's own way takes 8 s a run, since the server starts only after everything is imported, registers its
blocks each time, and is asked for logs and heartbeats that nobody reads. This one starts while the run still
imports, leaves those out, and ends with the run even when that is killed. Measured by `make bench`.
"""

import os
import select
import socket
import subprocess
import sys
from pathlib import Path

SERVER = Path(__file__).with_name("embedded_server.py")
TIMEOUT_SECONDS = 120.0
"""How long the server may take: the very first start makes its tables, and a busy machine is slow."""

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
LOGGED = {"PREFECT_LOGGING_EXTRA_LOGGERS": "cuadra", "PREFECT_LOGGING_LEVEL": "INFO"}
"""For `serve`, whose runs are read on Prefect's pages and in its log."""
SERVERS_OWN = {"PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
LIGHT = {"PREFECT_API_BLOCKS_REGISTER_ON_START": "false", "PREFECT_UI_ENABLED": "false"}
"""What the server of one run does without: nobody looks at it while it lasts."""


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
    """A server that is starting; ``wait`` returns when it answers, and it ends with this process."""

    def __init__(self, home: Path, *, serves: bool = False, port: int = 0) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.is_first_start = not (home / "prefect.db").exists()
        self.home = home
        self._log = home / "server.log"
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind(("127.0.0.1", port))
            self._listener.listen()
        except OSError as error:
            self._listener.close()
            raise EmbeddedServerError(
                f"Prefect server, port {port}: expected it to be free, got {error.strerror!r}. "
                "Is `cuadra serve` running already? Otherwise give another port."
            ) from error
        self.api_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
        self._environment = own_environment(home)
        self._logging = LOGGED if serves else QUIET
        descriptor = self._listener.fileno()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-P", str(SERVER), str(descriptor), "serve" if serves else "run"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[descriptor],
                cwd=home,  # so that no `.env` or `prefect.toml` of the caller's folder is read
                env={**self._environment, **SERVERS_OWN, **({} if serves else LIGHT)},
                start_new_session=True,  # Ctrl-C is for the run, which still has to tell the server
            )
        self._listener.close()

    def claim(self) -> None:
        """Make this process's Prefect use this server; before anything of Prefect is imported."""
        claim(self._environment | self._logging, self.api_url)

    def wait(self) -> None:
        """Return once the server answers.

        Raises:
            EmbeddedServerError: it ended, or took too long.
        """
        output = self._process.stdout
        if not (output and select.select([output], [], [], TIMEOUT_SECONDS)[0] and output.readline()):
            self.stop()
            last = self._log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing"]
            raise EmbeddedServerError(
                f"Prefect server, {self._log}: expected it to start within {TIMEOUT_SECONDS:.0f} s, "
                f"got {last[0]!r}. Run it again; if it persists, move the folder away."
            )

    def stop(self) -> None:
        """End the server now; otherwise it ends with this process, after Prefect's last words to it."""
        self._process.terminate()
        self._process.communicate()
