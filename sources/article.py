"""Press sources: one TOML file an article, written by an analyst; facts first, then one line per printed figure.

Many figures can stand in a table of their own beside the TOML: ``figures_file = "name.csv"`` (see `figure_table`).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cuadra.checks.topic import Topic
from cuadra.sources.figure import Article, Figure, Ground, article_model, figure_model, observations
from cuadra.sources.figure_table import table_observations
from cuadra.sources.readers import prose
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

LARGEST_FILE = 1_000_000
"""Bytes; an article's figures fit in a few kilobytes, so a larger file is not one."""

SHRINK_OF_TABLE = 0.1
"""How much of its figures a table beside an article may lose without being held."""

_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")


def article_source(path: Path, topic: Topic, area: str | None = None) -> Source:
    """The source that one TOML file describes; ``area`` is that of figures where neither they nor it say one.

    Raises:
        SourceError: the file cannot be read as an article; the line names the entry and what to do.
    """
    if not _NAME.fullmatch(path.stem):
        raise SourceError(
            f"{path.name}: expected a file name of small letters a to z, digits, `_`, `-` and `.`, got {path.stem!r}. "
            "Rename it: it is the name of the source."
        )
    article = read_article(path, topic)
    table = path.parent / article.figures_file if article.figures_file else None
    if table and not table.is_file():
        raise SourceError(
            f"{path.name}, figures_file: expected a table of figures beside this file, got none called "
            f"{article.figures_file!r}. Write it, or correct its name."
        )
    return Source(
        name=path.stem,
        title=article.title,
        publisher=article.publisher,
        register=article.register_ or path.stem,
        url=article.url,
        parse=partial(parse, name=path.stem, file=path, topic=topic, area=area),
        file=table or path,
        origin=path,
        published=str(article.published),
        series=article.series,
        language=article.language,
        decimal=article.decimal,
        cadence=article.cadence,
        owner=article.owner,
        licence=article.licence,
        rows_min=article.rows_min or len(article.figures) or 1,
        # Who deletes a line of an article does so on purpose; a table may have been cut short.
        shrink_max=SHRINK_OF_TABLE if table else 1.0,
        rows_max=article.rows_max or len(article.figures) or 1_000_000,
    )


def parse(snapshot: Snapshot, name: str, file: Path, topic: Topic, area: str | None = None) -> Parsed:
    """The observations of an article: one row per figure of its TOML file, or of the table that the file names.

    Where the snapshot is the article's text or page and not its TOML, each figure says what stands at its anchor.

    Raises:
        SourceError: a figure has no anchor, or the text says something else around it.
    """
    ground = Ground(name, snapshot.sha256, topic, area)
    article = read_article(file, topic)
    if article.figures_file:
        return table_observations(article, snapshot, ground)
    with snapshot.path.open("rb") as opened:
        is_toml = re.search(rb"^\s*(title|publisher|figures)\s*=|^\[", opened.read(LARGEST_FILE), re.MULTILINE)
    if is_toml:
        return observations(read_article(snapshot.path, topic), ground)
    text = prose.paragraphs(snapshot.path, name)
    said = tuple(_at_anchor(figure, place, name, text) for place, figure in enumerate(article.figures, start=1))
    return observations(article.model_copy(update={"figures": said}), ground)


def _at_anchor(figure: Figure, place: int, name: str, text: list[str]) -> Figure:
    where = f"{name}.toml, figure {place} ({figure.says!r} at {figure.at}), anchor"
    if figure.anchor is None:
        raise SourceError(f'{where}: expected one, got none. Add e.g. anchor = "rescued {{}} victims" to read texts.')
    try:
        return figure.model_copy(update={"says": prose.figure_at(figure.anchor, text)})
    except prose.AnchorError as error:
        raise SourceError(f"{where}: {error}") from error


def read_article(path: Path, topic: Topic) -> Article:
    """The article that a TOML file describes, checked for shape but not yet for codes.

    Raises:
        SourceError: no UTF-8 TOML of this shape, or larger than an article can be.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SourceError(
                f"{path.name}: expected at most {LARGEST_FILE:,} bytes, got {size:,}. "
                "Give one article a file; a data set is a source of its own."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path.name}: expected a file that can be read, got {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SourceError(
            f"{path.name}, line {line}: expected UTF-8, got byte 0x{error.object[error.start]:02x}. "
            "Save the file as UTF-8."
        ) from error
    if not text.strip():
        raise SourceError(f"{path.name}: expected an article and its figures, got an empty file. Fill or delete it.")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(
            f"{path.name}: expected TOML, got {error}. Correct that line; if the file was cut, restore it."
        ) from error
    try:
        article = article_model(topic).model_validate(table)
    except ValidationError as error:
        raise SourceError(f"{path.name}, {_first(error, table, topic)}") from error
    if bool(article.figures) == bool(article.figures_file):
        got = "both" if article.figures else "neither"
        raise SourceError(
            f"{path.name}, figures: expected figures here or in a figures_file, got {got}. "
            'Write figures = [ { at = "¶1", says = "5", … } ], or figures_file = "name.csv".'
        )
    if open_fields := [key for key, value in table.items() if value == "?"]:
        raise SourceError(
            f"{path.name}, {open_fields[0]}: expected a value, got '?'. The draft is not finished: fill in every '?'."
        )
    return article


def _first(error: ValidationError, table: Mapping[str, Any], topic: Topic) -> str:
    """The first complaint, at the entry that an analyst can find, and how many more there are."""
    problems = error.errors(include_url=False)
    where = problems[0]["loc"]
    place = str(where[0])
    if where[0] == "figures" and len(where) > 1 and isinstance(where[1], int):
        entry = table["figures"][where[1]]
        says = entry.get("says") if isinstance(entry, dict) else entry
        place = f"figure {where[1] + 1} ({says!r}), {'.'.join(map(str, where[2:])) or 'entry'}"
    allowed = figure_model(topic) if where[0] == "figures" else Article
    names = ", ".join((field.alias or name) for name, field in allowed.model_fields.items())
    advice = {"missing": "Add it.", "extra_forbidden": f"Use one of: {names}."}
    kind, given = problems[0]["type"], problems[0]["input"]
    wanted = {"missing": "a value", "extra_forbidden": "a known key"}.get(kind, problems[0]["msg"].lower())
    got = "none" if kind == "missing" else ascii(given)[:60]
    more = f" ({len(problems) - 1} more in this file.)" if len(problems) > 1 else ""
    return f"{place}: expected {wanted}, got {got}. {advice.get(kind, 'Correct the entry.')}{more}"
