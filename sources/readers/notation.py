"""How a text writes its numbers, found from all of them together."""

import re
from collections.abc import Iterable
from dataclasses import replace

from cuadra.sources.readers.figures import Declared, Reading, UnreadableFigureError, read

_MARKED = re.compile(r"\d[.,]\d")
_CERTAIN = re.compile(
    r"(?<![\d.,])(\d{1,3}([.,])\d{3}(\2\d{3})+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+)(?![\d.,])"
    r"|\d[.,]\d{1,2}\s?(%|percent|por ciento|per cent)"
)
"""What only one notation allows: two groups, both marks, a percentage with decimals that are not three."""

_OF_MARKS = {"thousands_or_decimals", "marks", "leading_zero", "not_whole"}
_DECIMALS = (".", ",")
_SHAPE = str.maketrans("23456789", "1" * 8)
_WITNESSES = 2
"""How many numbers must speak for a notation that is not the usual one of the language, where none is certain."""


def decimal_mark(figures: Iterable[tuple[str, Declared]], language: str) -> str | None:
    """The decimal mark with which all these figures can be read; ``None`` where the language's usual ways do.

    Args:
        figures: the words of each, and what is declared of it; one with declared marks says nothing here.
        language: of the words.

    Raises:
        UnreadableFigureError: two ways read all of them, or those that are read speak for different ways.
    """
    # One figure of each shape speaks for all of them: which marks can be read does not depend on the digits.
    shapes: dict[tuple[str, Declared], tuple[str, Declared]] = {}
    numbers: dict[tuple[str, Declared], set[str]] = {}
    for says, declared in figures:
        if declared.decimal is declared.thousands is None and _MARKED.search(says):
            shape = says.translate(_SHAPE), declared
            numbers.setdefault(shapes.setdefault(shape, (says, declared)), set()).add(says)
    marked = list(numbers)
    usual = {each: _read(each, language) for each in marked}
    # What is no number in any notation is refused by itself.
    speaking = [each for each in marked if usual[each] is not None]
    if not speaking:
        return None
    ways = {mark: [_read(each, language, mark) for each in speaking] for mark in _DECIMALS}
    whole = [mark for mark in _DECIMALS if not _unread(ways[mark])]
    as_usual = [usual[each] for each in speaking]
    if not _unread(as_usual):
        if as_usual not in [ways[mark] for mark in whole]:
            raise _asking("mixed", speaking, "which no one way reads")
        return None
    if len(whole) == len(_DECIMALS) and ways["."] != ways[","]:
        raise _asking("two_ways", speaking, "which two ways read")
    if whole and (
        len(set().union(*(numbers[each] for each in speaking))) >= _WITNESSES or any(map(_is_certain, speaking))
    ):
        return whole[0]
    return None


def _read(each: tuple[str, Declared], language: str, decimal: str | None = None) -> Reading | str | None:
    """The reading; the code of a refusal that the marks cause; ``None`` for any other refusal."""
    says, declared = each
    try:
        return read(says, language, declared=replace(declared, decimal=decimal))
    except UnreadableFigureError as error:
        return error.code if error.code in _OF_MARKS else None


def _unread(readings: Iterable[Reading | str | None]) -> bool:
    return not all(isinstance(each, Reading) for each in readings)


def _is_certain(each: tuple[str, Declared]) -> bool:
    return bool(_CERTAIN.search(each[0]))


def _asking(code: str, speaking: list[tuple[str, Declared]], problem: str) -> UnreadableFigureError:
    some = ", ".join(repr(says) for says, _ in speaking[:5])
    return UnreadableFigureError(
        code,
        f"decimal: expected numbers written in one way, got {some}, {problem}. "
        "Declare `decimal`, for the source or for the figures that differ.",
    )
