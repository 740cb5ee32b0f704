"""Press sources: one TOML file an article, written by an analyst; facts first, then one line per printed figure."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import Field, StrictStr, ValidationError

from cuadra.checks import codelist, period, topic
from cuadra.checks.observation import BREAKDOWNS, COLUMNS, QUANTITY, observation_id
from cuadra.sources import reading
from cuadra.sources.readers import figures, prose
from cuadra.sources.reading import Numbers, Printed
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

LARGEST_FILE = 1_000_000
"""Bytes; an article's figures fit in a few kilobytes, so a larger file is not one."""

Text = Annotated[StrictStr, Field(min_length=1)]
NOT_STATED = "_U"
NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")


class Figure(Printed):
    """One printed figure: where it stands, its words, and what it is about."""

    at: Text
    anchor: Text | None = None
    period: Text
    area: Text | None = None
    sex: Text = "_T"
    age: Text = "_T"
    citizenship: Text = "_T"
    exploitation: Text = "_T"
    means: Text = "_T"
    register_: Text | None = Field(default=None, alias="register")
    share_of: dict[str, Text] | None = None
    share_of_figure: Text | None = None
    id: Text | None = None
    said_by: Text | None = None
    status: Text = "A"
    complete: tuple[Text, ...] | None = None
    note: Text | None = None


class Article(Numbers):
    """One article: its facts and its figures."""

    title: Text
    publisher: Text
    published: Text | date
    url: Text
    register_: Text | None = Field(default=None, alias="register")
    area: Text = "PE"
    language: Text = "en"
    said_by: Text | None = None
    complete: tuple[Text, ...] = ()
    owner: str = ""
    figures: Annotated[tuple[Figure, ...], Field(min_length=1)]


def article_source(path: Path) -> Source:
    """The source that one TOML file describes.

    Raises:
        SourceError: the file cannot be read as an article; the line names the entry and what to do.
    """
    article = read_article(path)
    return Source(
        name=path.stem,
        title=article.title,
        publisher=article.publisher,
        register=article.register_ or path.stem,
        url=article.url,
        parse=partial(parse, name=path.stem, file=path),
        file=path,
        published=str(article.published),
        language=article.language,
        decimal=article.decimal,
        cadence="once",
        owner=article.owner,
        rows_min=len(article.figures),
        rows_max=len(article.figures),
    )


def parse(snapshot: Snapshot, name: str, file: Path) -> Parsed:
    """The observations of an article: one row per figure of its TOML file.

    Where the snapshot is the article's text or page and not its TOML, each figure says what stands at its anchor.

    Raises:
        SourceError: a figure has no anchor, or the text says something else around it.
    """
    with snapshot.path.open("rb") as opened:
        is_toml = re.search(rb"^\s*(title|publisher|figures)\s*=|^\[", opened.read(LARGEST_FILE), re.MULTILINE)
    if is_toml:
        return observations(read_article(snapshot.path), name, snapshot.sha256)
    article, text = read_article(file), prose.paragraphs(snapshot.path, name)
    said = tuple(_at_anchor(figure, place, name, text) for place, figure in enumerate(article.figures, start=1))
    return observations(article.model_copy(update={"figures": said}), name, snapshot.sha256)


def _at_anchor(figure: Figure, place: int, name: str, text: list[str]) -> Figure:
    where = f"{name}.toml, figure {place} ({figure.says!r} at {figure.at}), anchor"
    if figure.anchor is None:
        raise SourceError(f'{where}: expected one, got none. Add e.g. anchor = "rescued {{}} victims" to read texts.')
    try:
        return figure.model_copy(update={"says": prose.figure_at(figure.anchor, text)})
    except prose.AnchorError as error:
        raise SourceError(f"{where}: {error}") from error


def read_article(path: Path) -> Article:
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
            f"{path.name}: expected TOML, got {error}. Mend that line; if the file was cut, restore it."
        ) from error
    try:
        article = Article.model_validate(table)
    except ValidationError as error:
        raise SourceError(f"{path.name}, {_first(error, table)}") from error
    if open_fields := [key for key, value in table.items() if value == "?"]:
        raise SourceError(
            f"{path.name}, {open_fields[0]}: expected a value, got '?'. The draft is not finished: fill in every '?'."
        )
    return article


def _first(error: ValidationError, table: Mapping[str, Any]) -> str:
    """The first complaint, at the entry that an analyst can find, and how many more there are."""
    problems = error.errors(include_url=False)
    where = problems[0]["loc"]
    place = str(where[0])
    if where[0] == "figures" and len(where) > 1 and isinstance(where[1], int):
        entry = table["figures"][where[1]]
        says = entry.get("says") if isinstance(entry, dict) else entry
        place = f"figure {where[1] + 1} ({says!r}), {'.'.join(map(str, where[2:])) or 'entry'}"
    allowed = Figure if where[0] == "figures" else Article
    names = ", ".join((field.alias or name) for name, field in allowed.model_fields.items())
    advice = {"missing": "Add it.", "extra_forbidden": f"Use one of: {names}."}
    kind, given = problems[0]["type"], problems[0]["input"]
    wanted = {"missing": "a value", "extra_forbidden": "a known key"}.get(kind, problems[0]["msg"].lower())
    got = "none" if kind == "missing" else ascii(given)[:60]
    more = f" ({len(problems) - 1} more in this file.)" if len(problems) > 1 else ""
    return f"{place}: expected {wanted}, got {got}. {advice.get(kind, 'Mend the entry.')}{more}"


