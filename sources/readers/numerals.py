"""One number as a text prints it, in digits or in words, with the step of its last printed digit.

The number words of each language are data (``number_words.csv``). Whatever could be two numbers is refused.
"""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

SPACES = "\u00a0\u202f\u2009"
"""Spaces that do not break a line; between digits they group thousands."""

APOSTROPHES = "'’"
_DECIMALS = {"en": (".",), "es": (",", ".")}
_THOUSANDS = {"en": ",", "es": "."}
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
_DIGITS_MAX = 18
_BELOW_THOUSAND = {
    "en": re.compile(r"([ua]h)?&?(tu?|e|u)?"),
    "es": re.compile(r"(c(t(&u)?|e|u)?|C|t(&u)?|e|u)"),
}


class UnreadableFigureError(ValueError):
    """Printed words that cannot be read as one figure for sure; ``code`` names the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Numeral(NamedTuple):
    """A number: its value, the step of its last printed digit, and how exactly its words say it.

    ``is_scaled`` where it ends in a word such as *thousand*, so that it is rounded or cut at ``step``;
    ``is_about`` where the word itself is vague (*una veintena*).
    """

    value: Decimal
    step: Decimal = Decimal(1)
    is_scaled: bool = False
    is_about: bool = False


@dataclass(frozen=True)
class Notation:
    """The marks that a source writes numbers with; what is ``None`` is as usual in its language.

    Raises:
        UnreadableFigureError: the two marks are the same, or no marks.
    """

    language: str
    decimal: str | None = None
    thousands: str | None = None

    def __post_init__(self) -> None:
        """Refuse marks that cannot be told apart."""
        if self.decimal not in {None, ".", ","}:
            raise UnreadableFigureError(
                "declaration", f"decimal: expected '.' or ',', got {self.decimal!r}. Correct it."
            )
        if self.thousands not in {None, "", ".", ",", " ", "'"}:
            raise UnreadableFigureError(
                "declaration",
                f"thousands: expected '.', ',', ' ', \"'\" or '' for none, got {self.thousands!r}. Correct it.",
            )
        if self.decimal is not None and self.decimal == self.thousands:
            raise UnreadableFigureError(
                "declaration", f"thousands: expected another mark than decimal, got {self.thousands!r}. Correct one."
            )

    @property
    def is_declared(self) -> bool:
        """Whether the source says which marks it uses."""
        return self.decimal is not None or self.thousands is not None

    def decimals(self) -> tuple[str, ...]:
        """The marks before decimals."""
        if self.decimal:
            return (self.decimal,)
        other = {".": (",",), ",": (".",)}
        return other.get(self.thousands or "", _DECIMALS[self.language])

    def usual(self) -> re.Pattern[str]:
        """What a count looks like: plain digits, or groups with the first mark between them."""
        mark = re.escape(next(iter(self.groups()), ""))
        return _usual(mark)

    def groups(self) -> tuple[str, ...]:
        """The marks between groups of three digits."""
        plain = (*SPACES, *APOSTROPHES)
        if self.thousands is not None:
            return {"": (), " ": (" ", *SPACES), "'": tuple(APOSTROPHES)}.get(self.thousands, (self.thousands,))
        return ({".": ",", ",": "."}.get(self.decimal or "", _THOUSANDS[self.language]), *plain)


@cache
def _usual(mark: str) -> re.Pattern[str]:
    grouped = rf"|[1-9]\d{{0,2}}({mark}\d{{3}}){{1,5}}" if mark else ""
    return re.compile(rf"0|[1-9]\d{{0,17}}{grouped}", re.ASCII)


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


def in_digits(text: str, notation: Notation, *, is_whole: bool, is_scaled: bool = False) -> Numeral | None:
    """The number that digits and marks are; ``None`` where there are other characters.

    Raises:
        UnreadableFigureError: they are no number of this notation, or could be two.
    """
    if is_whole and notation.usual().fullmatch(text):
        return Numeral(Decimal(re.sub(r"\D", "", text)))
    if not re.fullmatch(rf"\d([\d.,{APOSTROPHES}{SPACES} ]*\d)?", text):
        return None
    if sum(each.isdecimal() for each in text) > _DIGITS_MAX:
        raise UnreadableFigureError(
            "too_large", f"expected at most {_DIGITS_MAX} digits, got {text[:40]!r}. Correct the number."
        )
    found = {Numeral(Decimal(text))} if re.fullmatch(r"0|[1-9]\d*", text) else _readings(text, notation)
    shaped = re.fullmatch(r"(\d{1,3})([.,])(\d{3})", text)
    if shaped and not notation.is_declared and not is_whole:
        usual = shaped[2] in notation.groups()
        is_plain = is_scaled and usual and shaped[2] not in notation.decimals()
        if shaped[1].startswith("0") and usual:
            raise _leading_zero(text)
        if not shaped[1].startswith("0") and not is_plain:
            raise _two_ways(text)
    if re.match(r"0\d", text) or (shaped and shaped[1] == "0" and is_whole):
        raise _leading_zero(text)
    if is_whole:
        whole = {
            each for each in found if each.value == each.value.to_integral_value() and each.step > Decimal("0.001")
        }
        if found and not whole:
            raise UnreadableFigureError(
                "thousands_or_decimals" if shaped else "not_whole",
                f"expected a whole number of zero or more, got {text!r} with decimal mark "
                f"{notation.decimals()[0]!r}. Declare `decimal` if the source writes it the other way, or `unit` "
                "for a rate or an amount.",
            )
        found = {Numeral(each.value.quantize(Decimal(1))) for each in whole}
    if not found and " " in text:
        raise UnreadableFigureError(
            "two_numbers",
            f"expected one number, got {text!r}. Two cells may have run together: give each its own figure, or "
            "declare thousands = ' ' where the source groups digits so.",
        )
    if len(found) != 1:
        raise UnreadableFigureError(
            "marks",
            f"expected a number in the notation of {notation.language!r}, got {text!r}. "
            "Declare `decimal` and `thousands` where the source writes numbers its own way.",
        )
    return found.pop()


def _readings(text: str, notation: Notation) -> set[Numeral]:
    """Every number that the marks of this notation allow."""
    found = set()
    for mark in notation.decimals():
        if re.fullmatch(rf"(0|[1-9]\d*)\{mark}\d+", text):
            found.add(_decimal(text, mark))
    for group in notation.groups():
        marks = "".join(f"\\{mark}" for mark in notation.decimals() if mark != group)
        if match := re.fullmatch(rf"[1-9]\d{{0,2}}({re.escape(group)}\d{{3}})+(?:([{marks}])\d+)?", text):
            plain = text.replace(group, "")
            found.add(_decimal(plain, match[2]) if match[2] else Numeral(Decimal(plain)))
    return found


def _decimal(text: str, mark: str) -> Numeral:
    return Numeral(Decimal(text.replace(mark, ".")), Decimal(1).scaleb(-len(text.partition(mark)[2])))


def _in_words(tokens: list[str], notation: Notation, text: str) -> Numeral:
    """The value of number words, also mixed with digits: ``3 thousand``, ``2 mil 345``, ``treinta y uno``."""
    words = number_words(notation.language)
    kinds = [words[token].kind if token in words else "" for token in tokens]
    if "vague" in kinds:
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
    begins_and = words.get(rest[0], _NO_WORD).kind == "and"
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
        if words.get(tokens[0], _NO_WORD).kind == "article":
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


def _two_ways(text: str) -> UnreadableFigureError:
    return UnreadableFigureError(
        "thousands_or_decimals",
        f"expected a number with one meaning, got {text!r}: its mark may part thousands or decimals. "
        "Declare `decimal` as the source writes it.",
    )


def _leading_zero(text: str) -> UnreadableFigureError:
    return UnreadableFigureError(
        "leading_zero",
        f"expected a number that does not begin with 0, got {text!r}. No group of thousands does: compare it with "
        "the source, and declare `decimal` if these are decimals.",
    )


class _Word(NamedTuple):
    value: int
    kind: str


_NO_WORD = _Word(0, "")


@cache
def number_words(language: str) -> dict[str, _Word]:
    """The number words of a language, each with its value and kind."""
    with (Path(__file__).parent / "number_words.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == language]
    return {row["word"]: _Word(int(row["value"]), row["kind"]) for row in rows}
