"""Periods as tables write them: years, quarters, halves and months in words, in English and Spanish, as SDMX texts."""

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from cuadra.checks import period

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "- - - - - - - - setiembre - - -",
        "- - - - - - - - sept - - -",
        "- - - - - - - - set - - -",
    )
    for number, name in enumerate(names.split(), 1)
    if name != "-"
}
_ORDINALS = {
    "1": 1, "1st": 1, "first": 1, "i": 1, "1er": 1, "1o": 1, "primer": 1, "primero": 1, "1ro": 1,
    "2": 2, "2nd": 2, "2d": 2, "second": 2, "ii": 2, "2o": 2, "2do": 2, "segundo": 2,
    "3": 3, "3rd": 3, "3d": 3, "third": 3, "iii": 3, "3er": 3, "3o": 3, "tercer": 3, "tercero": 3, "3ro": 3,
    "4": 4, "4th": 4, "fourth": 4, "iv": 4, "4o": 4, "4to": 4, "cuarto": 4,
}  # fmt: skip
_PARTS = {
    "quarter": "Q", "qtr": "Q", "q": "Q", "trimestre": "Q", "trim": "Q", "t": "Q",
    "half": "S", "semester": "S", "semestre": "S", "sem": "S", "h": "S", "s": "S",
}  # fmt: skip
_WHOLE = {"total", "year", "annual", "all year", "ano", "anual", "ano completo", "todo el ano", "january - december"}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))


class PeriodWordsError(ValueError):
    """Words that name no period for sure."""


_NOTED = re.compile(r"(?:19|20)\d\d[^\w/-]+\d[^\w]*")
"""A year and one digit more, as a footnote has it: ``2020 2``, ``2020#2``, ``2020 (1)``."""


@lru_cache(maxsize=4096)
def read(words: str, year_starts: str = "01-01") -> str:
    """The period that the words name, as SDMX or as an interval of days.

    Args:
        words: e.g. ``2019``, ``1st quarter 2001``, ``I Semestre 2021``, ``Ene-Jun 2020``, ``2019/20``, ``2020-06``.
        year_starts: month and day on which a year written as ``2019/20`` begins.

    Raises:
        PeriodWordsError: the words name no period, or a day whose order of day and month is unclear.
    """
    text = plain(words)
    if re.fullmatch(r"\d{4}(-[SQM]\d{1,2})?|\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", words.strip()):
        try:
            period.parse(words.strip())
        except period.PeriodError as error:
            raise PeriodWordsError(str(error)) from error
        return words.strip()
    if two := re.fullmatch(r"((?:19|20)\d\d)\s*[/-]\s*(\d\d|\d{4})", text):
        return _two_years(two[1], two[2], year_starts, words)
    if _NOTED.fullmatch(text):
        raise _unclear(words)  # a footnote, a half or a quarter as well as a month
    for pattern in (rf"{_YEAR}(?!\d(?:\D|$))\W*(?P<rest>.+)", rf"(?P<rest>.+?)\W*\b{_YEAR}"):
        if found := re.fullmatch(pattern, text):
            try:
                return part_of(found["rest"], found["year"])
            except PeriodWordsError:
                break
    raise _unclear(words)


def part_of(words: str, year: str) -> str:
    """The part of a year that the words name: a quarter, a half, a month, several months, or the whole year.

    Raises:
        PeriodWordsError: the words name none.
    """
    text = plain(words)
    text = re.sub(r"\b(of|de|del|the|el)\b", " ", text)
    text = " ".join(text.split()).strip(" .,-()")
    if text in _WHOLE or text == "":
        return year
    for pattern in (rf"(?P<n>{_ORDINAL})\W*(?P<part>{_PART})", rf"(?P<part>{_PART})\W*(?P<n>{_ORDINAL})"):
        if found := re.fullmatch(pattern, text):
            kind, place = _PARTS[found["part"]], _ORDINALS[found["n"]]
            if place <= {"Q": 4, "S": 2}[kind]:
                return f"{year}-{kind}{place}"
    if found := re.fullmatch(rf"({_MONTH})\.?", text):
        return f"{year}-M{_MONTHS[found[1]]:02d}"
    if found := re.fullmatch(r"(0?[1-9]|1[0-2])", text):
        return f"{year}-M{int(found[1]):02d}"
    if found := re.fullmatch(rf"({_MONTH})\.?\s*(?:-|to|a|/|hasta)\s*({_MONTH})\.?", text):
        return _months(year, _MONTHS[found[1]], _MONTHS[found[2]], words)
    raise _unclear(words)


def up_to(day: str) -> str:
    """The year that ends on this day, or the part of it from its first day on.

    Raises:
        PeriodWordsError: no ISO day.
    """
    try:
        last = date.fromisoformat(day.strip())
    except ValueError as error:
        raise _unclear(day) from error
    return str(last.year) if (last.month, last.day) == (12, 31) else f"{last.year}-01-01/{last.isoformat()}"


def plain(words: str) -> str:
    """The words in small letters without accents, dashes and blanks in one form."""
    text = unicodedata.normalize("NFKD", words.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).replace("º", "o").replace("°", "o").split())


def _months(year: str, first: int, last: int, words: str) -> str:
    if first > last:
        raise _unclear(words)
    if (first, last) == (1, 12):
        return year
    if (first % 6, last - first) == (1, 5):
        return f"{year}-S{last // 6}"
    if (first % 3, last - first) == (1, 2):
        return f"{year}-Q{last // 3}"
    end = calendar.monthrange(int(year), last)[1]
    return f"{year}-{first:02d}-01/{year}-{last:02d}-{end:02d}"


def _two_years(first: str, second: str, year_starts: str, words: str) -> str:
    last = int(second) if len(second) == 4 else int(first[:2] + second)
    if len(second) == 2 and last < int(first):
        last += 100
    if last != int(first) + 1:
        if len(second) == 2 and 1 <= int(second) <= 12:
            return f"{first}-M{int(second):02d}"
        raise _unclear(words)
    if year_starts == "01-01":
        raise PeriodWordsError(
            f"expected to know when a year such as {words!r} begins, got nothing. "
            'Declare e.g. year_starts = "04-01" in source.toml.'
        )
    start = date.fromisoformat(f"{first}-{year_starts}")
    end = start.replace(year=last) - timedelta(days=1)
    return f"{start.isoformat()}/{end.isoformat()}"


def _unclear(words: str) -> PeriodWordsError:
    return PeriodWordsError(
        f"expected a period such as '2019', '1st quarter 2019', 'Ene-Jun 2020' or '2019/20', got {words!r}. "
        "Add a line for it to codes.csv."
    )
