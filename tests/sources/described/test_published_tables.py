import os
import re
from pathlib import Path

import duckdb
import pytest

from cuadra.checks import topic
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.catalog import find_sources
from cuadra.sources.described.propose import propose
from cuadra.sources.source import Source, gate
from tests.sources import pdf, workbook
from tests.sources.described.tables import snapshot, write_csv

PROJECT = Path(__file__).parents[2] / "projects" / "tables"
SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[4] / "shared")) / "data"
TOPIC = topic.load([topic.SHIPPED["base"], PROJECT / "checks"], "tables")
SOURCES = {each.name: each for each in find_sources(PROJECT / "sources", TOPIC) if isinstance(each, Source)}
FILES = {
    "elstat_construction": "gr_elstat_construction_regions.xlsx",
    "elstat_labour_force": "gr_elstat_labour_force.xlsx",
    "ons_travel": "uk_ons_travel_example.xls",
    "fbi_nics": "us_fbi_nics_2015-11.pdf",
    "croatia_sdg": "hr_sdg_16-2-2.csv",
    "conclusive_grounds": "uk_nrm_conclusive_grounds.csv",
    "st_lawrence": "us_ny_st_lawrence_2018_governor.csv",
}
KNOWN = {
    "elstat_construction": (88, {}, {"regions_make_country": 14}),
    "elstat_labour_force": (485, {("labour_parts_make_total", "GR", "2024-Q2")}, {}),
    "ons_travel": (12, {}, {}),
    "fbi_nics": (1234, {}, {"reason_parts_make_total": 56}),
    "croatia_sdg": (56, {("form_parts_make_total", "HR", "2021")}, {}),
    "conclusive_grounds": (500, {}, {"age_parts_make_total": 50, "outcome_parts_make_total": 150}),
    "st_lawrence": (
        4050,
        {("mode_parts_make_total", "US-NY-SLC/Ogdensburg 6", "2018")},
        {"mode_parts_make_total": 809},
    ),
}
"""What is known of the real files: figures, what fails, and how many relations hold."""

LINES_MAX, ANSWERS_MAX = 30, 5


def checked(name, path):
    """The figures of a file, what fails among them, and how often each rule holds."""
    parsed = SOURCES[name].parse(snapshot(path))
    con = duckdb.connect()
    con.register("observation", gate(parsed.observations, name, TOPIC))
    found = confront(con, TOPIC, load_rules(TOPIC), "observation")
    failing = found.finding[found.finding["verdict"] == "fails"]
    holds = {row.rule: row.holds for row in found.tally.itertuples() if row.holds}
    return parsed, {*failing[["rule", "ref_area", "time_period"]].itertuples(index=False, name=None)}, holds


def test_project_describes_seven_tables_without_python():
    assert set(SOURCES) - {"sdmx_csv"} == set(FILES)
    assert [*PROJECT.glob("**/*.py")] == []


def lines_by_hand(name):
    """The lines that the description of a table takes: neither empty nor comments."""
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT / "sources" / name).iterdir()]
    return sum(bool(line.strip()) and not line.startswith("#") for text in texts for line in text.splitlines())


def test_lines_by_hand_are_those_that_the_readme_counts():
    readme = (PROJECT.parents[2] / "sources" / "README.md").read_text(encoding="utf-8")
    counted = {name: int(lines) for name, lines in re.findall(r"^\| `(\w+)` \| .+? \| (\d+) \| \d \|", readme, re.M)}

    assert counted == {name: lines_by_hand(name) for name in FILES}
    assert max(counted.values()) <= LINES_MAX


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not available")
@pytest.mark.parametrize("name", FILES)
def test_answers_that_a_draft_asks_are_those_that_the_readme_counts(name):
    readme = (PROJECT.parents[2] / "sources" / "README.md").read_text(encoding="utf-8")
    (counted,) = re.findall(rf"^\| `{name}` \| .+? \| \d+ \| (\d) \|", readme, re.M)

    assert propose(SHARED / FILES[name], "tbl", TOPIC, file=FILES[name]).asked == int(counted) <= ANSWERS_MAX


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not available")
def test_thirteen_regions_make_the_country_and_their_units_the_regions():
    parsed, _, _ = checked("elstat_construction", SHARED / FILES["elstat_construction"])
    found = parsed.frame().set_index("ref_area")["value"]
    parents = {code: row["parent"] for code, row in TOPIC.code_list("ref_area").rows.items()}
    of = found.groupby(found.index.map(parents)).agg(["sum", "size"])

    assert (found["GR"], *of.loc["GR"]) == (931, 931, 13)
    assert of.drop(index=["GR", ""], errors="ignore")["size"].sum() == 74
    assert all(row["sum"] == found[region] for region, row in of.iterrows() if region in found.index)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not available")
@pytest.mark.parametrize("name", FILES)
def test_real_tables_give_what_is_known_of_them(name):
    figures, fails, holds = KNOWN[name]
    parsed, failing, held = checked(name, SHARED / FILES[name])

    assert len(parsed.observations) == figures
    assert len(parsed.quarantined) == 0
    assert failing == set(fails)
    assert holds.items() <= held.items()


