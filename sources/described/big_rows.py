"""The rows of a CSV or Parquet that DuckDB reads where it is, as SQL: their texts, and which are rows at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cuadra.sources.described.big_file import BigFile, text


@dataclass(frozen=True)
class BigRows:
    """The rows of a file: ``place`` has the place of each column, ``labels`` and ``values`` are those that are read."""

    file: BigFile
    place: Mapping[str, int]
    labels: Sequence[str]
    values: Sequence[str]

    @property
    def filled(self) -> str:
        """The rows that are neither empty nor the header again."""
        return f"(SELECT * FROM (SELECT {self._texts(self._used)} FROM {self.file.sql}) AS file WHERE {self._is_row})"

    @property
    def numbered(self) -> str:
        """The same rows, with the texts of all columns and their numbers in the file. Ask within `scan.in_order`."""
        numbered = f"{self._texts(self.place.values())}, row_number() OVER () AS n"
        return f"(SELECT * FROM (SELECT {numbered} FROM {self.file.sql}) AS file WHERE {self._is_row})"

    @property
    def has_figures(self) -> str:
        """Whether a row has a cell of figures that is not empty."""
        filled = [f"file.t{self.place[name]} <> ''" for name in self.values]
        return f"({' OR '.join(filled)})"

    @property
    def _used(self) -> list[int]:
        return sorted({self.place[name] for name in (*self.labels, *self.values)})

    @property
    def _is_row(self) -> str:
        filled = " OR ".join(f"file.t{place} <> ''" for place in self._used)
        again = " AND ".join(f"file.t{place} = {text(self.file.shown[place])}" for place in self._used)
        return f"({filled}) AND NOT ({again})"

    def _texts(self, places: Iterable[int]) -> str:
        return ", ".join(f"{self.file.text(place)} AS t{place}" for place in places)
