"""A number as people write it: 1,054 and 62.5 in English, 1 054 and 62,5 in Spanish."""

import math
from decimal import ROUND_HALF_EVEN, Decimal

from cuadra.flows.words.vocabulary import text

DECIMALS = 4
"""Decimals at most; of a number nearer to zero so many of its digits, so that none is printed as zero."""


def number(value: float, language: str = "en") -> str:
    """A number with thousands parted, as many decimals as it needs, and the marks of the language.

    Whole numbers are printed to their last digit. Programs get numbers as they are, never through here.
    """
    if math.isinf(value):
        return ("-" if value < 0 else "") + text(language, "number.infinite")
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))
    places = DECIMALS if abs(exact) >= 1 or not exact else DECIMALS - 1 - exact.adjusted()
    short = exact if exact == exact.to_integral_value() else _rounded(exact, places)
    written = f"{short:,f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    marks = {ord(","): text(language, "number.thousands"), ord("."): text(language, "number.decimal")}
    return ("0" if written == "-0" else written).translate(marks)


def _rounded(exact: Decimal, places: int) -> Decimal:
    """So many decimals; what floating point loses in sums is far below them."""
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
