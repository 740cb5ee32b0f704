"""Any table file as rows of texts: which sheet, page or table of it, and which rows are its header.

Cells are trimmed, line breaks within a cell are blanks. Rows keep their number in the file (in a PDF: on the page).
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cuadra.sources.readers.archive import content, is_workbook
from cuadra.sources.readers.document import html_tables, pdf_tables
from cuadra.sources.readers.table import Rows, _cell, _rows_of, unreadable
from cuadra.sources.source import SourceError

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
SHEET_FULL = (65_536, 1_048_576)
"""How many rows a sheet can have, by format: a table that fills one was probably cut there."""


@dataclass(frozen=True)
class Grid:
    """One table of a file: where it is (sheet, page or table), its rows, and what was left out of the file."""

    where: str
    rows: Rows
    hidden: tuple[str, ...] = ()


def grids(  # noqa: PLR0913 - one argument a thing that producers do their own way
    path: Path,
    name: str,
    *,
    sheet: str = "",
    pages: str = "",
    table: int | None = None,
    delimiter: str = "",
    encoding: str = "",
    lines_are_rows: bool = False,
) -> list[Grid]:
    """The tables of a file that match, in its order.

    Args:
        path: the file, which may be packed.
        name: the source, for messages.
        sheet: of a workbook, its name or a pattern such as ``T1_*``; without it, all visible sheets.
        pages: of a PDF, such as ``1-3,7``; without it, all.
        table: the place of the table within a page of HTML or PDF, from 1; without it, all.
        delimiter: of a CSV; without it, the one that its first line suggests.
        encoding: of a CSV; UTF-8 without it.
        lines_are_rows: whether each line of text within the cells of a PDF table is a row of its own.

    Raises:
        SourceError: no such sheet, page or table, or a file that cannot be read.
    """
    data = content(path, name)
    if is_workbook(data) or data[:4] == _OLD_WORKBOOK:
        return _sheets(data, name, sheet)
    if b"%PDF" in data[:1024]:
        found = _of_pdf(path, name, pages, lines_are_rows)
    elif data[:500].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        found = [Grid(f"table {n}", rows) for n, rows in enumerate(html_tables(path, name), 1)]
    else:
        separator = delimiter or _delimiter(data)
        return [Grid("", _tidy(_rows_of(data, path, name, (separator, encoding or "utf-8-sig"), "")))]
    if table is None:
        return [Grid(each.where, _tidy(each.rows)) for each in found]
    chosen = [each for each in found if each.where.endswith(f"table {table}")]
    if not chosen:
        raise SourceError(f"{name}: expected a table {table}, got {len(found)} tables. Correct `table` in source.toml.")
    return [Grid(each.where, _tidy(each.rows)) for each in chosen]


def _sheets(data: bytes, name: str, wanted: str) -> list[Grid]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - few sources are workbooks

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:  # calamine has no class for its errors
        if "password" in str(error).casefold() or "encrypted" in str(error).casefold():
            raise SourceError(f"{name}: expected a workbook, got one with a password. Save it without one.") from error
        raise unreadable(name, "a workbook", error) from error
    visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
    hidden = tuple(m.name for m in book.sheets_metadata if m.name not in visible)
    chosen = [each for each in book.sheet_names if fnmatchcase(each, wanted)] if wanted else visible
    if not chosen:
        raise SourceError(
            f"{name}: expected a sheet {wanted or 'that is visible'!r}, got {', '.join(map(repr, book.sheet_names[:5]))}. "
            "If it was renamed, correct `sheet` in source.toml."
        )
    return [
        Grid(f"sheet {each}" if len(book.sheet_names) > 1 else "", _sheet(book, each, name), hidden) for each in chosen
    ]


def _sheet(book: Any, sheet: str, name: str) -> Rows:
    try:
        found = book.get_sheet_by_name(sheet)
        start = found.start or (0, 0)
        rows = found.to_python(skip_empty_area=True)
    except Exception as error:  # calamine has no class for its errors
        raise unreadable(name, f"a sheet {sheet!r}", error) from error
    pad = [""] * start[1]
    return _tidy([(n, pad + [_cell(cell) for cell in row]) for n, row in enumerate(rows, start[0] + 1)])


def _of_pdf(path: Path, name: str, pages: str, lines_are_rows: bool) -> list[Grid]:
    wanted = _numbers(pages, name)
    found: list[Grid] = []
    seen: dict[int, int] = {}
    for page, rows in pdf_tables(path, name):
        if wanted and page not in wanted:
            continue
        seen[page] = seen.get(page, 0) + 1
        found.append(Grid(f"p. {page} table {seen[page]}", rows))
    if not found:
        raise SourceError(f"{name}: expected tables on pages {pages}, got none. Correct `pages` in source.toml.")
    return found


def _numbers(pages: str, name: str) -> set[int]:
    wanted: set[int] = set()
    for part in filter(None, (each.strip() for each in pages.split(","))):
        if not (found := re.fullmatch(r"(\d+)(?:-(\d+))?", part)):
            raise SourceError(f"{name}: expected pages such as '1-3,7', got {pages!r}. Correct source.toml.")
        wanted |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
    return wanted


def _delimiter(data: bytes) -> str:
    """The mark that parts the cells of the first line: the commonest of those usual."""
    line = data[:20_000].splitlines()[0] if data.strip() else b""
    counts = {mark: line.count(mark.encode()) for mark in (",", ";", "\t", "|")}
    return max(counts, key=lambda mark: counts[mark])


def _tidy(rows: Rows) -> Rows:
    return [
        (number, [" ".join(cell.split()) for cell in cells]) for number, cells in rows if any(c.strip() for c in cells)
    ]


def header_at(rows: Rows, words: Sequence[str]) -> int | None:
    """The place of the first row that has all of these words as cells; none where no row has."""
    wanted = {" ".join(word.split()) for word in words}
    return next((place for place, (_, cells) in enumerate(rows) if wanted <= set(cells)), None)


def labels(rows: Rows) -> list[str]:
    """The name of each column from its header rows: their texts from above, joined by `` | ``.

    In all rows but the last, a text reaches over the empty cells to its right (merged cells). A name that stands twice
    gets ``#2``, ``#3``, … from its second place on.
    """
    width = max((len(cells) for _, cells in rows), default=0)
    levels = [cells + [""] * (width - len(cells)) for _, cells in rows]
    for place, level in enumerate(levels[:-1]):
        for column in range(1, width):
            above = levels[place - 1][column] == levels[place - 1][column - 1] if place else True
            below = any(each[column] for each in levels[place + 1 :])
            if not level[column] and above and below:
                level[column] = level[column - 1]
    names = [" | ".join(dict.fromkeys(filter(None, (level[column] for level in levels)))) for column in range(width)]
    seen: dict[str, int] = {}
    made = []
    for each in names:
        seen[each] = seen.get(each, 0) + 1
        made.append(f"{each}#{seen[each]}" if seen[each] > 1 and each else each)
    return made
