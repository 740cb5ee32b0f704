"""The figures in force and the findings for others to use, without the small counts that could identify someone."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from cuadra.checks.disclosure.suppress import seen_as_decided
from cuadra.flows.exports import metadata
from cuadra.flows.project import Project
from cuadra.warehouse.publication import attach_publication

TABLES = {
    "figure": ("observation_id",),
    "finding": ("finding",),
    "finding_term": ("finding", "term"),
    "source": ("source",),
}
"""The tables of an export and the key of each."""

_HERE = Path(__file__).parent

_SDMX = {"unit": "UNIT_MEASURE", "value": "OBS_VALUE"}
"""Columns that SDMX has names of its own for; all others are written large."""


class ExportFormat(StrEnum):
    """Which files an export writes."""

    all = "all"
    csv = "csv"
    parquet = "parquet"
    sdmx = "sdmx"


@dataclass(frozen=True)
class Exported:
    """How many figures were written, how many of them withheld or less exact, how many findings, and in which files."""

    figures: int
    withheld: int
    findings: int
    files: tuple[str, ...]


def export(  # noqa: PLR0913 - what is written where, and how
    publication: Path,
    project: Project,
    folder: Path,
    form: ExportFormat = ExportFormat.all,
    language: str = "en",
    *,
    is_raw: bool = False,
    shows_small: bool = False,
) -> Exported:
    """Write the tables of a publication into a folder, with a README, a Data Package and JSON-LD for search engines.

    Two exports of one publication are equal, byte for byte. CSV is for people, who open it as a spreadsheet: no cell
    begins a formula, unless it is asked for raw. SDMX-CSV and Parquet are for programs, and have all words as they are.

    Args:
        publication: the published database.
        project: whose topic says what a small count is.
        folder: made if it is not there; files of the same names are replaced.
        form: which files.
        language: of labels, sentences and the README.
        is_raw: leave CSV as it is.
        shows_small: show counts that could identify someone.

    Raises:
        PublicationError: nothing is published yet.
    """
    with duckdb.connect() as con:
        attach_publication(con, publication)
        folder.mkdir(parents=True, exist_ok=True)
        withheld = _select(con, project, language, shows_small=shows_small)
        written = []
        for name, key in TABLES.items():
            if form in {ExportFormat.all, ExportFormat.csv}:
                _write(con, _as_csv(con, project, name, key, is_raw=is_raw), folder / f"{name}.csv")
                written.append(f"{name}.csv")
            if form in {ExportFormat.all, ExportFormat.parquet}:
                _write(con, _ordered(con, project, name, key), folder / f"{name}.parquet")
                written.append(f"{name}.parquet")
        if form in {ExportFormat.all, ExportFormat.sdmx}:
            _write(con, _as_sdmx(con, project), folder / "figure.sdmx.csv")
            written.append("figure.sdmx.csv")
        counts = {name: int(con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]) for name in TABLES}
        facts = metadata.read(con, project, language, {name: _columns(con, project, name) for name in TABLES}, TABLES)
    made = Exported(counts["figure"], withheld, counts["finding"], tuple(written))
    for name, text in metadata.texts(
        facts, made.files, figures=made.figures, withheld=withheld, shows_small=shows_small
    ).items():
        _replace(folder / name, text)
    return Exported(made.figures, withheld, made.findings, (*made.files, *metadata.NAMES))


def export_findings(  # noqa: PLR0913 - as `export`, and which of them
    publication: Path,
    project: Project,
    folder: Path,
    language: str = "en",
    *,
    shows_small: bool = False,
    verdicts: Sequence[str] | None = None,
) -> None:
    """Write the findings alone, of these verdicts or of all, into ``finding.parquet`` of a folder that is there.

    Raises:
        PublicationError: nothing is published yet.
    """
    with duckdb.connect() as con:
        attach_publication(con, publication)
        _select_findings(con, project, language, verdicts, shows_small=shows_small)
        _write(con, _ordered(con, project, "finding", TABLES["finding"]), folder / "finding.parquet")


def _select(con: duckdb.DuckDBPyConnection, project: Project, language: str, *, shows_small: bool) -> int:
    """Make the tables of an export; returns how many figures are withheld or less exact."""
    figures = "published.figure_in_force"
    withheld = 0 if shows_small else seen_as_decided(con, project.topic, figures, "published.withheld")
    con.execute(f"CREATE TEMP VIEW shown AS FROM {figures if shows_small else 'disclosure.seen'}")
    con.execute((_HERE / "figures.sql").read_text(encoding="utf-8"))
    _select_findings(
        con, project, language, None, shows_small=shows_small
    )  # after: published views read a table finding too
    con.execute((_HERE / "cells.sql").read_text(encoding="utf-8"))
    return withheld


def _select_findings(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    language: str,
    verdicts: Sequence[str] | None,
    *,
    shows_small: bool,
) -> None:
    topic = project.topic
    con.execute("CREATE TEMP VIEW in_force AS FROM published.figure_in_force")
    keys = "SELECT observation_id FROM published.withheld" if not shows_small else "SELECT NULL WHERE FALSE"
    con.execute(
        "CREATE TEMP TABLE hidden AS SELECT observation_id, block, cell FROM published.observation "
        f"WHERE vintage_to IS NULL AND observation_id IN ({keys})"
    )
    small = {"small": [] if shows_small else [*topic.small_counts.units], "below": topic.small_counts.below}
    for name, value in {**small, "language": language, "verdicts": verdicts}.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    con.execute((_HERE / "findings.sql").read_text(encoding="utf-8"))


def _columns(con: duckdb.DuckDBPyConnection, project: Project, name: str) -> dict[str, str]:
    """The columns of a table of an export with their types, each code followed by its label."""
    lists = {"register", "indicator", "ref_area", "unit", *project.topic.names}
    found: dict[str, str] = {}
    for column, kind, *_ in con.execute(f"DESCRIBE {name}").fetchall():
        found[column] = kind
        if column in lists:
            found[f"{column}_label"] = "VARCHAR"
    return found


def _selected(con: duckdb.DuckDBPyConnection, project: Project, name: str) -> str:
    own = {row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()}
    columns = [
        f'"{column}"' if column in own else f'label_of(\'{code}\', "{code}") AS "{column}"'
        for column in _columns(con, project, name)
        for code in [column.removesuffix("_label")]
    ]
    return f"SELECT {', '.join(columns)} FROM {name}"


def _ordered(con: duckdb.DuckDBPyConnection, project: Project, name: str, key: Sequence[str]) -> str:
    return f"{_selected(con, project, name)} ORDER BY {', '.join(key)}"


def _as_csv(con: duckdb.DuckDBPyConnection, project: Project, name: str, key: Sequence[str], *, is_raw: bool) -> str:
    """The table with numbers as a Data Package writes them, and words that begin no formula unless they are raw."""
    made = []
    for column, kind in _columns(con, project, name).items():
        if kind == "DOUBLE":
            made.append(f'as_number("{column}") AS "{column}"')
        elif kind == "VARCHAR" and not is_raw:
            made.append(f'as_cell("{column}") AS "{column}"')
        else:
            made.append(f'"{column}"')
    return f"SELECT {', '.join(made)} FROM ({_selected(con, project, name)}) ORDER BY {', '.join(key)}"


def _as_sdmx(con: duckdb.DuckDBPyConnection, project: Project) -> str:
    """The figures in SDMX-CSV 2.0. The key has the id of the observation: several sources print one quantity."""
    columns = [column for column in _columns(con, project, "figure") if not column.endswith("_label")]
    dimensions = ["observation_id", *project.topic.quantity]
    rest = [column for column in columns if column not in dimensions and column != "value"]
    numbers = {column for column, kind in _columns(con, project, "figure").items() if kind == "DOUBLE"}
    named = ", ".join(
        f'{f"as_number({column})" if column in numbers else column} AS "{_SDMX.get(column, column.upper())}"'
        for column in [*dimensions, "value", *rest]
    )
    flow = f"CUADRA:{project.topic.name.upper().replace('-', '_')}(1.0)"
    return (
        f"SELECT 'dataflow' AS \"STRUCTURE\", '{flow}' AS \"STRUCTURE_ID\", 'I' AS \"ACTION\", {named} "
        "FROM figure ORDER BY ALL"
    )


def _write(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    aside = file.with_name(f".part-{file.name}")
    form = "FORMAT parquet, COMPRESSION zstd" if file.suffix == ".parquet" else "FORMAT csv, HEADER"
    target = str(aside).replace("'", "''")
    try:
        con.execute(f"COPY ({query}) TO '{target}' ({form})")
        os.replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)


def _replace(file: Path, text: str) -> None:
    aside = file.with_name(f".part-{file.name}")
    try:
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)
