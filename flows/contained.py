"""What is done with what others wrote, as this process asks for it: each in a worker, with the limits of the settings.

A worker that is killed at a limit is one source's error, in one line. What reads is imported by the workers alone.
"""

import contextlib
import pickle
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from cuadra.flows.nursery import called
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.flows.workers import READERS, Limits, WorkerError
from cuadra.sources.address import shown
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

if TYPE_CHECKING:
    from cuadra.sources import fetch
    from cuadra.sources.described.propose import Proposal
    from cuadra.sources.described.unknown import Unknown

_PARSING = "cuadra.flows.parsing"

_GRACE_SECONDS = 1.0
"""So long after its deadline a fetch that did not keep it by itself is killed."""


def fetched(  # noqa: PLR0913 - what a fetch is about
    url: str, settings: Settings, now: datetime, limits: "fetch.Limits", *, is_paged: bool = False, find: str = ""
) -> Snapshot:
    """The bytes of an address; of one with ``{year}`` or a link to find, the newest edition's.

    Raises:
        SourceError: they cannot be fetched; a `FetchError` where trying again may help.
    """
    from cuadra.sources.fetch import FetchError

    costs = Limits(limits.seconds + _GRACE_SECONDS, settings.parse_megabytes)
    task = (url, settings.snapshots.absolute(), now, limits, is_paged, find)
    try:
        found: Snapshot = _asked(costs, "fetched", *task)
    except WorkerError as error:
        raise FetchError(f"{shown(url)}: {error}. Try again later.") from error
    return found


def parsed(source: Source, project: Project, snapshot: Snapshot, settings: Settings) -> Parsed:
    """What a source of the project says in the snapshot, corrections applied.

    Raises:
        SourceError: the bytes cannot be read within the limits, or a correction fits them no longer.
    """
    costs = Limits(source.parse_seconds or settings.parse_seconds, source.parse_megabytes or settings.parse_megabytes)
    advice = (
        "Its last good vintage stays; look at the file, or give the source parse_seconds or parse_megabytes "
        "if it did grow."
    )
    whole = replace(snapshot, path=snapshot.path.absolute())
    found: Parsed = _read(costs, source.name, advice, "parsed", _sent(project), source.name, whole)
    return found


def drafted(  # noqa: PLR0913, PLR0917 - what a draft is about
    path: Path, name: str, given: str, url: str, project: Project, settings: Settings, language: str | None
) -> "tuple[str, Proposal | None]":
    """The TOML proposed for the article in this file, and the description for the table in it.

    Raises:
        SourceError: it is nothing that is read, or cannot be read within the limits.
    """
    costs = Limits(settings.parse_seconds, settings.parse_megabytes)
    task = ("drafted", _sent(project), path.absolute(), name, given, url, language)
    found: tuple[str, Proposal | None] = _read(costs, name, "Is it the right file?", *task)
    return found


def unknown(source: Source, project: Project, snapshot: Snapshot, settings: Settings) -> "tuple[Unknown, ...]":
    """What the table of a described source has that nobody has described.

    Raises:
        SourceError: it is no described source, or cannot be read within the limits.
    """
    costs = Limits(source.parse_seconds or settings.parse_seconds, source.parse_megabytes or settings.parse_megabytes)
    whole = replace(snapshot, path=snapshot.path.absolute())
    task = ("unknown", _sent(project), source.name, whole)
    found: tuple[Unknown, ...] = _read(costs, source.name, "Is it the right file?", *task)
    return found


def file_of_figures(path: Path, project: Project, settings: Settings, now: datetime) -> tuple[str, Parsed]:
    """The name that a press TOML or a CSV of figures gives its source, and its figures.

    Raises:
        SourceError: it is no file of figures, or cannot be read within the limits.
    """
    costs = Limits(settings.parse_seconds, settings.parse_megabytes)
    task = ("file_of_figures", _sent(project), path.absolute(), now)
    found: tuple[str, Parsed] = _read(costs, path.name, "Is it the right file?", *task)
    return found


@contextlib.contextmanager
def scanning(con: duckdb.DuckDBPyConnection, source: Source, settings: Settings) -> Iterator[None]:
    """Let the SQL that reads a source's figures where they are take no more time and memory than any reading."""
    before = con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    con.execute(f"SET memory_limit = '{source.parse_megabytes or settings.parse_megabytes}MB'")
    timer = threading.Timer(source.parse_seconds or settings.parse_seconds, con.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        con.execute(f"SET memory_limit = '{before}'")


@lru_cache(maxsize=4)
def _sent(project: Project) -> bytes:
    return pickle.dumps(project)


def _asked(costs: Limits, function: str, *arguments: object) -> Any:
    return READERS.call(costs, called, _PARSING, function, *arguments)


def _read(costs: Limits, name: str, advice: str, function: str, *arguments: object) -> Any:
    try:
        return _asked(costs, function, *arguments)
    except WorkerError as error:
        raise SourceError(f"{name}: {error}. {advice}") from error
