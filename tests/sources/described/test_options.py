import json
import zipfile

import duckdb
import pandas as pd
import pytest

from cuadra.checks.topic import shipped
from cuadra.sources.described import described_source
from cuadra.sources.source import SourceError
from tests.sources import pdf, workbook
from tests.sources.described.tables import ROWS, describe, feed, read, values, write_csv

WOMEN_AND_MEN = "sex,Women,F\nsex,Men,M\n"
SEX = '{ "Year" = "year", "Sex" = "sex", "Count" = "value" }'


def test_each_cell_is_a_figure_with_the_codes_of_its_column(tmp_path):
    found = read(tmp_path)

    assert values(found, "time_period", "sex") == [
        ("2019", "F", 907), ("2019", "M", 147), ("2019", "_T", 1054),
        ("2020", "F", 300), ("2020", "M", 94), ("2020", "_T", 394),
    ]  # fmt: skip
    assert found.frame()["locator"].tolist()[:3] == ["2019|Women", "2019|Men", "2019"]
    assert set(found.frame()["register"]) == {"tbl"}
    assert set(found.frame()["unit"]) == {"count"}
    assert (found.rows_in, found.rows_used) == (6, 6)


def test_labels_are_codes_labels_of_code_lists_in_both_languages_or_lines_of_codes_csv(tmp_path):
    rows = [["Year", "Sex", "Count"], ["2019", "F", "1"], ["2018", "Female", "2"], ["2017", "Mujeres", "3"],
            ["2016", "Both sexes", "4"], ["2015", "Vrouwen", "5"], ["2014", "n/a", "6"]]  # fmt: skip
    found = read(tmp_path, rows, "sex,Vrouwen,F\nSex,n/a,ignore\n", {"columns": SEX})

    assert [code for code, _ in values(found, "sex")] == ["F", "F", "F", "_T", "F"]
    assert dict(zip(found.ignored["reason"], found.ignored["rows"], strict=True)) == {"left out by codes.csv": 1}


def test_label_that_nobody_knows_shows_the_line_to_add(tmp_path):
    rows = [["Year", "Sex", "Count"], ["2019", "Vrouwen, meisjes", "1"], ["2018", "F", "2"]]
    with pytest.raises(
        SourceError, match=r"codes\.csv .* got 1 others\. Add lines such as 'Sex,\"Vrouwen, meisjes\",CODE'"
    ):
        read(tmp_path, rows, table={"columns": SEX})


def test_line_without_a_code_quarantines_its_rows(tmp_path):
    rows = [["Year", "Sex", "Count"], ["2019", "?", "1"], ["2018", "F", "2"]]
    found = read(tmp_path, rows, "Sex,?,\n", {"columns": SEX})

    assert found.quarantined["reason"].tolist() == ["label_unclear"]
    assert values(found, "sex") == [("F", 2)]


def test_patterns_and_others_give_codes_too(tmp_path):
    rows = [["Year", "Place", "Count"], ["2019", "140101", "1"], ["2019", "nowhere", "2"]]
    columns = '{ "Year" = "year", "Place" = "area", "Count" = "value" }'
    found = read(tmp_path, rows, "area,/[0-9]{6}/,PE-{label}\narea,*,\n", {"columns": columns})

    assert values(found, "ref_area") == [("PE-140101", 1)]
    assert found.quarantined["reason"].tolist() == ["label_unclear"]


