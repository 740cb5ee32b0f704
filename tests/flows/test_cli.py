import dataclasses
import json

import duckdb
import pytest
from typer.main import get_command

from cuadra.checks import topic
from cuadra.checks.rule import RuleError, load_rules
from cuadra.flows.commands.cli import app
from cuadra.flows.lint_rules import remarks, sound
from tests.flows.conftest import said

ARTICLE = """
title = "A bulletin"
publisher = "A ministry"
published = 2024-03-01
url = "https://example.org/a"
register = "RETA"
area = "PE"
figures = [
  { at = "p1", says = "10", indicator = "victims_rescued", period = "2023" },
  { at = "p2", says = "4", indicator = "victims_rescued", period = "2023", sex = "F", complete = ["sex"] },
  { at = "p3", says = "%s", indicator = "victims_rescued", period = "2023", sex = "M", complete = ["sex"] },
]
"""


def commands():
    names = []
    for name, command in sorted(get_command(app).commands.items()):
        names += [f"{name} {sub}" for sub in sorted(getattr(command, "commands", {}))] or [name]
    return names


@pytest.fixture
def article(tmp_path):
    def write(men):
        path = tmp_path / "bulletin.toml"
        path.write_text(ARTICLE % men, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("command", commands())
def test_command_explains_itself(cuadra, tmp_path, command):
    result = cuadra(tmp_path, *command.split(), "--help")

    assert result.exit_code == 0


def test_check_of_figures_that_tally(cuadra, tmp_path, article):
    result = cuadra(tmp_path, "check", article("6"))

    assert result.exit_code == 0
    assert "relations tested: 1 (hold: 1, undecided: 0); none of them is contradicted." in result.stdout


def test_check_of_figures_that_do_not_tally_quotes_both_numbers(cuadra, tmp_path, article):
    result = cuadra(tmp_path, "check", article("7"))

    assert result.exit_code == 1
    assert "= 11 against “10”" in result.stdout
    assert "“7”" in result.stdout


def test_check_compares_with_the_publication_unless_alone(cuadra, first_run, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text(
        "at,says,indicator,period,register,area\np1,999,victims_rescued,2019,DIRCTPTIM,PE\n", encoding="utf-8"
    )
    together = cuadra(first_run["folder"], "check", path, "--json")
    alone = cuadra(first_run["folder"], "check", path, "--alone", "--json")

    assert (together.exit_code, alone.exit_code) == (1, 0)
    found = json.loads(together.stdout)
    assert found["findings"] == []
    assert found["beside"]
    assert all("other" in each["source"] for each in found["beside"])
    assert [each["says"] for each in json.loads(alone.stdout)["untested"]] == ["999"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.toml", b"title ="), ("a.csv", b""), ("a.pdf", b"%PDF"), ("a.toml", "título".encode("latin-1"))],
)
def test_check_of_no_figures_is_one_line(cuadra, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    result = cuadra(tmp_path, "check", tmp_path / name)

    assert result.exit_code == 3
    assert said(result).startswith(name)
    assert said(result).count("\n") == 1


def test_explain_tells_suspects_and_where_they_stand(cuadra, first_run):
    (key,) = (f["finding"] for f in first_run["findings"] if (f["left_lower"], f["right_lower"]) == (454, 1054))
    told = cuadra(first_run["folder"], "explain", key)
    explained = json.loads(cuadra(first_run["folder"], "explain", key[:6], "--json").stdout)

    assert "2020-09-17_dialogo ¶4" in told.stdout
    assert "454" in {suspect["says"] for suspect in explained["suspects"]}


def test_explain_draws_a_cause_and_tells_programs_its_terms(cuadra, first_run):
    (key,) = (each["cause"] for each in first_run["causes"] if each["findings"] == 3 and each["ref_area"] == "PE")
    told = cuadra(first_run["folder"], "explain", key[:6]).stdout
    explained = json.loads(cuadra(first_run["folder"], "explain", key, "--json").stdout)
    finding = json.loads(cuadra(first_run["folder"], "explain", explained["evidence"][0]["finding"], "--json").stdout)

    assert "compared with  ········" in told
    assert "◆  1,054" in told
    assert told.count("Expected: ") == 3
    assert {term["side"] for row in explained["evidence"] for term in row["terms"]} >= {
        "left",
        "right",
        "part",
        "whole",
    }
    assert finding["cause"] == key
    assert finding["terms"] == explained["evidence"][0]["terms"]


def test_explain_of_an_unknown_finding_is_wrong_usage(cuadra, first_run):
    assert cuadra(first_run["folder"], "explain", "zz").exit_code == 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [("json", '"a": 1'), ("csv", "a\n1\n"), ("markdown", "| a |\n| --- |\n| 1 |\n"), ("table", "a\n1\n")],
)
def test_sql_answers_in_a_form(cuadra, first_run, form, expected):
    assert expected in cuadra(first_run["folder"], "sql", "SELECT 1 AS a", "--format", form).stdout


def test_sql_writes_parquet(cuadra, first_run, tmp_path):
    out = tmp_path / "answer.parquet"
    result = cuadra(first_run["folder"], "sql", "FROM figure", "--format", "parquet", "--out", out)

    assert result.exit_code == 0
    assert out.read_bytes()[:4] == b"PAR1"


@pytest.mark.parametrize(
    "query", ["DROP TABLE observation", "SELECT * FROM read_text('/etc/hosts')", "SELECT 1; SELECT 2", "SELEC"]
)
def test_sql_that_is_no_question_is_refused(cuadra, first_run, query):
    result = cuadra(first_run["folder"], "sql", query)

    assert result.exit_code == 2
    assert said(result).count("\n") == 1


def test_every_sql_example_can_be_asked(cuadra, first_run):
    examples = json.loads(cuadra(first_run["folder"], "sql", "--examples", "--json").stdout)
    results = [cuadra(first_run["folder"], "sql", each["sql"], "--format", "csv") for each in examples]

    assert [result.exit_code for result in results] == [0] * len(examples), [r.stderr for r in results]


def test_sources_and_rules_are_listed_for_programs(cuadra, first_run):
    sources = json.loads(cuadra(first_run["folder"], "sources", "--json").stdout)
    rules = json.loads(cuadra(first_run["folder"], "rules", "--json").stdout)

    assert "2020-09-17_dialogo" in {each["source"] for each in sources}
    assert all(each["read"] for each in sources if each["cadence"] != "when named")
    assert "one_value" in {each["name"] for each in rules}


def test_shipped_rules_have_nothing_odd(cuadra, tmp_path):
    result = cuadra(tmp_path, "rules", "--lint")

    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing is odd")


def test_rule_that_follows_from_others_is_odd():
    shipped = {rule.name: rule for rule in load_rules(topic.shipped())}
    chain = [shipped["investigations_at_most_cases"], shipped["convicted_at_most_prosecuted"]]
    doubled = dataclasses.replace(chain[0], name="again")

    assert remarks(chain, topic.shipped()) == []
    assert {row["rule"] for row in remarks([*chain, doubled], topic.shipped())} <= {"again", chain[0].name}
    assert remarks([*chain, doubled], topic.shipped())


def test_rules_that_contradict_each_other_are_refused_before_any_verdict():
    shipped = {rule.name: rule for rule in load_rules(topic.shipped())}
    chain = shipped["investigations_at_most_cases"]
    fewer = dataclasses.replace(
        chain, name="ten_more", stated=chain.stated.model_copy(update={"is_": "at least", "number": 10.0})
    )

    assert len(sound(list(shipped.values()))) == len(shipped)
    with pytest.raises(RuleError, match="expected rules that can hold together, got a contradiction with"):
        sound([chain, fewer])


@pytest.mark.slow
def test_rollback_puts_the_publication_before_back(cuadra, data, shipped_sources):
    article = shipped_sources / "press" / "2020-09-17_dialogo.toml"
    article.write_text(article.read_text(encoding="utf-8").replace('"454"', '"455"', 1), encoding="utf-8")
    cuadra(data, "run")
    newest, before = json.loads(cuadra(data, "history", "--json").stdout)
    cuadra(data, "rollback")
    answer = cuadra(data, "sql", "SELECT says FROM figure WHERE says IN ('454', '455')", "--format", "csv")

    assert answer.stdout == "says\n454\n"
    assert json.loads(cuadra(data, "history", "--json").stdout)[0]["publication"] == before["publication"]
    assert newest["publication"] != before["publication"]


@pytest.mark.slow
def test_replay_reads_the_latest_snapshot_again(cuadra, data):
    result = cuadra(data, "quarantine", "replay", "unodc_glotip_peru", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["sources"]["unodc_glotip_peru"]["status"] == "unchanged"


def test_empty_quarantine_says_so(cuadra, first_run):
    assert cuadra(first_run["folder"], "quarantine", "list").stdout == "Nothing is in quarantine.\n"
    assert cuadra(first_run["folder"], "quarantine", "show", "--json").stdout == "[]\n"


def test_setting_that_is_no_number_is_wrong_usage(cuadra, tmp_path):
    result = cuadra(tmp_path, "history", CUADRA_KEEP="many")

    assert result.exit_code == 2
    assert result.stderr.startswith("setting CUADRA_KEEP: expected")


@pytest.mark.parametrize(
    ("setting", "language", "line"),
    [
        ({"CUADRA_KEEP": "0"}, "es", "ajuste CUADRA_KEEP: se esperaba 1 o más, se obtuvo '0'. Corrija el entorno."),
        ({"CUADRA_DAILY_AT": "x"}, "en",
         "setting CUADRA_DAILY_AT: expected a time such as 05:17, got 'x'. Correct the environment."),
        ({"CUADRA_TIMEZONE": "x"}, "es",
         "ajuste CUADRA_TIMEZONE: se esperaba una zona horaria como America/Lima, se obtuvo 'x'. Corrija el entorno."),
    ],
)  # fmt: skip
def test_setting_that_cannot_be_used_is_said_in_the_language_of_the_environment(
    cuadra, tmp_path, setting, language, line
):
    result = cuadra(tmp_path, "history", CUADRA_LANGUAGE=language, **setting)

    assert result.stderr == f"{line}\n"


def test_second_writer_leaves_with_a_clear_line(cuadra, data):
    import fcntl  # noqa: PLC0415

    with (data / "writer.lock").open("a+", encoding="utf-8") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        result = cuadra(data, "run", CUADRA_WAIT_SECONDS="0.2")

    assert result.exit_code == 3
    assert "expected no other run" in result.stderr


def test_without_a_publication_questions_say_what_to_do(cuadra, tmp_path):
    result = cuadra(tmp_path, "sql", "SELECT 1")

    assert result.exit_code == 2
    assert "cuadra run" in result.stderr


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_export_holds_no_small_count_of_persons(cuadra, first_run, tmp_path, form):
    result = cuadra(first_run["folder"], "export", tmp_path / "out", "--format", form)
    rows = duckdb.sql(f"SELECT * FROM '{tmp_path}/out/figure.{form}'").df()
    persons = rows[rows["unit"].eq("persons") & rows["lower"].eq(rows["upper"])]

    assert result.exit_code == 0, result.output
    assert not persons["lower"].between(1, 4).any()
    assert (rows["says"] == "<5").sum() > 0
    assert (tmp_path / "out" / "README.txt").read_text(encoding="utf-8").startswith("Detected is not prevalent")


def test_explain_ends_with_the_keys_and_the_entries_that_accept_the_findings(cuadra, first_run):
    (cause,) = (each for each in first_run["causes"] if each["findings"] == 3 and each["ref_area"] == "PE")
    told = cuadra(first_run["folder"], "explain", cause["cause"]).stdout
    keys = [each["finding"] for each in cause["evidence"]]

    assert f"Key of the cause: {cause['cause']}. Keys of its findings: {', '.join(keys)}." in told
    assert all(f'[[waiver]]\nfinding = "{key}"\nuntil   = YYYY-MM-DD' in told for key in keys)
