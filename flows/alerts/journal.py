"""What happens to alerts between two runs: an append-only file beside the publication.

The publication is replaced as a whole and readers hold it open, so a receipt cannot be written into it. Each
line of the journal is one JSON object, on disk before the next step is taken:

- ``digest`` (digest, channel, events): a message is about to be sent for the first time;
- ``attempt``, ``receipt``, ``failure`` (digest, at): it is being sent, was taken, was refused;
- ``acknowledge``, ``silence``, ``unsilence``: what people answered;
- ``accept``, ``unaccept`` (source, snapshot, reason): an edition that shrinks is right, and the next run loads it;
  or it is not after all, and the one before stands again;
- ``withdraw``, ``reinstate`` (source, reason): the next run takes its figures out of force, or puts them back.

The next run takes the lines over into its tables (`cuadra.warehouse.episode.settle`), and repeating that changes
nothing: the file outlives replaced, rolled back and killed runs alike. It is never shortened; a message takes
some 300 bytes. A digest with an attempt but neither receipt nor failure was cut off in the middle: it is sent
again with the same key. A last line torn by a kill or a full disk is skipped, and counts as not written.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_pattern(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_moment(value: object) -> bool:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    return moment is not None and moment.tzinfo is not None and moment.astimezone(UTC).year > 0


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


Fields = dict[str, Callable[[object], bool]]

_ATTEMPT: Fields = {"digest": _is_text, "at": _is_moment}
_DECISION: Fields = {"source": _is_text, "reason": _is_text, "by": _is_text, "at": _is_moment}
FIELDS: dict[str, Fields] = {
    "digest": {"digest": _is_text, "channel": _is_text, "events": _are_names},
    "attempt": _ATTEMPT,
    "receipt": _ATTEMPT,
    "failure": _ATTEMPT,
    "acknowledge": {"event": _is_text, "note": _is_text, "by": _is_text, "at": _is_moment},
    "silence": {
        "silence": _is_text, "key": _is_pattern, "rule": _is_pattern, "source": _is_pattern,
        "at": _is_moment, "until": _is_moment, "reason": _is_text, "by": _is_text,
    },
    "unsilence": {"silence": _is_text, "at": _is_moment},
    "accept": {"snapshot": _is_text, **_DECISION},
    "unaccept": {"snapshot": _is_text, **_DECISION},
    "withdraw": _DECISION,
    "reinstate": _DECISION,
}  # fmt: skip
"""What each kind of entry must say; a line that says less is skipped as if it were torn."""


class JournalError(Exception):
    """The journal cannot be written, or another process is sending."""


class Journal:
    """The journal of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "deliveries.jsonl"

    def read(self) -> list[Entry]:
        """Every whole line, oldest first; nothing where there is no journal yet."""
        return self.read_all()[0]

    def read_all(self) -> tuple[list[Entry], list[int]]:
        """Every whole line, oldest first, and the numbers of those that are torn, foreign or incomplete.

        Lines end at a line feed and nowhere else: the words of a source may hold other line separators.
        """
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return [], []
        found = [(number, _parse(line)) for number, line in enumerate(lines, start=1) if line.strip()]
        return [entry for _, entry in found if entry], [number for number, entry in found if entry is None]

    def append(self, entry: str, **fields: Any) -> None:
        """Add one line and return when it is on disk."""
        line = json.dumps({"entry": entry, **fields}, ensure_ascii=False).encode() + b"\n"
        with self._open() as file:
            try:
                # A line torn by a kill is left alone: ours starts on a line of its own.
                if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
                    line = b"\n" + line
                if file.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file.fileno())
            except OSError as error:
                raise self._refused(error) from error

    @contextmanager
    def sending(self, patience: float = 120) -> Iterator[None]:
        """Hold the right to send, so that no two processes send one digest; patience is in seconds."""
        with self._open() as file:
            deadline = time.monotonic() + patience
            while not _locked(file):
                if time.monotonic() > deadline:
                    raise JournalError(
                        f"alerts, {self.path}: expected to send alone, got another process that sends. "
                        "What it leaves goes out with the next run."
                    )
                time.sleep(0.1)
            yield

    def _open(self) -> FileIO:
        try:
            is_new = not self.path.exists()
            file = self.path.open("a+b", buffering=0)
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise self._refused(error) from error
        return file

    def _refused(self, error: OSError) -> JournalError:
        return JournalError(
            f"alerts, {self.path}: expected to write to it, got {error.strerror!r}. "
            "Make room or fix the permissions; what was not sent goes out with the next run."
        )


def _parse(line: bytes) -> Entry | None:
    """The entry of one line; null where it is torn by a kill, foreign, or lacks what its kind must say."""
    try:
        entry = json.loads(line)
        fields = FIELDS[entry["entry"]]
        json.dumps(entry, ensure_ascii=False).encode()  # half a character could be written nowhere
        return entry if all(is_right(entry[name]) for name, is_right in fields.items()) else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _locked(file: FileIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