def observations(article: Article, name: str, sha256: str, file: str = "") -> Parsed:
    """One observation per figure, in the contract's columns.

    Raises:
        SourceError: an unknown code, an unreadable number, a share without base, a figure given twice.
    """
    file = file or f"{name}.toml"
    rows: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    keys: set[str] = set()
    try:
        mark, warnings = reading.notation(article, article.figures, article.language, topic.shipped())
    except figures.UnreadableFigureError as error:
        raise SourceError(f"{file}, {error}") from error
    article, warnings = article.model_copy(update={"decimal": mark}), [f"{file}: {note}" for note in warnings]
    for place, figure in enumerate(article.figures, start=1):
        where = f"{file}, figure {place} ({figure.says!r} at {figure.at})"
        try:
            row = _row(article, figure, name, sha256, ids)
        except (codelist.CodeError, period.PeriodError, figures.UnreadableFigureError) as error:
            raise SourceError(f"{where}: {error}") from error
        except _EntryError as error:
            raise SourceError(f"{where}, {error}") from error
        key = _id(row)
        if key in keys:
            raise SourceError(
                f"{where}: expected each figure once, got a second one about the same quantity at the same place. "
                "Delete one, or give the place more exactly."
            )
        if row["time_period"] == NOT_STATED:
            warnings.append(f"{where}: the text states no period, so nothing can be checked against it.")
        if figure.id:
            ids[figure.id] = key
        keys.add(key)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64"))
    return Parsed(frame, rows_in=len(rows), warnings=tuple(warnings))


class _EntryError(ValueError):
    """An entry whose parts do not go together."""


def _id(row: Mapping[str, Any]) -> str:
    quantity = tuple(str(row[column]) for column in QUANTITY)
    return observation_id(row["source"], quantity, row["unit"], row["share_of"], row["locator"])


def _row(article: Article, figure: Figure, name: str, sha256: str, ids: Mapping[str, str]) -> dict[str, Any]:
    indicator = codelist.load("indicator")
    codelist.load("obs_status").check(figure.status)
    register = figure.register_ or article.register_
    if register:
        codelist.load("register").check(register)
    if figure.period != NOT_STATED:
        period.parse(figure.period)
    quantity = {
        "register": register or name,
        "indicator": indicator.check(figure.indicator),
        "ref_area": codelist.load("ref_area").check(figure.area or article.area),
        "time_period": figure.period,
    } | {column: codelist.load(column).check(getattr(figure, column)) for column in BREAKDOWNS}
    read, unit = reading.of_figure(figure, article, article.language, topic.shipped())
    complete = article.complete if figure.complete is None else figure.complete
    if unknown := set(complete) - set(BREAKDOWNS):
        raise _EntryError(f"complete: expected names among {', '.join(BREAKDOWNS)}, got {unknown.pop()!r}. Mend it.")
    return quantity | {
        "source": name,
        "vintage": str(article.published),
        "snapshot": sha256,
        "unit": unit,
        "says": figure.says,
        "value": read.value,
        "lower": read.hard.lower,
        "upper": read.hard.upper,
        "likely_lower": read.likely.lower,
        "likely_upper": read.likely.upper,
        "qualifier": read.qualifier,
        "share_of": _share_of(figure, unit, quantity),
        "share_base": _share_base(figure, ids),
        "complete": " ".join(complete),
        "obs_status": figure.status,
        "locator": figure.at,
        "said_by": figure.said_by or article.said_by or article.publisher,
        "published": str(article.published),
    }


def _share_of(figure: Figure, unit: str, quantity: Mapping[str, str]) -> str | None:
    if topic.shipped().units[unit].kind != "share":
        if figure.share_of:
            raise _EntryError(
                "share_of: expected a percentage or ratio, got a count. Drop share_of, or correct `says`."
            )
        return None
    if not figure.share_of:
        raise _EntryError(
            'share_of: expected the whole it is a share of, got none. Add e.g. share_of = { age = "_T" }.'
        )
    parts = []
    for column, code in sorted(figure.share_of.items()):
        if column not in quantity:
            raise _EntryError(f"share_of: expected columns among {', '.join(quantity)}, got {column!r}. Mend it.")
        if column in BREAKDOWNS:
            codelist.load(column).check(code)
        if quantity[column] == code:
            raise _EntryError(
                f"share_of: expected a whole other than the part, got {column} = {code!r} twice. Mend it."
            )
        parts.append(f"{column}={code}")
    return ";".join(parts)


def _share_base(figure: Figure, ids: Mapping[str, str]) -> str | None:
    if figure.share_of_figure is None:
        return None
    if figure.share_of_figure not in ids:
        raise _EntryError(
            f"share_of_figure: expected the id of an earlier figure, got {figure.share_of_figure!r}. "
            "Give that figure `id`, and put it first."
        )
    return ids[figure.share_of_figure]
