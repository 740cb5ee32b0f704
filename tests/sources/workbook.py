"""A small XLSX workbook of texts, made by hand."""

import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
{sheets}</Types>"""
_SHEET_TYPE = """<Override PartName="/xl/worksheets/sheet{n}.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"""
_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}
</Relationships>"""
_RELATION = """<Relationship Id="r{n}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
 Target="{target}"/>"""
_BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets>{sheets}</sheets></workbook>"""
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = """<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>"""


Rows = Sequence[Sequence[str]]


def write(path: Path, rows: Rows) -> Path:
    """Write the rows as the one sheet of a workbook."""
    return write_sheets(path, {"data": rows})


def write_sheets(path: Path, sheets: Mapping[str, Rows], hidden: Collection[str] = ()) -> Path:
    """Write a workbook of these sheets, in their order, some of them hidden."""
    return _write(path, {name: _cells(rows) for name, rows in sheets.items()}, hidden)


def _write(path: Path, sheets: Mapping[str, str], hidden: Collection[str]) -> Path:
    numbers = range(1, len(sheets) + 1)
    named = zip(numbers, sheets, strict=True)
    listed = [_SHEET.format(n=n, name=name, state="hidden" if name in hidden else "visible") for n, name in named]
    related = [_RELATION.format(n=n, kind="worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers]
    main = _RELATION.format(n=1, kind="officeDocument", target="xl/workbook.xml")
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n) for n in numbers)))
        book.writestr("_rels/.rels", _RELATIONS.format(each=main))
        book.writestr("xl/workbook.xml", _BOOK.format(sheets="".join(listed)))
        book.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(each="".join(related)))
        for n, xml in zip(numbers, sheets.values(), strict=True):
            book.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return path


def _cells(rows: Rows) -> str:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    return f'<worksheet xmlns="{_SPACE}"><sheetData>{cells}</sheetData></worksheet>'


_OPEN_DOCUMENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
_MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""


def write_ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write the rows as the one sheet of an OpenDocument workbook."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", _MANIFEST)
        book.writestr("content.xml", _OPEN_DOCUMENT.format(rows=cells))
    return path


def write_book(
    path: Path, sheets: Mapping[str, Sequence[Sequence[str | float]]], *, hidden: Collection[str] = (),
    hidden_rows: Collection[int] = (), formula: tuple[int, int] | None = None, last_row: int | None = None,
) -> Path:  # fmt: skip
    """Write sheets with numbers as numbers; of the first, some rows hidden, a formula (row, column) without a value.

    With ``last_row`` each has a note so far down.
    """
    xml = {}
    for name, rows in sheets.items():
        is_first = not xml
        cells = ""
        for place, row in enumerate(rows, 1):
            marked = ' hidden="1"' if is_first and place in hidden_rows else ""
            cells += f'<row r="{place}"{marked}>'
            for column, cell in enumerate(row):
                is_formula = is_first and (place, column) == formula
                cells += _cell(f"{chr(65 + column)}{place}", None if is_formula else cell)
            cells += "</row>"
        if last_row:
            cells += f'<row r="{last_row}">{_cell(f"A{last_row}", "note")}</row>'
        xml[name] = f'<worksheet xmlns="{_SPACE}"><sheetData>{cells}</sheetData></worksheet>'
    return _write(path, xml, hidden)


def _cell(place: str, cell: str | float | None) -> str:
    if cell is None:
        return f'<c r="{place}"><f>SUM(B1:C1)</f></c>'
    if cell == "":
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'
