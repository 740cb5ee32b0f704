"""A time period as people write it: first half of 2020, April 2019, 1 January to 13 July 2020."""

from datetime import date

from cuadra.checks.codelist import UNKNOWN
from cuadra.checks.period import PeriodError, parse
from cuadra.flows.words.sentence import say
from cuadra.flows.words.vocabulary import text


def period(code: str, language: str = "en") -> str:
    """A period in words; a text that is no period of ours as it is."""
    try:
        start, end, frequency = parse(code)
    except PeriodError:
        return say(language, "period.unstated") if code == UNKNOWN else code
    if frequency in ("S", "Q"):
        months = {"S": 6, "Q": 3}[frequency]
        return say(language, f"period.{frequency}{(start.month - 1) // months + 1}", year=str(start.year))
    if frequency == "M":
        return say(language, "period.month", month=_month(start, language), year=str(start.year))
    if frequency:
        return code
    if start == end:
        return _day(start, language)
    is_one_year = start.year == end.year
    return say(language, "period.days", start=_day(start, language, has_year=not is_one_year), end=_day(end, language))


def _day(day: date, language: str, *, has_year: bool = True) -> str:
    key = "period.day" if has_year else "period.day_in_year"
    return say(language, key, day=str(day.day), month=_month(day, language), year=str(day.year))


def _month(day: date, language: str) -> str:
    return text(language, f"month.{day.month}")
