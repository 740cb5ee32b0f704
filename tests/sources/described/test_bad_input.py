import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.sources.source import SourceError
from tests.sources import pdf, workbook
from tests.sources.described.tables import ROWS, describe, feed, read, write_csv
from tests.thorough import examples

ONE = '{ "Year" = "year", "Count" = "value" }'


def refused(call, *args, **options):
    """The one line with which a description or a table is refused."""
    with pytest.raises(SourceError) as caught:
        call(*args, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert "expected" in text
    assert ", got " in text
    return text


@pytest.mark.parametrize(
    ("facts", "table", "says"),
    [
        ({"title": ""}, {}, "title: expected a value, got none. Add it."),
        ({"titel": '"x"', "title": ""}, {}, "titel: expected a known key"),
        ({"published": '"?"'}, {}, "published: expected a value, got '?'. The draft is not finished"),
        ({"cadence": '"sometimes"'}, {}, "cadence: expected 'once', 'hourly'"),
        ({"enabled": '"yes"'}, {}, "enabled: expected a valid boolean, got 'yes'"),
        ({"rows_min": "-1"}, {}, "rows_min: expected greater than or equal to 0"),
        ({"decimal": '";"'}, {}, "decimal: expected '.' or ','"),
        ({"decimal": '","', "thousands": '","'}, {}, "thousands: expected another mark than decimal"),
        ({"missing": '["-"]', "nil": '["-"]'}, {}, "each sign in one of missing, nil and marks, got '-' in two"),
        ({"scale": "0.001"}, {}, "scale: expected a whole number"),
        ({"year_starts": '"13-01"'}, {}, "year_starts: expected"),
        ({"area": '"PERU"'}, {}, "got 'PERU'"),
        ({"register": '"NOBODY"'}, {}, "got 'NOBODY'"),
        ({"url": ""}, {}, "expected `url` or `file`, got neither"),
        ({"file": '"none.csv"'}, {}, "file: expected a file beside it, got 'none.csv'"),
        ({}, {"sheets": '"x"'}, "table.sheets: expected a known key, got 'sheets'. Write `sheet`."),
        ({}, {"columns": ""}, "table.columns: expected a value, got none"),
        ({}, {"columns": '{ "Year" = "years" }'}, "column 'Year': expected one of period, year"),
        ({}, {"columns": '{ "Year" = { ignore = "" } }'}, 'expected { ignore = "why" } and nothing beside it'),
        ({}, {"columns": '{ "Year" = { gender = "F" } }'}, "column 'Year': expected codes for age, area"),
        ({}, {"columns": '{ "Year" = { scale = "k" } }'}, "column 'Year', scale: expected int, got 'k'"),
        (
            {},
            {"columns": '{ "Year" = { share_of = { gender = "_T" } } }'},
            "share_of: expected columns among register, indicator",
        ),
        ({}, {"sections": '"gender"'}, "sections: expected one of"),
        ({}, {"leave_out": '[{ column = "Year", because = "x" }]'}, "one of `is`, `is_not`, `has` and `has_not`"),
        ({}, {"repeats": '"sum"'}, "table.repeats: expected 'refuse', 'ignore', 'keep' or 'quarantine'"),
    ],
)
def test_description_that_says_something_else_is_refused_with_its_entry(tmp_path, facts, table, says):
    text = refused(describe, tmp_path / "tbl", table=table, **facts)

    assert text.startswith("sources/tbl/source.toml")
    assert says in text


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ("sex,Women,?\n", "line 2: expected a code, got '?'"),
        ("sex,Women,F\nsex,Women,M\n", "line 3: expected each label once, got 'Women' again"),
        ("sex,Women\n", "line 2: expected 3 cells"),
        ("sex,/[/,F\n", "line 2: expected a pattern between slashes"),
        ('sex,"Wom,F\n', "expected CSV in UTF-8"),
    ],
)
def test_codes_that_cannot_be_used_are_refused_with_their_line(tmp_path, codes, says):
    assert says in refused(describe, tmp_path / "tbl", codes)


