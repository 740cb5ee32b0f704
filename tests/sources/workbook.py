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
_SHEET = """<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>"""


Rows = Sequence[Sequence[str]]


def write(path: Path, rows: Rows) -> Path:
    """Write the rows as the one sheet of a workbook."""
    return write_sheets(path, {"data": rows})


def write_sheets(path: Path, sheets: Mapping[str, Rows], hidden: Collection[str] = ()) -> Path:
    """Write a workbook of these sheets, in their order, some of them hidden."""
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
        for n, rows in zip(numbers, sheets.values(), strict=True):
            book.writestr(f"xl/worksheets/sheet{n}.xml", _cells(rows))
    return path


def _cells(rows: Rows) -> str:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'


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
    path: Path, sheets: dict[str, Sequence[Sequence[str | float]]], *, hidden: Sequence[str] = (),
    hidden_rows: Sequence[int] = (), formula: tuple[int, int] | None = None, last_row: int | None = None,
) -> Path:  # fmt: skip
    """Write several sheets; numbers as numbers. A formula (row, column) has no value, the last row gets a number."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w") as book:
        names, relations, types = "", "", ""
        for number, (name, rows) in enumerate(sheets.items(), 1):
            state = ' state="hidden"' if name in hidden else ""
            names += f'<sheet name="{name}" sheetId="{number}"{state} r:id="r{number}"/>'
            relations += _RELATED.format(number=number)
            types += _TYPED.format(number=number)
            cells = ""
            for place, row in enumerate(rows, 1):
                marked = ' hidden="1"' if place in hidden_rows and number == 1 else ""
                cells += f'<row r="{place}"{marked}>'
                for column, cell in enumerate(row):
                    cells += _cell(f"{chr(65 + column)}{place}", None if (place, column) == formula else cell)
                cells += "</row>"
            if last_row:
                cells += f'<row r="{last_row}"><c r="A{last_row}" t="inlineStr"><is><t>note</t></is></c></row>'
            sheet = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
            book.writestr(f"xl/worksheets/sheet{number}.xml", sheet)
        head, tail = _BOOK.split("<sheet ", maxsplit=1)[0], "</sheets></workbook>"
        book.writestr("xl/workbook.xml", head + names + tail)
        book.writestr("[Content_Types].xml", _TYPES.replace("</Types>", types + "</Types>"))
        book.writestr("_rels/.rels", _RELATION.format(kind="officeDocument", target="xl/workbook.xml"))
        start = _RELATION.split("<Relationship ", maxsplit=1)[0]
        book.writestr("xl/_rels/workbook.xml.rels", start + relations + "</Relationships>")
    return path


_RELATED = """<Relationship Id="r{number}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
 Target="worksheets/sheet{number}.xml"/>"""
_TYPED = """<Override PartName="/xl/worksheets/sheet{number}.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"""


def _cell(place: str, cell: str | float | None) -> str:
    if cell is None:
        return f'<c r="{place}"><f>SUM(B1:C1)</f></c>'
    if cell == "":
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'
