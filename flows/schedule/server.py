"""The Prefect server that schedules: one that is named, or our own, known by more than its port."""

import contextlib
import fcntl
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from typing import Any

from cuadra.flows.schedule.embedded import EmbeddedServer
from cuadra.flows.settings import Settings
from cuadra.sources.address import shown


class ServeError(Exception):
    """The schedules cannot be served."""


def named_server(settings: Settings) -> str | None:
    """The server that the settings or ``PREFECT_API_URL`` name; null where none is named."""
    return settings.prefect_api_url or os.environ.get("PREFECT_API_URL") or None


def note(settings: Settings) -> dict[str, Any]:
    """What the latest `cuadra serve` on this data folder wrote of itself, whether it still runs or not.

    Its keys are ``url``, ``token``, ``process`` and ``every`` (seconds, or null for the daily run);
    nothing where there is no note or it cannot be read.
    """
    try:
        found = json.loads((settings.prefect / "server.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def serving_since(settings: Settings) -> datetime:
    """When the latest `cuadra serve` on this data folder began; the beginning of time where none did."""
    try:
        return datetime.fromtimestamp((settings.prefect / "server.json").stat().st_mtime, UTC)
    except OSError:
        return datetime.min.replace(tzinfo=UTC)


def running_server(settings: Settings) -> str | None:
    """The server of the `cuadra serve` that runs on this data folder; null where none answers with its token.

    A note that a kill left behind may name a port that something else listens on by now.
    """
    written = note(settings)
    url, token = written.get("url"), written.get("token")
    if not isinstance(url, str) or not isinstance(token, str) or not url.startswith("http://127.0.0.1:"):
        return None
    said = _get(f"{url.removesuffix('/api')}/cuadra", timeout=2)
    return url if said is not None and said.decode(errors="replace") == token else None


def answers(api_url: str, timeout: float = 2.0) -> bool:
    """Whether a Prefect server answers at this address."""
    return _get(f"{api_url}/health", timeout) is not None


@contextlib.contextmanager
def server(settings: Settings, every: timedelta | None = None) -> Iterator[tuple[str, EmbeddedServer | None]]:
    """The address of a server that schedules, and the server itself if it is our own, until the end of the block.

    Raises:
        ServeError: a server is named and does not answer, or another `cuadra serve` has this data folder.
    """
    if url := named_server(settings):
        if not answers(url, timeout=10):
            raise ServeError(
                f"Prefect server, {shown(url)}: expected it to answer, got nothing. Start it, or unset PREFECT_API_URL."
            )
        os.environ["PREFECT_API_URL"] = url
        yield url, None
        return
    with _alone(settings):
        own = EmbeddedServer(
            settings.prefect, serves=True, port=settings.serve_port, keep_days=settings.prefect_keep_days
        )
        own.claim()
        try:
            own.wait()
            _write_note(settings, own, every)
            yield own.api_url, own
        finally:
            own.stop()


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[TextIOWrapper]:
    """Be the one `cuadra serve` of a data folder; the lock ends with the process."""
    settings.prefect.mkdir(parents=True, exist_ok=True)
    with (settings.prefect / "serve.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            url = note(settings).get("url", "an unknown address")
            raise ServeError(
                f"serve, {settings.data}: expected no other `cuadra serve` on this data folder, got one at {url}. "
                "Stop it first, or give another folder: `cuadra --data FOLDER serve`."
            ) from error
        yield file


def _write_note(settings: Settings, own: EmbeddedServer, every: timedelta | None) -> None:
    facts = {
        "url": own.api_url,
        "token": own.token,
        "process": os.getpid(),
        "every": every.total_seconds() if every else None,
    }
    aside = settings.prefect / "server.json.aside"
    aside.write_text(json.dumps(facts), encoding="utf-8")
    aside.chmod(0o600)
    os.replace(aside, settings.prefect / "server.json")


def _get(url: str, timeout: float) -> bytes | None:
    """What is answered, at most a kilobyte of it; null where nothing is, or not with 200."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as reply:  # noqa: S310 - set by the operator, or our note
            return bytes(reply.read(1024)) if reply.status == 200 else None
    except (OSError, ValueError, urllib.error.URLError):
        return None
