import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.contract import broken
from cuadra.checks.topic import shipped
from cuadra.sources import scan
from cuadra.sources.described import in_place
from cuadra.sources.source import Scan, SourceError
from tests.sources.described.tables import describe, snapshot, write_csv
from tests.thorough import examples

LONG = {"columns": '{ "Year" = "year", "Sex" = "sex", "Age" = "age", "Note" = { ignore = "words" }, "n" = "value" }'}
WIDE = {
    "columns": '{ "Place" = "area", "Year" = "year", "Women" = { sex = "F" }, "Men" = { sex = "M" }, "All" = "value" }'
}
CODES = "Sex,women,F\nSex,men,M\nSex,unclear,\nSex,others,ignore\nAge,minors,Y0T17\nAge,all,_T\narea,*,PE-{label}\n"
CELLS = st.sampled_from(
    ["5", "0", "1,054", "1 054", "<5", "..", "-", "", "7*", "about 20", "x", "00", "12.5", "999999"]
)


def both(folder, rows, table, codes=CODES, **facts):
    """What the same file says read in memory and read where it is, or why it is refused."""
    source = describe(folder / "tbl", codes, table, missing='[".."]', nil='["-"]', marks='{ "*" = "P" }', **facts)
    file = snapshot(write_csv(folder / "table.csv", rows))
    made = []
    for size in (10**9, 0):
        try:
            found = source.parse(file, in_place_from=size)
            made.append((found, isinstance(found.observations, Scan)))
        except SourceError as error:
            made.append((str(error), None))
    return made


def told(parsed):
    """The figures, the rows in quarantine and the counts of a reading, in an order of their own."""
    frame = parsed.frame().astype(object)
    frame = frame.where(frame.notna(), None)
    figures = sorted(map(repr, frame.to_dict("records")))
    quarantined = sorted(map(repr, parsed.quarantined.to_dict("records")))
    ignored = parsed.ignored.groupby("reason")["rows"].sum().to_dict() if len(parsed.ignored) else {}
    heads = ignored.pop("rows without figures", 0) + ignored.pop("rows without figures below the table", 0)
    return figures, quarantined, ignored, heads, parsed.rows_in


YEARS, AGES = st.sampled_from(["2018", "2019", " 2019 ", "19"]), st.sampled_from(["minors", "all", "Y0T17"])
SEXES = st.sampled_from(["women", "men", "F", "unclear", "others"])
NOTED = st.tuples(CELLS, st.sampled_from(["", 'a, "b"']))


@examples(4, 12)
@given(st.dictionaries(st.tuples(YEARS, SEXES, AGES), NOTED, min_size=1, max_size=8))
def test_long_table_read_where_it_is_says_the_same(tmp_path_factory, cells):
    rows = [["Year", "Sex", "Age", "Note", "n"], *([*key, note, cell] for key, (cell, note) in cells.items())]
    (small, _), (large, _) = both(tmp_path_factory.mktemp("t"), rows, LONG)

    if isinstance(small, str):
        assert isinstance(large, str)
    else:
        assert told(large) == told(small)


@examples(3, 8)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(["LIM", "140101"]))
def test_wide_table_read_where_it_is_says_the_same(tmp_path_factory, cells, area):
    rows = [["Place", "Year", "Women", "Men", "All"], *([area, str(2000 + n), *row] for n, row in enumerate(cells))]
    (small, _), (large, is_scan) = both(tmp_path_factory.mktemp("t"), rows, WIDE)

    assert is_scan
    assert told(large) == told(small)


def test_parquet_read_where_it_is_says_the_same(tmp_path):
    source = describe(tmp_path / "tbl", CODES, LONG, missing='[".."]')
    frame = pd.DataFrame(
        {"Year": [2018, 2019, 2019], "Sex": ["F", "men", "F"], "Age": "all", "Note": "", "n": [5.0, 7, None]}
    )
    with duckdb.connect() as con:
        con.register("figures", frame)
        con.execute(f"COPY figures TO '{tmp_path}/t.parquet'")
    small, large = (source.parse(snapshot(tmp_path / "t.parquet"), in_place_from=size) for size in (10**9, 0))

    assert isinstance(large.observations, Scan)
    assert told(large) == told(small)
    with duckdb.connect() as con:
        assert broken(con, shipped(), large.observations.sql) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["2019", "women", "all", "", "6"], "expected each quantity once, got it 2 times, with '5' and '6'"),
        (["2019", "nobody", "all", "", "6"], "Sex,nobody,CODE"),
        (["2019", "women", "all", "", "6", "7"], "tbl, row 3: expected 5 cells, got 6. The file may be cut"),
    ],
)
def test_what_a_large_file_cannot_mean_is_refused(tmp_path, row, said):
    rows = [["Year", "Sex", "Age", "Note", "n"], ["2019", "women", "all", "", "5"], row]
    _, (large, _) = both(tmp_path, rows, LONG)

    assert said in large
    assert "\n" not in large


def test_description_that_takes_rows_one_by_one_is_read_in_memory(tmp_path):
    rows = [["Year", "Sex", "Age", "Note", "n"], ["2019", "women", "all", "", "5"], ["", "men", "all", "", "6"]]
    (small, _), (large, is_scan) = both(tmp_path, rows, {**LONG, "carry_down": '["Year"]'})

    assert not is_scan
    assert told(large) == told(small)


