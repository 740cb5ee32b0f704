"""Where a text mentions numbers: each span of digits and number words as long as it goes, with what hedges it.

A span is never cut short to make it readable: ``2019 907 147`` is one span, which no reader takes for a number.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cuadra.sources.readers.number_words import number_words
from cuadra.sources.readers.numerals import APOSTROPHES, SPACES

_PERCENT = r"(?:\s?(?:%|‰|percent\b|per cent\b|por ciento\b|percentage points?\b|puntos? porcentual(?:es)?\b))"
_DIGITS = rf"\d(?:[.,{APOSTROPHES}{SPACES}]?\d)*[^\W\d_]*"
_BETWEEN = {
    "en": r"and|to|or|(?:out of|of|in) every|out of|in(?!\s(?:18|19|20)\d\d\b)",
    "es": r"y|a|o|u|hasta|de cada",
}
_BEFORE = {"en": "between|from", "es": "entre|desde|de"}
_ARTICLES = {"en": "an?", "es": "una?|la|el"}
_NO_START = {"article", "zero", "none", "and"}
_COUNTED = ("scale", "dozen", "about", "hundred", "vague")
_LEFT_OVER = re.compile(r"[^\s()\[\]{}\"]*\d[^\s()\[\]{}\"]*")


def mentions(block: str, language: str) -> Iterator[tuple[int, int, bool]]:
    """The start and end of each span, and whether it is a number by itself and no part of a word, in their order."""
    spans = [(match.start(), match.end()) for match in _pattern(language).finditer(block)]
    spans = [(_start(block, start, end, language), end) for start, end in spans]
    found = [(start, end, True) for start, end in spans]
    for match in _LEFT_OVER.finditer(block):
        if not any(start < match.end() and match.start() < end for start, end in spans):
            found.append((match.start(), match.end(), False))
    yield from sorted(found)


def _start(block: str, start: int, end: int, language: str) -> int:
    """The start without a word that begins a range where none follows."""
    lead = re.match(rf"(?:{_BEFORE[language]})\s", block[start:end], re.IGNORECASE)
    if lead and not re.search(rf"\s(?:{_BETWEEN[language]})\s", block[start + lead.end() : end], re.IGNORECASE):
        return start + lead.end()
    return start


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = number_words(language)
    articles = {"un", "una"}  # mostly an article, a number only after another
    plain = _any(word for word, (_, kind) in words.items() if kind not in _NO_START and word not in articles)
    inner = _any(word for word, (_, kind) in words.items() if kind not in _NO_START)
    counted = _any(word for word, (_, kind) in words.items() if kind.startswith(_COUNTED))
    fractions = _any(row["words"] for row in _rows("fraction_words.csv", language))
    number = rf"(?:{_DIGITS}|\b(?:{plain})\b){_PERCENT}?"
    further = rf"(?:{_DIGITS}|\b(?:{inner})\b|\b(?:{fractions})\b){_PERCENT}?"
    article = (
        rf"(?:{_ARTICLES[language]})\s(?=(?:half\s|{counted}|{fractions})\b|{_DIGITS}{_PERCENT}"
        rf"|medi[oa]\s)"
    )
    one_of = r"una?(?=\sde cada\s)" if language == "es" else r"(?!)"
    alone = rf"half(?:\san?)?\s(?:{counted})|half|la mitad|mitad|medi[oa]\s(?:{counted})"
    joint = rf"(?:\s(?:{_BETWEEN[language]})\s(?:una?\s|el\s)?|\s?[-‐‑–—/]\s?|\s)"
    run = rf"(?:{article}(?:{fractions})\b|(?:{article})?(?:(?:{alone})\b|\b{one_of}|{number}))(?:{joint}{further})*"
    places = {place: _any(row["words"] for row in _rows("hedges.csv", language) if row["place"] == place)
              for place in ("before", "after")}  # fmt: skip
    suffixes = places["after"]
    lead = (
        rf"(?:(?:{places['before']})\s(?:the\s|una?\s|el\s|la\s)?|(?:{_BEFORE[language]})\s(?:una?\s)?|"
        r"[<>≤≥~≈]\s?|(?<!\w)[-−+](?=\d))?"
    )
    return re.compile(
        rf"(?<![\w.,/{APOSTROPHES}-])(?:(?<!\w){lead}){run}(?:\s(?:{suffixes})\b|\+)?(?![\w])", re.IGNORECASE
    )


def _any(words: Iterator[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _rows(name: str, language: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["language"] == language]
