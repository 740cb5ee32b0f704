"""What the labels of a column stand for, as SQL: each label once, found by its place in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cuadra.sources.described.big_file import text

LEFT = "-"
"""The problem of a label whose rows are left out on purpose."""


class Label(NamedTuple):
    """A label: its texts as the file has them (one a column), as they are shown, its codes, and what is wrong."""

    raws: tuple[str, ...]
    shown: tuple[str, ...]
    codes: Mapping[str, str]
    problem: str


@dataclass(frozen=True)
class Lookup:
    """The labels of a column, or of the columns of a date together.

    A join would hold the rows of the file in memory where DuckDB takes the labels for the greater side; a label's place
    in an enumeration costs next to nothing, and text that is its own code costs nothing.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    labels: tuple[Label, ...]

    @property
    def column(self) -> str:
        """The column that has a label's place; the SQL of the rows makes it with `place`."""
        return f"k{self.places[0]}"

    @property
    def place(self) -> str:
        """A label's place in the list of labels as SQL, over the texts of a row."""
        enumeration = ", ".join(text(_packed(each.raws)) for each in self.labels) or "''"
        return f"enum_code({self._key}::ENUM({enumeration}))::INTEGER + 1 AS {self.column}"

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions that the labels have codes of."""
        return tuple(sorted({dim for each in self.labels for dim in each.codes}))

    def code(self, dim: str) -> str:
        """The code of a dimension as SQL; null where a label has none of it."""
        return self._listed([each.codes.get(dim) for each in self.labels])

    def shown(self, name: str) -> str:
        """The text of one of the columns as people read it, as SQL."""
        place = self.names.index(name)
        return self._listed([each.shown[place] for each in self.labels], place)

    @property
    def problem(self) -> str | None:
        """What is wrong with a label as SQL, null where nothing is; none where nothing is with any."""
        problems = [each.problem or None for each in self.labels]
        return self._listed(problems) if any(problems) else None

    def meanings(self, dims: Sequence[str]) -> tuple[str, int]:
        """The number of what a label means in these dimensions as SQL, from zero, and how many meanings there are.

        None are counted where not all labels say something of the same dimensions: what they leave open others say.
        """
        numbers: dict[tuple[tuple[str, str], ...], int] = {}
        found, said = [], set[tuple[str, ...]]()
        for each in self.labels:
            codes = () if each.problem else tuple((dim, each.codes[dim]) for dim in dims if dim in each.codes)
            if not each.problem:
                said.add(tuple(dim for dim, _ in codes))
            found.append(numbers.setdefault(codes, len(numbers)))
        return f"[{', '.join(map(str, found))}][file.{self.column}]", len(numbers) if len(said) <= 1 else 0

    @property
    def _key(self) -> str:
        columns = [f"file.t{place}" for place in self.places]
        if len(columns) == 1:
            return columns[0]
        return f"concat({', '.join(f'length({each}), chr(58), {each}' for each in columns)})"

    def _listed(self, values: Sequence[str | None], place: int = 0) -> str:
        raws = [each.raws[place] for each in self.labels]
        if len(set(values)) <= 1:
            return text(values[0]) if values else "NULL"
        if values == raws:
            return f"file.t{self.places[place]}"
        return f"[{', '.join(map(text, values))}][file.{self.column}]"


def _packed(raws: Sequence[str]) -> str:
    """The texts of several columns as one, which no other texts make."""
    return raws[0] if len(raws) == 1 else "".join(f"{len(each)}:{each}" for each in raws)
