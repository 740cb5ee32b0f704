"""Printed words become two closed intervals: *hard* is what the words entail, *likely* what a reader expects.

The hedges and the number words are data (``hedges.csv``, ``number_words.csv``), one row a word and language.
A text that can be read in two ways is refused with :class:`UnreadableFigureError`, never guessed.
"""

import csv
import math
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cuadra.checks.intervals import LARGEST_EXACT, UNKNOWN, Interval

DECIMAL_MARK = {"en": ".", "es": ","}
"""The decimal mark of a language, where the source does not declare another."""

_HALF = {"en": {"half", "one half"}, "es": {"mitad", "la mitad"}}
_PERCENT = re.compile(r"\s*(%|percent|per cent|por ciento)$")
_OUT_OF = re.compile(r"^(?P<part>.+?)\s+(?:out of|de cada)\s+(?P<whole>.+)$")
_SUPPRESSED = re.compile(r"^<\s*(\d+)$")
_WORD_VALUE_AND = {"y", "and"}


class UnreadableFigureError(ValueError):
    """The printed words cannot be read as one figure for sure."""


class Reading(NamedTuple):
    """What printed words say: the number, its unit (``count``, ``percent``, ``ratio``), hedge, intervals."""

    value: float | None
    unit: str
    qualifier: str
    hard: Interval
    likely: Interval


def read(says: str, language: str = "en", decimal: str | None = None) -> Reading:
    """The figure that the printed words state, as a hard and a likely interval.

    Args:
        says: the words as printed, e.g. ``more than 300``, ``casi la mitad``, ``18.4%``, ``<5``.
        language: the language of the words, ``en`` or ``es``.
        decimal: the decimal mark the source declares; without it, the one of the language.

    Raises:
        UnreadableFigureError: the words are no number, or could be two different ones.
    """
    if language not in DECIMAL_MARK:
        raise UnreadableFigureError(f"language {language!r}: expected one of {', '.join(DECIMAL_MARK)}.")
    mark = decimal or DECIMAL_MARK[language]
    words = " ".join(says.casefold().split())
    if suppressed := _SUPPRESSED.match(words):
        interval = Interval(0, int(suppressed[1]) - 1)
        return Reading(None, "count", "suppressed", interval, interval)
    qualifier, rest = _hedge(words, language)
    if rest in _HALF[language]:
        return _half(qualifier)
    if out_of := _OUT_OF.match(rest):
        return _share_of_ten(
            qualifier, _number(out_of["part"], language, mark), _number(out_of["whole"], language, mark)
        )
    if percent := _PERCENT.search(rest):
        return _percent(qualifier, _number(rest[: percent.start()], language, mark))
    printed = _number(rest, language, mark)
    if printed != printed.to_integral_value() or printed < 0:
        raise UnreadableFigureError(
            f"{says!r}: expected a whole number of zero or more, got {printed} with decimal mark {mark!r}. "
            "Declare `decimal` if the source writes it the other way, or `unit` for a rate."
        )
    return _count(qualifier, int(printed))


def not_mentioned() -> Reading:
    """The reading of a quantity nobody mentions: any count."""
    return Reading(None, "count", "not_mentioned", UNKNOWN, UNKNOWN)


def _hedge(words: str, language: str) -> tuple[str, str]:
    for hedge, qualifier in _hedges(language):
        if words.startswith(hedge + " "):
            return qualifier, words[len(hedge) + 1 :]
    return "exact", words


