import bz2
import csv
import gzip
import io
import json
import zipfile

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.sources.readers.archive import content
from cuadra.sources.readers.document import html_tables, pdf_tables
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import SourceError
from tests.sources.pdf import write_pages
from tests.sources.workbook import write, write_ods, write_sheets
from tests.thorough import examples

COLUMNS = ("Año", "Víctimas", "Nota")
ROWS = [["2019", "1,054", ""], ["2020", "437", "así"]]


def as_csv(rows=ROWS, header=COLUMNS, delimiter=";"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return ("\ufeff" + text.getvalue()).encode()


def written(folder, kind):
    path = folder / "table"
    if kind == "xlsx":
        return write(path, [COLUMNS, *ROWS])
    if kind == "xlsx with a banner":
        return write(path, [("A title", "", ""), ("", "", ""), COLUMNS, *ROWS])
    if kind == "ods":
        return write_ods(path, [COLUMNS, *ROWS])
    if kind == "json":
        path.write_text(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in ROWS]), encoding="utf-8")
    elif kind == "parquet":
        frame = pd.DataFrame(ROWS, columns=COLUMNS)
        duckdb.from_df(frame).write_parquet(str(path))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table.csv", as_csv())
    else:
        packed = {"csv": bytes, "gz": gzip.compress, "bz2": bz2.compress}[kind]
        path.write_bytes(packed(as_csv()))
    return path


@pytest.mark.parametrize("kind", ["csv", "gz", "bz2", "zip", "json", "xlsx", "xlsx with a banner", "ods", "parquet"])
def test_every_format_gives_the_same_rows(tmp_path, kind):
    found = read_table(written(tmp_path, kind), "t", COLUMNS, delimiter=";")

    assert found.to_numpy().tolist() == ROWS
    assert found.columns.tolist() == list(COLUMNS)


def test_text_is_read_as_its_producer_writes_it(tmp_path):
    path = tmp_path / "table"
    path.write_bytes(as_csv(delimiter="\t").decode("utf-8-sig").encode("cp1252"))

    assert read_table(path, "t", COLUMNS, delimiter="\t", encoding="cp1252").to_numpy().tolist() == ROWS


def test_rows_keep_their_number_in_the_file(tmp_path):
    assert read_table(written(tmp_path, "csv"), "t", COLUMNS, delimiter=";").index.tolist() == [2, 3]
    assert read_table(written(tmp_path, "xlsx with a banner"), "t", COLUMNS).index.tolist() == [4, 5]


def test_numbers_of_json_stay_as_printed_and_nan_is_empty(tmp_path):
    path = tmp_path / "table"
    path.write_text('[{"a": 7.0, "b": NaN, "c": 0.40, "d": null, "e": 9007199254740993}]', encoding="utf-8")

    assert read_table(path, "t", list("abcde")).iloc[0].tolist() == ["7", "", "0.40", "", "9007199254740993"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (as_csv(header=("Año", "Víctimas", "Notas")), "without 'Nota' and with 'Notas'"),
        (as_csv(rows=[["2019", "5"]]), "row 2: expected 3 cells, got 2"),
        (as_csv(rows=[["2019", "5", "", ""]]), "row 2: expected 3 cells, got 4"),
        (as_csv().decode().encode("latin-1", "replace"), "expected UTF-8"),
        (b"<!DOCTYPE html><html>Sign in</html>", "got a web page"),
        (b"%PDF-1.7", "got a PDF"),
        (b'[{"A": 1}, {"B": 2}]', "row 2: expected columns A"),
        (b'[{"A": Infinity}]', "expected JSON"),
        (b"[" * 100_000, "expected JSON"),
        (b"PAR1nothing", "expected Parquet"),
        (gzip.compress(as_csv(), mtime=0)[:-12], "expected a whole archive"),
        (b"BZh9 not so", "expected a whole archive"),
        (b"PK\x03\x04 not so", "expected a whole archive"),
        (b"", "without 'Año'"),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_line(tmp_path, text, expected):
    path = tmp_path / "table"
    path.write_bytes(text)
    with pytest.raises(SourceError) as error:
        read_table(path, "t", COLUMNS, delimiter=";")

    assert expected in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress])
def test_archive_that_grows_too_large_is_refused(tmp_path, packed):
    path = tmp_path / "bomb"
    path.write_bytes(packed(b"0" * 10_000_000))
    with pytest.raises(SourceError, match="at most 1,000,000 bytes unpacked"):
        content(path, "t", most=1_000_000)


