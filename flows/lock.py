"""The right to write the data folder, held by `cuadra run` before it starts its server, or by the flow."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from cuadra.flows.settings import Settings
from cuadra.warehouse import publish

_held: set[Path] = set()


@contextlib.contextmanager
def writer(settings: Settings, patience: float | None = None) -> Iterator[None]:
    """Be the one writer of the data folder; a process that is so already goes on.

    Args:
        settings: name the data folder, and how long to wait for another run to end.
        patience: how long to wait instead, in seconds; for ever if infinite.

    Raises:
        BusyError: another process still writes after the wait.
    """
    folder = settings.data.absolute()
    if folder in _held:
        yield
        return
    with publish.writer(folder, settings.wait_seconds if patience is None else patience):
        _held.add(folder)
        try:
            yield
        finally:
            _held.discard(folder)


def is_held(folder: Path) -> bool:
    """Whether a process holds the writer's lock of a data folder."""
    try:
        with (folder / "writer.lock").open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
