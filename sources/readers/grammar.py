"""The grammar of one printed figure: hedges, ranges, fractions, shares, percentages, amounts and counts."""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from cuadra.checks.intervals import Interval
from cuadra.sources.readers import bounds
from cuadra.sources.readers.bounds import Precision
from cuadra.sources.readers.number_words import NO_WORD, number_words, numeral
from cuadra.sources.readers.numerals import Notation, Numeral, UnreadableFigureError
from cuadra.sources.readers.shares import YEAR, fraction, out_of

_PERCENT = re.compile(r"(?P<number>.*?)\s?(%|percent|per cent|por ciento)$")
_NO_SHARE = re.compile(r"(‰|percentage points?|puntos? porcentual(es)?|puntos?)$")
_ARTICLES = {"en": re.compile(r"^(?:an?|the) (?=\S)"), "es": re.compile(r"^(?:una?|el|la|los|las) (?=\S)")}
_OF_A_SHARE = re.compile(r"(?:^|\s)(?:el|la|al|del)$")
_BETWEEN = {"en": [("between", "and"), ("from", "to"), ("", "to")],
            "es": [("entre", "y"), ("de", "a"), ("del", "al"), ("desde", "hasta"), ("", "a")]}  # fmt: skip
_DASHED = re.compile(r"(?P<low>\d\S*)(?P<space>\s?)[-‐‑‒–](?P=space)(?P<high>\d.*)")
_YEAR_OR_LESS = re.compile(rf"\d{{1,3}}|{YEAR.pattern}")
"""What a dash before a year does not make a range of: ``454-2019`` may be a count and its year."""
_MINUS = re.compile(r"^[-−–]\s?(?=\d)")


class Reading(NamedTuple):
    """What printed words say: the number, its unit (``count``, ``number``, ``percent``, ``ratio``), hedge, intervals.

    ``value`` is null where the words print no one number: a suppressed count, a range.
    """

    value: float | None
    unit: str
    qualifier: str
    hard: Interval
    likely: Interval


@dataclass(frozen=True)
class Declared:
    """What a source says of its numbers; a field without a value is as usual in the language.

    Attributes:
        decimal: the mark before decimals.
        thousands: the mark between groups of three digits; ``""`` for none.
        rounded_to: counts and amounts are rounded to multiples of it, e.g. 5 or 100.
        scale: what a printed number is multiplied with, e.g. 1000 in a table of thousands.
        decimals: to how many decimals the printed numbers are rounded; -2 for hundreds.
        kind: what a number without a percent sign is.
        is_signed: whether it may be below zero.
    """

    decimal: str | None = None
    thousands: str | None = None
    rounded_to: int | None = None
    scale: int = 1
    decimals: int | None = None
    kind: Literal["count", "number", "percent", "ratio"] = "count"
    is_signed: bool = False


NOTHING = Declared()


