"""Small files that were once misread, and what each says when it is read rightly."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from cuadra.checks import topic
from cuadra.sources import figure_table, sdmx_csv
from cuadra.sources.article import article_source
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import Snapshot, SourceError, gate

INPUTS = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "cases" / "inputs"

RIGHT = {
    "n01_thousands_comma_es.toml": [(3000, 3000), (2000, 2000), (1, 1)],
    "n02_range_is_added.toml": [(70, 70), (30, 40), (35, 35)],
    "n03_un_percent.toml": [(100, 100), (40, 40), (39.5, 41)],
    "n04_mil_millones.toml": [(500_000_000, 1_999_999_999), (1_001_000, 1_001_000)],
    "n05_leading_zero_group.toml": "does not begin with 0, got '0.123'",
    "n06_columns_run_together.toml": "expected one number, got '907 147'",
    "n07_two_numbers_and.toml": "got '907 and 147', which may be several",
    "n08_empty_interval.toml": "figure 2 ('nearly 0%' at ¶2)",
    "n10_eu_thousands.csv": [(3000, 3000), (2000, 2000), (1, 1)],
    "s01_appended.csv": "Line: 32 Original Line: INDICATOR",
    "x02_correction_negative.toml": "figure 3 ('-6' at ¶3): expected a number of zero or more",
    "real/08_rate_in_csv_of_figures.csv": [(0.485, 0.495), (0.255, 0.265), (0.225, 0.235)],
    "real/09_rates_of_one_denominator.csv": [(0.485, 0.495), *[(0.175, 0.185)] * 2, (0.145, 0.155), (0.025, 0.035)],
    "real/10_range_read_as_sum.csv": [(5, 9)],
    "real/11_two_numbers_in_one_cell.csv": "expected one number, got '18,870 209'",
    "real/16_revision_between_two_sources.csv": [(4586, 4586), (4578, 4578)],
}


def read(file, folder, prefix=""):
    text = "".join(line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line[0] != "#")
    path = folder / file.name
    path.write_text(prefix + text, encoding="utf-8")
    snapshot = Snapshot(path, "0" * 64, "", datetime(2026, 11, 25))
    if path.suffix == ".toml":
        return article_source(path, topic.shipped(), "PE").parse(snapshot)
    if text.startswith("INDICATOR"):
        return sdmx_csv.parse(snapshot, topic.shipped())
    return figure_table.parse_table(snapshot, "read", topic=topic.shipped(), area="PE")


@pytest.mark.parametrize("name", RIGHT)
def test_file_is_read_as_its_first_lines_say(name, tmp_path):
    if not (INPUTS / name).exists():
        pytest.skip("the folder of shared inputs is not available")
    if isinstance(RIGHT[name], str):
        with pytest.raises(SourceError) as refusal:
            read(INPUTS / name, tmp_path)

        assert RIGHT[name] in str(refusal.value)
        return
    frame = gate(read(INPUTS / name, tmp_path).frame(), "read", topic.shipped())

    assert list(zip(frame["lower"], frame["upper"], strict=True)) == [pytest.approx(pair) for pair in RIGHT[name]]


@pytest.mark.skipif(not INPUTS.exists(), reason="the folder of shared inputs is not available")
def test_figures_rounded_to_five_can_be_declared(tmp_path):
    frame = read(INPUTS / "x01_rounded_to_five.toml", tmp_path, "rounded_to = 5\n").frame()

    assert list(zip(frame["lower"], frame["upper"], strict=True)) == [(98, 102), (33, 37), (58, 62)]


@pytest.mark.skipif(not INPUTS.exists(), reason="the folder of shared inputs is not available")
def test_header_of_two_rows_is_read(tmp_path):
    lines = (INPUTS / "real" / "17_two_row_header.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "table"
    path.write_text("\n".join(line for line in lines if line[0] != "#"), encoding="utf-8")
    share = "Labour Force|Proportion percentage(%)"
    columns = [
        "Reference period", "Grand Total", "Labour Force|Total", share, "Labour Force|Employed", f"{share}#2",
        "Labour Force|Unemployed", f"{share}#3", "Labour Force|AVERAGE YEARLY PERCENTAGE", "Inactives",
    ]  # fmt: skip
    found = read_table(path, "t", columns, header_rows=2)

    assert found["Labour Force|Employed"].tolist() == ["4206.7", "4223.7"]
    assert found["Inactives"].tolist() == ["4409.3", "4435.6"]
