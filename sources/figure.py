"""Printed figures as a person writes them down, in a TOML file or a table, and the observations that they make."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from pydantic import Field, StrictInt, StrictStr, create_model

from cuadra.checks import codelist, period
from cuadra.checks.column import can_be_complete
from cuadra.checks.observation import columns
from cuadra.checks.topic import Topic
from cuadra.sources import reading
from cuadra.sources.readers import figures
from cuadra.sources.reading import Numbers, Printed
from cuadra.sources.source import Parsed, SourceError

Text = Annotated[StrictStr, Field(min_length=1)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_][a-z0-9_.-]*$")]
NOT_STATED = "_U"
NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")


class Figure(Printed):
    """One printed figure: where it stands, its words, and what it is about.

    `figure_model` adds the breakdowns of a topic.
    """

    at: Text
    anchor: Text | None = None
    period: Text
    area: Text | None = None
    register_: Text | None = Field(default=None, alias="register")
    share_of: dict[str, Text] | None = None
    share_of_figure: Text | None = None
    id: Text | None = None
    said_by: Text | None = None
    status: Text = "A"
    complete: tuple[Text, ...] | None = None
    series: Name | None = None
    published: Text | date | None = None
    note: Text | None = None


class Article(Numbers):
    """One article: its facts and its figures, here or in a table of its own, and how many rows that should have."""

    title: Text
    publisher: Text
    published: Text | date
    url: Text
    register_: Text | None = Field(default=None, alias="register")
    area: Text | None = None
    language: Text = "en"
    said_by: Text | None = None
    complete: tuple[Text, ...] = ()
    series: Name | None = None
    owner: str = ""
    licence: str = ""
    cadence: Literal["once", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] = "once"
    figures_file: Text | None = None
    rows_min: Annotated[StrictInt, Field(ge=1)] | None = None
    rows_max: Annotated[StrictInt, Field(ge=1)] | None = None
    figures: tuple[Figure, ...] = ()


@lru_cache(maxsize=8)
def figure_model(topic: Topic) -> type[Figure]:
    """The model of a figure of this topic: its breakdowns are keys beside the others, the total where not given."""
    # By alias, since a breakdown may be called what pydantic calls one of its methods.
    fields: dict[str, Any] = {f"code_{name}": (Text, Field(default="_T", alias=name)) for name in topic.names}
    return create_model("Figure", __base__=Figure, **fields)


@lru_cache(maxsize=8)
def article_model(topic: Topic) -> type[Article]:
    """The model of an article with figures of this topic."""
    fields: dict[str, Any] = {"figures": (tuple[figure_model(topic), ...], ())}  # type: ignore[misc] # made above
    return create_model("Article", __base__=Article, **fields)


class Ground(NamedTuple):
    """What every row of one reading has: the source's name, the snapshot, the topic, and the default area."""

    name: str
    sha256: str
    topic: Topic
    area: str | None = None


def observations(article: Article, ground: Ground, lines: Sequence[str] = ()) -> Parsed:
    """One observation per figure, in the contract's columns.

    ``lines`` says where each figure is written down, for messages; without it, by its number in the TOML file.

    Raises:
        SourceError: an unknown code, an unreadable number, a share without base, a figure given twice.
    """
    rows: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    seen: set[str] = set()
    file = lines[0].partition(", line")[0] if lines else f"{ground.name}.toml"
    try:
        mark, notes = reading.notation(article, article.figures, article.language, ground.topic)
    except figures.UnreadableFigureError as error:
        raise SourceError(f"{file}, {error}") from error
    article = article.model_copy(update={"decimal": mark})
    warnings = [f"{file}: {note}" for note in notes]
    for place, figure in enumerate(article.figures, start=1):
        written = lines[place - 1] if lines else f"{ground.name}.toml, figure {place}"
        where = f"{written} ({figure.says!r} at {figure.at})"
        try:
            row = _row(article, figure, ground, ids)
        except (codelist.CodeError, period.PeriodError, figures.UnreadableFigureError) as error:
            raise SourceError(f"{where}: {error}") from error
        except _EntryError as error:
            raise SourceError(f"{where}, {error}") from error
        key = ground.topic.observation_id(row)
        if key in seen:
            raise SourceError(
                f"{where}: expected each figure once, got a second one about the same quantity at the same place. "
                "Delete one, or give the place more exactly."
            )
        if row["time_period"] == NOT_STATED:
            warnings.append(f"{where}: the text states no period, so nothing can be checked against it.")
        if figure.id:
            ids[figure.id] = key
        seen.add(key)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(columns(ground.topic))).astype(dict.fromkeys(NUMBERS, "float64"))
    anchors = tuple(figure.anchor for figure in article.figures)
    return Parsed(frame, rows_in=len(rows), warnings=tuple(warnings), anchors=anchors if any(anchors) else ())


class _EntryError(ValueError):
    """An entry whose parts do not go together."""


def _row(article: Article, figure: Figure, ground: Ground, ids: Mapping[str, str]) -> dict[str, Any]:
    topic = ground.topic
    indicator = topic.code_list("indicator")
    topic.code_list("obs_status").check(figure.status)
    register = figure.register_ or article.register_
    if register:
        topic.code_list("register").check(register)
    if figure.period != NOT_STATED:
        period.parse(figure.period)
    area = figure.area or article.area or ground.area
    if area is None:
        raise _EntryError(
            'area: expected a code, got none. Add `area = "…"` to the file, to the figure or to cuadra.toml.'
        )
    quantity = {
        "register": register or ground.name,
        "indicator": indicator.check(figure.indicator),
        "ref_area": topic.code_list("ref_area").check(area),
        "time_period": figure.period,
    } | {name: topic.code_list(name).check(getattr(figure, f"code_{name}")) for name in topic.names}
    read, unit = reading.of_figure(figure, article, article.language, topic)
    complete = article.complete if figure.complete is None else figure.complete
    if unknown := [each for each in complete if each not in can_be_complete(topic)]:
        raise _EntryError(
            f"complete: expected names among {', '.join(topic.names)}, or one with its partition such as "
            f"{', '.join(can_be_complete(topic)[len(topic.names) :][:3])}, got {unknown[0]!r}. Correct it."
        )
    return quantity | {
        "source": ground.name,
        "vintage": str(article.published),
        "snapshot": ground.sha256,
        "unit": unit,
        "says": figure.says,
        "value": read.value,
        "lower": read.hard.lower,
        "upper": read.hard.upper,
        "likely_lower": read.likely.lower,
        "likely_upper": read.likely.upper,
        "qualifier": read.qualifier,
        "share_of": _share_of(figure, unit, quantity, topic),
        "share_base": _share_base(figure, ids),
        "complete": " ".join(complete),
        "obs_status": figure.status,
        "locator": figure.at,
        "said_by": figure.said_by or article.said_by or article.publisher,
        "published": str(figure.published or article.published),
        "series": figure.series or article.series,
        "repeats": None,
    }


def _share_of(figure: Figure, unit: str, quantity: Mapping[str, str], topic: Topic) -> str | None:
    if topic.units[unit].kind != "share":
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
            raise _EntryError(f"share_of: expected columns among {', '.join(quantity)}, got {column!r}. Correct it.")
        if column in topic.names:
            topic.code_list(column).check(code)
        if quantity[column] == code:
            raise _EntryError(
                f"share_of: expected a whole other than the part, got {column} = {code!r} twice. Correct it."
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
