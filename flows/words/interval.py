"""An interval as people write it: 454, 259 to 268, 301 or more."""

import math

from cuadra.flows.words.number import number
from cuadra.flows.words.sentence import say

SLACK = 1e-9
"""What shares lose in floating point; no count is so small."""


def interval(lower: float | None, upper: float | None, language: str = "en") -> str:
    """An interval with its ends as they are; a missing or infinite end is no bound on that side."""
    low, high = _ends(lower, upper)
    if low > high:
        return say(language, "interval.none")
    if low == high or (math.isfinite(high) and number(low, language) == number(high, language)):
        return number(low, language)
    if math.isinf(low) and math.isinf(high):
        return say(language, "interval.any")
    name = "or_more" if math.isinf(high) else "or_less" if math.isinf(low) else "range"
    return say(language, f"interval.{name}", lower=low, upper=high)


def fitting(lower: float | None, upper: float | None, language: str = "en") -> str:
    """The numbers that would fit in place of a count: at most 155, where there is none below zero."""
    low, high = _ends(lower, upper)
    if low == 0 < high < math.inf:
        return say(language, "interval.at_most", upper=high)
    return interval(low, high, language)


def whole(lower: float | None, upper: float | None) -> tuple[float, float]:
    """An interval of counts, its ends rounded inward to whole numbers; as it is where no whole number lies in it."""
    low, high = _ends(lower, upper)
    inner = (
        low if math.isinf(low) else float(math.ceil(low - SLACK)),
        high if math.isinf(high) else float(math.floor(high + SLACK)),
    )
    return inner if inner[0] <= inner[1] else (low, high)


def _ends(lower: float | None, upper: float | None) -> tuple[float, float]:
    return (
        -math.inf if lower is None or math.isnan(lower) else lower,
        math.inf if upper is None or math.isnan(upper) else upper,
    )
