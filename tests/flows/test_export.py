import csv
from dataclasses import replace

import duckdb
import pytest

from cuadra.flows.commands.export import WITHOUT, ExportFormat, export
from cuadra.flows.project import find_project
from tests.warehouse.loading import load, made


@pytest.fixture(scope="module")
def publication(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "cuadra.duckdb"
    with made(path) as con:
        load(
            con,
            {"value": 20},
            {"value": 17, "sex": "F"},
            {"value": 3, "sex": "M"},
            {"value": 30, "time_period": "2020", "says": "=1+1", "locator": "\u202eline\n2"},
        )
    return path


@pytest.fixture(scope="module")
def project(publication):
    return find_project(None, {}, publication.parent)


def rows(folder):
    with (folder / "figure.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_export_withholds_a_small_count_and_what_would_give_it_away(publication, project, tmp_path):
    figures, withheld = export(publication, project, tmp_path, ExportFormat.csv)
    found = {(row["sex"], row["time_period"]): row["value"] for row in rows(tmp_path)}

    assert (figures, withheld) == (4, 2)
    assert found == {("_T", "2019"): "20.0", ("F", "2019"): "", ("M", "2019"): "", ("_T", "2020"): "30.0"}
    assert not set(WITHOUT) & rows(tmp_path)[0].keys()


def test_topic_without_small_counts_withholds_nothing(publication, project, tmp_path):
    open_topic = replace(project.topic, small_counts=project.topic.small_counts.model_copy(update={"below": 0}))
    figures, withheld = export(publication, replace(project, topic=open_topic), tmp_path, ExportFormat.csv)

    assert (figures, withheld) == (4, 0)


def test_cell_of_a_csv_for_people_is_one_line_and_no_formula(publication, project, tmp_path):
    export(publication, project, tmp_path / "people", ExportFormat.csv)
    export(publication, project, tmp_path / "programs", ExportFormat.csv, is_raw=True)
    (people,) = [row for row in rows(tmp_path / "people") if row["time_period"] == "2020"]
    (programs,) = [row for row in rows(tmp_path / "programs") if row["time_period"] == "2020"]

    assert (people["says"], people["locator"]) == ("'=1+1", " line 2")
    assert (programs["says"], programs["locator"]) == ("=1+1", "\u202eline\n2")


def test_parquet_has_the_same_figures(publication, project, tmp_path):
    figures, _ = export(publication, project, tmp_path, ExportFormat.parquet)

    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/figure.parquet'").fetchall() == [(figures,)]


@pytest.mark.parametrize(("language", "begins"), [("en", "Detected is not prevalent"), ("es", "Detectado no es")])
def test_page_beside_the_figures_begins_with_the_caveat(publication, project, tmp_path, language, begins):
    export(publication, project, tmp_path, ExportFormat.csv, language)

    assert (tmp_path / "README.txt").read_text(encoding="utf-8").startswith(begins)
