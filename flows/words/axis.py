"""Intervals drawn in characters on one axis, so that one sees whether they meet."""

import math
from collections.abc import Sequence

from cuadra.flows.words.interval import interval

Interval = tuple[str, float, float]
"""What is drawn: its name, its least and its most; either end may be infinite."""


def axis(rows: Sequence[Interval], language: str = "en", width: int = 40) -> list[str]:
    """A line each: its name, ◆ for one number or ├──┤ for a range, ─▶ where it has no end, and the numbers.

    The axis begins at zero, or at the least number where that is below it.
    """
    ends = [end for _, *both in rows for end in both if math.isfinite(end)]
    least, most = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    # Where a range has no end there is room to show it.
    span = (most - least) * (1.1 if any(math.isinf(end) for _, *both in rows for end in both) else 1) or 1.0
    name_width = max((len(name) for name, _, _ in rows), default=0)
    lines = []
    for name, lower, upper in rows:
        first, last = (_place(end, least, span, width) for end in (lower, upper))
        if lower == upper:
            drawn = "·" * first + "◆"
        else:
            left, right = "◀" if lower == -math.inf else "├", "▶" if upper == math.inf else "┤"
            drawn = "·" * first + (left + "─" * (last - first - 1) + right if last > first else "◆")
        lines.append(f"{name:<{name_width}}  {drawn:<{width + 1}}  {interval(lower, upper, language)}")
    return lines


def _place(end: float, least: float, span: float, width: int) -> int:
    if math.isinf(end):
        return 0 if end < 0 else width
    return round((end - least) / span * width)