@pytest.mark.parametrize(
    ("rows", "codes", "table", "says"),
    [
        ([["Year", "Women", "Men", "All", "Other"], ["2019", "1", "1", "2", "0"]], "", {},
         'got \'Other\'. Add a line under [table.columns], such as "Other" = { ignore = "why" }.'),
        ([["Year", "Women", "Men"], ["2019", "1", "1"]], "", {}, "expected a column 'All', got 'Year', 'Women', 'Men'"),
        ([["a", "b"], ["1", "2"]], "", {}, "header: expected a row with Year, Women, Men, All, got a, b; 1, 2"),
        ([["Year", "Women", "Men", "All"], ["2019", "1", "1", "2", "9"]], "", {}, "row 2: expected 4 cells, got 5"),
        (ROWS, "", {"columns": '{ "Year" = "year", "*" = { ignore = "x" } }'}, "expected a column of figures"),
        (ROWS, "", {"carry_down": '["Sex"]'}, "got 'Sex'"),
        (ROWS, "", {"first_column": '"Sex"'}, "expected a column 'Sex'"),
        (ROWS, "", {"place": '"{Sex}"'}, "place: expected columns of the table"),
        (ROWS, "", {"columns": '{ "*" = "value" }'}, "expected period, got none. Add `period`"),
        ([["Year", "Sex", "Count"], ["2019", "girls", "1"]], "sex,girls,FEMALE\n",
         {"columns": '{ "Year" = "year", "Sex" = "sex", "Count" = "value" }'}, "such as 'F'"),
        ([["Year", "Q", "Count"], ["2019", "girls", "1"]], "Q,girls,F\n",
         {"columns": '{ "Year" = "year", "Q" = "codes", "Count" = "value" }'}, "expected codes such as 'sex=F age=_T'"),
        ([["Year", "Age", "Count"], ["2019", "2019-10-14", "1"]], "",
         {"columns": '{ "Year" = "year", "Age" = "age", "Count" = "value" }'}, "what a spreadsheet made of '10-14'"),
        ([["Year", "Women", "Women"], ["2019", "1", "2"]], "",
         {"columns": '{ "Year" = "year", "Women*" = { sex = "F" } }'}, "expected each quantity once"),
        ([["Sex", "2020", "2020"], ["F", "1", "2"]], "",
         {"columns": '{ "Sex" = "sex", "20*" = { period = "{label}" } }'}, "expected each quantity once"),
        ([["Sex", "2020", "2020"], ["F", "1", "2"]], "",
         {"columns": '{ "Sex" = "sex", "20*" = { period = "20{1}" } }'}, "expected each quantity once"),
        ([["Period", "x"], ["2019", "1"]], "", {"columns": '{ "Period" = "period", "x" = { period = "spring" } }'},
         "column 'x', period: expected a period"),
    ],
)  # fmt: skip
def test_table_that_is_not_as_described_is_refused_in_one_line(tmp_path, rows, codes, table, says):
    assert says in refused(read, tmp_path, rows, codes, table)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("many", "no_number"),
        ("12 34", "two_numbers"),
        ("-3", "negative"),
        ("1.5", "not_whole"),
        ("12*", "no_number"),
        ("0123", "leading_zero"),
        ("1.054", "thousands_or_decimals"),
        ("9" * 20, "too_large"),
        ("n/a", "no_number"),
        ("25 %", "unit"),
        ("#REF!", "no_number"),
        ("2019-10-14", None),
        ("1e3", "no_number"),
        ("=1+1", "no_number"),
    ],
)
def test_bad_cell_is_quarantined_and_the_file_is_read(tmp_path, text, reason):
    found = read(tmp_path, [["Year", "Count"], ["2019", text], ["2020", "5"]], table={"columns": ONE})

    assert found.frame()["value"].tolist() == [5]
    assert len(found.quarantined) == 1
    assert reason is None or found.quarantined["reason"].tolist() == [reason]
    assert found.quarantined["locator"].tolist() == ["row 2 Count"]
    assert "\n" not in found.quarantined["message"].iloc[0]


