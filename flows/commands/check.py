"""`cuadra check FILE`: whether the figures of one file tally, without loading anything."""

import contextlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.observation import columns
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import confront
from cuadra.flows import contained
from cuadra.flows.findings import CERTAIN, explain_all, in_words
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.sources.source import Parsed, SourceError, gate
from cuadra.warehouse.publication import attach_publication


@dataclass(frozen=True)
class Tally:
    """How the figures of a file fare: how many relations hold or stay open, and each that does not hold."""

    source: str
    figures: int
    holds: int
    open: int
    findings: list[dict[str, Any]]
    warnings: tuple[str, ...] = ()


def tally(path: Path, project: Project, publication: Path | None, settings: Settings, now: datetime) -> Tally:
    """Check a press TOML or a CSV of figures against itself and, where one is given, the publication.

    Raises:
        SourceError: the file cannot be read as figures.
    """
    topic, rules = project.topic, load_rules(project.topic)
    name, parsed = read(path, project, settings, now)
    own = gate(parsed.frame(), path.name, topic)
    own["observation_id"] = [_id(row, topic) for row in own.to_dict("records")]
    with contextlib.closing(duckdb.connect()) as con:
        con.register("own", own)
        con.execute(  # a column of nulls has no type of its own
            "CREATE TABLE figures AS SELECT * REPLACE (value::DOUBLE AS value, share_of::VARCHAR AS share_of, "
            "share_base::VARCHAR AS share_base, series::VARCHAR AS series, repeats::VARCHAR AS repeats) FROM own"
        )
        if publication and publication.exists():
            attach_publication(con, publication)
            names = ", ".join(columns(topic))
            con.execute(
                f"INSERT INTO figures SELECT {names}, observation_id FROM published.figure_in_force WHERE source <> ?",
                [name],
            )
        confrontation = confront(con, topic, rules, "figures")
        found = in_words(confrontation, rules, topic, explain_all(confrontation), lambda keys: _words(con, keys))
        counts = confrontation.tally
    concerns = [name in (names or "").split() for names in found["source"]]
    certain = found[pd.Series(concerns, index=found.index) & found["verdict"].isin(CERTAIN)]
    mine = counts[counts["source"] == name]
    rows = [{str(key): value for key, value in row.items()} for row in certain.to_dict("records")]
    for row in rows:
        row["words"] = json.loads(row["words"])
    return Tally(name, len(own), int(mine["holds"].sum()), int(mine["open"].sum()), rows, parsed.warnings)


def read(path: Path, project: Project, settings: Settings, now: datetime) -> tuple[str, Parsed]:
    """The name that a file gives its source, and its figures.

    Raises:
        SourceError: it is no file of figures.
    """
    if not path.is_file():
        raise SourceError(f"{path}: expected a press TOML or a CSV of figures, got no such file. Correct the path.")
    if path.suffix not in (".toml", ".csv"):
        raise SourceError(f"{path.name}: expected .toml or .csv, got {path.suffix!r}. See the recipes in README.")
    return contained.file_of_figures(path, project, settings, now)


def _id(row: Mapping[Hashable, Any], topic: Topic) -> str:
    share_of = row["share_of"] if isinstance(row["share_of"], str) else None
    return topic.observation_id({**{str(name): value for name, value in row.items()}, "share_of": share_of})


def _words(con: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = con.execute(
        "SELECT observation_id, says, source, locator FROM figures "
        "WHERE observation_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(keys)],
    ).fetchall()
    return {key: {"says": says, "source": source, "locator": locator} for key, says, source, locator in rows}