class Grammar:
    """The grammar of one figure in one language, for what its source declares."""

    def __init__(self, language: str, declared: Declared) -> None:
        self.language = language
        self.declared = declared
        self.notation = Notation(language, declared.decimal, declared.thousands)

    def reading(self, words: str) -> Reading:
        """The figure that these words are, in small letters with western digits and single spaces.

        Raises:
            UnreadableFigureError: they are no number, or could be two different ones.
        """
        if words.isdecimal():
            return self._plain("exact", words)
        if number_words(self.language).get(words, NO_WORD).kind == "none":
            return self._plain("exact", "0")
        qualifier, rest = self._hedge(words)
        if qualifier == "exact" and (found := self._range(rest)):
            return found
        if (part := fraction(rest, self.language)) is not None:
            return Reading(float(part), "ratio", qualifier, *bounds.of_fraction(qualifier, part, bounds.ANY_FRACTION))
        if share := out_of(rest, self.notation):
            part = share[0] / share[1]
            return Reading(
                float(part), "ratio", qualifier, *bounds.of_fraction(qualifier, part, Decimal("0.5") / share[1])
            )
        self._check_article(words, rest)
        if _NO_SHARE.search(rest):
            raise UnreadableFigureError(
                "no_share", f"expected a count, a percentage or a share, got {rest!r}. Leave it out, or give the share."
            )
        return self._plain(qualifier, rest, is_suppressed=words.startswith("<") and not words.startswith("<="))

    def _hedge(self, words: str) -> tuple[str, str]:
        """The hedge before or after the number, and the words without it."""
        if words[:1].isdecimal() and words[-1:].isdecimal():
            return "exact", words
        for hedge, place, qualifier in _hedges(self.language):
            is_sign = not hedge[-1].isalpha()
            if place == "before" and words.startswith(hedge if is_sign else hedge + " "):
                return qualifier, words[len(hedge) :].strip()
            if place == "after" and words.endswith(hedge if is_sign else " " + hedge):
                return qualifier, words[: -len(hedge)].strip()
        return "exact", words

    def _check_article(self, words: str, rest: str) -> None:
        """Refuse an article before what is no share: "hasta el 7" may be a day, "más del 50" lack its percent sign."""
        is_share = self.declared.kind in {"percent", "ratio"} or _PERCENT.fullmatch(rest)
        if not is_share and _OF_A_SHARE.search(words.removesuffix(rest).strip()):
            raise UnreadableFigureError(
                "article", f"expected a percentage after an article, got {words!r}. Give the words as printed, with %."
            )

    def _range(self, words: str) -> Reading | None:
        """What lies between two numbers; ``None`` where the words are no range.

        Raises:
            UnreadableFigureError: the second is not above the first, or both may be years.
        """
        dashed = _ARTICLES[self.language].sub("", words) if _PERCENT.fullmatch(words) else words
        pairs = [(match["low"], match["high"])] if (match := _DASHED.fullmatch(dashed)) else []
        for before, between in _BETWEEN[self.language]:
            if words.startswith(f"{before} ".lstrip()) and not pairs:
                parts = words[len(before) :].strip().split(f" {between} ")
                splits = [f" {between} ".join(parts[:i]) for i in range(1, len(parts))]
                pairs = [(low, words[len(before) :].strip()[len(low) + len(between) + 2 :]) for low in splits]
        found = {ends for pair in pairs if (ends := self._ends(*pair))}
        if not found:
            return None
        low, high = found.pop()
        is_years = bool(YEAR.fullmatch(pairs[0][1]) and (YEAR if not match else _YEAR_OR_LESS).fullmatch(pairs[0][0]))
        if found or is_years or low.hard.lower >= high.hard.lower or low.hard.upper >= high.hard.upper:
            raise UnreadableFigureError(
                "range", f"expected a range from a smaller to a larger number, got {words!r}. Give each its own figure."
            )
        return Reading(None, high.unit, "between", low.hard.hull(high.hard), low.likely.hull(high.likely))

    def _ends(self, low: str, high: str) -> tuple[Reading, Reading] | None:
        """Both ends of a range in one unit; ``None`` where one of them is no number."""
        percent = _PERCENT.fullmatch(high)
        if percent and not _PERCENT.fullmatch(low):
            low += "%"
        try:
            ends = self._plain("exact", low), self._plain("exact", high)
        except UnreadableFigureError:
            return None
        return ends if ends[0].unit == ends[1].unit and ends[0].qualifier == ends[1].qualifier else None

    def _plain(self, qualifier: str, words: str, *, is_suppressed: bool = False) -> Reading:
        """One number in what its sign or its source says it is."""
        if percent := _PERCENT.fullmatch(words):
            return self._share(qualifier, "percent", percent["number"])
        if self.declared.kind in {"percent", "ratio"}:
            return self._share(qualifier, self.declared.kind, words)
        if self.declared.kind == "number":
            return self._amount(qualifier, words)
        return self._count(qualifier, words, is_suppressed=is_suppressed)

    def _share(self, qualifier: str, unit: str, words: str) -> Reading:
        """A percentage, or a share with decimals, rounded or cut at its last digit."""
        sign, plain = self._sign(_ARTICLES[self.language].sub("", words) if unit == "percent" else words)
        found = numeral(plain, self.notation, is_whole=False)
        if found.is_scaled or found.is_about:
            raise UnreadableFigureError("no_share", f"expected a percentage in digits, got {words!r}. Give the number.")
        step = found.step if self.declared.decimals is None else Decimal(1).scaleb(-self.declared.decimals)
        both = bounds.of_share(
            qualifier, sign * found.value, Decimal(100 if unit == "percent" else 1), step,
            is_signed=self.declared.is_signed,
        )  # fmt: skip
        return Reading(float(sign * found.value), unit, qualifier, *both)

    def _count(self, qualifier: str, words: str, *, is_suppressed: bool) -> Reading:
        """A count, exact unless its words or its source say how it is rounded."""
        sign, plain = self._sign(words)
        scale = Decimal(self.declared.scale)
        found = numeral(plain, self.notation, is_whole=scale == 1)
        value = found.value * scale
        if sign < 0 or value != value.to_integral_value():
            raise UnreadableFigureError(
                "not_whole", f"expected a whole number of zero or more, got {words!r}. Declare `unit` for an amount."
            )
        qualifier = self._vague(qualifier, found, words)
        if is_suppressed:
            return Reading(None, "count", "suppressed", *bounds.of_count("suppressed", value, Precision()))
        precision = self._precision(found, value)
        both = bounds.of_count(qualifier, value, precision)
        is_rounded = qualifier == "exact" and both.hard.lower < both.hard.upper
        return Reading(float(value), "count", "rounded" if is_rounded else qualifier, *both)

    def _amount(self, qualifier: str, words: str) -> Reading:
        """A number with decimals, rounded at its last digit."""
        sign, plain = self._sign(words)
        found = numeral(plain, self.notation, is_whole=False)
        value = sign * found.value * self.declared.scale
        both = bounds.of_amount(
            self._vague(qualifier, found, words), value, self._precision(found, value),
            is_signed=self.declared.is_signed, step=found.step * self.declared.scale,
        )  # fmt: skip
        return Reading(float(value), "number", qualifier, *both)

    def _vague(self, qualifier: str, found: Numeral, words: str) -> str:
        if found.is_about and qualifier != "exact":
            raise UnreadableFigureError("vague", f"expected a number, got {words!r}. Give the number meant.")
        return "about" if found.is_about else qualifier

    def _precision(self, found: Numeral, value: Decimal) -> Precision:
        """How the number is rounded: as declared, else by a word such as *thousand*.

        Raises:
            UnreadableFigureError: the number is not rounded as its source declares.
        """
        scale, to, decimals = Decimal(self.declared.scale), self.declared.rounded_to, self.declared.decimals
        if to is not None:
            if to <= 0 or value % to:
                raise UnreadableFigureError(
                    "not_rounded", f"expected a multiple of rounded_to = {to}, got {value}. Correct one of the two."
                )
            return Precision(half=Decimal(to) / 2)
        if decimals is not None:
            step = scale * Decimal(1).scaleb(-decimals)
            return Precision(half=step / 2) if step > 1 or self.declared.kind == "number" else Precision()
        if found.is_scaled:
            return Precision(cut=found.step * scale)
        return Precision(half=found.step * scale / 2) if scale != 1 else Precision()

    def _sign(self, words: str) -> tuple[int, str]:
        """The sign, and the words without it.

        Raises:
            UnreadableFigureError: a sign where nothing can be below zero.
        """
        match = _MINUS.match(words) or re.match(r"^\+(?=\d)", words)
        if not match:
            return 1, words
        if not self.declared.is_signed:
            raise UnreadableFigureError(
                "negative",
                f"expected a number of zero or more without a sign, got {words!r}. "
                'Give a change as `unit = "percent_change"`, or a unit that may be below zero.',
            )
        return (1 if match[0] == "+" else -1), words[match.end() :]


@cache
def _hedges(language: str) -> list[tuple[str, str, str]]:
    rows = [row for row in _table("hedges.csv") if row["language"] in {language, "any"}]
    return sorted(((row["words"], row["place"], row["qualifier"]) for row in rows), key=lambda row: -len(row[0]))


def _table(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