def test_codes_column_stands_for_several_codes(tmp_path):
    rows = [["Year", "Question", "Count"], ["2019", "girls", "1"], ["2019", "all", "2"]]
    columns = '{ "Year" = "year", "Question" = "codes", "Count" = "value" }'
    found = read(tmp_path, rows, "Question,girls,sex=F age=Y0T17\nQuestion,all,sex=_T\n", {"columns": columns})

    assert values(found, "sex", "age") == [("F", "Y0T17", 1), ("_T", "_T", 2)]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Sex", "2019", "2020"], '{ "Sex" = "sex", "20*" = { period = "{label}" } }'),
        (["Sex", "FY 2019", "FY 2020"], '{ "Sex" = "sex", "FY *" = { period = "{1}" } }'),
    ],
)
def test_years_as_columns_are_periods(tmp_path, header, columns):
    found = read(tmp_path, [header, ["F", "907", "300"], ["M", "147", "94"]], table={"columns": columns})

    assert values(found, "sex", "time_period") == [
        ("F", "2019", 907), ("F", "2020", 300), ("M", "2019", 147), ("M", "2020", 94)
    ]  # fmt: skip


def test_members_as_columns_are_looked_up_like_labels(tmp_path):
    rows = [["Year", "Women - Under 18", "Women - Total", "Men - Total"], ["2019", "3", "5", "7"]]
    found = read(
        tmp_path, rows, WOMEN_AND_MEN, {"columns": '{ "Year" = "year", "* - *" = { sex = "{1}", age = "{2}" } }'}
    )

    assert values(found, "sex", "age") == [("F", "Y0T17", 3), ("F", "_T", 5), ("M", "_T", 7)]


def test_column_ignored_by_codes_csv_is_counted(tmp_path):
    rows = [["Year", "F", "Other"], ["2019", "3", "5"]]
    found = read(tmp_path, rows, "sex,Other,ignore\n", {"columns": '{ "Year" = "year", "*" = { sex = "{label}" } }'})

    assert values(found, "sex") == [("F", 3)]
    assert found.ignored["rows"].tolist() == [1]


def test_header_of_several_rows_joins_its_texts_and_fills_merged_cells(tmp_path):
    rows = [["Table 1", "", "", ""], ["", "", "", ""], ["Year", "Victims", "", "Note"], ["", "Women", "Men", ""],
            ["2019", "3", "5", "x"], ["Source: us", "", "", ""]]  # fmt: skip
    columns = '{ "Year" = "year", "Victims | *" = { sex = "{1}" }, "Note" = { ignore = "words" } }'
    found = read(tmp_path, rows, WOMEN_AND_MEN, {"header": '"Year"', "header_rows": "2", "columns": columns})

    assert values(found, "sex") == [("F", 3), ("M", 5)]
    assert dict(zip(found.ignored["reason"], found.ignored["rows"], strict=True)) == {
        "rows without figures below the table": 1
    }


def test_names_stand_in_for_a_header(tmp_path):
    rows = [["2019", "3", "5"], ["2020", "4", "6"]]
    names = {"header_rows": "0", "names": '["Year", "W", "M"]'}
    found = read(
        tmp_path, rows, table={**names, "columns": '{ "Year" = "year", "W" = { sex = "F" }, "M" = { sex = "M" } }'}
    )

    assert [value for *_, value in values(found)] == [3, 5, 4, 6]


def test_blocks_side_by_side_are_two_tables(tmp_path):
    rows = [["Year", "All", "", "Year", "All"], ["2019", "3", "", "2021", "5"]]
    source = tmp_path / "tbl"
    describe(source)
    text = (source / "source.toml").read_text(encoding="utf-8").partition("[table]")[0]
    text += '[[table]]\nlast_column = "All"\ncolumns = { "Year" = "year", "All" = "value" }\n'
    text += '[[table]]\nfirst_column = "Year#2"\ncolumns = { "Year#2" = "year", "All#2" = "value" }\n'
    (source / "source.toml").write_text(text, encoding="utf-8")
    found = feed(described_source(source, shipped()), write_csv(tmp_path / "table.csv", rows))

    assert values(found, "time_period") == [("2019", 3), ("2021", 5)]


def test_until_ends_the_table_and_counts_the_rest(tmp_path):
    found = read(tmp_path, [*ROWS, ["Notes"], ["2021", "1", "1", "2"]], table={"until": '"Notes"'})

    assert len(found.observations) == 6
    assert found.ignored.to_dict("records")[0]["rows"] == 2


