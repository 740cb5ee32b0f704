"""What the columns of an observation must hold: one declaration, which pandera and DuckDB both ask.

Texts are looked at value by value, each distinct one once, since figures repeat few of them; numbers by an expression
of SQL, row by row.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from cuadra.checks import period
from cuadra.checks.codelist import TOTAL, CodeError
from cuadra.checks.intervals import LARGEST_EXACT
from cuadra.checks.topic import Topic

QUALIFIERS = (
    "exact", "rounded", "between", "more_than", "at_least", "fewer_than", "up_to", "about", "nearly", "suppressed",
    "not_mentioned",
)  # fmt: skip
OBS_STATUSES = tuple("ABDEIKLMOPQUVW")
"""SDMX CL_OBS_STATUS, the codes in use here; ``A`` is a normal value."""

ROW = "row"
"""What ``repeats`` says of a row of a data table; a breakdown, of a label that stands for several of its members."""

NOT_STATED = "_U"
"""The period of a figure whose words state none."""

_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")

Wrong = Callable[..., str | None]
"""What is wrong with a value of each column asked, in words (expected, got, what to do); none where nothing is."""


class TextCheck(NamedTuple):
    """A check of texts: the columns it looks at, the one at fault first, and what is wrong with their values."""

    columns: tuple[str, ...]
    wrong: Wrong
    is_any_text: bool = False
    """Whether any text will do: only a missing one is wrong, so that millions of values need not be told apart."""


class NumberCheck(NamedTuple):
    """A check of numbers: the column at fault, what is expected of it, and SQL that is true where a row has it."""

    column: str
    expected: str
    sql: str


_NUMBER_CHECKS = (
    NumberCheck("value", "at most 2^53", f"coalesce(value <= {LARGEST_EXACT} OR isnan(value), TRUE)"),
    NumberCheck("lower", "a bound within 2^53", f"coalesce(abs(lower) <= {LARGEST_EXACT}, FALSE)"),
    NumberCheck("upper", "at least lower", "coalesce(lower <= upper AND NOT isnan(upper), FALSE)"),
    NumberCheck("likely_lower", "at least lower", "coalesce(lower <= likely_lower AND NOT isnan(likely_lower), FALSE)"),
    NumberCheck("likely_upper", "at most upper", "coalesce(likely_upper <= upper AND NOT isnan(likely_upper), FALSE)"),
)  # fmt: skip


def number_checks(topic: Topic) -> tuple[NumberCheck, ...]:
    """The checks of numbers of this topic."""
    signed = ", ".join(f"'{code}'" for code, each in topic.units.items() if each.is_signed) or "''"
    below = NumberCheck("lower", "zero or more, or a unit that is signed",
                        f"coalesce(lower >= 0 OR unit IN ({signed}), FALSE)")  # fmt: skip
    return (*_NUMBER_CHECKS, below)


def text_checks(topic: Topic, texts: tuple[str, ...]) -> tuple[TextCheck, ...]:
    """The checks of texts of this topic; ``texts`` are the columns that must have one."""
    lists = {
        "indicator": _code(topic, "indicator"),
        "ref_area": _code(topic, "ref_area"),
        "time_period": _period,
        "unit": _among(*topic.units),
        "qualifier": _among(*QUALIFIERS),
        "obs_status": _among(*OBS_STATUSES),
        "complete": _complete(topic),
        "source": _name,
        **{name: _code(topic, name) for name in topic.names},
    }
    single = [TextCheck((name,), _required(lists.get(name)), name not in lists) for name in texts if name != "register"]
    return (
        *single,
        TextCheck(("register", "source"), _register(topic)),
        TextCheck(("share_of", "unit"), _share_of(topic)),
        TextCheck(("unit", "indicator"), _of_its_indicator(topic)),
        TextCheck(("series",), lambda value: None if value is None else _name(value)),
        TextCheck(("repeats",), lambda value: None if value is None else _among(ROW, *topic.names)(value)),
    )


def can_be_complete(topic: Topic) -> list[str]:
    """What a figure can declare complete: a breakdown below its total, or one partition of it.

    Not where parts may overlap: such make nothing, also when all of them are there.
    """
    able = [
        (name, each) for name in topic.names for each in topic.code_list(name).partitions if each.kind != "overlapping"
    ]
    below = [name for name in topic.names if any(name == of and each.parent == TOTAL for of, each in able)]
    return [*below, *sorted({f"{name}.{each.name}" for name, each in able})]


def _required(wrong: Wrong | None) -> Wrong:
    def found(value: str | None) -> str | None:
        if value is None:
            return "expected a text, got none. State it."
        return wrong(value) if wrong else None

    return found


def _name(value: str) -> str | None:
    if _NAME.fullmatch(value):
        return None
    return f"expected a name of small letters a to z, digits, `_`, `-` and `.`, got {value!r}. Rename it."


def _among(*known: str) -> Wrong:
    def wrong(value: str) -> str | None:
        return None if value in known else f"expected one of {', '.join(known)}, got {value!r}. Use one of them."

    return wrong


def _code(topic: Topic, name: str) -> Wrong:
    codes = topic.code_list(name)

    def wrong(value: str) -> str | None:
        try:
            codes.check(value)
        except CodeError as error:
            return str(error).removeprefix(f"{name}: ")
        return None

    return wrong


def _register(topic: Topic) -> Wrong:
    """A register is of the list, or a source's own by the name of the source."""
    of_list = _code(topic, "register")

    def wrong(register: str | None, source: str | None) -> str | None:
        if register is None:
            return "expected a text, got none. State it."
        return None if register == source else of_list(register)

    return wrong


