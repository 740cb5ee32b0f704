"""Figures of one quantity: added up where the description says so, distinguished by place, or refused."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cuadra.sources.described.layout import Layout, Row
from cuadra.sources.source import SourceError

NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper", "qualifier")
"""What a figure says, in its order."""


class Figure(NamedTuple):
    """One figure: what it is about, what it says, its place, and the row and column it was read from."""

    quantity: tuple[Any, ...]
    numbers: tuple[Any, ...]
    says: str
    status: str
    complete: str
    place: str
    row: Row
    column: str


def added(figures: Sequence[Figure]) -> list[Figure]:
    """Figures of one quantity added up: the words are the numbers as printed, ``30 + 1``."""
    groups: dict[tuple[Any, ...], list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.quantity, []).append(figure)
    return [_sum(group) if len(group) > 1 else group[0] for group in groups.values()]


def _sum(group: Sequence[Figure]) -> Figure:
    group = sorted(group, key=lambda each: tuple(each.row.texts.values()))
    values, *bounds, qualifiers = zip(*(each.numbers for each in group), strict=True)
    return group[0]._replace(
        numbers=(
            None if None in values else sum(values), *map(sum, bounds),
            qualifiers[0] if len(set(qualifiers)) == 1 else "about",
        ),
        says=" + ".join(each.says for each in group),
    )  # fmt: skip


def told_apart(figures: Sequence[Figure], found: Layout, source: str) -> tuple[list[Figure], list[Figure]]:
    """The figures of one table, and those to quarantine because their quantity is given twice.

    Raises:
        SourceError: a quantity is given twice, and the description does not say what that means.
    """
    counts = Counter([figure.quantity for figure in figures])
    if found.table.repeats == "keep" or max(counts.values(), default=1) == 1:
        return list(figures), []
    again = [figure for figure in figures if counts[figure.quantity] > 1]
    if found.table.repeats == "quarantine":
        return [figure for figure in figures if counts[figure.quantity] == 1], again
    first = again[0]
    second = next(each for each in again[1:] if each.quantity == first.quantity)
    codes = ", ".join(str(code) for code in first.quantity if code not in {"_T", None})
    raise SourceError(
        f"{source}, {f'{found.where} row {first.row.number}'.strip()} {first.column!r}, row {second.row.number} "
        f"{second.column!r}: expected each quantity once, got {codes} with {first.says!r} and "
        f"{second.says!r} ({len(again)} cells so). Describe the column that tells them apart, or declare "
        'repeats = "keep", "quarantine" or "ignore" (exact repeats of a row), or add_rows = true.'
    )


def placed(figures: Sequence[Figure]) -> Iterator[str]:
    """The place of each figure: what is given twice at one place is distinguished by its number."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for figure in figures:
        key = (*figure.quantity, figure.place)
        seen[key] += 1
        yield figure.place if seen[key] == 1 else f"{figure.place} ({seen[key]})"
