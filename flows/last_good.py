"""Files of settings that people edit: a typo must not stop ingestion, so the last good copy is used instead."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Settings = TypeVar("Settings")


def last_good(
    path: Path, folder: Path, load: Callable[[Path], Settings], default: Settings, refused: type[Exception]
) -> tuple[Settings, str | None]:
    """What a file says; where it cannot be used, what its last good copy says, with one line on why not.

    Args:
        path: the file; one that is missing is for ``load`` to judge.
        folder: the data folder, where the copy of the last good one is kept.
        load: reads the file.
        default: used where no good copy is kept.
        refused: what ``load`` raises for a file that cannot be used.
    """
    kept = folder / "settings" / path.name
    try:
        found = load(path)
    except (refused, OSError) as error:
        first = (str(error).splitlines() or ["nothing"])[0]
        line = first if isinstance(error, refused) else f"{path}: expected a file that can be read, got {first}."
        with contextlib.suppress(refused, OSError):
            return (load(kept) if kept.exists() else default), line
        return default, line
    with contextlib.suppress(OSError):  # a disk that is full will be noticed elsewhere
        _keep(path, kept)
    return found, None


def _keep(path: Path, kept: Path) -> None:
    if not path.is_file():
        return
    data = path.read_bytes()
    if kept.exists() and kept.read_bytes() == data:
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    aside = kept.with_name(f"{kept.name}.{os.getpid()}")
    aside.write_bytes(data)
    os.replace(aside, kept)
