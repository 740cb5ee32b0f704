"""Whether the numbers of a table change their size midway, as where thousands become units: a suspicion, no more.

Like is compared with like: a figure with the one of the period before, of the same area and breakdowns. Where a table
has one period only, the rows above a row are compared with those below it.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import log10
from typing import NamedTuple

import pandas as pd

_FACTORS = {3: 1_000, 6: 1_000_000}
_NEAR = 0.4
"""How far from a factor a jump may be, in powers of ten: thousands that become units also grow or shrink a little."""

_SERIES_MIN = 3
_ALIKE = 0.8
"""Of the figures that can be compared over two periods, so many change alike."""

_AROUND_MIN = 3
_STEADY = 0.5
"""A single series must be steady before and after, within this power of ten."""

_ROWS_MIN = 8
_APART = log10(3)
"""In a list of areas, all rows on one side of the change are so much greater than all on the other."""

_SAID_MAX = 3
_DIGIT = re.compile(r"\d")


class Cell(NamedTuple):
    """A figure: where it is and in which row, its column, what it is about beside area and period, and its value."""

    where: str
    row: int
    column: str
    about: Hashable
    area: str
    period: str
    value: float


class _Change(NamedTuple):
    row: int
    where: str
    column: str
    factor: int
    is_greater: bool


def notes(cells: Iterable[Cell], name: str) -> Iterator[str]:
    """A note for each change of size, in the order of the rows; none of them is certain.

    Args:
        cells: the figures of one table.
        name: of the source.
    """
    found = [each for each in cells if each.value > 0]
    changes = sorted({*_over_time(found), *_over_rows(found)})
    at = defaultdict[tuple[int, str, int, bool], list[str]](list)
    for each in changes:
        at[each.row, each.where, each.factor, each.is_greater].append(each.column)
    for (_, where, factor, is_greater), columns in [*at.items()][:_SAID_MAX]:
        named = ", ".join(map(repr, columns[:3])) + (", …" if len(columns) > 3 else "")
        size = "greater" if is_greater else "smaller"
        yield (
            f"{name}, {named}: from {where} on, numbers are about {factor:,} times {size} than before. If their unit "
            "changes there, describe them as a [[table]] or column of their own, with its `scale`."
        )


def cells_of(frame: pd.DataFrame, about: Sequence[str]) -> Iterator[Cell]:
    """The figures of a frame in the contract's columns, in its order; ``about`` are the columns of their meaning."""
    said = zip(*(frame[name] for name in about), strict=True)
    rows = zip(frame["locator"], frame["ref_area"], frame["time_period"], frame["value"], said, strict=True)
    for row, (place, area, period, value, codes) in enumerate(rows):
        if pd.notna(value):
            yield Cell(str(place), row, "value", codes, area, period, value)


def _over_time(cells: Sequence[Cell]) -> Iterator[_Change]:
    """Changes from one period to the next that most figures share, or that the one series there is keeps."""
    series = defaultdict[Hashable, dict[str, Cell]](dict)
    for each in cells:
        series[each.about, each.area, _DIGIT.sub("9", each.period)].setdefault(each.period, each)
    steps = defaultdict[tuple[str, str, str], list[tuple[Cell, Cell, Sequence[Cell], int]]](list)
    for of in series.values():
        line = [of[period] for period in sorted(of)]
        for place, (one, other) in enumerate(pairwise(line), 1):
            column = one.column if one.column == other.column else ""
            steps[one.period, other.period, column].append((one, other, line, place))
    for pairs in steps.values():
        for power, factor in _FACTORS.items():
            for sign in (1, -1):
                jumps = [
                    (one, other, line, place)
                    for one, other, line, place in pairs
                    if abs(log10(other.value / one.value) - sign * power) <= _NEAR
                ]
                is_shared = len(jumps) >= _SERIES_MIN and len(jumps) >= _ALIKE * len(pairs)
                is_kept = bool(jumps) and len(jumps) == len(pairs) < _SERIES_MIN and all(
                    _is_steady(line[:place]) and _is_steady(line[place:]) for _, _, line, place in jumps
                )  # fmt: skip
                if is_shared or is_kept:
                    one, other, *_ = min(jumps, key=lambda jump: max(jump[0].row, jump[1].row))
                    # What comes later in the file is what changed, whichever way time runs in it.
                    later, is_greater = (other, sign > 0) if other.row >= one.row else (one, sign < 0)
                    is_row = one.row != other.row
                    yield _Change(later.row, later.where if is_row else later.period, later.column, factor, is_greater)


def _is_steady(line: Sequence[Cell]) -> bool:
    sizes = [log10(each.value) for each in line]
    middle = statistics.median(sizes)
    return len(line) >= _AROUND_MIN and all(abs(size - middle) <= _STEADY for size in sizes)


def _over_rows(cells: Sequence[Cell]) -> Iterator[_Change]:
    """Changes from one row to the next in a list of areas, where all above differ from all below."""
    lists = defaultdict[Hashable, list[Cell]](list)
    for each in cells:
        stem = each.area.rpartition("/")[0] or each.area.rpartition("-")[0]
        lists[each.about, each.period, each.column, stem].append(each)
    periods = defaultdict[Hashable, set[str]](set)
    for each in cells:
        periods[each.about, each.area].add(each.period)
    for found in lists.values():
        if len(found) < 2 * _ROWS_MIN or any(len(periods[each.about, each.area]) > 1 for each in found):
            continue
        line = sorted(found, key=lambda each: each.row)
        sizes = [log10(each.value) for each in line]
        if sizes in (sorted(sizes), sorted(sizes, reverse=True)):
            continue  # a list by size
        lows, highs = [*accumulate(sizes, min)], [*accumulate(sizes, max)]
        lows_after = [*accumulate(reversed(sizes), min)][::-1]
        highs_after = [*accumulate(reversed(sizes), max)][::-1]
        for place in range(_ROWS_MIN, len(line) - _ROWS_MIN + 1):
            is_greater = lows_after[place] - highs[place - 1] >= _APART
            if not is_greater and lows[place - 1] - highs_after[place] < _APART:
                continue
            jump = abs(statistics.median(sizes[place:]) - statistics.median(sizes[:place]))
            for power, factor in _FACTORS.items():
                if abs(jump - power) <= _NEAR:
                    yield _Change(line[place].row, line[place].where, line[place].column, factor, is_greater)
