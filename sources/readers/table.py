"""Tables as producers publish them, read whole and as text: CSV, JSON, XLSX, ODS, Parquet; also packed.

What comes back has the producer's column names and, as its index, the row's number in the file, from 1 where people
count from 1. Nothing is converted here: each source does that on purpose.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from cuadra.sources.readers.archive import content, is_workbook
from cuadra.sources.source import SourceError

BANNER_ROWS = 10
"""Within how many rows a header must stand: producers put titles and dates above it."""

_TABLE_CELLS = 3
"""So many cells of one row are no title."""

Rows = list[tuple[int, list[str]]]
"""Rows of texts, each with its number in the file."""

CELLS_MAX = 50_000_000
"""The most cells read at once; larger files are read where the data is (``sources.figure_file``)."""


def read_table(  # noqa: PLR0913 - one argument a thing that producers do their own way
    path: Path,
    name: str,
    columns: Sequence[str],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    sheet: str = "",
    header_rows: int = 1,
) -> pd.DataFrame:
    """The rows of a table with exactly these columns, in whichever format the file is; one row per row of the file.

    Args:
        path: the snapshot.
        name: the source, for messages.
        columns: the header, in any order.
        delimiter: of a CSV; a tab for a TSV.
        encoding: of a CSV, as its producer declares it.
        sheet: of a workbook; without it, the one visible sheet that has the header.
        header_rows: how many rows make the header; their cells are joined by ``|``.

    Returns:
        texts, trimmed; an empty cell, a null and a NaN are ``""``, a whole number is written without ``.0``.

    Raises:
        SourceError: another kind of file, another header, or a row of another width.
    """
    data = content(path, name)
    rows = (
        _from_workbook(data, name, sheet, (columns, header_rows))
        if is_workbook(data)
        else _rows_of(data, path, name, (delimiter, encoding))
    )
    return with_header(rows, name, columns, header_rows)


def with_header(rows: Rows, name: str, columns: Sequence[str], header_rows: int = 1) -> pd.DataFrame:
    """Numbered rows as a frame, from the row on that is the header; its columns in the order asked for.

    Raises:
        SourceError: no such header near the top, or a row of another width than the header's.
    """
    wanted = set(columns)
    for place in range(min(BANNER_ROWS, len(rows))):
        header = _joined(rows[place : place + header_rows])
        if set(header) == wanted and len(header) == len(columns):
            _refuse_tables_above(rows[:place], name)
            return _frame(rows[place + header_rows :], header, name)[list(columns)]
    _refuse_header(rows, name, columns)
    return pd.DataFrame()


def _rows_of(data: bytes, path: Path, name: str, text: tuple[str, str]) -> Rows:
    if data[:4] == b"PAR1":
        return from_parquet(path, name, _cell)
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<":
        raise SourceError(
            f"{name}: expected a table, got a web page. Download the file it offers and feed it with --from."
        )
    if head[:4] == b"%PDF":
        raise SourceError(f"{name}: expected a table, got a PDF. Correct the address.")
    if head[:1] in {b"[", b"{"}:
        return _from_json(data, name)
    return _from_csv(data, name, *text)


def _from_csv(data: bytes, name: str, delimiter: str, encoding: str) -> Rows:
    try:
        reader = csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter, strict=True)
        return [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}, byte {error.start}: expected {encoding.removesuffix('-sig').upper()}, "
            f"got 0x{data[error.start]:02x}. If the producer changed the encoding, correct the source."
        ) from error
    except csv.Error as error:
        raise unreadable(name, "CSV", error) from error


def _from_json(data: bytes, name: str) -> Rows:
    """The rows of an array of flat objects, which may hold a bare NaN."""
    try:
        found = json.loads(data, parse_float=plain, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise unreadable(name, "JSON", error) from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found) or not found:
        raise SourceError(f"{name}: expected a JSON array of rows, got {type(found).__name__}. Correct the address.")
    header = list(found[0])
    rows: Rows = [(0, header)]
    for number, row in enumerate(found, 1):
        if list(row) != header or any(isinstance(cell, (dict, list)) for cell in row.values()):
            raise SourceError(
                f"{name}, row {number}: expected columns {', '.join(header[:5])}, …, got {', '.join(list(row)[:5])}. "
                "Correct the source if the producer changed the table."
            )
        rows.append((number, ["" if cell is None else str(cell) for cell in row.values()]))
    return rows


def plain(number: str) -> str:
    """A decimal number as a text, a whole one without `.0`; others as they are written."""
    exact = Decimal(number)
    return str(int(exact)) if exact == exact.to_integral_value() and exact < 10**18 else number


def _no_number(constant: str) -> str:
    if constant != "NaN":
        raise ValueError(f"the number {constant}")
    return ""


def _from_workbook(data: bytes, name: str, sheet: str, header: tuple[Sequence[str], int]) -> Rows:
    """The rows of a sheet; without a name, of the one visible sheet that has the header, or of the first visible one.

    Raises:
        SourceError: no workbook, no such sheet, several with the header, or only hidden ones.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - few are workbooks

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if sheet:
            return _of_sheet(book, sheet)
        sheets = {each.name: each.visible == SheetVisibleEnum.Visible for each in book.sheets_metadata
                  if each.typ == SheetTypeEnum.WorkSheet}  # fmt: skip
        having = [each for each in sheets if _has_header(_of_sheet(book, each, BANNER_ROWS), *header)]
        chosen = _one_visible(sheets, having, name)
        return _of_sheet(book, chosen)
    except SourceError:
        raise
    except Exception as error:  # calamine has no class for its errors
        raise unreadable(name, "a workbook", error) from error


