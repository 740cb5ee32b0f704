"""Code lists: the members of a breakdown, their labels, and how parts make their parent."""

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = ("exhaustive", "disjoint", "overlapping")
_FOLDER = Path(__file__).parent / "codelists"


class CodeError(ValueError):
    """A code that its code list does not have."""


@dataclass(frozen=True)
class Partition:
    """Parts of one parent: exhaustive ones make it, disjoint ones at most make it, overlapping ones each fit in it."""

    name: str
    parent: str
    kind: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    """One code list: its codes with their rows, and the partitions they form."""

    name: str
    rows: dict[str, dict[str, str]]
    partitions: tuple[Partition, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, each once."""
        return tuple(reversed(self.rows))

    def label(self, code: str, language: str = "en") -> str:
        """The words a person reads for a code; the code itself when the list has none."""
        return self.rows.get(code, {}).get(f"label_{language}") or code

    def check(self, code: str) -> str:
        """The code itself.

        Raises:
            CodeError: the list has no such code; the message names the nearest ones.
        """
        if code in self.rows:
            return code
        near = difflib.get_close_matches(code, list(self.rows), n=3, cutoff=0.4) or list(self.rows)[:5]
        raise CodeError(
            f"{self.name}: expected a code of checks/codelists/{self.name}.csv such as "
            f"{', '.join(map(repr, near))}, got {code!r}. Use one of them, or add a line to that file."
        )


@cache
def load(name: str) -> CodeList:
    """The code list kept in ``checks/codelists/<name>.csv``; a code in two partitions has two rows."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        if row.get("partition"):
            groups.setdefault((row["parent"], row["partition"], row["kind"]), []).append(row["code"])
    codes = {row["code"] for row in rows}
    for (parent, partition, kind), parts in groups.items():
        if parent not in codes or kind not in KINDS or len(set(parts)) < len(parts):
            raise CodeError(
                f"checks/codelists/{name}.csv, partition {partition!r}: expected a known parent, one of "
                f"{', '.join(KINDS)} and each part once, got parent {parent!r} and kind {kind!r}. Mend the file."
            )
    return CodeList(
        name,
        {row["code"]: row for row in reversed(rows)},
        tuple(Partition(name, parent, kind, tuple(parts)) for (parent, name, kind), parts in groups.items()),
    )