def _period(value: str) -> str | None:
    try:
        if value != NOT_STATED:
            period.parse(value)
    except period.PeriodError as error:
        return str(error).removeprefix("period: ")
    return None


def _complete(topic: Topic) -> Wrong:
    known = can_be_complete(topic)

    def wrong(value: str) -> str | None:
        unknown = next((each for each in value.split() if each not in known), None)
        return unknown and f"expected divisions whose parts do not overlap, {', '.join(known)}, got {unknown!r}."

    return wrong


def _share_of(topic: Topic) -> Wrong:
    shares, rates = set(topic.units_of("share")), set(topic.units_of("rate"))
    example = f"{topic.names[0]}=_T" if topic.names else "indicator=…"
    lists = {name: _code(topic, name) for name in (*topic.names, "indicator", "ref_area")}

    def wrong(share_of: str | None, unit: str | None) -> str | None:
        if (share_of is not None) != (unit in shares) and unit not in rates:
            got = "a share without one" if share_of is None else f"{share_of!r} of a count"
            return f"expected a whole for each share, such as {example!r}, and none for a count, got {got}. Correct it."
        for part in share_of.split(";") if share_of else ():
            column, _, code = part.partition("=")
            if column not in topic.quantity or not code:
                return f"expected columns among {', '.join(topic.quantity)} with a code, got {part!r}. Correct it."
            if column in lists and (said := lists[column](code)):
                return f"{column}: {said}"
        return None

    return wrong


@cache
def apart_from_their_indicator(topic: Topic) -> tuple[str, ...]:
    """The pairs of indicator and unit, parted by a blank, whose figures could not be compared: euros and dollars.

    What is counted in persons and in cases is a count either way; what is an amount has the one unit of its indicator.
    """
    adding = topic.units_of("count", "amount")
    return tuple(
        f"{each.code} {unit}"
        for each in topic.indicators.values()
        for unit in adding
        if each.unit in adding and unit != each.unit
        and "amount" in {topic.units[unit].kind, topic.units[each.unit].kind}
    )  # fmt: skip


def _of_its_indicator(topic: Topic) -> Wrong:
    apart = set(apart_from_their_indicator(topic))

    def wrong(unit: str | None, indicator: str | None) -> str | None:
        if f"{indicator} {unit}" not in apart:
            return None
        own = topic.indicators[str(indicator)].unit
        return f"expected an amount in the unit of its indicator, {own!r}, got {unit!r}. It is another indicator."

    return wrong