def test_cell_that_is_merged_over_header_and_body_leaves_its_rows_without_a_label(tmp_path):
    rows = [["Region", "Year", "Count"], ["", "2019", "5"], ["", "2020", "6"], ["PE-LIM", "2019", "7"]]
    columns = {"columns": '{ "Region" = "area", "Year" = "year", "Count" = "value" }'}
    found = read(tmp_path, rows, table=columns)

    assert found.frame()["value"].tolist() == [7]
    assert found.quarantined["reason"].tolist() == ["label_empty", "label_empty"]
    assert "Add the column to `carry_down` if it is merged" in found.quarantined["message"].iloc[0]


def test_carry_down_fills_merged_cells(tmp_path):
    rows = [["Year", "Sex", "Count"], ["2019", "F", "1"], ["", "M", "2"], ["2020", "F", "3"]]
    found = read(tmp_path, rows, table={"columns": SEX, "carry_down": '["Year"]'})

    assert values(found, "time_period", "sex") == [("2019", "F", 1), ("2019", "M", 2), ("2020", "F", 3)]


def test_empty_label_is_quarantined_and_points_to_carry_down(tmp_path):
    found = read(tmp_path, [["Year", "Sex", "Count"], ["2019", "F", "1"], ["", "M", "2"]], table={"columns": SEX})

    assert found.quarantined["reason"].tolist() == ["period_unclear"]


def test_sections_head_the_rows_below_them(tmp_path):
    rows = [["Year", "Count"], ["Women", ""], ["2019", "1"], ["Men", ""], ["2019", "2"]]
    columns = '{ "Year" = "year", "Count" = "value" }'
    found = read(tmp_path, rows, WOMEN_AND_MEN, {"columns": columns, "sections": '"sex"'})

    assert values(found, "sex") == [("F", 1), ("M", 2)]


def test_section_that_is_not_declared_is_noticed(tmp_path):
    rows = [["Year", "Count"], ["2018", "1"], ["Women", ""], ["2019", "1"]]
    found = read(tmp_path, rows, table={"columns": '{ "Year" = "year", "Count" = "value" }'})

    assert "row 3: a row without figures between others is not read" in found.warnings[0]


@pytest.mark.parametrize(
    ("leave", "left"),
    [
        ('{ column = "Kind", is = ["theft"], because = "no" }', [1, 2]),
        ('{ column = "Kind", is_not = ["theft"], because = "no" }', [3]),
        ('{ column = "Kind", has = ["AGGRAVATED"], because = "no" }', [1, 3]),
        ('{ column = ["Year", "Kind"], has_not = ["2019 traff"], because = "no" }', [1]),
    ],
)
def test_rows_are_left_out_on_purpose(tmp_path, leave, left):
    rows = [
        ["Year", "Kind", "Count"],
        ["2019", "trafficking", "1"],
        ["2020", "aggravated trafficking", "2"],
        ["2021", "theft", "3"],
    ]
    columns = '{ "Year" = "year", "Kind" = { ignore = "kinds" }, "Count" = "value" }'
    found = read(tmp_path, rows, table={"columns": columns, "leave_out": f"[{leave}]"})

    assert [value for (value,) in values(found)] == left
    assert found.ignored["reason"].tolist() == ["no"]
    assert found.ignored["rows"].sum() == 3 - len(left)


def test_rows_of_one_quantity_are_added_with_the_numbers_as_printed(tmp_path):
    rows = [["Year", "Article", "Count"], ["2019", "153", "30"], ["2019", "153-A", "1"]]
    columns = '{ "Year" = "year", "Article" = { ignore = "added" }, "Count" = "value" }'
    found = read(tmp_path, rows, table={"columns": columns, "add_rows": "true", "place": '"{year}|{column}"'})

    assert found.frame()[["says", "value", "lower", "locator"]].values.tolist() == [["30 + 1", 31, 31, "2019|Count"]]


