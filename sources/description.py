"""The description of a table: `source.toml` in the folder of a source, checked. See `sources/README.md`."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError, model_validator

from cuadra.checks.topic import Topic
from cuadra.sources.source import SourceError

FILE = "source.toml"
Text = Annotated[StrictStr, Field(min_length=1)]
DIMENSIONS = ("period", "year", "part", "year_to", "area", "register", "indicator", "unit", "status", "codes", "value")
"""What a column may be beside a breakdown: the period, whole or in two columns (``year`` and its ``part``) or as the
last day counted (``year_to``); ``codes``, a label that stands for several codes; ``value``, the figures themselves."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Leave(_Strict):
    """Rows that are left out on purpose: those whose column has (or has not) one of these texts, and why."""

    column: Text
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


class Table(_Strict):
    """Where the table is in its file, and what its columns are."""

    sheet: str = ""
    pages: str = ""
    table: Annotated[StrictInt, Field(ge=1)] | None = None
    delimiter: str = ""
    encoding: str = ""
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
    repeats: Literal["refuse", "ignore"] = "refuse"
    leave_out: tuple[Leave, ...] = ()
    columns: Annotated[dict[Text, Text | dict[str, Any]], Field(min_length=1)]

    @property
    def header_words(self) -> tuple[str, ...]:
        """The cells by which the header is found: those declared, or the names of the columns."""
        return (self.header,) if isinstance(self.header, str) else self.header


class Description(_Strict):
    """A source that is a table: its facts, how its cells are written, and one table or several."""

    title: Text
    publisher: Text
    published: str | Any = ""
    url: str = ""
    file: str = ""
    register_: Text | None = Field(default=None, alias="register")
    area: Text | None = None
    indicator: Text | None = None
    period: Text | None = None
    unit: Text | None = None
    language: Text = "en"
    licence: str = ""
    owner: str = ""
    cadence: Literal["once", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] = "yearly"
    enabled: StrictBool = True
    rows_min: Annotated[StrictInt, Field(ge=0)] = 1
    rows_max: Annotated[StrictInt, Field(ge=1)] = 10_000_000
    complete: tuple[Text, ...] = ()
    said_by: Text | None = None
    year_starts: Annotated[StrictStr, Field(pattern=r"^\d\d-\d\d$")] = "01-01"
    breaks: tuple[Text, ...] = ()
    codes: Text | None = None
    decimal: Annotated[StrictStr, Field(min_length=1, max_length=1)] = "."
    thousands: Annotated[StrictStr, Field(max_length=1)] = ","
    missing: tuple[Text, ...] = ()
    nil: tuple[Text, ...] = ()
    marks: dict[Text, str] = {}
    scale: Annotated[float, Field(gt=0)] = 1
    decimals: Annotated[StrictInt, Field(ge=0, le=15)] | None = None
    rounded_to: Annotated[float, Field(gt=0)] | None = None
    ignores: dict[Text, Text] = {}
    table: Table | tuple[Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, also where there is one."""
        return (self.table,) if isinstance(self.table, Table) else self.table


def read(path: Path, topic: Topic) -> Description:
    """The description in a file, checked for its shape and for the dimensions of the topic.

    Raises:
        SourceError: it cannot be read, or says something else; the line names the entry.
    """
    where = f"sources/{path.parent.name}/{path.name}"
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{where}: expected a file that can be read, got {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{where}: expected UTF-8 TOML, got {error}. Correct that line.") from error
    if open_fields := list(_open(table)):
        raise SourceError(
            f"{where}, {open_fields[0]}: expected a value, got '?'. The draft is not finished: fill in every '?'."
        )
    try:
        made = Description.model_validate(table)
    except ValidationError as error:
        raise SourceError(f"{where}, {_first(error, table)}") from error
    for each in made.tables:
        _check_columns(each, topic, where)
    for name in (made.decimal, made.thousands):
        if name and (name.isalnum() or name == "-"):
            raise SourceError(f"{where}: expected a decimal and a thousands mark, got {name!r}. Correct it.")
    if made.decimal == made.thousands:
        raise SourceError(f"{where}, thousands: expected another mark than decimal, got {made.decimal!r} for both.")
    return made


def _open(value: Any, place: str = "") -> Any:
    if value == "?":
        yield place
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _open(each, f"{place}.{key}".strip("."))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _open(each, f"{place} {number}")


def _first(error: ValidationError, table: dict[str, Any]) -> str:
    problems = error.errors(include_url=False)
    # Of the two shapes that `table` may have, the one that was written.
    shape = "Table" if isinstance(table.get("table"), dict) else "tuple"
    mine = [each for each in problems if each["loc"][0] != "table" or str(each["loc"][1]).startswith(shape)] or problems
    problem = mine[0]
    loc = [str(part) for part in problem["loc"] if not re.fullmatch(r"Table|tuple\[.*\]|constrained-.*|str", str(part))]
    inside = loc[0] == "table" and len(loc) > 1
    allowed = Table if inside else Description
    names = ", ".join((field.alias or name) for name, field in allowed.model_fields.items())
    kind = problem["type"]
    wanted = {"missing": "a value", "extra_forbidden": "a known key"}.get(kind, problem["msg"].lower())
    got = "none" if kind == "missing" else ascii(problem["input"])[:60]
    advice = {"missing": "Add it.", "extra_forbidden": f"Use one of: {names}."}.get(kind, "Correct the entry.")
    return f"{'.'.join(loc)}: expected {wanted}, got {got}. {advice}"


def _check_columns(table: Table, topic: Topic, where: str) -> None:
    known = (*DIMENSIONS, *topic.names)
    coded = {"area", "period", "register", "indicator", "unit", "status", "share_of", "complete", *topic.names}
    for name, said in table.columns.items():
        if isinstance(said, str):
            if said not in known:
                raise SourceError(
                    f"{where}, column {name!r}: expected one of {', '.join(known)}, or {{ … }} with the codes of its "
                    f'figures or {{ ignore = "why" }}, got {said!r}. Correct it.'
                )
        elif unknown := set(said) - coded - {"ignore", "scale", "decimals", "rounded_to"}:
            raise SourceError(
                f"{where}, column {name!r}: expected codes for {', '.join(sorted(coded))}, or ignore, "
                f"got {sorted(unknown)[0]!r}. Correct it."
            )
