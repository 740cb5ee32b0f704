"""One number in words, or in words and digits: ``3 thousand``, ``mil 54``, ``treinta y uno``, ``two dozen``.

The number words of each language are data (``number_words.csv``). Whatever could be two numbers is refused.
"""

import csv
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cuadra.sources.readers.numerals import Notation, Numeral, UnreadableFigureError, in_digits

_KINDS = {
    "unit": "u",
    "teen": "e",
    "ten": "t",
    "hundred": "h",
    "hundreds": "c",
    "cien": "C",
    "and": "&",
    "article": "a",
}
_BELOW_THOUSAND = {
    "en": re.compile(r"([ua]h)?&?(tu?|e|u)?"),
    "es": re.compile(r"(c(t(&u)?|e|u)?|C|t(&u)?|e|u)"),
}


def numeral(text: str, notation: Notation, *, is_whole: bool) -> Numeral:
    """The one number that the text is.

    Args:
        text: digits or number words in small letters, single spaces between them.
        notation: how the source writes numbers.
        is_whole: whether it counts something, so that it prints no decimals.

    Raises:
        UnreadableFigureError: it is no number, or could be two different ones.
    """
    if found := in_digits(text, notation, is_whole=is_whole):
        return found
    if text.endswith("k") and (found := in_digits(text[:-1], notation, is_whole=False)):
        return Numeral(found.value * 1000, found.step * 1000, is_scaled=True)
    words = re.sub(r"(?<=ty)-(?=[a-z])", " ", text) if notation.language == "en" else text
    return _in_words(words.split(" "), notation, text)


def _in_words(tokens: list[str], notation: Notation, text: str) -> Numeral:
    """The value of number words, also mixed with digits: ``3 thousand``, ``2 mil 345``, ``treinta y uno``."""
    words = number_words(notation.language)
    kinds = [words[token].kind if token in words else "" for token in tokens]
    if {"vague", "none"} & set(kinds):
        raise UnreadableFigureError(
            "vague", f"expected a number, got {text!r}, which gives none. Leave it out, or give the number meant."
        )
    if kinds == ["zero"]:
        return Numeral(Decimal(0))
    if len(kinds) <= 2 and kinds[-1] in {"dozen", "about"}:
        return _collective(tokens, kinds, words, text)
    if kinds == ["unit"] or not {"scale", "scale_alone"} & set(kinds):
        found = _below_thousand(tokens, notation.language, text)
        # "A hundred" is as round as "a thousand"; "one hundred" counts.
        return Numeral(found, found, is_scaled=True) if kinds == ["article", "hundred"] else Numeral(found)
    return _scaled(tokens, notation, text)


def _collective(tokens: list[str], kinds: list[str], words: "dict[str, _Word]", text: str) -> Numeral:
    """``two dozen`` is 24; ``una veintena`` is about 20."""
    times = words[tokens[0]].value if kinds[0] in {"unit", "article"} and len(kinds) == 2 else 0
    if not times or (kinds[1] == "about" and times != 1):
        raise UnreadableFigureError(
            "vague", f"expected a number, got {text!r}. Leave it out, or give the number meant."
        )
    return Numeral(Decimal(times * words[tokens[1]].value), is_about=kinds[1] == "about")


def _scaled(tokens: list[str], notation: Notation, text: str) -> Numeral:
    words = number_words(notation.language)
    scales = {i: words[each] for i, each in enumerate(tokens) if each in words and words[each].kind.startswith("scale")}
    if not scales:
        return Numeral(_below_thousand(tokens, notation.language, text))
    place = max(scales, key=lambda i: scales[i].value)
    top = scales[place]
    times, rest = _times(tokens[:place], top, notation, text), tokens[place + 1 :]
    if not rest:
        return Numeral(times.value * top.value, times.step * top.value, is_scaled=True)
    if times.value != times.value.to_integral_value():
        raise two_numbers(text)
    begins_and = words.get(rest[0], NO_WORD).kind == "and"
    if begins_and:
        rest = rest[1:] if notation.language == "en" else []
    if len(rest) == 1 and re.fullmatch(r"[1-9]\d{0,2}", rest[0]) and top.kind == "scale_alone":
        return Numeral(times.value * top.value + int(rest[0]))
    below = _scaled(rest, notation, text)
    if not 0 < below.value < (100 if begins_and else top.value):
        raise two_numbers(text)
    return Numeral(times.value * top.value + below.value, below.step, below.is_scaled)


def _times(tokens: list[str], top: "_Word", notation: Notation, text: str) -> Numeral:
    """How many thousands or millions."""
    words = number_words(notation.language)
    if not tokens:
        if top.kind != "scale_alone":
            raise UnreadableFigureError(
                "vague", f"expected a number of them, got {text!r}. Give the words as printed, e.g. '2 million'."
            )
        return Numeral(Decimal(1))
    if len(tokens) == 1:
        if digits := in_digits(tokens[0], notation, is_whole=False, is_scaled=True):
            return digits
        if words.get(tokens[0], NO_WORD).kind == "article":
            return Numeral(Decimal(1))
    times = _scaled(tokens, notation, text)
    if not 0 < times.value < top.value:
        raise two_numbers(text)
    return times


def _below_thousand(tokens: list[str], language: str, text: str) -> Decimal:
    """The value of number words below a thousand, in the one order that makes a number."""
    words = number_words(language)
    unknown = [token for token in tokens if token not in words]
    if unknown or [words[token].kind for token in tokens] in ([], ["article"], ["and"]):
        if unknown and len(tokens) > 1 and all(token in words or token.isdecimal() for token in tokens):
            raise two_numbers(text)
        raise UnreadableFigureError(
            "no_number",
            f"expected a number in {language!r}, got {text!r}. "
            "Give the words as printed, and `decimal` where the source writes numbers its own way.",
        )
    pattern = "".join(_KINDS.get(words[token].kind, "?") for token in tokens)
    if not _BELOW_THOUSAND[language].fullmatch(pattern) or pattern[0] == "&" or pattern[-1] == "&":
        raise two_numbers(text)
    total = 0
    for token in tokens:
        word = words[token]
        total = max(total, 1) * word.value if word.kind == "hundred" else total + word.value
    return Decimal(total)


def two_numbers(text: str) -> UnreadableFigureError:
    """The refusal of words that could be two numbers."""
    return UnreadableFigureError(
        "two_numbers", f"expected a number, got {text!r}, which may be several. Give each its own figure."
    )


class _Word(NamedTuple):
    value: int
    kind: str


NO_WORD = _Word(0, "")
"""What a word that says no number is."""


@cache
def number_words(language: str) -> dict[str, _Word]:
    """The number words of a language, each with its value and kind."""
    with (Path(__file__).parent / "number_words.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == language]
    return {row["word"]: _Word(int(row["value"]), row["kind"]) for row in rows}