AGAIN = [["Year", "Count"], ["2019", "1"], ["2019", "1"], ["2019", "2"], ["2020", "5"]]


@pytest.mark.parametrize(
    ("repeats", "used", "quarantined"),
    [("keep", [1, 1, 2, 5], 0), ("quarantine", [5], 3)],
)
def test_quantity_given_twice_is_what_the_description_says(tmp_path, repeats, used, quarantined):
    columns = '{ "Year" = "year", "Count" = "value" }'
    found = read(tmp_path, AGAIN, table={"columns": columns, "repeats": f'"{repeats}"'})

    assert [value for (value,) in values(found)] == used
    assert len(found.quarantined) == quarantined
    assert found.frame()["locator"].is_unique


@pytest.mark.parametrize("repeats", ["", '"ignore"'])
def test_quantity_given_twice_is_refused_otherwise(tmp_path, repeats):
    columns = '{ "Year" = "year", "Count" = "value" }'
    with pytest.raises(
        SourceError, match=r"row 2 'Count', row \d 'Count': expected each quantity once, got tbl, cases"
    ):
        read(tmp_path, AGAIN, table={"columns": columns, "repeats": repeats})


def test_exact_repeats_are_ignored_where_declared(tmp_path):
    columns = '{ "Year" = "year", "Count" = "value" }'
    found = read(tmp_path, [*AGAIN[:3], AGAIN[4]], table={"columns": columns, "repeats": '"ignore"'})

    assert [value for (value,) in values(found)] == [1, 5]
    assert found.ignored["reason"].tolist() == ["exact repeats"]


def test_signs_are_what_the_description_says(tmp_path):
    rows = [
        ["Year", "Count"],
        ["2015", ".."],
        ["2016", "-"],
        ["2017", "12*"],
        ["2018", "13 p"],
        ["2019", "<5"],
        ["2020", "c"],
    ]
    found = read(
        tmp_path, rows, table={"columns": '{ "Year" = "year", "Count" = "value" }'},
        missing='[".."]', nil='["-"]', marks='{ "*" = "", "p" = "P", "c" = "Q" }',
    )  # fmt: skip

    assert found.frame()[["time_period", "upper", "obs_status", "says"]].values.tolist() == [
        ["2016", 0, "A", "-"], ["2017", 12, "A", "12*"], ["2018", 13, "P", "13 p"], ["2019", 4, "A", "<5"]
    ]  # fmt: skip
    assert found.ignored["rows"].tolist() == [2]


@pytest.mark.parametrize(("text", "brackets", "expected"), [("(12)", "note", None), ("12", "note", 12)])
def test_brackets_are_what_the_description_says(tmp_path, text, brackets, expected):
    rows = [["Year", "Count"], ["2015", text], ["2016", "1"]]
    found = read(tmp_path, rows, table={"columns": '{ "Year" = "year", "Count" = "value" }'}, brackets=f'"{brackets}"')

    assert values(found, "time_period") == [*([("2015", expected)] if expected else []), ("2016", 1)]


