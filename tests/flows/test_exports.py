"""What `cuadra export` writes, read back by the programs that others have."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import frictionless
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.flows.exports.write import ExportFormat, export
from cuadra.flows.project import find_project
from cuadra.flows.withhold import decided, withhold
from cuadra.warehouse.publish import record
from tests.flows.world import checked
from tests.warehouse.loading import made

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def publication(tmp_path_factory):
    """Figures of which some contradict each other, some are small, one begins a formula, and one has no upper bound."""
    file = tmp_path_factory.mktemp("published") / "cuadra.duckdb"
    con = made(file)
    small = {"time_period": "2018"}
    checked(
        {"value": 100, "locator": "¶1"},
        {"value": 60, "sex": "F", "locator": "¶2", "complete": "sex", "says": '=HYPERLINK("x")'},
        {"value": 30, "sex": "M", "locator": "¶3", "complete": "sex", "said_by": "-"},
        {"value": (301, float("inf")), "time_period": "2017", "says": "more than 300", "qualifier": "more_than"},
        {"value": 12, **small},
        {"value": 9, "sex": "F", **small, "complete": "sex"},
        {"value": 2, "sex": "M", **small, "complete": "sex"},
        con=con,
    )
    con.execute("UPDATE source SET publisher = 'Example', licence = 'https://creativecommons.org/licenses/by/4.0/'")
    withhold(con, decided(con, shipped(), load_rules(shipped()), "figure_in_force"))
    record(con, "r1", NOW)
    con.close()
    return file


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return find_project(None, {}, tmp_path_factory.mktemp("nowhere"))


def rows(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_data_package_is_valid_and_describes_every_column(publication, project, tmp_path):
    export(publication, project, tmp_path, ExportFormat.csv)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    fields = {
        each["path"]: [field["name"] for field in each.get("schema", {}).get("fields", [])]
        for each in package["resources"]
    }

    assert report.valid, report.flatten(["title", "type", "note"])
    assert fields["figure.csv"] == list(rows(tmp_path / "figure.csv")[0])
    assert {"publisher", "title", "url", "sex_label", "likely_lower", "verdict"} <= set(fields["figure.csv"])
    assert package["sources"] == [{"title": "T", "path": "https://example.org"}]


def test_sdmx_csv_has_the_observation_in_its_key_and_leaves_words_as_they_are(publication, project, tmp_path):
    export(publication, project, tmp_path, ExportFormat.sdmx)
    found = rows(tmp_path / "figure.sdmx.csv")

    assert list(found[0])[:5] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "OBSERVATION_ID", "REGISTER"]
    assert len({row["OBSERVATION_ID"] for row in found}) == len(found) == 7
    assert '=HYPERLINK("x")' in {row["SAYS"] for row in found}


READ_BACK = """
import json, sys
import frictionless
from pysdmx.io import read_sdmx

(data,) = read_sdmx(f"{sys.argv[1]}/figure.sdmx.csv").data
report = frictionless.validate(f"{sys.argv[1]}/datapackage.json")
errors = report.flatten(["title", "type", "note"])
print(json.dumps([data.short_urn, data.data["OBS_VALUE"].tolist(), len(report.tasks), errors]))
"""
ARROW = Path(__file__).parents[2] / ".venv" / "arrow"


@pytest.mark.slow
@pytest.mark.skipif(not ARROW.exists(), reason="pyarrow, which reads Parquet, is not in .venv/arrow: make slow")
def test_pysdmx_and_frictionless_read_every_file_back(publication, project, tmp_path):
    made = export(publication, project, tmp_path)
    # In a process of its own: with pyarrow, pandas keeps words in another way than where cuadra runs.
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK, tmp_path], env={**os.environ, "PYTHONPATH": str(ARROW)}, timeout=120,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    urn, values, files, errors = json.loads(done.stdout)
    assert urn == "Dataflow=CUADRA:TRAFFICKING(1.0)"
    assert values == [row["OBS_VALUE"] for row in rows(tmp_path / "figure.sdmx.csv")]
    assert files == sum(file.endswith((".csv", ".parquet")) for file in made.files)
    assert errors == []


def test_csv_for_people_begins_no_formula_and_raw_does(publication, project, tmp_path):
    export(publication, project, tmp_path / "people", ExportFormat.csv)
    export(publication, project, tmp_path / "raw", ExportFormat.csv, is_raw=True)
    people, raw = ({row["says"] for row in rows(tmp_path / name / "figure.csv")} for name in ("people", "raw"))

    assert '\'=HYPERLINK("x")' in people
    assert '=HYPERLINK("x")' in raw
    assert not any(
        cell.startswith(("=", "+", "@")) for row in rows(tmp_path / "people" / "figure.csv") for cell in row.values()
    )
    assert [row["upper"] for row in rows(tmp_path / "raw" / "figure.csv") if row["says"] == "more than 300"] == ["INF"]


def test_small_counts_are_withheld_from_figures_and_findings_unless_asked(publication, project, tmp_path):
    hidden = export(publication, project, tmp_path / "hidden")
    shown = export(publication, project, tmp_path / "shown", shows_small=True)
    told, all_told = (rows(tmp_path / name / "finding.csv") for name in ("hidden", "shown"))
    of_2018 = [row for row in told if row["time_period"] == "2018" and row["rule"] == "sex_parts_make_total"]

    assert hidden.withheld > 0
    assert shown.withheld == 0
    assert not any(row["lower"] == row["upper"] == "2" for row in rows(tmp_path / "hidden" / "figure.csv"))
    assert any(row["lower"] == row["upper"] == "2" for row in rows(tmp_path / "shown" / "figure.csv"))
    assert [(row["is_withheld"], row["left_lower"], row["gap"], row["explanation"]) for row in of_2018] == [
        ("true", "", "", "")
    ]
    assert all(row["left_lower"] for row in all_told)
    assert "could identify someone" in (tmp_path / "shown" / "README.txt").read_text(encoding="utf-8")


def test_each_figure_says_what_rules_say_of_it(publication, project, tmp_path):
    export(publication, project, tmp_path, ExportFormat.csv)
    found = {(row["time_period"], row["sex"]): row for row in rows(tmp_path / "figure.csv")}

    assert found["2019", "_T"]["verdict"] == "fails"
    assert found["2019", "_T"]["findings"]
    assert found["2017", "_T"]["verdict"] == "holds"  # the change from year to year
    assert found["2019", "F"]["sex_label"] == "female"


def test_labels_and_sentences_are_in_the_language_of_the_reader(publication, project, tmp_path):
    export(publication, project, tmp_path, ExportFormat.csv, "es")

    assert "mujeres" in {row["sex_label"] for row in rows(tmp_path / "figure.csv")}
    assert (tmp_path / "README.txt").read_text(encoding="utf-8").startswith("Detectado no es prevalente")


def test_search_engines_get_a_dataset_with_its_sources(publication, project, tmp_path):
    export(publication, project, tmp_path)
    found = json.loads((tmp_path / "dataset.jsonld").read_text(encoding="utf-8"))

    assert (found["@context"], found["@type"]) == ("https://schema.org/", "Dataset")
    assert found["isBasedOn"][0]["publisher"]["name"] == "Example"
    assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert {each["name"] for each in found["distribution"]} >= {"figure.csv", "figure.parquet", "figure.sdmx.csv"}


def test_two_exports_of_one_publication_are_equal(publication, project, tmp_path):
    for name in ("first", "second"):
        export(publication, project, tmp_path / name)

    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("first", "second")
    )
    assert first == second
