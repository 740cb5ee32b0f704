"""Sources of the shipped project and of folders made by tests, fed with one file."""

from datetime import datetime
from pathlib import Path

from cuadra.checks import topic
from cuadra.sources.catalog import HERE
from cuadra.sources.described import described_source
from cuadra.sources.source import Parsed, Snapshot


def shipped_table(name: str, path: Path) -> Parsed:
    """What a described data set that comes with cuadra reads in a file."""
    return described_source(HERE / name, topic.shipped()).parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)))


def columns(name: str) -> tuple[str, ...]:
    """The columns that the first table of such a data set describes."""
    source = described_source(HERE / name, topic.shipped())
    return tuple(source.parse.keywords["said"].tables[0].columns)  # type: ignore[attr-defined] # a partial
