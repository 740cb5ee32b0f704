"""How likely each answer is among equals: how near its consistent values lie to what is near, and known slips.

Measured on corrections in the histories of public tables (``tests/benchmarks/bench_corrections.py``): digit slips say
little, since what would have to change is often one digit times a power of ten for every part of a sum; closeness to
the periods before and after, and to the most alike rows, says most. No weight is fitted beyond its first digit.
"""

import math
from collections.abc import Sequence
from statistics import median

from cuadra.checks.explain.explanation import Suspect
from cuadra.checks.explain.hypothesis import BY_CHANCE, Hypothesis
from cuadra.checks.explain.system import Near
from cuadra.checks.intervals import Interval

IN_TIME = 1.5
"""Weight of how near the neighbours in time are."""

ALIKE = 1.0
"""Weight of how near the most alike rows are, which may be unlike in this column."""

MOST_OF_ALIKE = 1.0
"""Log odds that alike rows give or take at most: they sort suspects, and never name one alone."""

OF_TOTAL = 0.5
"""Log odds of a total: it is computed or typed once more than its parts."""

FALLS = 1.0
"""Log odds for each neighbour in time that a cumulative figure would have to fall below, or rise above."""

SLIP = {
    "swapped digits": 1.5, "swapped figures": 1.0, "factor": 1.0, "sign": 1.0, "includes": 0.5, "digit": 0.5,
}  # fmt: skip
"""Log odds of a slip that would explain the printed number."""

OF_LABEL = 0.25
"""How often a figure that is wrong is right of another quantity."""


def score(suspect: Suspect, near: Near | None) -> float:
    """The log odds of one suspect beside others that cost as much."""
    found = OF_TOTAL if suspect.is_total else 0.0
    found += max((_slip(each) for each in suspect.hypotheses), default=0.0)
    if near is None or suspect.unit != "count":
        return found
    printed = Interval(suspect.claim.lower, suspect.claim.upper)
    in_time = _in_time(near)
    if in_time is not None:
        found += IN_TIME * closeness(printed, suspect.fits, *in_time)
    elif near.alike:
        gain = ALIKE * closeness(printed, suspect.fits, *_alike(near.alike))
        found += max(-MOST_OF_ALIKE, min(MOST_OF_ALIKE, gain))
    return found + FALLS * (_fallen(printed, near) - _fallen(suspect.fits, near))


def closeness(printed: Interval, fits: Interval, middle: float, scale: float) -> float:
    """How much nearer the consistent value lies to what is expected than the printed one, as a difference of logs."""
    return math.log(_away(printed, middle) + scale) - math.log(_away(fits, middle) + scale)


def _slip(each: Hypothesis) -> float:
    if each.fits is not None:
        return math.log(1 + OF_LABEL / max(each.by_chance, 0.01))
    return SLIP.get(each.kind, 0.0) if each.by_chance < BY_CHANCE else 0.0


def _in_time(near: Near) -> tuple[float, float] | None:
    """What the periods before and after lead one to expect, and how far from it is still usual."""
    if near.before is not None and near.after is not None:
        middle = near.before + near.passed * (near.after - near.before)
        return middle, _scale(middle) + abs(near.after - near.before) / 10
    known = near.before if near.before is not None else near.after
    return None if known is None else (known, _scale(known))


def _alike(values: Sequence[float]) -> tuple[float, float]:
    """The middle of the three most alike rows, and half of how far they lie apart on top of what is usual."""
    nearest = values[:3]
    middle = float(median(nearest))
    return middle, _scale(middle) + (max(nearest) - min(nearest)) / 2


def _scale(value: float) -> float:
    return 1 + abs(value) / 50


def _away(values: Interval, middle: float) -> float:
    return max(values.lower - middle, middle - values.upper, 0.0)


def _fallen(values: Interval, near: Near) -> int:
    """How many neighbours in time a cumulative figure breaks with: it does not fall."""
    if not near.is_cumulative:
        return 0
    below = near.before is not None and values.upper < near.before
    above = near.after is not None and values.lower > near.after
    return int(below) + int(above)
