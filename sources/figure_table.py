"""A table of figures as CSV: one line a printed figure, in the columns of a press entry.

Columns: ``at, says, indicator, period``, the breakdowns of the topic where a figure is not their total, and of
``area, register, unit, share_of, share_of_figure, from, id, said_by, status, complete, series, published, note`` what
is needed. ``share_of`` is written ``age=_T``, ``complete`` as names parted by spaces, ``from`` as names parted
by ``;``. An empty cell says nothing.
"""

import csv
import difflib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cuadra.checks.topic import Topic
from cuadra.sources import entry, scale_change
from cuadra.sources.article_model import Article, Figure, figure_model
from cuadra.sources.figure import Ground, observations
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
    return table_observations(article, snapshot, Ground(name, snapshot.sha256, topic, area, snapshot.fetched_at.date()))


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
    figures, lines, faults = [], [], list[str]()
    for line, row in rows:
        try:
            figures.append(_figure(row, line, model))
            lines.append(f"{label}, line {line}")
        except ValidationError as error:
            known = entry.names(model)
            found = entry.faults(error.errors(include_url=False), known)
            faults += [f"{label}, line {line}, {key}: {words}" for key, words in found]
    try:
        parsed = observations(article.model_copy(update={"figures": tuple(figures)}), ground, lines)
    except SourceError as error:
        raise entry.all_of([*faults, *entry.lines_of(error)]) from error
    if faults:
        raise entry.all_of(faults)
    about = ("register", "indicator", *ground.topic.names, "unit")
    notes = scale_change.notes(scale_change.cells_of(parsed.frame(), about), label)
    return replace(parsed, warnings=(*parsed.warnings, *notes))


def read_rows(path: Path, label: str, topic: Topic) -> list[tuple[int, dict[str, str]]]:
    """The lines of the table with their line numbers, empty cells left out.

    Raises:
        SourceError: too large, not UTF-8, empty, or with columns nobody knows.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise SourceError(f"{label}: expected at most {LARGEST_FILE:,} bytes, got {size:,}. Make it a data-set source.")
    text = entry.decoded(label, path.read_bytes())
    if not text.strip():
        raise SourceError(f"{label}: expected a header and lines of figures, got an empty file. Fill the table.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, faults, begun = [], list[str](), 0
    try:
        header = [cell.strip() for cell in next(filter(None, reader), [])]
        _check_header(label, header, topic)
        begun = reader.line_num
        for cells in reader:
            line, begun = begun + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                faults.append(
                    f"{label}, line {line}: expected {len(header)} cells, got {len(cells)}. Put words with commas in "
                    "quotes; if the file was cut, restore it."
                )
            rows.append((line, {key: cell.strip() for key, cell in zip(header, cells, strict=False) if cell.strip()}))
    except csv.Error as error:
        got = "a quotation mark that is never closed" if "unexpected end" in str(error) else error
        faults.append(f"{label}, line {begun + 1}: expected CSV, got {got}. Correct the line.")
    if faults:
        raise entry.all_of(faults)
    return rows


def _check_header(label: str, header: list[str], topic: Topic) -> None:
    known = tuple(field.alias or name for name, field in figure_model(topic).model_fields.items())
    unknown = [column for column in header if column not in known]
    missing = [column for column in _NEEDED if column not in header]
    if len(header) == 1 and (mark := next((each for each in ";\t|" if each in header[0]), None)):
        raise SourceError(
            f"{label}, line 1: expected cells separated by commas, got {mark!r} between them. Save it with commas "
            "(and numbers with commas in quotes)."
        )
    if twice := next((column for column in header if header.count(column) > 1), None):
        raise SourceError(f"{label}, line 1: expected each column once, got {twice!r} twice. Rename or delete one.")
    if unknown or missing:
        near = [each for column in unknown for each in difflib.get_close_matches(column, known, n=1)]
        got = " and ".join(
            [*map(repr, unknown[:5]), *(f"none called {each!r}" for each in missing if each not in near)]
        )
        advice = f"Write {near[0]!r}." if near else "Correct the header."
        raise SourceError(
            f"{label}, line 1: expected columns {', '.join(_NEEDED)} and of {', '.join(known)}, got {got}. {advice}"
        )


def _figure(row: dict[str, str], line: int, model: type[Figure]) -> Figure:
    entered: dict[str, Any] = dict(row)
    entered.setdefault("at", f"line {line}")
    if "share_of" in row:
        entered["share_of"] = dict(part.split("=", 1) for part in row["share_of"].split(";") if "=" in part)
    if "from" in row:
        entered["from"] = tuple(each.strip() for each in row["from"].split(";"))
    if "complete" in row:
        entered["complete"] = tuple(row["complete"].split())
    return model.model_validate(entered)
