"""Small files that explode, or are cut, when they are read: each a few kilobytes, made here, never shipped."""

import bz2
import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

from cuadra.sources.readers.document import html_tables, pdf_tables
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.readers.table import read_table
from tests.sources import workbook

_SHEET = "xl/worksheets/sheet1.xml"
_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "ha">'
    + "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def table(path, name):
    """Arguments that read a file as a table of two columns."""
    return read_table, path, name, ("a", "b")


def of_page(path, name):
    """Arguments that read the tables of a page."""
    return html_tables, path, name


def of_pdf(path, name):
    """Arguments that read the tables of a PDF."""
    return pdf_tables, path, name


def text(path, name):
    """Arguments that read an article."""
    return paragraphs, path, name


def files(folder: Path):
    """Each file by what it is, with how it is read."""
    made = {
        **_workbooks(folder),
        "packed zeros": (gzip.compress(b"\0" * 10_000_000, 1) * 16, table),
        "packed zeros, bz2": (bz2.compress(b"\0" * 10_000_000) * 16, table),
        "packed twice": (gzip.compress(gzip.compress(b"a,b\n1,2\n" * 1_000_000, 1) * 20), table),
        "packed members": (gzip.compress(b"a,b\n" * 1_000_000, 1) * 100, table),
        "gz cut short": (gzip.compress(bytes(range(256)) * 4000)[:-20], table),
        "gz with a wrong sum": (gzip.compress(b"a,b\n1,2\n")[:-8] + b"\0" * 8, table),
        "zip of zeros": (_zip({"figures.csv": b"0" * 120_000_000}), table),
        "zip that lies of its size": (_zip({"figures.csv": b"0" * 120_000_000}, said=10), table),
        "zip of zips": (_zip({"a.zip": _zip({"b.zip": _zip({"c.csv": b"0" * 5_000_000})})}), table),
        "zip with a path upwards": (_zip({"../../figures.csv": b"a,b\n1,2\n"}), table),
        "nested JSON": (b"[" * 3_000_000, table),
        "nested objects": (b'{"a":' * 2_000_000, table),
        "JSON of huge rows": (_many(b"[", json.dumps({"a": "1", "b": "2"}).encode() + b",", b"{}]", 3_000_000), table),
        "JSON with enormous numbers": (b'[{"a": ' + b"9" * 4_000_000 + b', "b": 1e999999999}]', table),
        "JSON exponent": (b'[{"a": 1e1000000000, "b": 1E+999999}]', table),
        "CSV of one line": (b"a,b\n" + b"1," * 5_000_000, table),
        "CSV with an open quote": (b'a,b\n"' + b"x\n" * 5_000_000, table),
        "CSV with zero bytes": (b"a,b\n\0,\0\n" * 100_000, table),
        "CSV of many lines": (_many(b"a,b\n", b"1,2\n", b"", 30_000_000), table),
        "Parquet cut": (b"PAR1" + b"\0" * 100, table),
        "Parquet that lies": (b"PAR1" + b"\xff" * 500 + (2**31 - 1).to_bytes(4, "little") + b"PAR1", table),
        "HTML of spans": (
            b"<table><tr>" + b'<td rowspan="999" colspan="999">x</td>' * 200 + b"</tr>" + b"<tr></tr>" * 2000,
            of_page,
        ),
        "HTML nested": (b"<table><tr><td>" * 200_000, of_page),
        "HTML of cells": (_many(b"<table>", b"<tr><td>1</td></tr>", b"", 6_000_000), of_page),
        "HTML of entities": (_LAUGHS.encode() + b"<html><table><tr><td>&x11;</td></tr></table></html>", of_page),
        "article nested": (b"<html>" + b"<div><p>" * 300_000 + b"12 victims", text),
        "article of one line": (b"rescued 12 victims " * 250_000, text),
        "PDF of pages": (_pdf(pages=400, drawn=b"1 0 0 1 0 0 cm 0 0 100 100 re S\n" * 30), of_pdf),
        "PDF of packed zeros": (_pdf(drawn=b" " * 150_000_000, is_packed=True), of_pdf),
        "PDF of rectangles": (_pdf(drawn=b"0 0 10 10 re S\n" * 500_000, is_packed=True), of_pdf),
        "PDF that refers to itself": (_pdf(kids=b"2 0 R"), of_pdf),
        "PDF cut": (_pdf()[:200], of_pdf),
        "PDF text of packed letters": (_pdf(drawn=b"BT (aaaaaaaa) Tj ET\n" * 300_000, is_packed=True), text),
        "nothing": (b"", table),
        "noise": (bytes(n * 7919 % 251 for n in range(100_000)), table),
    }  # fmt: skip
    found = {}
    for name, (data, read) in made.items():
        path = folder / name.replace(" ", "_").replace(",", "")
        path.write_bytes(data)
        found[name] = (path, read)
    return found


def _many(head, line, tail, lines):
    """A packed text of many like lines, made of a hundred packed pieces."""
    piece = gzip.compress(line * (lines // 100), 1)
    return gzip.compress(head) + piece * 100 + gzip.compress(tail)


def _workbooks(folder):
    whole = workbook.write(folder / "whole.xlsx", [["a", "b"], ["1", "2"]]).read_bytes()
    sheet = f"<worksheet {_SPACE}><sheetData>{{}}</sheetData></worksheet>"
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 20_000))
    strings = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
    return {
        "XLSX with far cells": (_changed(whole, sheet.format(far)), table),
        "XLSX with wide rows": (_changed(whole, sheet.format(rows)), table),
        "XLSX of laughs": (_changed(whole, _LAUGHS + sheet.format(strings.format("&x11;"))), table),
        "XLSX of zeros": (_changed(whole, sheet.format("<row><c><v>0</v></c></row>" * 2_000_000)), table),
        "XLSX of one cell": (_changed(whole, sheet.format(strings.format("x" * 60_000_000))), table),
        "XLSX cut": (whole[:-100], table),
        "XLSX with a place that is none": (
            _changed(whole, sheet.format('<row r="99999999999"><c r="ZZZZZZ99999999999"><v>1</v></c></row>')), table
        ),
        "ODS that repeats": (_ods(), table),
    }  # fmt: skip


def _changed(book, sheet):
    with zipfile.ZipFile(io.BytesIO(book)) as before:
        kept = {each: before.read(each) for each in before.namelist()}
    return _zip(kept | {_SHEET: sheet.encode()})


def _ods():
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in names.items()
    )
    repeated = 'table:number-columns-repeated="16384" office:value-type="string"'
    cell = f"<table:table-cell {repeated}><text:p>x</text:p></table:table-cell>"
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="data">'
        f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return _zip(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _zip(members, said=None):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    data = made.getvalue()
    if said is not None:
        (size,) = (len(each) for each in members.values())
        data = data.replace(size.to_bytes(4, "little"), said.to_bytes(4, "little"))
    return data


def _pdf(pages=1, drawn=b"0 0 10 10 re S", *, is_packed=False, kids=b""):
    body = zlib.compress(drawn, 1) if is_packed else drawn
    packed = b"/Filter /FlateDecode " if is_packed else b""
    numbers = [5 + n for n in range(pages)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids or b" ".join(b"%d 0 R" % n for n in numbers), pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(body), packed, body),
        *[
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 842] /Contents 4 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>"
        ]
        * pages,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
