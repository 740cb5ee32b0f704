"""A topic: what figures are about. Breakdowns, code lists, units, rules, caveat and example queries, all of it data.

A topic is made of layers of folders, the base first. Each may hold ``topic.toml``, ``codelists/*.csv`` and
``rules/*.toml``; what a later layer says stands in for what an earlier one says, and listings show it.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

from cuadra.checks import codelist
from cuadra.checks.codelist import CodeList

BLOCK = ("register", "indicator", "ref_area", "time_period")
"""What a table of figures is about: the columns that all its cells share."""

KINDS = ("count", "amount", "rate", "share")
"""Kinds of unit: whole numbers, numbers with decimals that add, numbers that never add, and parts of a whole."""

ADDS = ("sum", "at_most", "none")
"""How an indicator adds over time or over areas: parts make the whole, at most make it, or say nothing of it."""

RESERVED = frozenset({
    *BLOCK, "at", "says", "anchor", "period", "area", "value", "lower", "upper", "likely_lower", "likely_upper",
    "unit", "qualifier", "share_of", "share_of_figure", "share_base", "complete", "obs_status", "status", "id",
    "observation_id", "source", "vintage", "snapshot", "locator", "said_by", "published", "note", "cell", "block",
    "times", "years_before", "from", "position", "finding", "findings", "rule", "verdict", "is_contradicted", "sources",
    "key", "code", "decimals", "rounded_to", "scale", "series", "indicator", "register", "row", "repeats", "member",
})  # fmt: skip
"""Names that a breakdown may not have: other columns and keys are called so."""

HERE = Path(__file__).parent
SHIPPED = {"base": HERE / "base", "trafficking": HERE}
"""The topics that come with cuadra, by name, and the folder of each."""

Text = Annotated[StrictStr, Field(min_length=1)]


class TopicError(ValueError):
    """A topic that cannot be used; the message is one line that names the file and the fix."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in the languages that people read; Spanish may be missing."""

    en: Text
    es: Text | None = None

    def of(self, language: str) -> str:
        """The text in this language, or in English."""
        return (self.es if language == "es" else None) or self.en


class _Breakdown(_Strict):
    label: Words
    in_every_key: StrictBool = False
    divides_people: StrictBool = True


class SmallCounts(_Strict):
    """Which counts could identify someone: those from 1 to one less than ``below``, in these units."""

    below: Annotated[int, Field(ge=0)]
    units: tuple[Text, ...]


class Query(_Strict):
    """A question to start from, in SQL."""

    asks: Words
    sql: Text


class _File(_Strict):
    extends: Text | None = None
    title: Words | None = None
    caveat: Words | None = None
    small_counts: SmallCounts | None = None
    breakdown: dict[str, _Breakdown] = {}
    query: tuple[Query, ...] = ()


@dataclass(frozen=True)
class Breakdown:
    """One dimension of a cell, such as sex. Its code list has ``_T`` for the total.

    One that does not divide people, such as the cause of a death, leaves the denominator of a rate as it is: so many
    deaths of a cause per 100,000 are of all people, whatever the cause.
    """

    name: str
    label: Words
    in_every_key: bool = False
    divides_people: bool = True


@dataclass(frozen=True)
class Unit:
    """A unit of figures: its kind, how many decimals it is kept with, and whether it may be negative.

    Of a rate, ``per`` is how many of what its denominator counts it is given for; none where that is not known.
    """

    code: str
    kind: Literal["count", "amount", "rate", "share"]
    decimals: int = 0
    is_signed: bool = False
    per: int | None = None


@dataclass(frozen=True)
class Indicator:
    """What is counted, in which unit, and how it adds over time and over areas (one of `ADDS`)."""

    code: str
    unit: str
    over_time: str = "none"
    over_areas: str = "none"