def _of_sheet(book: Any, sheet: str, most: int | None = None) -> Rows:
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=most)
    return [(n, [_cell(cell) for cell in row]) for n, row in enumerate(rows, 1) if any(c != "" for c in row)]


def _has_header(rows: Rows, columns: Sequence[str], header_rows: int) -> bool:
    return any(sorted(_joined(rows[i : i + header_rows])) == sorted(columns) for i in range(len(rows)))


def _one_visible(sheets: dict[str, bool], having: list[str], name: str) -> str:
    """The visible sheet to read, of those that have the header."""
    visible = [sheet for sheet in having or sheets if sheets[sheet]]
    if (having and len(visible) != 1) or not visible:
        found = ", ".join(map(repr, (visible or having or list(sheets))[:5]))
        raise SourceError(
            f"{name}: expected one visible sheet with the header, got {'several' if visible else 'only hidden ones'}: "
            f"{found}. Name the right one in the source."
        )
    return visible[0]


def from_parquet(path: Path, name: str, cell: Callable[[Any], str]) -> Rows:
    """The header and the rows of a Parquet file with their numbers, each value as this function writes it.

    Raises:
        SourceError: it cannot be read.
    """
    import duckdb  # noqa: PLC0415 - few sources are Parquet

    try:
        with duckdb.connect() as con:
            result = con.execute("SELECT * FROM read_parquet(?)", [str(path)])
            header = [column[0] for column in result.description or []]
            rows = result.fetchall()
    except duckdb.Error as error:
        raise unreadable(name, "Parquet", error) from error
    return [(0, header), *((n, [cell(each) for each in row]) for n, row in enumerate(rows, 1))]


def _cell(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return plain(repr(cell)) if isinstance(cell, float) and math.isfinite(cell) else str(cell)


def _frame(rows: Rows, header: list[str], name: str) -> pd.DataFrame:
    if len(rows) * len(header) > CELLS_MAX:
        raise SourceError(f"{name}: expected at most {CELLS_MAX:,} cells, got more. Read it as a file of figures.")
    for number, cells in rows:
        if _trimmed(cells) == header:
            raise SourceError(
                f"{name}, row {number}: expected one header, got a second one. Two deliveries were joined: part them."
            )
        if len(cells) != len(header):
            raise SourceError(
                f"{name}, row {number}: expected {len(header)} cells, got {len(cells)}. "
                "The file may be cut off: fetch it again."
            )
    numbers, cells_of = [number for number, _ in rows], [_trimmed(cells) for _, cells in rows]
    return pd.DataFrame(cells_of, columns=header, index=pd.Index(numbers, dtype="int64"), dtype=object)


def _refuse_tables_above(rows: Rows, name: str) -> None:
    """Refuse rows above the header that are more than a title: another delivery would be left out in silence."""
    for number, cells in rows:
        filled = sum(bool(cell) for cell in _trimmed(cells))
        if filled >= _TABLE_CELLS and 2 * filled > len(cells):
            raise SourceError(
                f"{name}, row {number}: expected a title or nothing above the header, got {filled} cells. "
                "Another table stands above it: part the two."
            )


def _trimmed(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _joined(rows: Rows) -> list[str]:
    """The header that rows make together: a merged cell fills the empty ones after it, a name again is numbered."""
    names = [""] * max((len(cells) for _, cells in rows), default=0)
    for depth, (_, cells) in enumerate(rows):
        texts = _trimmed(cells)
        last, below = "", [_trimmed(more) for _, more in rows[depth + 1 :]]
        for place, text in enumerate(texts):
            has_below = any(place < len(more) and more[place] for more in below)
            last = text or (last if has_below else "")
            names[place] = "|".join(filter(None, (names[place], last)))
    if len(rows) <= 1:
        return names
    return [f"{name}#{again}" if (again := names[: i + 1].count(name)) > 1 else name for i, name in enumerate(names)]


def _refuse_header(rows: Rows, name: str, columns: Sequence[str]) -> None:
    seen = max(
        (_trimmed(cells) for _, cells in rows[:BANNER_ROWS]), key=lambda h: len(set(h) & set(columns)), default=[]
    )
    missing, unknown = [c for c in columns if c not in seen], [c for c in seen if c not in columns]
    got = f"without {', '.join(map(repr, missing[:5]))}" if missing else ""
    got += (" and with " if missing and unknown else "with " if unknown else "") + ", ".join(map(repr, unknown[:5]))
    raise SourceError(
        f"{name}: expected a header of {len(columns)} columns ({', '.join(columns[:5])}, …) within {BANNER_ROWS} rows, "
        f"got {got or 'one twice'}. The producer changed the table: correct the source."
    )


def unreadable(name: str, expected: str, error: Exception) -> SourceError:
    """What a reader's error becomes: one line that names the source and the kind of file expected."""
    detail = (str(error).splitlines() or ["one that is damaged"])[0][:80]
    return SourceError(
        f"{name}: expected {expected}, got {type(error).__name__}: {detail}. "
        "Fetch it again, or feed the file with --from."
    )
