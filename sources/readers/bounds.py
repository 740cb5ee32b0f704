"""What a number and its hedge entail: the hard and the likely interval of counts, amounts and shares.

*Hard* is what the words entail under every reading that a careful person accepts, *likely* what a reader expects.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from cuadra.checks.intervals import LARGEST_EXACT, Interval
from cuadra.sources.readers.numerals import UnreadableFigureError

ZERO = Decimal(0)
ANY_FRACTION = Decimal("0.05")
"""Either way of a fraction in words, such as *a third*."""


class Both(NamedTuple):
    """The hard and the likely interval of one figure."""

    hard: Interval
    likely: Interval


class Precision(NamedTuple):
    """How a number is rounded: half a step either way as its source declares, or by a word such as *thousand*."""

    half: Decimal | None = None
    cut: Decimal | None = None


def of_count(qualifier: str, n: Decimal, precision: Precision) -> Both:
    """The intervals of a count: whole numbers of zero or more.

    Raises:
        UnreadableFigureError: no count is meant, or one too large to be compared exactly.
    """
    if n > LARGEST_EXACT:
        raise UnreadableFigureError(
            "too_large", f"expected at most {LARGEST_EXACT}, got {n}. Larger numbers cannot be compared exactly."
        )
    if qualifier == "exact":
        return _counted(n, precision)
    step = max(5, 10 ** (len(str(int(n))) - 1) // 2)
    whole = int(n)
    above, below = (whole // step + 1) * step - 1, max(0, -(-whole // step) * step - step)
    hard, likely = {
        "more_than": (Interval(whole + 1, math.inf), Interval(whole + 1, max(whole + 1, above))),
        "at_least": (Interval(whole, math.inf), Interval(whole, above)),
        "fewer_than": (Interval(0, whole - 1), Interval(min(below, whole - 1), whole - 1)),
        "up_to": (Interval(0, whole), Interval(below, whole)),
        "about": (_about(n).whole(), _around(n, 10).whole()),
        "nearly": (Interval(0, whole - 1), Interval(min(math.ceil(n * 9 / 10), whole - 1), whole - 1)),
        "suppressed": (Interval(0, whole - 1), Interval(0, whole - 1)),
    }[qualifier]
    if hard.is_empty():
        raise UnreadableFigureError(
            "below_zero", f"expected a count of zero or more, got one below {n}. Compare it with the source."
        )
    return Both(hard, likely)


def _counted(n: Decimal, precision: Precision) -> Both:
    if precision.half is not None:
        hard = Interval(max(0, _up(n - precision.half)), _down(n + precision.half))
        return Both(hard, hard)
    if precision.cut is None:
        return Both(Interval(int(n), int(n)), Interval(int(n), int(n)))
    least = max(0, _up(n - precision.cut / 2))
    return Both(Interval(least, _down(n + precision.cut) - 1), Interval(least, _down(n + precision.cut / 2)))


def _about(n: Decimal) -> Interval:
    """A fifth either way, or half a unit of the last digit that is not zero, whichever is wider."""
    half = last_step(n) / 2
    upper = math.nextafter(float(n + half), -math.inf) if half * 5 > n else float(n + n / 5)
    return Interval(float(max(ZERO, min(n - n / 5, n - half))), max(upper, float(n + n / 5)))


def last_step(n: Decimal) -> Decimal:
    """The step of the last digit that is not zero: 100 of 500, 1 of 45, 0.1 of 2.50."""
    return Decimal(1).scaleb(int(n.normalize().as_tuple().exponent)) if n else ZERO


def _around(n: Decimal, percent: int) -> Interval:
    return Interval(float(n * (100 - percent) / 100), float(n * (100 + percent) / 100))


def of_amount(qualifier: str, n: Decimal, precision: Precision, *, is_signed: bool, step: Decimal) -> Both:
    """The intervals of a number with decimals, rounded at ``step``; below zero only where its unit is signed.

    Raises:
        UnreadableFigureError: nothing lies in the interval.
    """
    if qualifier != "exact":
        return _hedged(qualifier, n, abs(n) / 10, lowest=-float(LARGEST_EXACT) if is_signed else 0.0)
    if precision.cut is not None:
        return _rounded_or_cut(n, precision.cut, is_signed=is_signed)
    half = step / 2 if precision.half is None else precision.half
    lower = n - half if is_signed else max(ZERO, n - half)
    both = Interval(float(lower), float(n + half))
    return Both(both, both)


def of_share(qualifier: str, n: Decimal, whole: Decimal, step: Decimal, *, is_signed: bool = False) -> Both:
    """The intervals of a percentage or a decimal share, rounded or cut at ``step``.

    Raises:
        UnreadableFigureError: nothing lies in the interval.
    """
    if qualifier == "exact":
        return _rounded_or_cut(n, step, is_signed=is_signed)
    return _hedged(qualifier, n, whole / 10, lowest=0.0)


def of_fraction(qualifier: str, n: Decimal, half: Decimal) -> Both:
    """The intervals of a share in words, so much either way: *7 out of 10*, *a third*.

    Raises:
        UnreadableFigureError: nothing lies in the interval.
    """
    both = Interval(float(max(ZERO, n - half)), float(n + half))
    if qualifier == "exact":
        return Both(both, both)
    found = _hedged(qualifier, n, Decimal("0.1"), lowest=0.0)
    return Both(found.hard.hull(both), found.likely) if qualifier == "about" else found


def _rounded_or_cut(n: Decimal, step: Decimal, *, is_signed: bool) -> Both:
    """Rounded to ``step``, or what lies beyond it left off: 25 percent may be 25.9."""
    if n < 0:
        hard, likely = _rounded_or_cut(-n, step, is_signed=True)
        return Both(Interval(-hard.upper, -hard.lower), Interval(-likely.upper, -likely.lower))
    least = n - step / 2 if is_signed else max(ZERO, n - step / 2)
    hard = Interval(float(least), math.nextafter(float(n + step), -math.inf))
    return Both(hard, Interval(float(least), float(n + step / 2)))


def _hedged(qualifier: str, n: Decimal, tenth: Decimal, *, lowest: float) -> Both:
    if n < 0:
        raise UnreadableFigureError(
            "negative", f"expected a hedged number of zero or more, got {n}. Give the number without its hedge."
        )
    value = float(n)
    below, above = math.nextafter(value, -math.inf), math.nextafter(value, math.inf)
    down = max(lowest, float(n - tenth))
    hard, likely = {
        "more_than": (Interval(above, math.inf), Interval(above, max(above, float(n + tenth)))),
        "at_least": (Interval(value, math.inf), Interval(value, float(n + tenth))),
        "fewer_than": (Interval(lowest, below), Interval(min(down, below), below)),
        "up_to": (Interval(lowest, value), Interval(down, value)),
        "about": (_about(n), _around(n, 10)),
        "nearly": (Interval(lowest, below), Interval(min(down, below), below)),
    }[qualifier]
    if hard.is_empty():
        raise UnreadableFigureError(
            "below_zero", f"expected a share of zero or more, got one below {n}. Compare it with the source."
        )
    return Both(hard, likely)


def _up(n: Decimal) -> int:
    return int(n.to_integral_value(ROUND_CEILING))


def _down(n: Decimal) -> int:
    return int(n.to_integral_value(ROUND_FLOOR))
