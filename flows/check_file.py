"""`cuadra check FILE`: whether the figures of one file tally, without loading anything."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from checks.confront import confront
from checks.rule import load_rules
from flows.findings import CERTAIN, explain_all, in_words
from sources.article import article_source
from sources.figure_table import parse_table
from sources.source import Parsed, Snapshot, SourceError


@dataclass(frozen=True)
class Tally:
    """How the figures of a file fare: how many relations hold or stay open, and each that does not hold."""

    source: str
    figures: int
    holds: int
    open: int
    findings: list[dict[str, Any]]
    warnings: tuple[str, ...] = ()


def tally(path: Path, publication: Path | None, now: datetime) -> Tally:
    """Check a press TOML or a CSV of figures against itself and, where one is given, the publication.

    Raises:
        SourceError: the file cannot be read as figures.
    """
    name, parsed = read(path, now)
    with duckdb.connect() as con:
        own = with_ids(parsed.observations)
        con.execute("CREATE TABLE figures AS FROM own")
        if publication:
            con.execute(f"ATTACH '{publication}' AS published (READ_ONLY)")
            columns = ", ".join(own.columns)
            con.execute(
                f"INSERT INTO figures SELECT {columns} FROM published.observation "  # noqa: S608
                "WHERE vintage_to IS NULL AND source <> ?",
                [name],
            )
        rules = load_rules()
        confrontation = confront(con, rules, "figures")
        found = in_words(con, confrontation, rules, explain_all(confrontation), "figures")
        concerns = found["source"].str.split().map(lambda names: name in (names or []))
        counts = confrontation.tally.query("source in [@name, 'several']")[["holds", "open"]].sum()
    certain = found[concerns & found["verdict"].isin(CERTAIN)]
    return Tally(
        name, len(own), int(counts["holds"]), int(counts["open"]), certain.to_dict("records"), parsed.warnings
    )


def read(path: Path, now: datetime) -> tuple[str, Parsed]:
    """The name that a file gives its source, and its figures."""
    if not path.is_file():
        raise SourceError(
            f"{path}: expected a press TOML or a CSV of figures, got no such file. Mend the path."
        )
    if path.suffix not in (".toml", ".csv"):
        raise SourceError(
            f"{path.name}: expected .toml or .csv, got {path.suffix!r}. See the recipes in README."
        )
    snapshot = Snapshot(path, _sha256(path), str(path), now)
    name = re.sub(r"[^a-z0-9_.-]", "_", path.stem.lower()).lstrip("-.") or "figures"
    if path.suffix == ".toml":
        source = article_source(path)
        return source.name, source.parse(snapshot)
    return name, parse_table(snapshot, name)
