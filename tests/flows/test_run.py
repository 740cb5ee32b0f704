import json
import re

import pytest

from cuadra.sources.catalog import HERE as SHIPPED
from cuadra.warehouse.publish import history


def found(run, left, right):
    """The findings in which `left` stands against `right`, both as bounds."""
    return [
        each["rule"]
        for each in run["findings"]
        if (each["left_lower"], each["left_upper"]) == left and (each["right_lower"], each["right_upper"]) == right
    ]


def test_first_run_finds_new_contradictions(first_run):
    assert first_run["exit_code"] == 1
    assert first_run["publication"]
    assert set(first_run["new"]) == {each["finding"] for each in first_run["findings"]}


def test_run_quotes_454_against_1054(first_run):
    (finding,) = (f for f in first_run["findings"] if (f["left_lower"], f["right_lower"]) == (454, 1054))

    assert finding["rule"] == "one_value"
    assert {"454", "1,054"} <= {each["says"] for each in finding["words"]}
    assert "43 percent" in finding["explanation"]


def test_run_finds_what_the_seed_article_contradicts(first_run):
    shares = [f for f in first_run["findings"] if f["rule"] == "share_of_whole" and f["left_lower"] == 222]
    nationalities = [f for f in first_run["findings"] if f["left_lower"] == 451 and f["citizenship"] == "FOREIGN"]
    july = [f for f in first_run["findings"] if f["time_period"] == "2020-01-01/2020-07-13"]

    assert [(round(f["right_lower"]), round(f["right_upper"])) for f in shares] == [(258, 274)]
    assert [f["right_upper"] for f in nationalities] == [226]
    assert found(first_run, (1054, 1054), (509, 509)) == ["age_parts_make_total", "sex_parts_make_total"]
    assert [(f["left_lower"], f["right_lower"]) for f in july] == [(445, 508)]


def test_run_never_compares_what_is_not_alike(first_run):
    operations = [f for f in first_run["findings"] if f["indicator"] == "operations"]
    pairs = {frozenset((f["left_lower"], f["right_lower"])) for f in first_run["findings"]}

    assert all(f["time_period"] not in ("2019", "2020-S1") for f in operations)
    assert frozenset((1054, 765)) not in pairs


def test_run_shows_what_adds_up_where_it_is_and_what_to_ask(cuadra, data):
    result = cuadra(data, "run")

    assert "907 + 147 = 1,054" in result.stdout
    assert re.search(r"as before: \d+ causes \(Peru \d+, ", result.stdout)
    assert str(data / "cuadra.duckdb") in result.stdout
    assert result.stdout.count(' sql "SELECT') == 1
    assert "Detected is not prevalent" in result.stdout


@pytest.mark.slow
def test_first_run_tells_each_cause_once_on_one_screen(cuadra, tmp_path):
    result = cuadra(tmp_path / "fresh", "run")
    lines = result.stdout.splitlines() + result.stderr.splitlines()

    assert len(lines) <= 60
    assert result.stdout.count("“454” (2020-09-17_dialogo ¶4) against “1,054”") == 1
    assert "Also breaks 2 more." in result.stdout
    assert result.stdout.count("contradiction: ") == 6
    assert "Doubtful, but possible" in result.stdout
    assert re.search(r"\d+ figures are in no relation: no total is printed \(\d+\)", result.stdout)


@pytest.mark.slow
def test_source_that_loses_figures_is_held_until_somebody_accepts_it(cuadra, data):
    table = SHIPPED / "unodc_glotip_peru.csv"
    cut = data / "cut.csv"
    cut.write_text("\n".join(table.read_text(encoding="utf-8").splitlines()[:38]), encoding="utf-8")
    fed = ("run", "--source", "unodc_glotip_peru", "--from", cut)
    held = cuadra(data, *fed)
    unexplained = cuadra(data, "sources", "accept", "unodc_glotip_peru")
    accepted = cuadra(data, "sources", "accept", "unodc_glotip_peru", "--reason", "the producer left out 2004")
    loaded = json.loads(cuadra(data, *fed, "--json").stdout)
    again = cuadra(data, "sources", "accept", "unodc_glotip_peru", "--reason", "once more")

    assert held.exit_code == 3
    assert "expected at least 40 of the 44 figures in force, got 37" in held.stdout
    assert "Resolved" not in held.stdout
    assert (unexplained.exit_code, accepted.exit_code, again.exit_code) == (2, 0, 2)
    assert loaded["sources"]["unodc_glotip_peru"]["withdrawn"] == 7


