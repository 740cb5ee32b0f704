import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks import topic
from cuadra.sources.described import described_source, learned
from cuadra.sources.described.propose import propose
from cuadra.sources.source import SourceError
from tests.sources import pdf, workbook
from tests.sources.described.tables import ROWS, feed, write_csv
from tests.thorough import examples

PROJECT = Path(__file__).parents[2] / "projects" / "tables"
SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[4] / "shared")) / "data"
ANSWERS_MAX = 5


def proposed(path):
    return propose(path, "tbl", topic.shipped(), file=path.name)


def columns(path):
    return tomllib.loads(proposed(path).toml)["table"]["columns"]


def test_draft_with_its_answers_filled_in_is_read(tmp_path):
    path = write_csv(tmp_path / "victims_by_sex.csv", ROWS)
    found = proposed(path)
    toml = found.toml.replace('publisher = "?"', 'publisher = "p"').replace('area      = "?"', 'area = "PE"')
    folder = tmp_path / "tbl"
    folder.mkdir()
    (folder / "source.toml").write_text(toml.replace('indicator = "?"', 'indicator = "cases"'), encoding="utf-8")
    (folder / "victims_by_sex.csv").write_bytes(path.read_bytes())
    parsed = feed(described_source(folder, topic.shipped()), path)

    assert found.asked == 3
    assert parsed.frame()["sex"].tolist() == ["F", "M", "_T"] * 2
    assert found.rows[0] == "row 2: 2019 → Women: 907; Men: 147; All: 1054"


def test_draft_is_refused_until_it_is_finished(tmp_path):
    path = write_csv(tmp_path / "t.csv", ROWS)
    (tmp_path / "source.toml").write_text(proposed(path).toml, encoding="utf-8")

    with pytest.raises(SourceError, match=r"publisher: expected a value, got '\?'\. The draft is not finished"):
        described_source(tmp_path, topic.shipped())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Sexo", "2019", "2020", "2021"], ["Mujeres", "5", "6", "7"], ["Hombres", "1", "2", "3"]],
         {"Sexo": "sex", "20*": {"period": "{label}"}}),
        ([["Period", "Count"], ["1st quarter 2020", "5"], ["2nd quarter 2020", "6"]],
         {"Period": "period", "Count": "value"}),
        ([["Year", "Quarter", "Women - Under 18", "Women - Total", "Men - Under 18", "Men - Total"],
          ["2019", "Q1", "1", "2", "3", "4"]],
         {"Year": "year", "Quarter": "part", "* - *": {"sex": "{1}", "age": "{2}"}}),
        ([["Year", "Women", "% women"], ["2019", "5", "50 %"], ["2020", "6", "40 %"]],
         {"Year": "year", "Women": {"sex": "F"}, "% women": {"ignore": "shares, which follow from the numbers"}}),
        ([["Year", "Office", "Cases"], ["2019", "North", "5"], ["2019", "South", "6"]],
         {"Year": "year", "Office": "?", "Cases": "value"}),
        ([["Year", "Unit", "Cases"], ["2019", "number", "5"], ["2020", "number", "6"]],
         {"Year": "year", "Unit": "unit", "Cases": "value"}),
        ([["Place", "2021", "", "2022 (p)", ""], ["", "All", "Women", "All", "Women"], ["Lima", "5", "4", "7", "2"]],
         {"Place": "area", "2022 (p) | *": {"period": "2022", "status": "P", "sex": "{1}"},
          "* | *": {"period": "{1}", "sex": "{2}"}}),
        ([["Place", "Men", "", "All", ""], ["", "2021", "2022*", "2021", "2022*"], ["Lima", "5", "4", "7", "2"]],
         {"Place": "area", "* | 2022*": {"period": "2022", "status": "A", "sex": "{1}"},
          "* | *": {"period": "{2}", "sex": "{1}"}}),
        ([["Sexo", "2019", "2020", "2021 prelim."], ["Mujeres", "5", "6", "7"], ["Hombres", "1", "2", "3"]],
         {"Sexo": "sex", "2021 prelim.": {"period": "?", "status": "?"}, "2019": {"period": "{label}"},
          "2020": {"period": "{label}"}}),
        ([["Year", "Alpha", "Beta", "Total"], ["2019", "5", "6", "11"]],
         {"Year": "year", "Total": "value", "*": {"?": "{label}"}}),
    ],
)  # fmt: skip
def test_columns_are_what_their_names_and_cells_plainly_say(tmp_path, rows, expected):
    assert columns(write_csv(tmp_path / "t.csv", rows)) == expected