def test_sign_that_is_not_declared_is_quarantined_and_shows_the_line_to_add(tmp_path):
    rows = [["Year", "Count"], ["2015", "12†"], ["2016", "1"]]
    found = read(tmp_path, rows, table={"columns": '{ "Year" = "year", "Count" = "value" }'})

    assert found.quarantined["reason"].tolist() == ["no_number"]
    assert 'marks = { "†" = "" } for a footnote. `cuadra sources learn tbl` asks' in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "facts", "bounds"),
    [
        ("4.8", {"scale": "1000", "decimals": "1"}, (4750, 4850)),
        ("5", {"scale": "1000"}, (4500, 5500)),
        ("4795.4", {"scale": "1000"}, (4_795_350, 4_795_450)),
        ("25", {"rounded_to": "5"}, (23, 27)),
        ("1.054", {"decimal": '","', "thousands": '"."'}, (1054, 1054)),
        ("1 054", {"thousands": '" "'}, (1054, 1054)),
        ("1,054", {"language": '"es"', "decimal": '"."'}, (1054, 1054)),
        ("1,200", {"decimals": "-2"}, (1150, 1250)),
    ],
)
def test_numbers_are_read_as_declared(tmp_path, text, facts, bounds):
    found = read(
        tmp_path,
        [["Year", "Count"], ["2015", text]],
        table={"columns": '{ "Year" = "year", "Count" = "value" }'},
        **facts,
    )

    assert tuple(found.frame()[["lower", "upper"]].iloc[0]) == bounds


def test_column_says_its_own_unit_scale_share_and_completeness(tmp_path):
    rows = [["Year", "Thousands", "Share", "Rate"], ["2015", "3", "25", "1.15"]]
    columns = """{ "Year" = "year", "Thousands" = { scale = 1000, complete = ["sex"] },
      "Share" = { sex = "F", unit = "percent", share_of = { sex = "_T" } },
      "Rate" = { unit = "per_100k", decimals = 2 } }"""
    found = read(tmp_path, rows, table={"columns": columns.replace("\n", " ")}).frame()

    assert found["unit"].tolist() == ["count", "percent", "per_100k"]
    assert found["complete"].tolist() == ["sex", "", ""]
    assert found["share_of"].iloc[1] == "sex=_T"
    assert found[["lower", "upper"]].values.tolist()[2] == pytest.approx([1.145, 1.155])
    assert found["lower"].tolist()[:2] == [2500, 24.5]


def test_facts_of_the_whole_table_fill_what_columns_do_not_say(tmp_path):
    found = read(
        tmp_path, [["Women", "Men"], ["3", "5"]],
        table={"columns": '{ "Women" = { sex = "F" }, "Men" = { sex = "M" } }'},
        register='"RETA"', period='"2019"', unit='"persons"', said_by='"the police"', complete='["sex"]',
        breaks='["2019"]', language='"es"', licence='"MIT"', owner='"me"', cadence='"monthly"',
    )  # fmt: skip
    row = found.frame().iloc[0]

    assert row[["register", "time_period", "unit", "said_by", "complete", "obs_status"]].tolist() == [
        "RETA", "2019", "persons", "the police", "sex", "B"
    ]  # fmt: skip


def test_facts_of_the_source_are_those_of_any_source(tmp_path):
    source = describe(
        tmp_path / "tbl", licence='"MIT"', owner='"me"', cadence='"monthly"', enabled="false", rows_min="2",
        rows_max="9", is_paged="true", published="2024-05-01",
    )  # fmt: skip

    assert (source.licence, source.owner, source.cadence, source.enabled) == ("MIT", "me", "monthly", False)
    assert (source.rows_min, source.rows_max, source.is_paged, source.published) == (2, 9, True, "2024-05-01")
    assert source.origin == tmp_path / "tbl" / "source.toml"


def test_periods_come_in_two_columns_or_as_a_last_day(tmp_path):
    rows = [["Year", "Part", "Count"], ["2014", "Total", "3"], ["2014", "Q1", "1"], ["2014", "spring", "1"]]
    found = read(tmp_path, rows, table={"columns": '{ "Year" = "year", "Part" = "part", "Count" = "value" }'})
    days = read(
        tmp_path, [["Day", "Count"], ["2014-10-31", "3"]], table={"columns": '{ "Day" = "year_to", "Count" = "value" }'}
    )
    money = read(
        tmp_path,
        [["Year", "Count"], ["2019/20", "3"]],
        table={"columns": '{ "Year" = "year", "Count" = "value" }'},
        year_starts='"04-01"',
    )

    assert [period for period, _ in values(found, "time_period")] == ["2014", "2014-Q1"]
    assert found.quarantined["reason"].tolist() == ["period_unclear"]
    assert values(days, "time_period") == [("2014-01-01/2014-10-31", 3)]
    assert values(money, "time_period") == [("2019-04-01/2020-03-31", 3)]


