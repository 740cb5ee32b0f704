"""Any table file as rows of texts: which sheet, page or table of it, and which rows are its header.

Cells are trimmed, line breaks within a cell are blanks. Rows keep their number in the file (in a PDF: on the page).
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from cuadra.sources.readers import pdf_table, workbook
from cuadra.sources.readers.archive import content, is_workbook
from cuadra.sources.readers.document import html_tables
from cuadra.sources.readers.table import Rows, from_parquet, plain, unreadable
from cuadra.sources.readers.workbook import Number, text_of
from cuadra.sources.source import SourceError

__all__ = ["Grid", "Number", "Where", "grids", "header_at", "labels"]

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", ";", "\t", "|")


class Where(NamedTuple):
    """Which table of a file is meant; what is empty means all, or the one that the file itself suggests.

    ``sheet`` is a name or a pattern such as ``T1_*``, ``pages`` such as ``1-3,7``, ``table`` the place within a page of
    HTML or PDF, from 1. ``ruled`` is false where a PDF's columns are found by the position of its words, and
    ``lines_are_rows`` where each line of text in the cells of a PDF's row is a row of its own.
    """

    sheet: str = ""
    pages: str = ""
    table: int | None = None
    delimiter: str = ""
    encoding: str = ""
    ruled: bool | None = None
    lines_are_rows: bool = False


ANYWHERE = Where()


@dataclass(frozen=True)
class Grid:
    """One table of a file: where it is (sheet, page or table), its rows, and what people should know of them."""

    where: str
    rows: Rows
    sheet: str = ""
    page: str = ""
    notes: tuple[str, ...] = ()


def grids(path: Path, name: str, where: Where = ANYWHERE) -> list[Grid]:
    """The tables of a file that match, in its order.

    Args:
        path: the file, which may be packed.
        name: the source, for messages.
        where: which of them.

    Raises:
        SourceError: no such sheet, page or table, or a file that cannot be read.
    """
    if path.is_dir():
        raise SourceError(f"{name}: expected a file, got the folder {path.name!r}. Name the file in it.")
    data = content(path, name)
    if not data.strip():
        raise SourceError(f"{name}: expected a table, got an empty file. Fetch it again.")
    if is_workbook(data) or data[:4] == _OLD_WORKBOOK:
        return [
            Grid(f"sheet {each.name}" if each.is_one_of_many else "", _tidy(each.rows), each.name, notes=each.notes)
            for each in workbook.sheets(data, name, where.sheet)
        ]
    head = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF" in data[:1024]:
        found = [
            Grid(f"p. {page} table {place}", rows, page=str(page))
            for page, place, rows in pdf_table.tables(data, name, where.pages, where.ruled, where.lines_are_rows)
        ]
    elif head[:1] == b"<":
        found = [Grid(f"table {n}", rows) for n, rows in enumerate(html_tables(path, name), 1)]
    elif data[:4] == b"PAR1":
        return [Grid("", _tidy(from_parquet(path, name, text_of)))]
    elif head[:1] in {b"[", b"{"}:
        return [Grid("", _tidy(_from_json(data, name)))]
    else:
        rows = _from_text(data, name, where)
        return [Grid("", _tidy(rows), notes=(*full(rows), *short(rows)))]
    chosen = found if where.table is None else [each for each in found if each.where.endswith(f"table {where.table}")]
    if not chosen:
        raise SourceError(
            f"{name}: expected a table {where.table}, got {len(found)} tables. Correct `table` in source.toml."
        )
    return [Grid(each.where, _tidy(each.rows), page=each.page) for each in chosen]


def _from_text(data: bytes, name: str, where: Where) -> Rows:
    """The rows of a CSV or TSV, in the encoding declared, or UTF-8 or the UTF-16 that its first bytes say."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encoding = where.encoding or marks.get(data[:2], "utf-8-sig")
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise SourceError(
            f"{name}, encoding: expected a name such as 'utf-8' or 'cp1252', got {encoding!r}. Correct source.toml."
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}, byte {error.start}: expected {encoding.removesuffix('-sig').upper()}, got "
            f'0x{data[error.start]:02x}. Declare its encoding in source.toml, e.g. encoding = "cp1252".'
        ) from error
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=where.delimiter or delimiter_of(text), strict=True)
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise SourceError(
                f"{name}: expected CSV, got a quotation mark that is never closed. Correct the line, or fetch it again."
            ) from error
        raise unreadable(name, "CSV", error) from error