def _count(qualifier: str, n: int) -> Reading:
    if n > LARGEST_EXACT:
        raise UnreadableFigureError(f"{n}: larger than {LARGEST_EXACT}, cannot be compared exactly.")
    step = max(5, 10 ** (len(str(n)) - 1) // 2)
    above, below = (n // step + 1) * step - 1, max(0, -(-n // step) * step - step)
    hard, likely = {
        "exact": (Interval(n, n), Interval(n, n)),
        "more_than": (Interval(n + 1, math.inf), Interval(n + 1, max(n + 1, above))),
        "at_least": (Interval(n, math.inf), Interval(n, above)),
        "fewer_than": (Interval(0, n - 1), Interval(min(below, n - 1), n - 1)),
        "up_to": (Interval(0, n), Interval(below, n)),
        "about": (_around(n, 20).whole(), _around(n, 10).whole()),
        "nearly": (Interval(0, n - 1), Interval(min(math.ceil(n * 9 / 10), n - 1), n - 1)),
    }[qualifier]
    if hard.is_empty():
        raise UnreadableFigureError(f"{qualifier} {n}: no count is below zero.")
    return Reading(float(n), "count", qualifier, hard, likely)


def _around(n: int, percent: int) -> Interval:
    return Interval(n * (100 - percent) / 100, n * (100 + percent) / 100)


def _percent(qualifier: str, printed: Decimal) -> Reading:
    half = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    return _share("percent", qualifier, printed, half, Decimal(100))


def _share_of_ten(qualifier: str, part: Decimal, whole: Decimal) -> Reading:
    if whole <= 0 or part > whole:
        raise UnreadableFigureError(f"{part} out of {whole}: expected a part of at most the whole.")
    return _share("ratio", qualifier, part / whole, Decimal("0.5") / whole, Decimal(1))


def _half(qualifier: str) -> Reading:
    return _share("ratio", qualifier, Decimal("0.5"), Decimal("0.05"), Decimal(1))


def _share(unit: str, qualifier: str, n: Decimal, half: Decimal, whole: Decimal) -> Reading:
    tenth = whole / 10
    value = float(n)
    rounded = Interval(float(n - half if n < 0 else max(Decimal(0), n - half)), float(n + half))
    below = math.nextafter(value, -math.inf)
    above = math.nextafter(value, math.inf)
    hard, likely = {
        "exact": (rounded, rounded),
        "more_than": (Interval(above, math.inf), Interval(above, float(n + tenth))),
        "at_least": (Interval(value, math.inf), Interval(value, float(n + tenth))),
        "fewer_than": (Interval(0, below), Interval(float(max(Decimal(0), n - tenth)), below)),
        "up_to": (Interval(0, value), Interval(float(max(Decimal(0), n - tenth)), value)),
        "about": (
            Interval(float(n - n / 5), float(n + n / 5)),
            Interval(float(n - n / 10), float(n + n / 10)),
        ),
        "nearly": (Interval(0, below), Interval(float(max(Decimal(0), n - tenth)), below)),
    }[qualifier]
    return Reading(value, unit, qualifier, hard, likely)


def _number(text: str, language: str, mark: str) -> Decimal:
    thousands = "," if mark == "." else "."
    plain = re.fullmatch(rf"-?(\d{{1,3}}([{thousands} \u00a0\u202f]\d{{3}})+|\d+)(\{mark}\d+)?", text)
    if plain:
        return Decimal(re.sub(rf"[{thousands} \u00a0\u202f]", "", text).replace(mark, "."))
    return Decimal(_number_in_words(text, language))


def _number_in_words(text: str, language: str) -> int:
    """The value of number words, also mixed with digits: ``mil 54``, ``1 million``, ``treinta y uno``."""
    values = _number_words(language)
    total, group = 0, 0
    tokens = [t for t in re.split(r"[\s-]+", text) if t not in _WORD_VALUE_AND]
    for token in tokens:
        value = int(token) if token.isdecimal() else values.get(token)
        if value is None:
            raise UnreadableFigureError(
                f"expected a number in {language!r}, got {text!r}. "
                "Give the words as printed, and `decimal` where the source writes numbers its own way."
            )
        if value >= 1000 and not token.isdecimal():
            total, group = total + max(group, 1) * value, 0
        elif value == 100 and group and not token.isdecimal():
            group *= value
        else:
            group += value
    if not tokens:
        raise UnreadableFigureError("'': expected a number, got no words. Give the words as printed.")
    return total + group


@cache
def _hedges(language: str) -> list[tuple[str, str]]:
    rows = [r for r in _table("hedges.csv") if r["language"] == language]
    return sorted(((r["words"], r["qualifier"]) for r in rows), key=lambda row: -len(row[0]))


@cache
def _number_words(language: str) -> dict[str, int]:
    return {r["word"]: int(r["value"]) for r in _table("number_words.csv") if r["language"] == language}


def _table(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
