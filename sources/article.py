"""Press sources: one TOML file an article, written by an analyst; facts first, then one line per printed figure.

Many figures can stand in a table of their own beside the TOML: ``figures_file = "name.csv"`` (see `figure_table`).
"""

import contextlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cuadra.checks.topic import Topic
from cuadra.sources import entry
from cuadra.sources.article_model import Article, Figure, article_model, figure_model
from cuadra.sources.figure import Ground, observations
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
            f"Rename it to {entry.file_name(path.stem)}.toml: it is the name of the source."
        )
    article = read_article(path, topic, area)
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
        shrink_max=_shrink_max(article),
        rows_max=article.rows_max or len(article.figures) or 1_000_000,
    )


def _shrink_max(article: Article) -> float:
    """How much of its figures an edition may lose: who deletes a line of an article does so on purpose."""
    if article.shrink_max is not None:
        return article.shrink_max
    return SHRINK_OF_TABLE if article.figures_file else 1.0


def parse(snapshot: Snapshot, name: str, file: Path, topic: Topic, area: str | None = None) -> Parsed:
    """The observations of an article: one row per figure of its TOML file, or of the table that the file names.

    Where the snapshot is the article's text or page and not its TOML, each figure says what stands at its anchor.

    Raises:
        SourceError: a figure has no anchor, or the text says something else around it.
    """
    ground = Ground(name, snapshot.sha256, topic, area, snapshot.fetched_at.date())
    article = read_article(file, topic, area)
    if article.figures_file:
        return table_observations(article, snapshot, ground)
    with snapshot.path.open("rb") as opened:
        is_toml = re.search(rb"^\s*(title|publisher|figures)\s*=|^\[", opened.read(LARGEST_FILE), re.MULTILINE)
    if is_toml:
        return observations(read_article(snapshot.path, topic, area), ground)
    text = prose.paragraphs(snapshot.path, name)
    said, lost = [], []
    for place, figure in enumerate(article.figures, start=1):
        try:
            said.append(figure.model_copy(update={"says": _at_anchor(figure, text)}))
        except prose.AnchorError as error:
            lost.append(f"{name}.toml, figure {place} ({figure.says!r} at {figure.at}), anchor: {error}")
    if lost:
        raise entry.all_of(lost)
    return observations(article.model_copy(update={"figures": tuple(said)}), ground)


def _at_anchor(figure: Figure, text: list[str]) -> str:
    if figure.anchor is None:
        raise prose.AnchorError('expected one, got none. Add e.g. anchor = "rescued {} victims" to read texts.')
    return prose.figure_at(figure.anchor, text)


def read_article(path: Path, topic: Topic, area: str | None = None) -> Article:
    """The article that a TOML file describes, checked for shape, and for codes only where the shape is wrong.

    Args:
        path: the file.
        topic: what its figures are about.
        area: that of figures where neither they nor the file say one.

    Raises:
        SourceError: no UTF-8 TOML of this shape, or larger than an article can be; its ``lines`` are all faults.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SourceError(
                f"{path.name}: expected at most {LARGEST_FILE:,} bytes, got {size:,}. "
                "Give one article a file; a data set is a source of its own."
            )
        text = entry.decoded(path.name, path.read_bytes())
    except OSError as error:
        got = "a folder" if path.is_dir() else str(error.strerror)
        raise SourceError(f"{path.name}: expected a file that can be read, got {got}. Correct the path.") from error
    if not text.strip():
        raise SourceError(f"{path.name}: expected an article and its figures, got an empty file. Fill or delete it.")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"{path.name}{entry.toml_fault(error, text)}") from error
    if left := [
        f"{path.name}, {place}: expected a value, got '?'. The draft is not finished: fill in every '?'."
        for place in _named(table)
    ]:
        raise entry.all_of(left)
    try:
        article = article_model(topic).model_validate(table)
    except ValidationError as error:
        raise entry.all_of([*_of_shape(error, path.name, table, topic), *_of_rest(path, table, topic, area)]) from error
    if bool(article.figures) == bool(article.figures_file):
        got = "both" if article.figures else "neither"
        raise SourceError(
            f"{path.name}, figures: expected figures here or in a figures_file, got {got}. "
            'Write figures = [ { at = "¶1", says = "5", … } ], or figures_file = "name.csv".'
        )
    return article


def _named(table: Mapping[str, Any]) -> Iterator[str]:
    """The places that a draft left open, a figure by its number and words."""
    yield from (place for key, value in table.items() if key != "figures" for place in entry.open_places({key: value}))
    for place, each in enumerate(table.get("figures", ()), start=1):
        says = each.get("says", "") if isinstance(each, dict) else each
        yield from (f"figure {place} ({says!r}), {key}" for key in entry.open_places(each))


def _of_shape(error: ValidationError, label: str, table: Mapping[str, Any], topic: Topic) -> Iterator[str]:
    """Each entry that is none by its shape, in a line that an analyst can find it by."""
    problems: dict[str, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False):
        loc = each["loc"]
        place = ""
        if loc[0] == "figures" and len(loc) > 1 and isinstance(loc[1], int):
            figure = table["figures"][loc[1]]
            says = figure.get("says", figure.get("at")) if isinstance(figure, dict) else figure
            place = f"figure {loc[1] + 1} ({says!r}), "
        problems.setdefault(place, []).append(each)
    for place, some in problems.items():
        once = {str(each["loc"][2 if place else 0 :]): each for each in _of_unions(some, 2 if place else 0)}
        known = entry.names(figure_model(topic) if place else Article)
        for key, words in entry.faults(list(once.values()), known):
            yield f"{label}, {place}{'entry' if key.isdecimal() else key}: {words}"


def _of_unions(problems: list[ErrorDetails], depth: int) -> list[ErrorDetails]:
    """The problems with their place cut to the key that a person wrote; of several ways to read it, the first."""
    cut: dict[str, ErrorDetails] = {}
    for each in problems:
        loc = each["loc"][: depth + 1]
        cut.setdefault(str(loc), {**each, "loc": loc})
    return list(cut.values())


def _of_rest(path: Path, table: Mapping[str, Any], topic: Topic, area: str | None) -> tuple[str, ...]:
    """What is wrong beside the shape: in the facts and the figures that have one, as if the others were not there."""
    figures: dict[int, Figure] = {}
    given = table.get("figures", ())
    for place, each in enumerate(given if isinstance(given, list) else (), start=1):
        with contextlib.suppress(ValidationError):
            figures[place] = figure_model(topic).model_validate(each)
    try:
        article = Article.model_validate({key: value for key, value in table.items() if key != "figures"})
    except ValidationError:
        return ()  # how its numbers are written is not known
    article = article.model_copy(update={"figures": tuple(figures.values())})
    try:
        observations(article, Ground(path.stem, "", topic, area), places=list(figures))
    except SourceError as error:
        return entry.lines_of(error)
    return ()