def full(rows: Rows) -> Iterator[str]:
    """A note where a file has as many lines as a spreadsheet has rows: what did not fit is then missing."""
    if rows and rows[-1][0] in workbook.SHEET_FULL:
        yield f"the file ends at line {rows[-1][0]:,}, as a full sheet does, so that rows may be missing."


def short(rows: Rows) -> Iterator[str]:
    """A note on the first line of a CSV that has fewer cells than most have: its last ones may be missing."""
    widths = Counter(len(cells) for _, cells in rows)
    usual, count = max(widths.items(), key=lambda each: each[1], default=(0, 0))
    found = [(line, len(cells)) for line, cells in rows if 2 < len(cells) < usual]
    if found and count > len(rows) / 2:
        line, width = found[0]
        yield f"line {line:,} has {width} cells where most have {usual}: some may be missing there."


def delimiter_of(text: str) -> str:
    """The mark that parts the cells: the one that is in most of the first lines, and most often."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]
    counts = {mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines))
              for mark in _DELIMITERS}  # fmt: skip
    return max(counts, key=lambda mark: counts[mark])


def _from_json(data: bytes, name: str) -> Rows:
    """The rows of an array of flat objects: the file itself, or the one such array in it, also page by page."""
    try:
        found = json.loads(data, parse_float=lambda text: Number(plain(text)), parse_int=Number, parse_constant=_nan)
    except (ValueError, RecursionError) as error:
        raise unreadable(name, "JSON", error) from error
    pages = found if isinstance(found, list) and any(_records(each) for each in found) else [found]
    items = [item for page in pages for item in (_records(page) or [])]
    if not items:
        kind = "an object" if isinstance(found, dict) else "a list" if isinstance(found, list) else "one value"
        raise SourceError(
            f"{name}: expected JSON with rows (an array of flat objects), got {kind} without any. Is it an error "
            "message of the server? Correct the address."
        )
    header = list(dict.fromkeys(key for item in items for key in item))
    rows: Rows = [(0, header)]
    for number, item in enumerate(items, 1):
        if nested := [key for key, cell in item.items() if isinstance(cell, (dict, list)) and cell]:
            raise SourceError(
                f"{name}, row {number}: expected a text or number for {nested[0]!r}, got "
                f"{type(item[nested[0]]).__name__}. Such a file needs a parse.py."
            )
        rows.append((number, [_json_text(item.get(key)) for key in header]))
    return rows


def _records(value: Any) -> list[dict[str, Any]]:
    """The one array of objects that a value is or has; empty where it has none."""
    if isinstance(value, list):
        return (
            value if value and all(isinstance(each, dict) for each in value) and not any(map(_records, value)) else []
        )
    if isinstance(value, dict):
        found = [each for each in map(_records, value.values()) if each]
        return found[0] if len(found) == 1 else []
    return []


def _json_text(cell: Any) -> str:
    if cell is None or cell in ([], {}):
        return ""
    return cell if isinstance(cell, str) else str(cell).lower() if isinstance(cell, bool) else str(cell)


def _nan(constant: str) -> str:
    if constant != "NaN":
        raise ValueError(f"the number {constant}")
    return ""


def _tidy(rows: Rows) -> Rows:
    made = []
    for number, cells in rows:
        tidy = [cell if type(cell) is Number else " ".join(cell.split()) for cell in cells]
        if any(tidy):
            made.append((number, tidy))
    return made


def header_at(rows: Rows, words: Sequence[str]) -> int | None:
    """The place of the first row that has all of these words as cells; none where no row has."""
    wanted = {" ".join(word.split()) for word in words}
    return next((place for place, (_, cells) in enumerate(rows) if wanted <= set(cells)), None)


def labels(rows: Rows) -> list[str]:
    """The name of each column from its header rows: their texts from above, joined by `` | ``.

    In all rows but the last, a text reaches over the empty cells to its right (merged cells). A name that is given
    twice gets ``#2``, ``#3``, … from its second place on.
    """
    width = max((len(cells) for _, cells in rows), default=0)
    levels = [[str(cell) for cell in cells] + [""] * (width - len(cells)) for _, cells in rows]
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
