"""`cuadra export`: the figures in force for others to use, without the small counts that could identify someone."""

from enum import StrEnum
from pathlib import Path

import duckdb

from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.observation import columns
from cuadra.checks.rule import load_rules
from cuadra.flows.project import Project
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import say
from cuadra.warehouse.publication import attach_publication


class ExportFormat(StrEnum):
    """How an export is written."""

    csv = "csv"
    parquet = "parquet"


WITHOUT = ("vintage", "snapshot", "likely_lower", "likely_upper", "share_base", "complete", "repeats", "computed_from")
"""Columns of the contract that are of no use to others."""


CELLS = Path(__file__).with_name("cells.sql").read_text(encoding="utf-8")


def export(  # noqa: PLR0913 - what is written where, and how
    publication: Path, project: Project, folder: Path, form: ExportFormat, language: str = "en", *, is_raw: bool = False
) -> tuple[int, int]:
    """Write the figures and a README into a folder; returns how many figures there are, and how many withheld.

    CSV is for people, who open it as a spreadsheet: no cell begins a formula, unless it is asked for raw.

    Raises:
        PublicationError: nothing is published yet.
    """
    file = folder / f"figure.{form}"
    with duckdb.connect() as con:
        attach_publication(con, publication)
        folder.mkdir(parents=True, exist_ok=True)
        con.execute("CREATE TEMP VIEW in_force AS FROM published.figure_in_force")
        withheld = seen(con, project.topic, load_rules(project.topic), "in_force")
        names = ", ".join(name for name in columns(project.topic) if name not in WITHOUT)
        shown = con.sql(f"SELECT {names} FROM disclosure.seen ORDER BY ALL")
        words = [name for name, kind in zip(shown.columns, shown.types, strict=True) if str(kind) == "VARCHAR"]
        made = f"REPLACE ({', '.join(f'as_cell({name}) AS {name}' for name in words)})"
        is_for_people = form is ExportFormat.csv and not is_raw
        con.execute(CELLS)
        written = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet"}[form]
        target = str(file).replace("'", "''")
        con.execute(
            f"COPY (SELECT * {made if is_for_people else ''} FROM (SELECT {names} FROM disclosure.seen) ORDER BY ALL) "
            f"TO '{target}' ({written})"
        )
        figures = int(con.execute("SELECT count(*) FROM disclosure.seen").fetchall()[0][0])
        facts = con.execute("SELECT source, title, publisher, url, licence FROM published.source ORDER BY 1").fetchall()
        newest = con.execute("SELECT max(publication) FROM published.publication").fetchall()[0][0]
    listed = "\n".join(f"- {' · '.join(plain(fact) for fact in row if fact)}" for row in facts)
    small = project.topic.small_counts.below
    text = say(
        language, "export.readme", caveat=project.topic.caveat.of(language), file=file.name, publication=newest,
        figures=figures, most=small - 1, small=small, withheld=withheld, sources=listed,
    )  # fmt: skip
    (folder / "README.txt").write_text(text, encoding="utf-8")
    return figures, withheld
