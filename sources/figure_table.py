"""A table of figures as CSV: one line a printed figure, in the columns of a press entry.

Columns: ``at, says, indicator, period``, the breakdowns of the topic where a figure is not their total, and of
``area, register, unit, share_of, share_of_figure, from, id, said_by, status, complete, series, published, note`` what
is needed. ``share_of`` is written ``age=_T``, ``complete`` as names parted by spaces, ``from`` as names parted
by ``;``. An empty cell says nothing.
"""

import csv
import io
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cuadra.checks.topic import Topic
from cuadra.sources.figure import Article, Figure, Ground, figure_model, observations
from cuadra.sources.source import Parsed, Snapshot, SourceError

LARGEST_FILE = 50_000_000
_NEEDED = ("at", "says", "indicator", "period")


def parse_table(  # noqa: PLR0913 - what an article would say of it
    snapshot: Snapshot,
    name: str,
    topic: Topic,
    *,
    published: str = "",
    language: str = "en",
    decimal: str | None = None,
    area: str | None = None,
) -> Parsed:
    """One observation per line of the table; without ``published``, the day it was fetched stands for it.

    Raises:
        SourceError: not UTF-8, no such columns, or a line that cannot be read.
    """
    article = Article(
        title=name, publisher=name, published=published or f"{snapshot.fetched_at:%Y-%m-%d}", url=snapshot.url or name,
        language=language, decimal=decimal,
    )  # fmt: skip
    return table_observations(article, snapshot, Ground(name, snapshot.sha256, topic, area))


def table_observations(article: Article, snapshot: Snapshot, ground: Ground) -> Parsed:
    """One observation per line of a table whose facts are those of this article.

    Raises:
        SourceError: not UTF-8, no such columns, or a line that cannot be read.
    """
    label = Path(article.figures_file or f"{ground.name}.csv").name
    model = figure_model(ground.topic)
    rows = read_rows(snapshot.path, label, ground.topic)
    if not rows:
        raise SourceError(f"{label}: expected lines of figures, got none. Fill the table.")
    figures = tuple(_figure(row, label, line, model) for line, row in rows)
    lines = [f"{label}, line {line}" for line, _ in rows]
    return observations(article.model_copy(update={"figures": figures}), ground, lines)


def read_rows(path: Path, label: str, topic: Topic) -> list[tuple[int, dict[str, str]]]:
    """The lines of the table with their line numbers, empty cells left out.

    Raises:
        SourceError: too large, not UTF-8, empty, or with columns nobody knows.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise SourceError(f"{label}: expected at most {LARGEST_FILE:,} bytes, got {size:,}. Make it a data-set source.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{label}, byte {error.start}: expected UTF-8, got 0x{error.object[error.start]:02x}. Save it as UTF-8."
        ) from error
    if not text.strip():
        raise SourceError(f"{label}: expected a header and lines of figures, got an empty file. Fill the table.")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = list(reader.fieldnames or [])
        _check_header(label, header, topic)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise SourceError(
                    f"{label}, line {reader.line_num}: expected {len(header)} cells, got another number. "
                    "Put words with commas in quotes; if the file was cut, restore it."
                )
            rows.append((reader.line_num, {key: cell.strip() for key, cell in row.items() if cell.strip()}))
    except csv.Error as error:
        raise SourceError(f"{label}, line {reader.line_num}: expected CSV, got {error}. Correct the line.") from error
    return rows


def _check_header(label: str, header: list[str], topic: Topic) -> None:
    known = tuple(field.alias or name for name, field in figure_model(topic).model_fields.items())
    unknown = [column for column in header if column not in known]
    missing = [column for column in _NEEDED if column not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise SourceError(
            f"{label}, line 1: expected columns {', '.join(_NEEDED)} and of {', '.join(known)}, each once, "
            f"got {', '.join(map(repr, header[:5]))}. Correct the header."
        )


def _figure(row: dict[str, str], label: str, line: int, model: type[Figure]) -> Figure:
    entry: dict[str, Any] = dict(row)
    entry.setdefault("at", f"line {line}")
    if "share_of" in row:
        entry["share_of"] = dict(part.split("=", 1) for part in row["share_of"].split(";") if "=" in part)
    if "from" in row:
        entry["from"] = tuple(each.strip() for each in row["from"].split(";"))
    if "complete" in row:
        entry["complete"] = tuple(row["complete"].split())
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        problem = error.errors()[0]
        raise SourceError(
            f"{label}, line {line}, {problem['loc'][0]}: expected {problem['msg'].lower()}, "
            f"got {str(row.get(str(problem['loc'][0]), 'none'))!r}. Correct the cell."
        ) from error
