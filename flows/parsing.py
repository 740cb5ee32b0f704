"""What workers do with what others wrote: fetch it, read a source, an article, a file of figures.

A task gets names and paths, and finds the source again by them: what a source is cannot always be sent.
"""

import hashlib
import pickle
import re
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from cuadra.flows.project import Project
from cuadra.sources.article import article_source
from cuadra.sources.catalog import find_source
from cuadra.sources.corrections import correct, load_corrections
from cuadra.sources.draft import draft, guess_language
from cuadra.sources.fetch import Limits, fetch
from cuadra.sources.figure_table import parse_table
from cuadra.sources.paging import fetch_pages
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.source import Parsed, Snapshot, complete


def fetched(where: str, folder: Path, now: datetime, limits: Limits, is_paged: bool) -> Snapshot:
    """The snapshot of an address, in pages or in one.

    Raises:
        SourceError: it cannot be fetched; a `FetchError` where trying again may help.
    """
    return (fetch_pages if is_paged else fetch)(where, folder, now=now, limits=limits)


def parsed(sent: bytes, name: str, snapshot: Snapshot) -> Parsed:
    """What the source of this name in the project says in the snapshot, corrections applied.

    Raises:
        SourceError: the bytes cannot be read, or a correction fits them no longer.
    """
    project = _project(sent)
    source = find_source(name, project.sources, project.topic, project.area)
    found = source.parse(snapshot)
    if isinstance(found.observations, pd.DataFrame):
        found = replace(found, observations=complete(found.observations, project.topic, source.name))
    return correct(source, snapshot, found, load_corrections(project.corrections), project.topic)


def drafted(sent: bytes, path: Path, name: str, url: str, language: str | None) -> str:
    """The TOML proposed for the article in this file.

    Raises:
        SourceError: it is no text, page or PDF.
    """
    text = paragraphs(path, name)
    return draft(text, _project(sent).topic, url=url, language=language or guess_language(text))


def file_of_figures(sent: bytes, path: Path, now: datetime) -> tuple[str, Parsed]:
    """The name that a press TOML or a CSV of figures gives its source, and its figures.

    Raises:
        SourceError: it is no file of figures.
    """
    project = _project(sent)
    if path.suffix == ".toml":
        source = article_source(path, project.topic, project.area)
        return source.name, source.parse(_snapshot(source.file or path, now))
    name = re.sub(r"[^a-z0-9_.-]", "_", path.stem.lower()).lstrip("-.") or "figures"
    return name, parse_table(_snapshot(path, now), name, project.topic, area=project.area)


@lru_cache(maxsize=4)
def _project(sent: bytes) -> Project:
    """The project of the process that asked; one object as long as it is the same, since much is kept with it."""
    project: Project = pickle.loads(sent)  # noqa: S301 - from the process that started this one
    return project


def _snapshot(path: Path, now: datetime) -> Snapshot:
    with path.open("rb") as file:
        return Snapshot(path, hashlib.file_digest(file, "sha256").hexdigest(), str(path), now)
