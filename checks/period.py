"""Time periods as SDMX writes them."""

import calendar
import re
from datetime import date
from functools import cache
from typing import NamedTuple

_PART = {"S": 6, "Q": 3, "M": 1}
_SDMX = re.compile(r"(\d{4})(?:-(S|Q|M)(\d{1,2}))?")
_INTERVAL = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})")


class PeriodError(ValueError):
    """A text that is no time period."""


class Period(NamedTuple):
    """A stretch of whole days, both ends included, and its frequency (``A``, ``S``, ``Q``, ``M`` or none)."""

    start: date
    end: date
    frequency: str


def _advice(text: str) -> str:
    if (month := re.fullmatch(r"(\d{4})[-/](\d{1,2})", text)) and 1 <= int(month[2]) <= 12:
        return f"Write {month[1]}-M{int(month[2]):02}."
    if (years := re.fullmatch(r"(\d{4})\s?[-–/]\s?(\d{4})", text)) and years[1] < years[2]:
        return f"Write {years[1]}-01-01/{years[2]}-12-31, if these are the years meant."
    return "Write the period in one of these ways."


@cache
def parse(text: str) -> Period:
    """The period that a text such as ``2019``, ``2020-S1``, ``2019-M04`` or ``2020-01-01/2020-07-13`` names."""
    try:
        if sdmx := _SDMX.fullmatch(text):
            year, kind, place = int(sdmx[1]), sdmx[2], int(sdmx[3] or 1)
            months = _PART.get(kind, 12)
            last = place * months
            if not 1 <= place <= 12 // months:
                raise ValueError
            start = date(year, last - months + 1, 1)
            return Period(start, date(year, last, calendar.monthrange(year, last)[1]), kind or "A")
        if interval := _INTERVAL.fullmatch(text):
            start, end = date.fromisoformat(interval[1]), date.fromisoformat(interval[2])
            if start <= end:
                return Period(start, end, "")
    except ValueError:
        pass
    raise PeriodError(
        f"period: expected `2019`, `2020-S1`, `2019-Q3`, `2019-M04` or `2020-01-01/2020-07-13`, got {text!r}. "
        f"{_advice(text)}"
    )