@dataclass(frozen=True, eq=False)
class Topic:
    """What figures are about. ``folders`` are its layers, the base first; ``code_lists`` all its lists by name."""

    name: str
    folders: tuple[Path, ...]
    title: Words
    caveat: Words
    small_counts: SmallCounts
    breakdowns: tuple[Breakdown, ...]
    queries: tuple[Query, ...]
    code_lists: Mapping[str, CodeList]
    units: Mapping[str, Unit] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the breakdowns, the columns of table ``cell``."""
        return tuple(each.name for each in self.breakdowns)

    @cached_property
    def quantity(self) -> tuple[str, ...]:
        """What an observation is about: the columns of its block, then its breakdowns."""
        return (*BLOCK, *self.names)

    def code_list(self, name: str) -> CodeList:
        """The code list of a breakdown or of another dimension.

        Raises:
            TopicError: the topic has none of that name.
        """
        if name not in self.code_lists:
            raise TopicError(f"topic {self.name!r}: expected a code list {name}.csv, got none. Write {name}.csv.")
        return self.code_lists[name]

    def units_of(self, *kinds: str) -> tuple[str, ...]:
        """The units of these kinds."""
        return tuple(code for code, unit in self.units.items() if unit.kind in kinds)

    def key(self, quantity: Mapping[str, Any]) -> tuple[str, ...]:
        """What names a quantity: its block, the codes spelled in every key, and the others that are no total."""
        spelled = [str(quantity[column]) for column in BLOCK]
        spelled += [str(quantity.get(each.name, "_T")) for each in self.breakdowns if each.in_every_key]
        others = [each.name for each in self.breakdowns if not each.in_every_key]
        return (*spelled, *(f"{name}={quantity[name]}" for name in others if quantity.get(name, "_T") != "_T"))

    def key_sql(self, of: str = "") -> str:
        """The same key as SQL expressions for ``concat_ws``; ``of`` stands before each column, e.g. ``t.``."""
        spelled = [*BLOCK, *(each.name for each in self.breakdowns if each.in_every_key)]
        others = [each.name for each in self.breakdowns if not each.in_every_key]
        parts = [f"{of}{name}" for name in spelled]
        parts += [f"nullif('{name}=' || {of}{name}, '{name}=_T')" for name in others]
        return ", ".join(parts)

    def observation_id(self, row: Mapping[str, Any]) -> str:
        """The name of an observation over vintages: what it is about and where it stands, never its value."""
        text = "|".join(
            [str(row["source"]), *self.key(row), str(row["unit"]), str(row["share_of"] or ""), str(row["locator"])]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def observation_id_sql(self) -> str:
        """The same name as a SQL expression over the columns of the contract."""
        return f"substr(sha256(concat_ws('|', source, {self.key_sql()}, unit, coalesce(share_of, ''), locator)), 1, 16)"


@cache
def shipped(name: str = "trafficking") -> Topic:
    """A topic that comes with cuadra.

    Raises:
        TopicError: there is none of that name.
    """
    return load([shipped_folder(name)] if name == "base" else [SHIPPED["base"], shipped_folder(name)], name)


def shipped_folder(name: str, where: str = "topic") -> Path:
    """The folder of a topic that comes with cuadra.

    Raises:
        TopicError: there is none of that name.
    """
    if name not in SHIPPED:
        raise TopicError(
            f"{where}: expected one of {', '.join(map(repr, SHIPPED))}, got {name!r}. "
            "Name one of them, or leave `extends` out for a topic of your own."
        )
    return SHIPPED[name]


def load(folders: Sequence[Path], name: str) -> Topic:
    """The topic that these layers make, the base first.

    Args:
        folders: each with ``topic.toml`` and ``codelists/*.csv``; any of it may be missing but for the base's.
        name: of the topic, for messages.

    Raises:
        TopicError: a file that cannot be used, a breakdown without a code list or with a name that is taken, an
            indicator with an unknown unit.
        CodeError: a file that is no code list.
    """
    files = [(folder / "topic.toml", _file(folder / "topic.toml")) for folder in folders]
    breakdowns: dict[str, Breakdown] = {}
    for path, file in files:
        for each, said in file.breakdown.items():
            _check_name(each, path)
            breakdowns[each] = Breakdown(each, said.label, said.in_every_key, said.divides_people)
    lists = _code_lists(folders)
    for each in breakdowns:
        if each not in lists or "_T" not in lists[each].rows:
            path = next(path for path, file in reversed(files) if each in file.breakdown)
            raise TopicError(
                f"{path}, breakdown {each!r}: expected a code list codelists/{each}.csv with a code '_T' for the "
                f"total, got {'none' if each not in lists else 'one without it'}. Write it."
            )
    units = {code: _unit(code, row, lists["unit"]) for code, row in lists["unit"].rows.items()}
    return Topic(
        name=name,
        folders=tuple(folders),
        title=_last(file.title for _, file in files),
        caveat=_last(file.caveat for _, file in files),
        small_counts=_last(file.small_counts for _, file in files),
        breakdowns=tuple(breakdowns.values()),
        queries=tuple(query for _, file in reversed(files) for query in file.query),
        code_lists=lists,
        units=units,
        indicators={
            code: _indicator(code, row, units, lists["indicator"]) for code, row in lists["indicator"].rows.items()
        },
    )


def _file(path: Path) -> _File:
    if not path.exists():
        return _File()
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TopicError(
            f"{path}: expected a file that can be read, got {error.strerror}. Give read rights."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"{path}: expected UTF-8 TOML, got {error}. Correct that line.") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the whole"
        raise TopicError(
            f"{path}, {where}: expected {', '.join(_File.model_fields)} as checks/topic.toml has them, "
            f"got {problem['msg'].lower()}. Correct that entry."
        ) from error


def _check_name(name: str, path: Path) -> None:
    got = "one in use" if name in RESERVED else "a word of SQL" if name in _sql_words() else "another"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or got != "another":
        raise TopicError(
            f"{path}, breakdown {name!r}: expected a name of small letters, digits and _ that no other column has, "
            f"got {got}. Rename it, and its code list."
        )


@cache
def _sql_words() -> frozenset[str]:
    """The words that no column can be called in a question, such as ``check`` and ``group``."""
    import duckdb  # noqa: PLC0415 - the other users of a topic do without

    with duckdb.connect() as con:
        found = con.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')"
        )
        return frozenset(str(word) for (word,) in found.fetchall())


def _code_lists(folders: Sequence[Path]) -> dict[str, CodeList]:
    layers = [folder / "codelists" for folder in folders]
    names = sorted({path.name.split(".")[0] for layer in layers for path in layer.glob("*.csv")})
    before = codelist.read("register", layers[:-1])
    known = before.codes if before else ()
    found = {name: codelist.read(name, layers, known) for name in names}
    return {name: each for name, each in found.items() if each is not None}


def _unit(code: str, row: Mapping[str, str], of: CodeList) -> Unit:
    kind, decimals, signed = row.get("kind") or "count", row.get("decimals") or "0", row.get("signed") or "no"
    per = row.get("per") or ""
    if kind not in KINDS or not decimals.isdecimal() or signed not in {"yes", "no"} or not f"0{per}".isdecimal():
        raise TopicError(
            f"{of.files[0]}, unit {code!r}: expected kind one of {', '.join(KINDS)}, a number of decimals, signed yes "
            f"or no, and per a whole number or empty, got {kind!r}, {decimals!r}, {signed!r}, {per!r}. "
            "Correct the line."
        )
    return Unit(code, kind, int(decimals), signed == "yes", int(per) if per else None)  # type: ignore[arg-type] # checked


def _indicator(code: str, row: Mapping[str, str], units: Mapping[str, Unit], of: CodeList) -> Indicator:
    unit, over = row.get("unit", ""), [row.get(name) or "none" for name in ("over_time", "over_areas")]
    if unit not in units:
        raise TopicError(
            f"{of.files[0]}, indicator {code!r}: expected a unit of unit.csv such as "
            f"{', '.join(map(repr, list(units)[:5]))}, got {unit!r}. Use one of them, or add a line to unit.csv."
        )
    if wrong := [each for each in over if each not in ADDS]:
        raise TopicError(
            f"{of.files[0]}, indicator {code!r}: expected over_time and over_areas one of {', '.join(ADDS)}, "
            f"got {wrong[0]!r}. Correct the line."
        )
    return Indicator(code, unit, *over)


def _last(values: Iterable[Any]) -> Any:
    return [value for value in values if value is not None][-1]