def test_workbook_of_regions(tmp_path):
    rows = [["Table 1"], [], ["Περιφέρεια", "New buildings", "", "", "", "Region and Regional Unit"],
            ["", "Number", "Storeys", "Volume", "Surface", ""],
            ["Σ", 5, 9, 9, 9, "Greece, Total"], ["Κ", 5, 9, 9, 9, "REGION OF KRITI"],
            ["Η", 3, 9, 9, 9, "REGIONAL UNIT OF IRAKLEIO"], ["Λ", 4, 9, 9, 9, "REGIONAL UNIT OF LASITHI"]]  # fmt: skip
    path = workbook.write_book(tmp_path / "t.xlsx", {"ΠΙΝ1": rows, "ΕΛ": [["Περιφέρεια"], ["Σ"]]})
    parsed, failing, _ = checked("elstat_construction", path)

    assert parsed.observations["value"].tolist() == [5, 5, 3, 4]
    assert ("regions_make_country", "GR-KRITI", "2025-M04") in failing


def test_workbook_in_thousands_with_more_digits_than_it_shows(tmp_path):
    rows = [["Reference period", "Grand Total", "Labour Force", "", "", "", "Inactives"],
            ["", "", "Total", "Proportion percentage", "Employed", "Unemployed", ""],
            ["2nd quarter 2024", 9020.5, 4795.4, 53.2, 4300.0, 495.4, 4224.6],
            ["3d quarter 2024", 9020.04, 4795.40000001, 53.2, 4300.0, 495.4, 4224.6]]  # fmt: skip
    columns = {**SOURCES["elstat_labour_force"].parse.keywords["said"].table.columns}
    path = workbook.write_book(tmp_path / "t.xlsx", {"T1": rows})

    assert "*AVERAGE*" in columns
    parsed, failing, _ = checked("elstat_labour_force", path)
    assert parsed.observations["lower"].tolist()[5:7] == [9_019_950, 4_795_350]
    assert failing == {("labour_parts_make_total", "GR", "2024-Q2")}


def test_page_of_states_with_several_to_a_cell(tmp_path):
    header = ["State / Territory", *["x"] * 23, "Totals"]
    states = ["Guam\nHawaii", *["1\n2"] * 23, "23\n47"]
    path = pdf.write(tmp_path / "t.pdf", [[header, ["Reasons"] + [""] * 24, states, ["*Refers to"]]], width=100)
    parsed, failing, held = checked("fbi_nics", path)

    assert len(parsed.observations) == 48
    assert failing == {("reason_parts_make_total", "US/Hawaii", "2015-M11")}
    assert held["reason_parts_make_total"] == 1


def test_rates_of_one_denominator(tmp_path):
    names = [*SOURCES["croatia_sdg"].parse.keywords["said"].table.columns]
    header = [*names[:-1], "0-18 godina"]
    rows = [header, ["2021", "0.49", "0.26", "0.23", "0.18", "0.18", "0.15", "0.03", "0.26"],
            ["2022", "0.75", "0.1", "0.65", "0.18", "0.49", "0.08", "-", "NA"]]  # fmt: skip
    parsed, failing, _ = checked("croatia_sdg", write_csv(tmp_path / "t.csv", rows))

    assert len(parsed.observations) == 14
    assert failing == {("form_parts_make_total", "HR", "2021")}


def test_decisions_by_age_and_outcome(tmp_path):
    ages = ["Adult (18 or over)", "Child (17 or under)", "Age not specified or unknown"]
    outcomes = ["Negative conclusive grounds", "Positive conclusive grounds", "Total"]
    header = ["Year", "Quarter", *(f"{age} - {outcome}" for age in ages for outcome in outcomes), "Total"]
    rows = [header, ["2014", "Q1", "1", "2", "3", "1", "1", "2", "0", "0", "0", "5"],
            ["2014", "Total", "1", "2", "3", "1", "1", "2", "0", "0", "0", "6"]]  # fmt: skip
    _, failing, held = checked("conclusive_grounds", write_csv(tmp_path / "t.csv", rows))

    assert failing == {("age_parts_make_total", "GB", "2014"), ("outcome_parts_make_total", "GB", "2014")}
    assert held["outcome_parts_make_total"] == 6


def test_votes_by_precinct(tmp_path):
    names = [*SOURCES["st_lawrence"].parse.keywords["said"].table.columns]
    header = [*names[:5], "machine", "absentee", "absentee_hc", "affidavit", "votes"]
    rows = [header, ["x", "P 1", "Governor", "", "DEM", "4", "2", "0", "0", "4"],
            ["x", "P 2", "Governor", "", "DEM", "4", "2", "0", "0", "6"]]  # fmt: skip
    _, failing, held = checked("st_lawrence", write_csv(tmp_path / "t.csv", rows))

    assert failing == {("mode_parts_make_total", "US-NY-SLC/P 1", "2018")}
    assert held["mode_parts_make_total"] == 1
