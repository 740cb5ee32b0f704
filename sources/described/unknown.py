"""What a described table has that nobody has described: columns, labels and signs."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cuadra.sources.source import SourceError

_SIGN = re.compile(r"[^\w\s.,-]+|[a-z]\b", re.IGNORECASE)
_WORDS_MAX = 20


class Unknown(NamedTuple):
    """Something that is not described.

    ``kind`` is ``column``, ``label`` or ``sign``; ``column`` the one under which a label is in codes.csv;
    ``dimension`` of a label, the list of its code, or ``codes``; ``table`` of a column, the number of the table in the
    description; ``is_beside`` of a sign, whether it is beside a number; ``cells`` of a sign, in how many;
    ``nearest`` what may be meant, the likeliest first.
    """

    kind: str
    text: str
    column: str = ""
    dimension: str = ""
    table: int = 0
    is_beside: bool = False
    cells: int = 0
    nearest: tuple[str, ...] = ()


class UnknownError(SourceError):
    """A table that has columns or labels that nobody has described."""

    unknown: tuple[Unknown, ...] = ()


def error(line: str, unknown: Sequence[Unknown]) -> UnknownError:
    """The error with this line, about these."""
    made = UnknownError(line)
    made.unknown = tuple(unknown)
    return made


def sign_of(text: str) -> str:
    """The sign that makes a cell no number: all of it where it has no digit, else what stands beside the number."""
    if not any(each.isdigit() for each in text):
        return text if len(text) <= _WORDS_MAX else ""
    return next(iter(_SIGN.findall(text)), "")