def test_bad_cells_are_named_by_the_line_of_the_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        'Year,Sex,Age,Note,n\n2019,women,all,,5\n\n2020,women,all,"two\nlines",bad\n,,,,\n2021,men,all,,bad\n'
        "Year,Sex,Age,Note,n\n2022,men,all,,bad\n", encoding="utf-8",
    )  # fmt: skip
    source = describe(tmp_path / "tbl", CODES, LONG)
    small, large = (source.parse(snapshot(path), in_place_from=size) for size in (10**9, 0))

    assert large.quarantined["locator"].tolist() == ["row 5 n", "row 7 n", "row 9 n"]
    assert told(large) == told(small)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_number_of_a_row_is_its_place_whatever_the_threads(tmp_path, threads):
    path = tmp_path / "t.csv"
    duckdb.execute(f"COPY (SELECT i AS a, 'a text that fills the line ' || i AS b FROM range(600000) t(i)) TO '{path}'")
    with duckdb.connect() as con:
        con.execute(f"SET threads = {threads}")
        with scan.in_order(con):
            numbered = f"SELECT row_number() OVER () AS n, a::BIGINT AS a FROM read_csv('{path}', all_varchar = TRUE)"
            moved = con.execute(f"SELECT count(*), count_if(n <> a + 1) FROM ({numbered})").fetchall()

        assert moved == [(600_000, 0)]
        assert con.execute("SELECT current_setting('threads')").fetchall() == [(threads,)]


def test_labels_that_leave_different_things_open_are_told_apart_by_their_codes(tmp_path):
    table = {"columns": '{ "Year" = "year", "Who" = "codes", "n" = "value" }'}
    rows = [["Year", "Who", "n"], ["2019", "all", "5"], ["2019", "everybody", "6"]]
    (small, _), (large, _) = both(tmp_path, rows, table, "Who,all,sex=_T\nWho,everybody,age=_T\n")

    assert "expected each quantity once" in small
    assert "expected each quantity once" in large


def test_status_of_a_row_tells_no_quantities_apart(tmp_path):
    table = {"columns": '{ "Year" = "year", "Flag" = "status", "n" = "value" }'}
    (small, _), (large, _) = both(tmp_path, [["Year", "Flag", "n"], ["2019", "A", "5"], ["2019", "P", "6"]], table, "")

    assert "expected each quantity once" in small
    assert "expected each quantity once" in large


def test_year_that_a_large_file_leaves_out_is_noticed(tmp_path):
    rows = [["Year", "Sex", "Age", "Note", "n"], *([str(year), "women", "all", "", "5"] for year in (2015, 2016, 2018))]
    (small, _), (large, is_scan) = both(tmp_path, rows, LONG)

    assert is_scan
    assert large.warnings == small.warnings
    assert any("no figures of 2017" in line for line in large.warnings)


def test_parquet_is_large_by_its_rows_and_not_its_bytes(tmp_path):
    duckdb.execute(
        'COPY (SELECT (1000 + i // 240)::VARCHAR AS "Year", \'women\' AS "Sex", \'all\' AS "Age", \'\' AS "Note", '
        f"'5' AS n FROM range(200000) t(i)) TO '{tmp_path}/t.parquet'"
    )
    source = describe(tmp_path / "tbl", CODES, {**LONG, "leave_out": ""})

    with pytest.raises(SourceError, match="expected each quantity once"):
        source.parse(snapshot(tmp_path / "t.parquet"))
    assert in_place.is_for(tmp_path / "t.parquet", source.parse.keywords["said"].tables, in_place.FROM_BYTES)
    assert (tmp_path / "t.parquet").stat().st_size < in_place.FROM_BYTES


def test_numbers_of_a_large_file_that_change_their_size_are_noticed(tmp_path):
    years = [(year, 1 if year > 2013 else 1000) for year in range(2008, 2020)]
    rows = [
        ["Year", "Sex", "Age", "Note", "n"],
        *([str(year), sex, "all", "", str(size * (9 + year % 3))] for year, size in years for sex in ("women", "men")),
    ]
    (small, _), (large, _) = both(tmp_path, rows, LONG)

    assert any("from row 14 on, numbers are about 1,000 times smaller" in line for line in small.warnings)
    assert any("from 2014 on, numbers are about 1,000 times smaller" in line for line in large.warnings)


def test_what_shares_are_of_is_said_once_for_all_of_them(tmp_path):
    rows = [["Year", "Sex", "Unit", "n"], ["2019", "women", "percent", "25"], ["2019", "women", "count", "25"]]
    columns = '{ "Year" = "year", "Sex" = "sex", "Unit" = "unit", "n" = "value" }'
    (small, _), (large, is_large) = both(tmp_path, rows, {"columns": columns}, share_of='{ sex = "_T" }')

    assert is_large
    assert told(small) == told(large)
    assert sorted(zip(small.frame()["unit"], small.frame()["share_of"], strict=True)) == [
        ("count", None), ("percent", "sex=_T"),
    ]  # fmt: skip


@pytest.mark.slow
def test_large_file_with_as_many_lines_as_a_sheet_has_rows_is_noticed(tmp_path):
    rows = [["Place", "Year", "Women", "Men", "All"],
            *([f"{n % 9000:06}", str(2000 + n // 9000), "1", "", ""] for n in range(65_535))]  # fmt: skip
    source = describe(tmp_path / "tbl", "area,/[0-9]{6}/,PE-{label}\n", WIDE)
    found = source.parse(snapshot(write_csv(tmp_path / "t.csv", rows)), in_place_from=0)

    assert any("the file ends at line 65,536" in line for line in found.warnings)