def test_file_that_became_a_page_or_another_thing_is_refused(tmp_path):
    source = describe(tmp_path / "tbl")
    for name, data in {
        "page.html": b"<!DOCTYPE html><html><body><p>Not found</p></body></html>",
        "empty.csv": b"", "blank.csv": b"\n\n", "cut.xlsx": b"PK\x03\x04 and no more", "x.json": b'{"data": 5}',
        "nested.json": b'[{"Year": 2019, "All": {"x": 1}}]', "nan.json": b'[{"Year": Infinity}]',
        "cut.pdf": b"%PDF-1.4", "latin.csv": "Año,All\n2019,1\n".encode("cp1252"),
        "quote.csv": b'Year,All\n"2019,1\n',
        "bin.csv": b"\x00\x01\x02",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
        text = refused(feed, source, tmp_path / name)
        assert text.startswith("tbl"), name
    assert "got the folder" in refused(feed, source, tmp_path)


def test_encoding_that_is_not_declared_shows_the_line_to_add(tmp_path):
    path = write_csv(tmp_path / "t.csv", [["Año", "All"], ["2019", "1"]], encoding="cp1252")

    assert 'encoding = "cp1252"' in refused(feed, describe(tmp_path / "tbl"), path)
    assert "expected a name such as 'utf-8'" in refused(feed, describe(tmp_path / "t", table={"encoding": '"x"'}), path)


def test_sheet_that_was_renamed_is_named_with_those_there_are(tmp_path):
    source = describe(tmp_path / "tbl", table={"sheet": '"T1_*"'})

    assert "expected a sheet 'T1_*', got 'data'" in refused(feed, source, workbook.write(tmp_path / "t.xlsx", ROWS))


def test_hidden_sheet_and_rows_are_named(tmp_path):
    path = workbook.write_book(
        tmp_path / "t.xlsx", {"data": ROWS, "old": ROWS, "notes": [["a", "b"]]}, hidden=("old",), hidden_rows=(3,)
    )
    found = feed(describe(tmp_path / "tbl"), path)
    named = feed(describe(tmp_path / "tbl2", ignores='{ "old" = "an older table", "notes" = "words" }'), path)

    assert len(found.observations) == 6
    for said in ("the hidden sheet 'old' is not read", "sheet 'notes' is not read", "sheet 'data' hides 1 rows (3)"):
        assert any(said in warning for warning in found.warnings), said
    assert [each for each in named.warnings if "'old'" in each or "'notes'" in each] == []
    assert "words" in named.ignored["reason"].tolist()


def test_formula_that_was_never_calculated_is_refused_with_its_cell(tmp_path):
    path = workbook.write_book(tmp_path / "t.xlsx", {"data": ROWS}, formula=(2, 3))

    assert "sheet 'data', cell D2: expected a number, got a formula" in refused(feed, describe(tmp_path / "tbl"), path)


@pytest.mark.parametrize("last", [65_536, 1_048_576])
@pytest.mark.slow
def test_sheet_that_is_full_is_noticed(tmp_path, last):
    path = workbook.write_book(tmp_path / "t.xlsx", {"data": ROWS}, last_row=last)

    assert any(f"is full to row {last:,}" in warning for warning in feed(describe(tmp_path / "tbl"), path).warnings)


def test_numbers_of_a_workbook_are_read_as_numbers_whatever_marks_are_declared(tmp_path):
    rows = [["Year", "Count"], [2019, 1054], [2020, "1.234"]]
    path = workbook.write_book(tmp_path / "t.xlsx", {"data": rows})
    source = describe(tmp_path / "tbl", table={"columns": ONE}, decimal='","', thousands='"."')

    assert feed(source, path).frame()["value"].tolist() == [1054, 1234]


def test_workbook_with_a_password_is_named_so(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"))

    assert "got one with a password" in refused(feed, describe(tmp_path / "tbl"), tmp_path / "t.xlsx")


def test_scan_is_named_so(tmp_path):
    path = pdf.write_scan(tmp_path / "scan.pdf")

    assert "expected a PDF with text, got a scan" in refused(feed, describe(tmp_path / "tbl"), path)


def test_year_missing_in_the_middle_and_totals_first_are_read(tmp_path):
    rows = [["Year", "Count"], ["Total", "9"], ["2017", "4"], ["2019", "5"]]
    found = read(tmp_path, rows, "Year,Total,\n", {"columns": ONE})

    assert found.frame()["time_period"].tolist() == ["2017", "2019"]
    assert found.quarantined["reason"].tolist() == ["label_unclear"]


@examples(12, 120)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=6))
def test_any_csv_is_read_or_refused_in_one_line(tmp_path, rows):
    path = write_csv(tmp_path / "any.csv", [*ROWS[:1], *rows], encoding="utf-16")
    said = ""
    try:
        found = feed(describe(tmp_path / "tbl"), path)
        assert found.rows_in >= len(found.observations)
    except SourceError as error:
        said = str(error)

    assert "\n" not in said


@pytest.mark.parametrize(("codes", "says"), [("Age,0 to 14,Y0T14\n", "'Y0T14'"), ("", "'Age,0 to 14,CODE'")])
def test_age_that_the_code_list_does_not_have_is_refused_and_never_left_untested(tmp_path, codes, says):
    rows = [["Year", "Age", "Value"], ["2013", "", "1256"], ["2013", "0 to 14", "71"], ["2013", "25 to 34", "99999"]]
    columns = {"columns": '{ "Year" = "year", "Age" = "age", "Value" = "value" }'}
    with pytest.raises(SourceError, match=says):
        read(tmp_path, rows, codes, columns)
