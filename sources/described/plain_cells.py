"""Which cells of a column of figures are plain numbers, so that DuckDB reads them, and what the others say, as SQL."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.sources.described.big_file import text
from cuadra.sources.described.figures import Reading, Value
from cuadra.sources.readers.grid import Number

_NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")
_TEXTS = ("qualifier", "says", "status", "reason", "problem")

NOTHING_ODD = {
    "odd": "NULL::INTEGER",
    **{f"read_{name}": "NULL::DOUBLE" for name in _NUMBERS},
    **{f"read_{name}": "NULL::VARCHAR" for name in _TEXTS},
}
"""What there is to fill in while no cell was read one by one."""


def unit_of(given: Mapping[str, Any], topic: Topic, of_rows: Set[str]) -> str | None:
    """The unit of all cells of a column; none where its rows say it, or their indicator does."""
    if "unit" in of_rows:
        return None
    if given.get("unit"):
        return str(given["unit"])
    return None if "indicator" in of_rows or not given.get("indicator") else topic.indicators[given["indicator"]].unit


def plain(value: Value, work: Reading, is_number: bool, of_rows: Set[str]) -> dict[str, str]:
    """Which cells of a column are plain numbers, half of the step they are rounded to, and whether they are signed.

    Args:
        value: the column.
        work: the reading, with the topic and the marks of its description.
        is_number: whether the file holds the cells as numbers.
        of_rows: the dimensions that rows say something of.
    """
    whole, number = _patterns(value, work, is_number)
    is_plain = {
        "count": f"regexp_full_match(cell, '{whole}')",
        "signed": f"regexp_full_match(cell, '-?({number})')",
        "number": f"regexp_full_match(cell, '{number}')",
    }
    units = work.topic.units
    kinds = {
        code: each.kind if each.kind in {"count", "share"} else "signed" if each.is_signed else "number"
        for code, each in units.items()
    }
    half = "CASE WHEN contains(cell, '.') THEN 0.5 / pow(10, length(cell) - strpos(cell, '.')) ELSE 0.5 END"
    if unit := unit_of(value.codes or {}, work.topic, of_rows):
        kind = kinds[unit]
        signed = "TRUE" if kind == "signed" else "FALSE"
        return {"is_plain": is_plain.get(kind, "FALSE"), "half": "0.0" if kind == "count" else half,
                "is_signed": signed}  # fmt: skip
    of = {kind: ", ".join(text(code) for code, each in kinds.items() if each == kind) or "''" for kind in is_plain}
    cases = " ".join(f"WHEN unit IN ({of[kind]}) THEN {said}" for kind, said in is_plain.items())
    return {
        "is_plain": f"CASE {cases} ELSE FALSE END",
        "half": f"CASE WHEN unit IN ({of['count']}) THEN 0.0 ELSE {half} END",
        "is_signed": f"unit IN ({of['signed']})",
    }


def odd(value: Value, work: Reading, is_number: bool, found: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """What cells that are no plain number say: the place of each in a list, and lists of what is read in them.

    Args:
        value: their column.
        work: the reading, by whose description they are read one by one.
        is_number: whether the file holds them as numbers.
        found: each such cell once, with its unit.
    """
    if not found:
        return NOTHING_ODD
    rows = list[list[str]]()
    cells = sorted(found)
    for raw, unit in cells:
        shown = " ".join(raw.split())
        cell = work.read(Number(shown) if is_number and shown else shown, work.topic.units[unit], value.spec)
        numbers = [_number(each) for each in cell.numbers[:5]] or [_number(None)] * 5
        texts = (cell.numbers[5] if cell.numbers else None, shown, cell.status, cell.reason, cell.problem)
        rows.append([*numbers, *map(text, texts)])
    enumeration = ", ".join(text(f"{unit}:{raw}") for raw, unit in cells)
    lists = [f"[{', '.join(each)}][odd]" for each in zip(*rows, strict=True)]
    names = [f"read_{name}" for name in (*_NUMBERS, *_TEXTS)]
    is_odd = f"TRY_CAST(concat(unit, ':', cell) AS ENUM({enumeration}))"
    return {
        "odd": f"CASE WHEN NOT is_plain THEN enum_code({is_odd})::INTEGER + 1 END",
        **dict(zip(names, lists, strict=True)),
    }


def _patterns(value: Value, work: Reading, is_number: bool) -> tuple[str, str]:
    """Patterns of the whole numbers and of the numbers that say one thing, whatever else is declared."""
    said, spec = work.said, value.spec
    sized = {"scale", "decimals", "rounded_to"} & {*spec} or said.scale != 1 or said.decimals is not None
    marked = any(set(sign) & set("0123456789") for sign in (*said.missing, *said.nil, *said.marks))
    marked |= any(set(sign) & set("-.") for sign in said.marks)
    if sized or said.rounded_to is not None or marked:
        return r"[^\s\S]", r"[^\s\S]"
    is_point = is_number or said.decimal == "." or (said.decimal is None and said.language == "en")
    digits = r"\.[0-9]{1,9}" if is_number or said.decimal == "." else r"\.([0-9]{1,2}|[0-9]{4,9})"
    return "0|[1-9][0-9]{0,14}", f"(0|[1-9][0-9]{{0,11}})({digits})?" if is_point else "0|[1-9][0-9]{0,11}"


def _number(value: float | None) -> str:
    """A number as SQL writes it."""
    return "NULL::DOUBLE" if value is None else f"'{float(value)!r}'::DOUBLE"
