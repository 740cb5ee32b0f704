"""An article as a person writes it down: its facts and its figures, with the breakdowns of a topic as keys."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt, StrictStr, create_model

from cuadra.checks.topic import Topic
from cuadra.sources.reading import Numbers, Printed

Text = Annotated[StrictStr, Field(min_length=1)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_][a-z0-9_.-]*$")]


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
    from_: tuple[Text, ...] = Field(default=(), alias="from")
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
    shrink_max: Annotated[float, Field(ge=0, le=1)] | None = None
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
