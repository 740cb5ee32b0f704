"""Sheets of a workbook (XLSX, XLS, ODS) as rows of texts, with what they hide: rows, sheets, uncalculated formulas."""

import io
import math
import re
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from cuadra.sources.readers.table import Rows, plain, unreadable
from cuadra.sources.source import SourceError

SHEET_FULL = (65_535, 65_536, 1_048_575, 1_048_576)
"""How many rows fill a sheet, by format, with or without its header: a table of so many was probably cut there."""

_WHOLE_MAX = 1e15
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UNCALCULATED = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')


class Number(str):
    """A number that the file holds as one, not as a text: plain digits, and a point before decimals."""

    __slots__ = ()


class Sheet(NamedTuple):
    """One sheet: its name, its rows, whether the workbook has others, and what people should know of it."""

    name: str
    rows: Rows
    is_one_of_many: bool
    notes: tuple[str, ...]


def text_of(cell: Any) -> str:
    """The text of a cell: dates as ISO, whole numbers without ``.0``; a null and a NaN are empty."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _WHOLE_MAX:
        return Number(int(cell))
    if isinstance(cell, float):
        # Fifteen digits are what a spreadsheet shows at most: the rest is how computers keep decimals.
        return Number(plain(f"{cell:.15g}")) if math.isfinite(cell) else str(cell)
    return Number(str(cell)) if isinstance(cell, int) else str(cell)


def sheets(data: bytes, name: str, wanted: str) -> list[Sheet]:
    """The visible sheets of a workbook, or those of a name or pattern.

    Raises:
        SourceError: no workbook, one with a password, no such sheet, or a formula in it that was never calculated.
    """
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - few sources are workbooks

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:  # calamine has no class for its errors
        if _ENCRYPTED in data or "password" in str(error).casefold() or "encrypt" in str(error).casefold():
            raise SourceError(f"{name}: expected a workbook, got one with a password. Save it without one.") from error
        raise unreadable(name, "a workbook", error) from error
    visible = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    chosen = [each for each in book.sheet_names if fnmatchcase(each, wanted)] if wanted else visible
    if wanted in book.sheet_names:
        chosen = [wanted]
    if not chosen:
        got = ", ".join(map(repr, book.sheet_names[:5]))
        raise SourceError(
            f"{name}: expected a sheet {repr(wanted) if wanted else 'that is visible'}, got {got}. "
            "If it was renamed, correct `sheet` in source.toml."
        )
    hidden = [each for each in book.sheet_names if each not in visible and not wanted]
    said = tuple(f"the hidden sheet {each!r} is not read; name it in `sheet` or in `ignores`." for each in hidden)
    many = len(book.sheet_names) > 1
    made = []
    for each in chosen:
        notes = (*said, *(_notes(data, name, each) if data[:2] == b"PK" else ()))
        said = ()
        rows = _rows(book, each, name)
        if rows and rows[-1][0] in SHEET_FULL:
            notes = (*notes, f"sheet {each!r} is full to row {rows[-1][0]:,}, so that rows may be missing.")
        made.append(Sheet(each, rows, many, notes))
    return made


def _rows(book: Any, sheet: str, name: str) -> Rows:
    try:
        found = book.get_sheet_by_name(sheet)
        start = found.start or (0, 0)
        rows = found.to_python(skip_empty_area=True)
    except Exception as error:  # calamine has no class for its errors
        raise unreadable(name, f"a sheet {sheet!r}", error) from error
    pad = [""] * start[1]
    return [
        (number, pad + [text_of(cell) for cell in row]) for number, row in enumerate(rows, start[0] + 1) if any(row)
    ]


def _notes(data: bytes, name: str, sheet: str) -> Iterator[str]:
    """What the XML of a sheet shows and its values do not.

    Raises:
        SourceError: a formula whose value the file does not hold.
    """
    xml = _xml(data, sheet)
    if found := _UNCALCULATED.search(xml):
        raise SourceError(
            f"{name}, sheet {sheet!r}, cell {found[1].decode()}: expected a number, got a formula that was never "
            "calculated. Open the workbook, save it, and feed it again."
        )
    if rows := [int(row) for row in _HIDDEN_ROW.findall(xml)]:
        shown = ", ".join(map(str, rows[:5])) + (" …" if len(rows) > 5 else "")
        yield f"sheet {sheet!r} hides {len(rows)} rows ({shown}), which are read; leave them out with `leave_out`."


def _xml(data: bytes, sheet: str) -> bytes:
    """The XML of a sheet of an XLSX; empty where the workbook is of another kind."""
    from lxml import etree  # noqa: PLC0415 - few sources are workbooks

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            places = {each.get("Id"): each.get("Target") for each in
                      etree.fromstring(book.read("xl/_rels/workbook.xml.rels"), parser)}  # fmt: skip
            for each in etree.fromstring(book.read("xl/workbook.xml"), parser).iter("{*}sheet"):
                if each.get("name") == sheet:
                    key = next(value for name, value in each.attrib.items() if name.endswith("}id"))
                    target = str(places[key])
                    return book.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, StopIteration, etree.LxmlError, zipfile.BadZipFile):
        return b""
    return b""