def test_words_of_a_period_may_stand_in_codes_csv(tmp_path):
    rows = [["Year", "Count"], ["Primavera 2019", "3"]]
    found = read(
        tmp_path, rows, "Year,Primavera 2019,2019-Q2\n", {"columns": '{ "Year" = "period", "Count" = "value" }'}
    )

    assert values(found, "time_period") == [("2019-Q2", 3)]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-8"), ("|", "utf-8-sig"), (",", "utf-16"), (";", "cp1252")]
)
def test_csv_is_read_in_its_marks_and_encoding(tmp_path, delimiter, encoding):
    rows = [["Año", "Count"], ["2019", "3"]]
    path = write_csv(tmp_path / "table.csv", rows, delimiter, encoding)
    table = {"columns": '{ "Año" = "year", "Count" = "value" }', "encoding": '"cp1252"' if encoding == "cp1252" else ""}

    assert values(feed(describe(tmp_path / "tbl", table=table), path), "time_period") == [("2019", 3)]


def test_delimiter_may_be_declared(tmp_path):
    path = write_csv(tmp_path / "table.csv", [["Year", "a,b,c"], ["2019", "3"]], ";")
    table = {"columns": '{ "Year" = "year", "a,b,c" = "value" }', "delimiter": '";"'}

    assert values(feed(describe(tmp_path / "tbl", table=table), path)) == [(3,)]


def test_table_says_the_same_in_every_format(tmp_path):
    frame = pd.DataFrame({"Year": [2019, 2020], "Women": [907, 300], "Men": [147, 94], "All": [1054, 394]})
    duckdb.sql("FROM frame").write_parquet(str(tmp_path / "t.parquet"))
    frame.to_json(tmp_path / "t.json", orient="records")
    pages = [{"page": page, "data": frame[page : page + 1].to_dict("records")} for page in (0, 1)]
    (tmp_path / "paged.json").write_text(json.dumps(pages))
    frame.to_html(tmp_path / "t.html", index=False)
    frame.to_csv(tmp_path / "t.csv.gz", index=False)
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as packed:
        packed.writestr("t.csv", frame.to_csv(index=False))
    workbook.write(tmp_path / "t.xlsx", ROWS)
    workbook.write_ods(tmp_path / "t.ods", ROWS)
    pdf.write(tmp_path / "t.pdf", [ROWS])
    source = describe(tmp_path / "tbl")
    first = values(read(tmp_path), "time_period", "sex")

    for name in ("t.parquet", "t.json", "paged.json", "t.html", "t.csv.gz", "t.zip", "t.xlsx", "t.ods", "t.pdf"):
        assert values(feed(source, tmp_path / name), "time_period", "sex") == first, name


def test_place_names_a_figure_by_what_the_description_says(tmp_path):
    table = {"place": '"{page}{period}|{year}|{column}|{Men}"'}

    assert read(tmp_path, ROWS[:2], table=table).frame()["locator"].tolist()[0] == "2019|2019|Women|147"


def test_header_that_is_repeated_is_no_row(tmp_path):
    assert len(read(tmp_path, [*ROWS[:2], ROWS[0], ROWS[2]]).observations) == 6


def test_columns_of_equal_names_are_told_apart(tmp_path):
    rows = [["Year", "Women", "Women"], ["2019", "3", "1"]]
    columns = '{ "Year" = "year", "Women" = { sex = "F" }, "Women#2" = { sex = "F", age = "Y0T17" } }'

    assert values(read(tmp_path, rows, table={"columns": columns}), "age") == [("_T", 3), ("Y0T17", 1)]
