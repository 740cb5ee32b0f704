"""The description of a table: `source.toml` in the folder of a source, checked. See `sources/README.md`."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from cuadra.checks.topic import Topic
from cuadra.sources import entry
from cuadra.sources.login import LoginError, check_header
from cuadra.sources.source import SourceError

FILE = "source.toml"
Text = Annotated[StrictStr, Field(min_length=1)]
Cadence = Literal["once", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]
DIMENSIONS = ("period", "year", "part", "year_to", "area", "register", "indicator", "unit", "status", "codes", "value")
"""What a column may be beside a breakdown: the period, whole or in two columns (``year`` and its ``part``) or as the
last day counted (``year_to``); ``codes``, a label that stands for several codes; ``value``, the figures themselves."""

OF_CELL = ("scale", "decimals", "rounded_to", "share_of", "complete")
"""What a column of figures may say beside codes."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Leave(_Strict):
    """Rows that are left out on purpose: those whose column has (or has not) one of these texts, and why.

    Of several columns the texts are joined by blanks.
    """

    column: Text | Annotated[tuple[Text, ...], Field(min_length=1)]
    is_: tuple[str, ...] | None = Field(default=None, alias="is")
    is_not: tuple[str, ...] | None = None
    has: tuple[Text, ...] | None = None
    has_not: tuple[Text, ...] | None = None
    because: Text

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Leave":
        if sum(each is not None for each in (self.is_, self.is_not, self.has, self.has_not)) != 1:
            raise ValueError("one of `is`, `is_not`, `has` and `has_not`")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose texts are asked."""
        return (self.column,) if isinstance(self.column, str) else self.column


class Table(_Strict):
    """Where the table is in its file, and what its columns are."""

    sheet: str = ""
    pages: str = ""
    table: Annotated[StrictInt, Field(ge=1)] | None = None
    delimiter: Annotated[StrictStr, Field(max_length=1)] = ""
    encoding: str = ""
    ruled: StrictBool | None = None
    lines_are_rows: StrictBool = False
    header: Text | tuple[Text, ...] = ()
    header_rows: Annotated[StrictInt, Field(ge=0, le=10)] = 1
    names: tuple[Text, ...] = ()
    first_column: Text | None = None
    last_column: Text | None = None
    until: Text | None = None
    carry_down: tuple[Text, ...] = ()
    sections: Text | None = None
    add_rows: StrictBool = False
    repeats: Literal["refuse", "ignore", "keep", "quarantine"] = "refuse"
    leave_out: tuple[Leave, ...] = ()
    place: Text | None = None
    columns: Annotated[dict[Text, Text | dict[str, Any]], Field(min_length=1)]

    @property
    def header_words(self) -> tuple[str, ...]:
        """The cells by which the header is found, where they are declared."""
        return (self.header,) if isinstance(self.header, str) else self.header


class Description(_Strict):
    """A source that is a table: its facts, how its cells are written, and one table or several."""

    title: Text
    publisher: Text
    published: str | int | date = ""
    url: str = ""
    find: str = ""
    login: str = ""
    file: str = ""
    is_paged: StrictBool = False
    register_: Text | None = Field(default=None, alias="register")
    area: Text | None = None
    indicator: Text | None = None
    period: Text | None = None
    unit: Text | None = None
    language: Text = "en"
    licence: str = ""
    series: Annotated[StrictStr, Field(pattern=r"^[a-z0-9_][a-z0-9_.-]*$")] | None = None
    owner: str = ""
    cadence: Cadence = "yearly"
    enabled: StrictBool = True
    rows_min: Annotated[StrictInt, Field(ge=0)] = 1
    rows_max: Annotated[StrictInt, Field(ge=1)] = 10_000_000
    shrink_max: Annotated[float, Field(ge=0, le=1)] = 0.1
    complete: tuple[Text, ...] = ()
    share_of: dict[Text, Text] = {}
    said_by: Text | None = None
    year_starts: Annotated[StrictStr, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] = "01-01"
    breaks: tuple[Text, ...] = ()
    decimal: Literal[".", ","] | None = None
    thousands: Literal["", ".", ",", " ", "'"] | None = None
    missing: tuple[Text, ...] = ()
    nil: tuple[Text, ...] = ()
    marks: dict[Text, str] = {}
    brackets: Literal["negative", "note"] | None = None
    scale: Annotated[StrictInt, Field(ge=1)] = 1
    decimals: Annotated[StrictInt, Field(ge=-12, le=12)] | None = None
    rounded_to: Annotated[StrictInt, Field(ge=1)] | None = None
    ignores: dict[Text, Text] = {}
    table: Table | Annotated[tuple[Table, ...], Field(min_length=1)]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, also where there is one."""
        return (self.table,) if isinstance(self.table, Table) else self.table

    @property
    def left_out(self) -> dict[str, str]:
        """What is not read on purpose, with the reason: sheets, columns, and rows (under the name of their column)."""
        made = dict(self.ignores)
        for table in self.tables:
            made |= {name: said["ignore"] for name, said in table.columns.items()
                     if isinstance(said, dict) and "ignore" in said}  # fmt: skip
            made |= {f"rows by {' and '.join(each.columns)}": each.because for each in table.leave_out}
        return made


