"""The right to write the data folder, held by `cuadra run` before it starts its server, or by the flow."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from cuadra.flows.settings import Settings
from cuadra.warehouse import publish

_held: set[Path] = set()


@contextlib.contextmanager
def writer(settings: Settings) -> Iterator[None]:
    """Be the one writer of the data folder; a process that is so already goes on.

    Raises:
        BusyError: another process still writes after the wait.
    """
    folder = settings.data.absolute()
    if folder in _held:
        yield
        return
    with publish.writer(folder, settings.wait_seconds):
        _held.add(folder)
        try:
            yield
        finally:
            _held.discard(folder)
