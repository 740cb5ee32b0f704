"""One cell of a published table: its number and status, or that it has none. Signs are declared, never guessed."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cuadra.checks.intervals import Interval
from cuadra.sources.readers.figures import NOTHING, Declared, Reading, UnreadableFigureError, read


@dataclass(frozen=True)
class Marks:
    """What the signs of a table mean, as its source declares them.

    Attributes:
        missing: cells that hold no number, e.g. ``:`` and ``..``; an empty cell is always one.
        nil: cells that stand for zero, e.g. ``-``.
        marks: signs before or after a number, and the status each gives it: ``*`` nothing, ``p`` ``P``. A cell of a
            sign alone holds no number and has that status.
        brackets: what a number in brackets is.
    """

    missing: tuple[str, ...] = ()
    nil: tuple[str, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    brackets: Literal["negative", "note"] | None = None


class Cell(NamedTuple):
    """What a cell says: its reading, null where it holds no number, and its status, empty where no sign gives one."""

    reading: Reading | None
    status: str = ""


def read_cell(text: str, marks: Marks, language: str = "en", declared: Declared = NOTHING) -> Cell:
    """The number and the status of one cell.

    Raises:
        UnreadableFigureError: it is no number, or a sign in it is not declared.
    """
    words, status = text.strip(), ""
    if not words or words in marks.missing:
        return Cell(None)
    if words in marks.nil:
        zero = Interval(0, 0)
        return Cell(Reading(0.0, declared.kind, "exact", zero, zero))
    while sign := _sign(words, marks):
        words, status = _without(words, sign), marks.marks[sign] or status
        if not words:
            return Cell(None, status)
    if words.startswith("(") and words.endswith(")") and marks.brackets:
        if marks.brackets == "note":
            return Cell(None, status)
        words = "-" + words[1:-1].strip()
    try:
        return Cell(read(words, language, declared=declared), status)
    except UnreadableFigureError as error:
        if error.code not in {"no_number", "marks", "two_numbers"}:
            raise
        raise UnreadableFigureError(
            error.code if error.code != "no_number" else "sign",
            f"{text!r}: expected a number, or a sign that the source declares, got {words!r}. "
            "Declare it in `missing`, `nil` or `marks`, or correct the cell.",
        ) from error


def _sign(words: str, marks: Marks) -> str:
    """The longest declared sign at either end; one of letters stands alone, or beside what is no letter."""
    for sign in sorted(marks.marks, key=len, reverse=True):
        if sign and (words.endswith(sign) or words.startswith(sign)):
            rest = _without(words, sign)
            if not (sign.isalpha() and rest and (rest[-1] if words.endswith(sign) else rest[0]).isalpha()):
                return sign
    return ""


def _without(words: str, sign: str) -> str:
    return (words[: -len(sign)] if words.endswith(sign) else words[len(sign) :]).strip()