def test_second_run_publishes_nothing_and_says_so(cuadra, data):
    before = history(data / "cuadra.duckdb")
    result = cuadra(data, "run")

    assert result.exit_code == 0
    assert "nothing new" in result.stdout
    assert "nothing was published" in result.stdout
    assert history(data / "cuadra.duckdb") == before


@pytest.mark.slow
def test_refused_source_is_one_line_and_the_others_go_on(cuadra, data, shipped_sources):
    (shipped_sources / "press" / "2020-09-17_dialogo.toml").write_text("title = ", encoding="utf-8")
    result = cuadra(data, "run", "--json")
    report = json.loads(result.stdout)
    (line,) = report["failures"]

    assert result.exit_code == 3
    assert line.startswith("2020-09-17_dialogo.toml")
    assert "\n" not in line
    assert sum(each["status"] == "unchanged" for each in report["sources"].values()) == len(report["sources"]) - 1
    assert any(f["left_lower"] == 454 for f in report["findings"])


@pytest.mark.slow
def test_source_that_shrinks_keeps_its_last_vintage(cuadra, data, shipped_sources):
    table = shipped_sources / "unodc_glotip_peru.csv"
    cut = data / "cut.csv"
    cut.write_text("\n".join(table.read_text(encoding="utf-8").splitlines()[:4]), encoding="utf-8")
    result = cuadra(data, "run", "--source", "unodc_glotip_peru", "--from", cut)

    assert result.exit_code == 3
    assert "rows_min" in result.stdout
    assert "as before: 10 causes" in result.stdout


@pytest.mark.slow
def test_changed_figure_is_a_revision(cuadra, data, shipped_sources):
    article = shipped_sources / "press" / "2020-09-17_dialogo.toml"
    article.write_text(article.read_text(encoding="utf-8").replace('"454"', '"455"', 1), encoding="utf-8")
    report = json.loads(cuadra(data, "run", "--json").stdout)

    assert report["sources"]["2020-09-17_dialogo"]["changed"] == 1
    assert report["new"] == []
    assert report["publication"]
    told = cuadra(
        data, "sql", "SELECT detail ->> 'sentence' FROM alert_event WHERE kind = 'revised'", "--format", "csv"
    )
    assert "The file of 2020-09-17_dialogo was edited here: 1 changed. ¶4: “454” → “455”" in told.stdout


def test_unknown_source_is_wrong_usage(cuadra, data):
    result = cuadra(data, "run", "--source", "nobody")

    assert result.exit_code == 2
    assert "source 'nobody': expected one of" in result.stderr


@pytest.mark.slow
def test_run_is_kept_in_the_tables(cuadra, data, shipped_sources):
    article = shipped_sources / "press" / "2020-09-17_dialogo.toml"
    article.write_text(article.read_text(encoding="utf-8").replace('"31"', '"32"', 1), encoding="utf-8")
    cuadra(data, "run", "--json")
    rows = json.loads(cuadra(data, "sql", "SELECT record FROM run ORDER BY started_at", "--json").stdout)
    steps = [json.loads(row["record"])["steps"] for row in rows]

    assert len(rows) == 2
    assert all(step["seconds"] >= 0 and step["peak_megabytes"] > 0 for each in steps for step in each.values())
    assert set(steps[0]) == {"fetch and parse", "load", "check", "publish", "pages", "tell"}


@pytest.mark.slow
def test_waived_finding_is_silent_until_it_is_gone(cuadra, data, tmp_path):
    report = json.loads(cuadra(data, "run", "--json").stdout)
    key = report["findings"][0]["finding"]
    waivers = tmp_path / "waivers.toml"
    entry = '[[waiver]]\nfinding = "{}"\nuntil = 2999-01-01\nreason = "told"\nwho = "ana"\n'
    waivers.write_text(entry.format(key), encoding="utf-8")
    silent = json.loads(cuadra(data, "run", "--json", CUADRA_WAIVERS=str(waivers)).stdout)
    waivers.write_text(entry.format("0" * 12), encoding="utf-8")
    needless = cuadra(data, "run", CUADRA_WAIVERS=str(waivers))

    assert key not in {row["finding"] for row in silent["findings"]}
    assert len(silent["findings"]) == len(report["findings"]) - 1
    assert needless.exit_code == 3
    assert "Remove the waiver" in needless.stdout
