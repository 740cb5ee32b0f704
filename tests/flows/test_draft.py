import json

import pytest

from tests.sources.described.tables import ROWS, write_csv

ARTICLE = "Balance of 2019\n\nIn 2019 the police rescued 907 women.\n"


@pytest.fixture
def project(cuadra, tmp_path):
    assert cuadra(tmp_path / "data", "init", tmp_path / "mine").exit_code == 0
    return tmp_path / "mine"


@pytest.mark.slow
def test_table_is_drafted_into_a_project_filled_in_and_read(cuadra, project, tmp_path):
    path = write_csv(tmp_path / "Víctimas 2020.csv", [*ROWS, ["2021", "5", "n/a", "5"], ["2022", "5", "?", "5"]])
    result = cuadra(tmp_path / "data", "draft", path, "--open", CUADRA_PROJECT=str(project))
    folder = project / "sources" / "victimas_2020"
    toml = (folder / "source.toml").read_text(encoding="utf-8")
    unfinished = cuadra(tmp_path / "data", "run", "--source", "victimas_2020", CUADRA_PROJECT=str(project))
    for key, value in {"publisher": "p", "area     ": "PE", "indicator": "cases"}.items():
        toml = toml.replace(f'{key} = "?"', f'{key} = "{value}"')
    (folder / "source.toml").write_text(toml, encoding="utf-8")
    run = cuadra(tmp_path / "data", "run", "--source", "victimas_2020", "--json", CUADRA_PROJECT=str(project))
    said = json.loads(run.stdout)

    assert result.exit_code == 0
    assert "row 2: 2019 → Women: 907; Men: 147; All: 1054" in result.stdout
    assert "3 answers are left to you" in result.stdout
    assert "Then: cuadra check sources/victimas_2020" in result.stdout
    assert unfinished.exit_code == 3
    assert "The draft is not finished" in unfinished.stdout
    assert (run.exit_code, said["sources"]["victimas_2020"]["observations"]) == (0, 10)
    assert said["sources"]["victimas_2020"]["quarantined"] == 1


def test_source_says_what_it_ignores(cuadra, project, tmp_path):
    path = write_csv(tmp_path / "t.csv", [["Year", "Count", "Notes"], ["2019", "5", "a"], ["2020", "6", "a"]])
    cuadra(tmp_path / "data", "draft", path, "--open", CUADRA_PROJECT=str(project))
    toml = project / "sources" / "t" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"?"', '"PE"'), encoding="utf-8")
    text = toml.read_text(encoding="utf-8").replace('indicator = "PE"', 'indicator = "cases"')
    toml.write_text(text, encoding="utf-8")
    rows = json.loads(cuadra(tmp_path / "data", "sources", "--json", CUADRA_PROJECT=str(project)).stdout)

    assert {row["source"]: row["ignores"] for row in rows}["t"] == {"Notes": "the same in every row: a"}


def test_article_is_drafted_into_a_project(cuadra, project, tmp_path):
    (tmp_path / "balance.txt").write_text(ARTICLE, encoding="utf-8")
    result = cuadra(tmp_path / "data", "draft", tmp_path / "balance.txt", "--open", CUADRA_PROJECT=str(project))

    assert "Then: cuadra check sources/balance.toml" in result.stdout
    assert '"907"' in (project / "sources" / "balance.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.csv", "only words\nin two lines\n", "expected a table with figures below a header, got none"),
        ("t.xlsx", "no workbook", "t.xlsx"),
        ("none.csv", None, "expected a file or an http address, got"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(cuadra, project, name, text, says):
    path = project.parent / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = cuadra(project.parent / "data", "draft", path, CUADRA_PROJECT=str(project))

    assert result.exit_code in (2, 3)
    assert says in result.stderr


def test_draft_is_not_written_over_a_source_nor_into_the_shipped_project(cuadra, project, tmp_path):
    path = write_csv(tmp_path / "t.csv", ROWS)
    cuadra(tmp_path / "data", "draft", path, "--open", CUADRA_PROJECT=str(project))
    again = cuadra(tmp_path / "data", "draft", path, "--open", CUADRA_PROJECT=str(project))

    assert again.exit_code == 2
    assert "expected no source 't' yet" in again.stderr
    assert "expected a project of your own" in cuadra(tmp_path / "data", "draft", path, "--open").stderr