def test_signs_marks_and_labels_are_proposed(tmp_path):
    rows = [["Year", "Sex", "Count"], ["2019", "women", "1.054"], ["2020", "men", "12,5*"], ["2021", "women", ".."],
            ["2022", "men", "-"], ["2023", "other", "7"]]  # fmt: skip
    found = proposed(write_csv(tmp_path / "t.csv", rows, ";"))
    said = tomllib.loads(found.toml)

    assert (said["missing"], said["nil"], said["marks"], said["decimal"]) == ([".."], ["-"], {"*": ""}, ",")
    assert found.codes == "column,label,code\nsex,women,F\nsex,men,M\nsex,other,?\n"
    assert found.rows[2] == "row 4: 2021 · women → Count: no figure"


def test_header_of_several_rows_sheet_and_title_are_proposed(tmp_path):
    rows = [["Victims of trafficking, 2020"], ["", "Women", "", "Men", ""],
            ["Region", "Under 18", "All", "Under 18", "All"], ["Lima", 1, 2, 3, 4], ["", 1, 2, 3, 4]]  # fmt: skip
    found = proposed(workbook.write_book(tmp_path / "t.xlsx", {"notes": [["x"]], "data": rows}))
    said = tomllib.loads(found.toml)

    assert (said["title"], said["period"], said["table"]["sheet"]) == ("Victims of trafficking, 2020", "2020", "data")
    assert (said["table"]["header"], said["table"]["header_rows"]) == ("Women", 2)
    assert said["table"]["columns"]["Women | Under 18"] == {"sex": "F", "age": "Y0T17"}


def test_pdf_is_read_in_the_way_that_finds_most_figures(tmp_path):
    rows = [ROWS[0], [f"{ROWS[1][place]}\n{ROWS[2][place]}" for place in range(4)]]
    said = tomllib.loads(proposed(pdf.write(tmp_path / "t.pdf", [rows])).toml)

    assert said["table"].get("lines_are_rows") or said["table"].get("ruled") is False


@pytest.mark.parametrize("rows", [[["a", "b"], ["c", "d"]], [["1", "2"], ["3", "4"]], [["only"]]])
def test_file_without_a_table_has_no_draft(tmp_path, rows):
    assert proposed(write_csv(tmp_path / "t.csv", rows)) is None


@examples(20, 80)
@given(st.lists(st.lists(st.sampled_from(["Year", "2019", "2020", "5", "x", "", "1,054", "..", 'a"b', "Women"]),
                         min_size=2, max_size=5), min_size=2, max_size=6))  # fmt: skip
def test_any_draft_is_toml(tmp_path, rows):
    found = proposed(write_csv(tmp_path / "t.csv", rows))

    assert found is None or tomllib.loads(found.toml)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not available")
@pytest.mark.parametrize(
    "name",
    [
        "gr_elstat_construction_regions.xlsx", "gr_elstat_labour_force.xlsx", "uk_ons_travel_example.xls",
        "us_fbi_nics_2015-11.pdf", "hr_sdg_16-2-2.csv", "uk_nrm_conclusive_grounds.csv",
        "us_ny_st_lawrence_2018_governor.csv", "es_istac_sdg_16-2-2.csv",
    ],
)  # fmt: skip
def test_real_tables_leave_few_answers_to_a_person(name):
    of = topic.load([topic.SHIPPED["base"], PROJECT / "checks"], "tables")
    found = propose(SHARED / name, "tbl", of, file=name)

    assert tomllib.loads(found.toml)["table"]["columns"]
    assert found.asked <= ANSWERS_MAX


def test_names_and_codes_left_open_within_a_line_are_asked_for():
    toml = '# "?" is for you\npublisher = "?"\n"* | *" = { period = "{1}", "?" = "{2}" }\n"2021 x" = { period = "?" }\n'
    found = list(learned.open_entries(toml))
    for entry, said in zip(found, ['"p"', "sex", '"2021"'], strict=True):
        toml = learned.with_entry(toml, entry.line, said)
    codes = "column,label,code\narea,*,?/{label}\n"

    assert [(each.key, each.name, each.is_name) for each in found] == [
        ("publisher", "", False), ("* | *", "", True), ("2021 x", "period", False),
    ]  # fmt: skip
    assert toml.endswith('"* | *" = { period = "{1}", sex = "{2}" }\n"2021 x" = { period = "2021" }\n')
    assert learned.with_open_code(codes, next(iter(learned.open_codes(codes))).line, "CO") == codes.replace("?", "CO")
