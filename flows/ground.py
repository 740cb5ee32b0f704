"""What verdicts rest on beside the figures: the rules, the code lists and the engine; and whether that changed."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

import cuadra.checks.topic
from cuadra.checks.topic import Topic

_ENGINE = Path(cuadra.checks.topic.__file__).parent
_KINDS = {".py", ".sql", ".toml", ".csv"}


def ground(topic: Topic) -> str:
    """A short hash of all files that decide verdicts: of the engine, and of each layer of the topic."""
    made = hashlib.sha256()
    for folder in dict.fromkeys([_ENGINE, *topic.folders]):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _KINDS and path.name != "waivers.toml"):
            made.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return made.hexdigest()[:16]


@cache
def engine_hash() -> str:
    """A short hash of the engine, as this process has it: its files, and DuckDB's version."""
    made = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted(path for path in _ENGINE.rglob("*") if path.suffix in _KINDS):
        made.update(f"{path.relative_to(_ENGINE)}\n".encode() + path.read_bytes())
    return made.hexdigest()[:16]


def is_other(now: str, runs: Iterable[dict[str, Any]]) -> bool:
    """Whether the last run that came to its end had another ground; the first run of all has none to differ from."""
    ended = [run for run in runs if run["state"] == "ended"]
    return bool(ended) and ended[-1].get("ground", "") != now
