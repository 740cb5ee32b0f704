"""Printed words become two closed intervals: *hard* is what the words entail, *likely* what a reader expects.

Hedges, number words and fractions are data (``hedges.csv``, ``number_words.csv``, ``fraction_words.csv``), one row a
word and language. A text that can be read in two ways is refused with :class:`UnreadableFigureError`, never guessed.
"""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from cuadra.checks.intervals import UNKNOWN
from cuadra.sources.readers.grammar import NOTHING, Declared, Grammar, Reading
from cuadra.sources.readers.languages import LANGUAGES, refused
from cuadra.sources.readers.numerals import SPACES, UnreadableFigureError

__all__ = ["LANGUAGES", "NOTHING", "Declared", "Reading", "UnreadableFigureError", "not_mentioned", "read"]

_LONGEST = 200
"""More letters than any one number has; what is longer is a sentence."""


def read(says: str, language: str = "en", decimal: str | None = None, declared: Declared = NOTHING) -> Reading:
    """The figure that the printed words state, as a hard and a likely interval.

    Args:
        says: the words as printed, e.g. ``more than 300``, ``casi la mitad``, ``18.4%``, ``<5``, ``30 to 40``.
        language: the language of the words, ``en`` or ``es``.
        decimal: the decimal mark the source declares; short for ``declared.decimal``.
        declared: what else the source says of its numbers.

    Raises:
        UnreadableFigureError: the words are no number, or could be two different ones.
    """
    if language not in LANGUAGES:
        raise UnreadableFigureError("language", refused(language))
    if len(says) > _LONGEST:
        raise UnreadableFigureError(
            "too_long", f"expected at most {_LONGEST} letters, got {len(says):,}. Give only the words of the number."
        )
    try:
        return _grammar(language, replace(declared, decimal=decimal) if decimal else declared).reading(_clean(says))
    except UnreadableFigureError as error:
        if repr(says) in str(error):
            raise
        raise UnreadableFigureError(error.code, f"{ascii_shown(says)}: {error}") from error


def not_mentioned() -> Reading:
    """The reading of a quantity nobody mentions: any count."""
    return Reading(None, "count", "not_mentioned", UNKNOWN, UNKNOWN)


def ascii_shown(says: str) -> str:
    """Words in quotes, with what cannot be printed escaped."""
    return repr(says[:60])


def _clean(says: str) -> str:
    """Small letters, western digits, and single spaces; spaces that group digits stay as they are.

    Raises:
        UnreadableFigureError: characters that nobody sees, or digits of several scripts.
    """
    if says.isascii() and says.isprintable() and " " not in says:
        return says.lower()
    hidden = [
        each for each in says if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn"} and not each.isspace()
    ]
    if hidden:
        raise UnreadableFigureError(
            "unprintable", f"expected printed words, got a hidden character {hidden[0]!a}. Type the words again."
        )
    zeros = {ord(each) - unicodedata.decimal(each) for each in says if each.isdecimal()}
    if len(zeros) > 1:
        raise UnreadableFigureError("scripts", "expected digits of one script, got several. Type the number again.")
    digits = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in says)
    words = re.sub(rf"(?<!\d)[{SPACES}]|[{SPACES}](?!\d{{3}}(?!\d))", " ", digits.casefold())
    return re.sub(r"[^\S\u00a0\u202f\u2009]+", " ", words).strip()


@lru_cache(maxsize=64)
def _grammar(language: str, declared: Declared) -> Grammar:
    return Grammar(language, declared)
