"""Closed intervals of numbers: what printed words entail, and what a reader expects of them."""

import math
from typing import NamedTuple

LARGEST_EXACT = 2**53
"""The largest count a 64-bit float holds exactly; larger figures are refused, never rounded."""


class Interval(NamedTuple):
    """A closed interval of numbers; an infinite end means no bound is known on that side."""

    lower: float
    upper: float

    def is_empty(self) -> bool:
        """True when no number lies in the interval."""
        return self.lower > self.upper

    def meet(self, other: "Interval") -> "Interval":
        """The numbers in both intervals; it may be empty."""
        return Interval(max(self.lower, other.lower), min(self.upper, other.upper))

    def hull(self, other: "Interval") -> "Interval":
        """The smallest interval that holds both."""
        return Interval(min(self.lower, other.lower), max(self.upper, other.upper))

    def whole(self) -> "Interval":
        """The same interval with its ends rounded inward to whole numbers."""
        lower = self.lower if math.isinf(self.lower) else float(math.ceil(self.lower))
        upper = self.upper if math.isinf(self.upper) else float(math.floor(self.upper))
        return Interval(lower, upper)


UNKNOWN = Interval(0, math.inf)
"""What is known of a count nobody mentions."""
