"""A CSV or Parquet as DuckDB reads it where it is: its header, and its columns as texts."""

import csv
import io
from collections.abc import Set
from pathlib import Path

import duckdb

from cuadra.sources.described.description import Table
from cuadra.sources.described.layout import layout
from cuadra.sources.readers.grid import Grid, delimiter_of

_HEAD = 100_000
_HEAD_ROWS = 60
_PARQUET = b"PAR1"
_BYTES_OF_ROW = 64
"""About what a row of labels and a figure takes as text."""
_NO_CSV = (b"PK", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf", b"%PDF", b"<", b"{", b"[")


class BigFile:
    """How DuckDB reads a file: ``sql`` its rows, ``shown`` the names of its columns, ``found`` the layout of them.

    ``found`` is none where the header is not the first row.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, table: Table, name: str) -> None:
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
        self.path, self.delimiter = path, ","
        self.types: list[str] = []
        if head.startswith(_PARQUET):
            self.sql = f"read_parquet({text(str(path))})"
            described = con.execute(f"DESCRIBE FROM {self.sql}").fetchall()
            self.columns, self.types = [str(row[0]) for row in described], [str(row[1]) for row in described]
            rows = [(0, self.columns)]
        else:
            words = head.decode("utf-8-sig", errors="replace").rpartition("\n")[0]
            mark = self.delimiter = table.delimiter or delimiter_of(words)
            reader = csv.reader(io.StringIO(words, newline=""), delimiter=mark)
            rows = [(reader.line_num, row) for row, _ in zip(reader, range(_HEAD_ROWS), strict=False)]
            self.columns = [f"c{place}" for place in range(len(rows[0][1]))] if rows else []
            # Nothing is sniffed: of two deliveries in one file, the sniffer drops the first.
            named = ", ".join(f"{text(each)}: 'VARCHAR'" for each in self.columns)
            self.sql = (
                f"read_csv({text(str(path))}, auto_detect = FALSE, columns = {{{named}}}, header = TRUE, skip = 0, "
                f"delim = {text(mark)}, quote = '\"', escape = '\"', comment = '', nullstr = '', strict_mode = TRUE, "
                "null_padding = FALSE)"
            )
        self.shown = list(rows[0][1]) if rows else []
        tidy = [(number, [" ".join(cell.split()) for cell in cells]) for number, cells in rows]
        made = layout(Grid("", tidy), table, name) if tidy else None
        self.found = made if made and len(made.body) == len(tidy) - 1 else None

    def lines(self, rows: Set[int]) -> dict[int, int]:
        """The line of the file on which each of these rows ends; a row of Parquet is its own number.

        DuckDB counts rows, and people lines: some are empty, and a text in quotes may have several.
        """
        if self.types:
            return {row: row for row in rows}
        found: dict[int, int] = {}
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            row = -1
            for cells in reader:
                row += bool(cells)
                if row in rows:
                    found[row] = reader.line_num
                    if len(found) == len(rows):
                        break
        return found

    @staticmethod
    def size(path: Path) -> int:
        """How many bytes a file has, or would have as text: Parquet is packed."""
        with path.open("rb") as opened:
            is_packed = opened.read(4) == _PARQUET
        if not is_packed:
            return path.stat().st_size
        try:
            found = duckdb.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({text(str(path))})").fetchall()
        except duckdb.Error:
            return 0  # whoever reads it says what is wrong with it
        return int(found[0][0] or 0) * _BYTES_OF_ROW

    @staticmethod
    def is_readable(path: Path) -> bool:
        """Whether a file is text or Parquet, by its first bytes."""
        with path.open("rb") as opened:
            head = opened.read(8)
        return head.startswith(_PARQUET) or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_NO_CSV)

    def text(self, place: int) -> str:
        """The text of a column as SQL, by its place; an empty cell and a null are the empty text."""
        column = '"' + self.columns[place].replace('"', '""') + '"'
        if self._type(place) not in {"DOUBLE", "FLOAT"}:
            return f"coalesce({column}::VARCHAR, '')"
        shown = f"if({column} = trunc({column}) AND abs({column}) < 1e15, {column}::BIGINT::VARCHAR, "
        return f"coalesce(if(isnan({column}), '', {shown}format('{{:.15g}}', {column}::DOUBLE))), '')"

    def is_number(self, place: int) -> bool:
        """Whether the file holds the cells of a column as numbers."""
        return self._type(place) in {"DOUBLE", "FLOAT"} or self._type(place).endswith(("INT", "INTEGER"))

    def _type(self, place: int) -> str:
        return self.types[place] if self.types else "VARCHAR"


def text(value: str | None) -> str:
    """A text as SQL writes it."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
