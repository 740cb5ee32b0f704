"""`cuadra export`: the figures in force for others to use, without the small counts that could identify someone."""

from enum import StrEnum
from pathlib import Path

import duckdb

from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.flows.words.sentence import say
from cuadra.warehouse.publication import attach_publication


class ExportFormat(StrEnum):
    """How an export is written."""

    csv = "csv"
    parquet = "parquet"


LEFT_OUT = "vintage, snapshot, likely_lower, likely_upper, share_base, complete, observation_id"
"""Columns of a figure that an export does not give."""


def export(publication: Path, folder: Path, form: ExportFormat, language: str = "en") -> tuple[int, int]:
    """Write the figures and a README into a folder; returns how many figures there are, and how many withheld.

    Raises:
        PublicationError: nothing is published yet.
    """
    file, topic = folder / f"figure.{form}", shipped()
    with duckdb.connect() as con:
        attach_publication(con, publication)
        folder.mkdir(parents=True, exist_ok=True)
        con.execute("CREATE TEMP VIEW in_force AS FROM published.figure_in_force")
        withheld = seen(con, topic, load_rules(topic), "in_force")
        shown = con.sql(f"SELECT * EXCLUDE ({LEFT_OUT}) FROM disclosure.seen ORDER BY ALL")
        if form is ExportFormat.csv:
            shown.write_csv(str(file))
        else:
            shown.write_parquet(str(file))
        figures = int(con.execute("SELECT count(*) FROM disclosure.seen").fetchall()[0][0])
        facts = con.execute("SELECT source, title, publisher, url, licence FROM published.source ORDER BY 1").fetchall()
        newest = con.execute("SELECT max(publication) FROM published.publication").fetchall()[0][0]
    listed = "\n".join(f"- {' · '.join(str(fact) for fact in row if fact)}" for row in facts)
    below = topic.small_counts.below
    text = say(
        language, "export.readme", caveat=topic.caveat.of(language), file=file.name, publication=newest,
        figures=figures, most=below - 1, small=below, withheld=withheld, sources=listed,
    )  # fmt: skip
    (folder / "README.txt").write_text(text, encoding="utf-8")
    return figures, withheld