def test_zip_that_grows_too_large_or_holds_several_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 10_000_000)
    with pytest.raises(SourceError, match="at most 1,000,000 bytes unpacked"):
        content(tmp_path / "bomb", "t", most=1_000_000)
    with zipfile.ZipFile(tmp_path / "two", "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("b", b"2")
    with pytest.raises(SourceError, match="a zip of one file, got 2"):
        content(tmp_path / "two", "t")


def test_spans_of_an_html_table_are_filled(tmp_path):
    path = tmp_path / "page"
    path.write_text(
        "<p>x<table><tr><th rowspan=2>Región<th colspan=2>2019<tr><td>F<td>M"
        "<tr><td>Lima <b>y</b>\n Callao<td>1<td>2<table><tr><td>inner</table></table>",
        encoding="utf-8",
    )
    outer, inner = html_tables(path, "t")

    assert [cells for _, cells in outer][:2] == [["Región", "2019", "2019"], ["Región", "F", "M"]]
    assert outer[2][1][:1] == ["Lima y Callao"]
    assert inner == [(1, ["inner"])]


@pytest.mark.parametrize("reader", [html_tables, pdf_tables])
def test_document_without_tables_is_refused(tmp_path, reader):
    path = tmp_path / "page"
    path.write_text("<html>moved</html>", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^t: expected a"):
        reader(path, "t")


def refusal(reader, path):
    try:
        reader(path, "t")
    except SourceError as error:
        return str(error)
    return "t: read"


def read_csv(path, name):
    return read_table(path, name, COLUMNS)


@examples(20, 60)
@given(
    st.sampled_from([b"", b"\x1f\x8b", b"BZh9", b"PK\x03\x04", b"PAR1", b"[", b"{", b"<table>", b"%PDF-1.4\n"]),
    st.binary(max_size=300),
    st.sampled_from([read_csv, html_tables, pdf_tables]),
)
def test_garbage_is_refused_in_one_line_or_read(tmp_path, head, tail, reader):
    path = tmp_path / "garbage"
    path.write_bytes(head + tail)

    assert refusal(reader, path).startswith("t")
    assert "\n" not in refusal(reader, path)


NOTES = [("Notes", "", ""), ("see below", "", "")]


def test_hidden_sheet_before_the_table_is_passed_over(tmp_path):
    book = write_sheets(
        tmp_path / "book", {"old": [COLUMNS, ["2018", "1", ""]], "new": [COLUMNS, *ROWS]}, hidden={"old"}
    )

    assert read_table(book, "t", COLUMNS).to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    ("sheets", "hidden", "expected"),
    [
        ({"a": [COLUMNS, *ROWS], "b": [COLUMNS, *ROWS]}, (), "got several: 'a', 'b'"),
        ({"a": NOTES, "b": [COLUMNS, *ROWS]}, ("b",), "got only hidden ones: 'b'"),
        ({"a": NOTES, "b": NOTES}, (), "expected a header"),
    ],
)
def test_workbook_whose_table_is_not_plain_is_refused(tmp_path, sheets, hidden, expected):
    with pytest.raises(SourceError, match=expected):
        read_table(write_sheets(tmp_path / "book", sheets, hidden), "t", COLUMNS)


def test_sheet_that_is_named_is_read_also_where_it_is_hidden(tmp_path):
    book = write_sheets(tmp_path / "book", {"a": NOTES, "b": [COLUMNS, *ROWS]}, hidden={"b"})

    assert read_table(book, "t", COLUMNS, sheet="b").to_numpy().tolist() == ROWS


def test_two_deliveries_in_one_file_are_refused(tmp_path):
    path = tmp_path / "table"
    path.write_bytes(as_csv() + as_csv().removeprefix(b"\xef\xbb\xbf"))
    with pytest.raises(SourceError, match="row 4: expected one header, got a second one"):
        read_table(path, "t", COLUMNS, delimiter=";")


def test_table_above_the_header_is_never_taken_for_a_title(tmp_path):
    path = tmp_path / "table"
    path.write_bytes(as_csv(header=("Year", "Victims", "Note")) + as_csv().removeprefix(b"\xef\xbb\xbf"))
    with pytest.raises(SourceError, match="expected a title or nothing above the header"):
        read_table(path, "t", COLUMNS, delimiter=";")


def test_header_of_two_rows_is_joined(tmp_path):
    path = tmp_path / "table"
    path.write_text("Year,Total,By sex,,,Notes\n,,Women,Share,Men,\n2019,9,5,55.6,4,x\n", encoding="utf-8")
    columns = ["Year", "Total", "By sex|Women", "By sex|Share", "By sex|Men", "Notes"]
    (row,) = read_table(path, "t", columns, header_rows=2).to_dict("records")

    assert row == dict(zip(columns, ["2019", "9", "5", "55.6", "4", "x"], strict=True))


def test_names_that_stand_twice_in_a_joined_header_are_numbered(tmp_path):
    path = tmp_path / "table"
    path.write_text("Year,Force,,\n,Women,Share,Share\n2019,5,55.6,44.4\n", encoding="utf-8")
    found = read_table(path, "t", ["Year", "Force|Women", "Force|Share", "Force|Share#2"], header_rows=2)

    assert found.iloc[0].tolist() == ["2019", "5", "55.6", "44.4"]


def test_pages_beyond_the_limit_are_refused_and_not_left_out(tmp_path):
    with pytest.raises(SourceError, match="at most 500 pages, got 501"):
        pdf_tables(write_pages(tmp_path / "long.pdf", 501), "t")


def test_gzip_in_parts_is_read_whole(tmp_path):
    path = tmp_path / "table"
    whole = as_csv()
    path.write_bytes(gzip.compress(whole[:20]) + gzip.compress(whole[20:]))

    assert read_table(path, "t", COLUMNS, delimiter=";").to_numpy().tolist() == ROWS
