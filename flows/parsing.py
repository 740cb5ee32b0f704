"""What workers do with what others wrote: fetch it, read a source, an article, a file of figures.

A task gets names and paths, and finds the source again by them: what a source is cannot always be sent.
"""

import hashlib
import pickle
import re
import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from cuadra.flows.project import Project
from cuadra.sources import own_country
from cuadra.sources.article import article_source
from cuadra.sources.catalog import find_source
from cuadra.sources.corrections import correct, load_corrections
from cuadra.sources.described import FILE, unknown_of
from cuadra.sources.described.propose import Proposal, propose
from cuadra.sources.described.unknown import Unknown
from cuadra.sources.draft import draft, guess_language
from cuadra.sources.fetch import Limits, fetch
from cuadra.sources.figure_table import parse_table
from cuadra.sources.newest import newest
from cuadra.sources.paging import fetch_pages
from cuadra.sources.readers.archive import content, is_workbook
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.source import Parsed, Snapshot, SourceError, complete, gate

_TABLES = {".csv", ".tsv", ".tab", ".json", ".parquet", ".xlsx", ".xls", ".ods"}
"""Endings of files that are tables though their bytes are text."""


def fetched(  # noqa: PLR0913, PLR0917 - what a fetch is about
    where: str, folder: Path, now: datetime, limits: Limits, is_paged: bool, find: str
) -> Snapshot:
    """The snapshot of an address, in pages or in one; of one with ``{year}`` or a link to find, the newest edition's.

    Raises:
        SourceError: it cannot be fetched; a `FetchError` where trying again may help.
    """
    if is_paged:
        return fetch_pages(where, folder, now=now, limits=limits)
    deadline = time.monotonic() + limits.seconds

    def within(url: str) -> Snapshot:
        left = max(deadline - time.monotonic(), 0.01)
        return fetch(url, folder, now=now, limits=replace(limits, seconds=left))

    return newest(where, find, within, now)


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
    found = _with_notes(found, source.name, project)
    return correct(source, snapshot, found, load_corrections(project.corrections), project.topic)


def drafted(  # noqa: PLR0913, PLR0917 - what a draft is about
    sent: bytes, path: Path, name: str, given: str, url: str, language: str | None
) -> tuple[str, Proposal | None]:
    """The TOML proposed for the article in this file, and the description for the table in it; empty where it is not.

    Raises:
        SourceError: it is nothing that is read.
    """
    project, kind, table = _project(sent), _kind(path, given), None
    topic = project.topic
    is_address = url != "?"
    if kind != "text":
        try:
            table = propose(path, name, topic, url if is_address else "", "" if is_address else given)
        except SourceError:
            if kind == "table":
                raise
        if kind == "table" and table is None:
            raise SourceError(f"{name}: expected a table with figures below a header, got none. Describe it by hand.")
    if kind == "table":
        return "", table
    text = paragraphs(path, name)
    return draft(text, topic, url=url, language=language or guess_language(text), area=project.area), table


def unknown(sent: bytes, name: str, snapshot: Snapshot) -> tuple[Unknown, ...]:
    """What the table of a described source has that nobody has described.

    Raises:
        SourceError: it is no described source, or cannot be read otherwise.
    """
    project = _project(sent)
    source = find_source(name, project.sources, project.topic, project.area)
    if source.origin is None or source.origin.name != FILE:
        raise SourceError(f"{name}: expected a table by description, got another source. It has no lines to learn.")
    return unknown_of(snapshot, **source.parse.keywords)  # type: ignore[attr-defined] # a partial, as `described` makes


def _kind(path: Path, given: str) -> str:
    """Whether a file is a table, prose, or a page or PDF, which may be both."""
    data = content(path, given)
    if is_workbook(data) or data[:4] in {b"\xd0\xcf\x11\xe0", b"PAR1"}:
        return "table"
    if b"%PDF" in data[:1024] or data[:500].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return "both"
    endings = {each.lower() for each in Path(given).suffixes}
    return "table" if endings & _TABLES else "text"


def file_of_figures(sent: bytes, path: Path, now: datetime) -> tuple[str, Parsed]:
    """The name that a press TOML or a CSV of figures gives its source, and its figures, which keep the contract.

    Raises:
        SourceError: it is no file of figures, or one that breaks the contract.
    """
    project = _project(sent)
    if path.suffix.lower() == ".toml":
        source = article_source(path, project.topic, project.area)
        name, parsed = source.name, source.parse(_snapshot(source.file or path, now))
    else:
        name = re.sub(r"[^a-z0-9_.-]", "_", path.stem.lower()).lstrip("-.") or "figures"
        parsed = parse_table(_snapshot(path, now), name, project.topic, area=project.area)
    figures = gate(parsed.frame(), path.name, project.topic)
    return name, _with_notes(replace(parsed, observations=figures), name, project)


def _with_notes(found: Parsed, name: str, project: Project) -> Parsed:
    """What was read, with a note for each code that counts an area's own people as foreigners."""
    if not isinstance(found.observations, pd.DataFrame):
        return found
    return replace(found, warnings=(*found.warnings, *own_country.notes(found.observations, project.topic, name)))


@lru_cache(maxsize=4)
def _project(sent: bytes) -> Project:
    """The project of the process that asked; one object as long as it is the same, since much is kept with it."""
    project: Project = pickle.loads(sent)  # noqa: S301 - from the process that started this one
    return project


def _snapshot(path: Path, now: datetime) -> Snapshot:
    with path.open("rb") as file:
        return Snapshot(path, hashlib.file_digest(file, "sha256").hexdigest(), str(path), now)