def read(path: Path, topic: Topic) -> Description:
    """The description in a file, checked for its shape and for the dimensions of the topic.

    Raises:
        SourceError: it cannot be read, or says something else; the line names the entry.
    """
    where = f"sources/{path.parent.name}/{path.name}"
    try:
        text = entry.decoded(where, path.read_bytes())
        said = tomllib.loads(text)
    except OSError as error:
        raise SourceError(
            f"{where}: expected a file that can be read, got {error.strerror}. Give this user the right."
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"{where}{entry.toml_fault(error, text)}") from error
    if left := [
        f"{where}, {place}: expected a value, got '?'. The draft is not finished: fill in every '?'."
        for place in entry.open_places(said)
    ]:
        raise entry.all_of(left)
    try:
        made = Description.model_validate(said)
    except ValidationError as error:
        raise entry.all_of([f"{where}, {line}" for line in _of_shape(error, said)]) from error
    faults = []
    for check in (
        partial(_check_login, made),
        partial(entry.check_published, str(made.published) or "2000", None),
        partial(_check_whole, made.share_of, topic, f"{where}, share_of"),
        partial(entry.check_address, made.url if not made.url.startswith("file:") else ""),
        *(partial(entry.check_words, key, getattr(made, key)) for key in ("title", "publisher")),
        *(partial(_check_columns, each, topic, where) for each in made.tables),
    ):
        try:
            check()
        except entry.EntryError as error:
            faults.append(f"{where}, {error}")
        except SourceError as error:
            faults += entry.lines_of(error)
    if faults:
        raise entry.all_of(faults)
    marks = {"decimal": made.decimal, "thousands": made.thousands}
    if made.decimal is not None and made.decimal == made.thousands:
        raise SourceError(f"{where}, thousands: expected another mark than decimal, got {marks}. Correct one of them.")
    if twice := ({*made.missing} & {*made.nil}) | ({*made.marks} & {*made.missing, *made.nil}):
        raise SourceError(
            f"{where}: expected each sign in one of missing, nil and marks, got {sorted(twice)[0]!r} in two. Remove it "
            "from one of them."
        )
    return made


def _of_shape(error: ValidationError, said: dict[str, Any]) -> Iterator[str]:
    """Each entry that is none by its shape, in a line that begins with its key."""
    problems = error.errors(include_url=False)
    # Of the two shapes that `table` may have, the one that was written.
    is_one = isinstance(said.get("table"), dict)
    mine = [each for each in problems if each["loc"][0] != "table" or (each["loc"][1:2] == ("Table",)) == is_one]
    places: dict[tuple[str, ...], dict[str, ErrorDetails]] = {}
    for each in mine or problems:
        loc = tuple(
            str(part)
            for part in each["loc"]
            if not re.search(r"^(Table|str|date|int)$|tuple\[|constrained|dict\[", str(part))
        )
        places.setdefault(loc[:-1], {}).setdefault(loc[-1], {**each, "loc": loc})
    for place, some in places.items():
        allowed = Leave if "leave_out" in place else Table if place[:1] == ("table",) else Description
        for key, words in entry.faults(list(some.values()), entry.names(allowed)):
            yield f"{'.'.join((*place, key))}: {words}"


def _check_login(said: Description) -> None:
    if said.login:
        try:
            check_header(said.login)
        except LoginError as error:
            raise entry.EntryError(
                f"login: {error}. Correct it; its value is a variable of the environment."
            ) from error
        if not said.url.startswith("https:") and not said.url.startswith("http:"):
            raise entry.EntryError("login: expected a web address in `url`, got none. Remove login.")


def _check_columns(table: Table, topic: Topic, where: str) -> None:
    known = (*DIMENSIONS, *topic.names)
    coded = {"area", "period", "register", "indicator", "unit", "status", *topic.names}
    for name, said in table.columns.items():
        if isinstance(said, str):
            if said not in known:
                raise SourceError(
                    f"{where}, column {name!r}: expected one of {', '.join(known)}, or {{ … }} with the codes of its "
                    f'figures or {{ ignore = "why" }}, got {said!r}. Correct it.'
                )
        elif "ignore" in said and (len(said) > 1 or not isinstance(said["ignore"], str) or not said["ignore"].strip()):
            raise SourceError(
                f'{where}, column {name!r}: expected {{ ignore = "why" }} and nothing beside it, got {said!r}. '
                "Correct it."
            )
        elif unknown := set(said) - coded - {"ignore", *OF_CELL}:
            raise SourceError(
                f"{where}, column {name!r}: expected codes for {', '.join(sorted(coded))}, or {', '.join(OF_CELL)}, or "
                f"ignore, got {sorted(unknown)[0]!r}. Correct it."
            )
        else:
            _check_types(name, said, topic, where)
    if table.sections is not None and table.sections not in known:
        raise SourceError(f"{where}, sections: expected one of {', '.join(known)}, got {table.sections!r}. Correct it.")


def _check_types(name: str, said: dict[str, Any], topic: Topic, where: str) -> None:
    wanted: dict[str, Any] = {"scale": int, "decimals": int, "rounded_to": int, "share_of": dict, "complete": list}
    for key, value in said.items():
        kind = wanted.get(key, (str, int) if key == "period" else str)
        if not isinstance(value, kind) or isinstance(value, bool):
            shown = " or ".join(
                each.__name__ for each in (kind if get_args(kind) or isinstance(kind, tuple) else (kind,))
            )
            raise SourceError(
                f"{where}, column {name!r}, {key}: expected {shown}, got {ascii(value)[:60]}. Correct it."
            )
    _check_whole(said.get("share_of", {}), topic, f"{where}, column {name!r}, share_of")


def _check_whole(said: dict[str, Any], topic: Topic, where: str) -> None:
    """What shares and rates are of: codes of the columns that say what a figure is about."""
    for column, code in said.items():
        if column not in topic.quantity:
            raise SourceError(
                f"{where}: expected columns among {', '.join(topic.quantity)}, got {column!r}. Correct it."
            )
        try:
            if column != "register":  # any register may be named
                entry.check_code("share_of", column, str(code), topic)
        except entry.EntryError as error:
            raise SourceError(f"{where.removesuffix('share_of')}{error}") from error
