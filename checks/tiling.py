"""Which of several periods make, or lie within, which others: the relations between figures of one thing over time."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from cuadra.checks.period import Period, parse

KINDS = "ASQM"
"""Kinds of period with a name of their own, the longest first; `INTERVAL` stands for any other."""

INTERVAL = "/"
_MONTHS = {12: "A", 6: "S", 3: "Q", 1: "M"}
_DAY = timedelta(days=1)


class Tiling(NamedTuple):
    """How some periods relate to a longer one.

    Args:
        whole: the longer period.
        parts: what lies within it and is disjoint; one part may have the same dates.
        is_whole: whether they are all of it.
        kinds: the kinds of the parts, a letter each in the order of `KINDS`.
        of: the kind of the whole.
    """

    whole: str
    parts: tuple[str, ...]
    is_whole: bool
    kinds: str
    of: str

    @property
    def is_same(self) -> bool:
        """Whether the one part has the dates of the whole, under another name."""
        return self.is_whole and len(self.parts) == 1

    @property
    def divides_year(self) -> bool:
        """Whether the parts are halves, quarters or months of a calendar year."""
        return self.of == "A" and self.kinds in {"S", "Q", "M"}


def kind(period: Period) -> str:
    """A, S, Q or M for a period of these dates however it is written, and `INTERVAL` for another."""
    start, after = period.start, period.end + _DAY if period.end < date.max else period.end
    months = 12 * (after.year - start.year) + after.month - start.month
    is_named = start.day == after.day == 1 and months in _MONTHS and (start.month - 1) % months == 0
    return _MONTHS[months] if is_named else INTERVAL


@lru_cache(maxsize=4096)
def tilings(texts: tuple[str, ...]) -> tuple[Tiling, ...]:
    """All that follows from the dates of these periods, without what follows from the rest of it.

    Of each period: another name of it; what the longest periods within it make of it, whatever their kind; what the
    fewest pieces that are no longer than a half, a quarter or a month make; the halves, quarters and months within a
    named period, though some are missing; and the periods directly within it that are in none of these. So a chain of
    nested intervals has a relation for each link, and not one for each pair.
    """
    found: list[Tiling] = []
    names: dict[Period, str] = {}
    for text in sorted(texts, key=lambda each: ("/" in each, each)):
        dates = parse(text)._replace(frequency="")
        if dates in names:
            found.append(Tiling(names[dates], (text,), True, kind(dates), kind(dates)))
        else:
            names[dates] = text
    pieces: dict[date, dict[str, Period]] = defaultdict(dict)
    starts: dict[str, list[Period]] = defaultdict(list)
    for each in sorted(names):
        if (letter := kind(each)) != INTERVAL:
            pieces[each.start][letter] = each
            starts[letter].append(each)
    for whole, inside in _directly_within(sorted(names, key=lambda each: (each.start, -each.end.toordinal()))):
        choices = [_packed(inside)]
        for place, letter in enumerate(KINDS):
            choices.append(_walked(whole, KINDS[place:], pieces))
            if kind(whole) != INTERVAL:
                choices.append(_of_kind(whole, starts[letter]))
        found += _related(whole, inside, choices, names)
    return tuple(found)


def _related(
    whole: Period, inside: Sequence[Period], choices: Iterable[Sequence[Period]], names: Mapping[Period, str]
) -> Iterable[Tiling]:
    seen: set[tuple[Period, ...]] = set()
    covered: set[Period] = set()
    for parts in map(tuple, choices):
        if parts and parts not in seen:
            seen.add(parts)
            covered.update(parts)
            yield _tiling(whole, parts, names)
    for part in inside:
        if part not in covered:
            yield _tiling(whole, (part,), names)


def _tiling(whole: Period, parts: tuple[Period, ...], names: Mapping[Period, str]) -> Tiling:
    is_whole = sum(map(_days, parts)) == _days(whole)
    letters = {kind(part) for part in parts}
    kinds = "".join(letter for letter in KINDS + INTERVAL if letter in letters)
    return Tiling(names[whole], tuple(names[part] for part in parts), is_whole, kinds, kind(whole))


def _days(period: Period) -> int:
    return (period.end - period.start).days + 1


def _directly_within(periods: Sequence[Period]) -> Iterable[tuple[Period, list[Period]]]:
    """Of each period, those within it and within no other that is, by start and so by end.

    ``periods`` are in the order of their starts, the longest first of each.
    """
    by_start: dict[date, list[Period]] = defaultdict(list)
    for each in periods:
        by_start[each.start].append(each)
    days = sorted(by_start)
    ends = {day: [-each.end.toordinal() for each in by_start[day]] for day in days}
    for whole in periods:
        inside: list[Period] = []
        reached = whole.start - _DAY if whole.start > date.min else whole.start
        last = bisect_right(days, whole.end)
        for day in days[bisect_left(days, whole.start) : last]:
            alike = by_start[day]
            # Of those that begin on one day, only the longest that fits can be directly within.
            place = bisect_left(ends[day], -whole.end.toordinal())
            if place < len(alike) and alike[place] == whole:
                place += 1
            if place < len(alike) and (alike[place].end > reached or not inside):
                inside.append(alike[place])
                reached = alike[place].end
            if reached == whole.end:
                break
        yield whole, inside


def _packed(periods: Sequence[Period]) -> Sequence[Period]:
    """Those of these periods, none within another, that are disjoint and together longest; the fewest of such."""
    if all(before.end < after.start for before, after in pairwise(periods)):
        return periods
    ends = [each.end for each in periods]
    best: list[tuple[int, int, int]] = [(0, 0, -1)]
    for each in periods:
        before = bisect_left(ends, each.start)
        days, pieces, _ = best[before]
        taken = (days + _days(each), pieces - 1, before)
        best.append(max(taken, (*best[-1][:2], -1)))
    chosen: list[Period] = []
    place = len(periods)
    while place:
        if best[place][2] < 0:
            place -= 1
        else:
            chosen.append(periods[place - 1])
            place = best[place][2]
    return chosen[::-1]


def _walked(whole: Period, letters: str, pieces: Mapping[date, Mapping[str, Period]]) -> Sequence[Period]:
    """The fewest periods of these kinds that make the whole; nothing where none do.

    Named periods nest, so the longest that fits is always right.
    """
    walked: list[Period] = []
    day = whole.start
    while day <= whole.end:
        here = pieces.get(day, {})
        fits = (here[each] for each in letters if each in here and here[each].end <= whole.end and here[each] != whole)
        if (longest := next(fits, None)) is None:
            return ()
        walked.append(longest)
        if longest.end == whole.end:
            break
        day = longest.end + _DAY
    return walked


def _of_kind(whole: Period, periods: Collection[Period]) -> Sequence[Period]:
    """Of periods of one kind in their order, those within the whole."""
    ordered = list(periods)
    first = bisect_left(ordered, (whole.start,))
    last = bisect_right(ordered, (whole.end, date.max, ""))
    return [each for each in ordered[first:last] if each.end <= whole.end and each != whole]
