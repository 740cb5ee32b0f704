"""Shares in words: fractions such as ``two thirds`` or ``la mitad``, and parts of a whole such as ``7 out of 10``.

The names of fractions are data (``fraction_words.csv``): what one part is called, what several are, how many make one.
"""

import csv
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cuadra.sources.readers.number_words import number_words, numeral
from cuadra.sources.readers.numerals import Notation, UnreadableFigureError

_OUT_OF = {"en": ("out of every", "in every", "of every", "out of", "in"), "es": ("de cada",)}
_ONE = {"en": {"a", "an", "one"}, "es": {"un", "una", "la"}}
_SEVERAL = {"en": re.compile(r"^the (?=\S)"), "es": re.compile(r"^l[ao]s (?=\S)")}
_JOINED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
YEAR = re.compile(r"(1[89]|20)\d\d")
"""What may be a year as well as a count."""


class _Name(NamedTuple):
    words: str
    parts: int
    is_several: bool


def fraction(words: str, language: str) -> Decimal | None:
    """The fraction that the words are, below one; ``None`` where they are none."""
    plain = _JOINED.sub(" ", words)
    for name in _names(language):
        if plain == name.words or plain.endswith(" " + name.words):
            taken = _taken(plain[: -len(name.words)].strip(), name, language)
            if taken and taken < name.parts:
                return Decimal(taken) / name.parts
    return None


def _taken(times: str, name: _Name, language: str) -> int:
    """How many parts a fraction takes: an article or a number word before it, none before ``half`` and ``mitad``."""
    if not times:
        return 1 if name.words in {"half", "mitad"} else 0
    if times in _ONE[language]:
        return 0 if name.is_several else 1
    word = number_words(language).get(_SEVERAL[language].sub("", times))
    return word.value if word and word.kind == "unit" and name.is_several == (word.value > 1) else 0


def out_of(words: str, notation: Notation) -> tuple[Decimal, Decimal] | None:
    """The part and the whole of ``7 out of 10``; ``None`` where the words are no such share.

    Raises:
        UnreadableFigureError: the whole may be a year, the part is greater, or one of them is no number.
    """
    for between in _OUT_OF[notation.language]:
        part, found, whole = words.partition(f" {between} ")
        if not found:
            continue
        if YEAR.fullmatch(whole):
            raise UnreadableFigureError("year", f"expected a share, got {words!r}, which names a year. Leave it out.")
        p, w = (numeral(each, notation, is_whole=True).value for each in (part, whole))
        if w < 2 or p > w:
            raise UnreadableFigureError("share", f"expected a part of at most the whole, got {words!r}. Correct it.")
        return p, w
    return None


@cache
def _names(language: str) -> list[_Name]:
    with (Path(__file__).parent / "fraction_words.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == language]
    names = [_Name(row["words"], int(row["parts"]), row["number"] == "several") for row in rows]
    return sorted(names, key=lambda name: -len(name.words))
