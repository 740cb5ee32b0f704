"""A table of figures as CSV: one line a printed figure, in the columns of a press entry.

Columns: ``at, says, indicator, period`` and, where they differ from the total, ``area, register, sex, age,
citizenship, exploitation, means, unit, share_of, share_of_figure, id, said_by, status, complete, note``.
``share_of`` is written ``age=_T``, ``complete`` as names parted by spaces. An empty cell says nothing.
"""

import csv
import io
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cuadra.sources.article import Article, Figure, observations
from cuadra.sources.source import Parsed, Snapshot, SourceError

LARGEST_FILE = 50_000_000
_COLUMNS = tuple(field.alias or name for name, field in Figure.model_fields.items())
_NEEDED = ("at", "says", "indicator", "period")


def parse_table(
    snapshot: Snapshot, name: str, *, published: str = "", language: str = "en", decimal: str | None = None
) -> Parsed:
    """One observation per line of the table; without ``published``, the day it was fetched stands for it.

    Raises:
        SourceError: not UTF-8, no such columns, or a line that cannot be read.
    """
    figures = [_figure(row, name, line) for line, row in read_rows(snapshot.path)]
    if not figures:
        raise SourceError(f"{snapshot.path.name}: expected lines of figures, got none. Fill the table.")
    article = Article(
        title=name, publisher=name, published=published or f"{snapshot.fetched_at:%Y-%m-%d}", url=snapshot.url or name,
        area="_", language=language, decimal=decimal, figures=tuple(figures),
    )  # fmt: skip
    return observations(article, name, snapshot.sha256, snapshot.path.name)


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The lines of the table with their line numbers, empty cells left out.

    Raises:
        SourceError: too large, not UTF-8, empty, or with columns nobody knows.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise SourceError(
            f"{path.name}: expected at most {LARGEST_FILE:,} bytes, got {size:,}. Make it a data-set source."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path.name}, byte {error.start}: expected UTF-8, got 0x{error.object[error.start]:02x}. Save it as UTF-8."
        ) from error
    if not text.strip():
        raise SourceError(f"{path.name}: expected a header and lines of figures, got an empty file. Fill the table.")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = list(reader.fieldnames or [])
        _check_header(path.name, header)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise SourceError(
                    f"{path.name}, line {reader.line_num}: expected {len(header)} cells, got another number. "
                    "Put words with commas in quotes; if the file was cut, restore it."
                )
            rows.append((reader.line_num, {key: cell.strip() for key, cell in row.items() if cell.strip()}))
    except csv.Error as error:
        raise SourceError(f"{path.name}, line {reader.line_num}: expected CSV, got {error}. Mend the line.") from error
    return rows


def _check_header(name: str, header: list[str]) -> None:
    unknown = [column for column in header if column not in _COLUMNS]
    missing = [column for column in _NEEDED if column not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise SourceError(
            f"{name}, line 1: expected columns {', '.join(_NEEDED)} and of {', '.join(_COLUMNS)}, each once, "
            f"got {', '.join(map(repr, header[:5]))}. Mend the header."
        )


def _figure(row: dict[str, str], name: str, line: int) -> Figure:
    entry: dict[str, Any] = dict(row)
    entry.setdefault("at", f"line {line}")
    if "share_of" in row:
        entry["share_of"] = dict(part.split("=", 1) for part in row["share_of"].split(";") if "=" in part)
    if "complete" in row:
        entry["complete"] = tuple(row["complete"].split())
    entry.setdefault("area", "PE")
    try:
        return Figure.model_validate(entry)
    except ValidationError as error:
        problem = error.errors()[0]
        raise SourceError(
            f"{name}, line {line}, {problem['loc'][0]}: expected {problem['msg'].lower()}, "
            f"got {str(row.get(str(problem['loc'][0]), 'none'))!r}. Mend the cell."
        ) from error
