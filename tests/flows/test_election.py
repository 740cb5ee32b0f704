"""Another topic as a whole project, by data alone: run, alerts, questions, export."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.warehouse.view import FOLDER
from tests.flows.receivers import Webhook, running

ELECTION = Path(__file__).parents[1] / "projects" / "election"
SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
COUNTY = SHARED / "us_ny_st_lawrence_2018_governor.csv"
MODES = {
    "": "votes",
    "MACHINE": "machine",
    "ABSENTEE": "absentee",
    "ABSENTEE_HC": "absentee_hc",
    "AFFIDAVIT": "affidavit",
}


@pytest.fixture(scope="module")
def election(cuadra, tmp_path_factory):
    """The project after its first run, what that said, and what its channel got."""
    folder = Path(shutil.copytree(ELECTION, tmp_path_factory.mktemp("projects") / "election"))
    with running(Webhook()) as webhook:
        address = f"json://127.0.0.1:{webhook.port}/"

        def call(*arguments):
            return cuadra(
                folder / "data", *arguments, CUADRA_PROJECT=str(folder), CUADRA_CHANNEL_CANVASS=address
            )  # fmt: skip

        yield folder, call, json.loads(call("run", "--json").stdout), webhook.calls


def test_project_has_no_python():
    assert list(ELECTION.rglob("*.py")) == []


def test_only_the_precinct_whose_ways_of_voting_exceed_its_votes_is_found(election):
    _, _, said, _ = election
    (finding,) = (each for each in said["findings"] if each["verdict"] in ("fails", "doubtful"))

    assert (finding["rule"], finding["left_lower"], finding["right_lower"]) == ("mode_parts_make_total", 6, 4)
    assert said["exit_code"] == 1
    assert said["caveat"].startswith("Unofficial until certified")


def test_alert_goes_where_the_project_says_in_its_words(election):
    _, call, _, calls = election
    (message,) = (payload["message"] for _, _, payload in calls)
    episodes = json.loads(call("alerts", "list", "--json").stdout)["open"]

    assert "votes, Working Families, Ogdensburg 6, 2018; county canvass" in message
    assert "= 6 against “4”" in message
    assert "county canvassers" in message
    assert len(episodes) == 1


@pytest.mark.slow
def test_second_run_has_nothing_new(election):
    _, call, _, calls = election
    again = call("run", "--json")

    assert again.exit_code == 0
    assert json.loads(again.stdout)["new"] == []
    assert len(calls) == 1


def test_questions_are_answered_by_the_projects_own_view(election):
    _, call, _, _ = election
    answer = call("sql", "SELECT votes FROM votes_by_party WHERE precinct LIKE '%BRASHER%' AND party = 'REP'", "--json")
    examples = json.loads(call("sql", "--examples", "--json").stdout)

    assert json.loads(answer.stdout) == [{"votes": 145}]
    assert "votes_by_party" in examples[0]["sql"]


def test_export_shows_every_count_and_the_caveat(election):
    folder, call, _, _ = election
    result = call("export", folder / "out")
    rows = list(csv.DictReader((folder / "out" / "figure.csv").read_text(encoding="utf-8").splitlines()))

    assert result.exit_code == 0, result.output
    assert len(rows) == 150
    assert {"party", "mode"} <= rows[0].keys()
    assert (folder / "out" / "README.txt").read_text(encoding="utf-8").startswith("Unofficial until certified")


def test_database_has_no_trace_of_the_topic_that_cuadra_comes_with(election):
    folder, _, _, _ = election
    base = shipped("base")
    codes = [*shipped().code_list("register").codes, *shipped().indicators]
    views = [path.stem for path in (FOLDER / "trafficking").glob("*.sql")]
    named = [name for name in shipped().names if name not in base.names] + [*views, "traffick", "victim", "víctima"]
    # Some codes, such as cases and calls, are everyday words.
    words = re.compile("|".join([rf"\b{code}\b" for code in codes if "_" in code or code.isupper()] + named))
    with duckdb.connect(str(folder / "data" / "cuadra.duckdb"), read_only=True) as con:
        said = [text for row in con.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal UNION ALL "
            "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal UNION ALL "
            "SELECT table_name, '', comment FROM duckdb_tables()"
        ).fetchall() for text in row if text]  # fmt: skip
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            columns = [name for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall() if kind == "VARCHAR"]
            for column in columns:
                said += [text for (text,) in con.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall() if text]
    found = {text[:80]: match[0] for text in said if (match := words.search(text))}

    assert found == {}


@pytest.mark.slow
@pytest.mark.skipif(not COUNTY.exists(), reason="the county's whole results are not available")
def test_whole_county_has_that_one_finding(cuadra, tmp_path):
    folder = Path(shutil.copytree(ELECTION, tmp_path / "county"))
    with COUNTY.open(encoding="utf-8", newline="") as file:
        results = list(csv.DictReader(file))
    areas = {each["precinct"]: f"US-NY-SLC-{n}" for n, each in enumerate(results)}
    with (folder / "checks/codelists/ref_area.added.csv").open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([("code", "label_en"), *((code, name) for name, code in areas.items())])
    with (folder / "sources/st_lawrence_2018.csv").open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("at", "says", "indicator", "period", "area", "party", "mode"))
        for line, each in enumerate(results, start=2):
            writer.writerows(
                (f"row {line} {column}", each[column], "votes", "2018", areas[each["precinct"]], each["party"], mode)
                for mode, column in MODES.items()
            )
    said = json.loads(cuadra(folder / "data", "run", "--json", CUADRA_PROJECT=str(folder)).stdout)
    findings = [each for each in said["findings"] if each["verdict"] in ("fails", "doubtful")]

    assert said["sources"]["st_lawrence_2018"]["observations"] == 5 * len(results)
    assert [(each["left_lower"], each["right_lower"]) for each in findings] == [(6, 4)]
