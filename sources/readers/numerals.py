"""One number in digits and marks, with the step of its last printed digit; what could be two numbers is refused."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

SPACES = "\u00a0\u202f\u2009"
"""Spaces that do not break a line; between digits they group thousands."""

APOSTROPHES = "'’"
_DECIMALS = {"en": (".",), "es": (",", ".")}
_THOUSANDS = {"en": ",", "es": "."}
_DIGITS_MAX = 18


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
        """Refuse marks that cannot be distinguished."""
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
