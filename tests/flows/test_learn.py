import pytest
from typer.testing import CliRunner

from cuadra.flows.commands.cli import app
from tests.sources.described.tables import FACTS, write_csv

DESCRIPTION = "".join(f"{key} = {value}\n" for key, value in FACTS.items() if key != "url") + (
    'file = "t.csv"\nmissing = [".."]\n\n[table.columns]\n"Year" = "year"\n"Sex" = "sex"\n"Count" = "value"\n'
)
ROWS = [["Year", "Sex", "Count", "Under 18", "Notes"], ["2019", "women", "5", "5", "a"],
        ["2020", "hombres", "7*", "6", "b"], ["2021", "nobody knows", "n/a", "..", "c"]]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    assert CliRunner().invoke(app, ["init", str(tmp_path / "mine")]).exit_code == 0
    folder = tmp_path / "mine" / "sources" / "tbl"
    folder.mkdir()
    (folder / "source.toml").write_text(DESCRIPTION, encoding="utf-8")
    write_csv(folder / "t.csv", ROWS)
    return folder


def learn(folder, *answers, **environment):
    environment = {"CUADRA_PROJECT": str(folder.parents[1]), **environment}
    said = "".join(f"{answer}\n" for answer in answers)
    return CliRunner().invoke(app, ["sources", "learn", "tbl"], input=said, env=environment)


def test_unknown_columns_labels_and_signs_are_asked_and_written(folder):
    result = learn(folder, "", "ignore words", "", "_U", "", "")
    toml = (folder / "source.toml").read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    assert '[{ age = "Y0T17" }]' in result.stdout
    assert toml.endswith('"Count" = "value"\n"Under 18" = { age = "Y0T17" }\n"Notes" = { ignore = "words" }\n')
    assert 'missing = ["..", "n/a"]\nmarks = { "*" = "" }\n\n[table.columns]' in toml
    assert (folder / "codes.csv").read_text(encoding="utf-8") == (
        "column,label,code\nSex,women,F\nSex,nobody knows,_U\n"
    )
    assert "Then: cuadra run --source tbl" in result.stdout


def test_nothing_is_guessed_where_no_code_is_near_and_a_question_can_be_left(folder):
    result = learn(folder, "?", "?")

    assert "Notes" in result.stdout
    assert "2 answers are left open" in result.stdout
    assert (folder / "source.toml").read_text(encoding="utf-8") == DESCRIPTION
    assert not (folder / "codes.csv").exists()


def test_answer_that_is_no_code_is_asked_again_and_not_written(folder):
    result = learn(folder, "", "ignore words", "FEMALE", "F", "_U", "", "")

    assert "such as 'F'" in result.stdout
    assert "FEMALE" not in (folder / "codes.csv").read_text(encoding="utf-8")


def test_whoever_stops_keeps_what_was_answered(folder):
    result = learn(folder, "")

    assert '"Under 18" = { age = "Y0T17" }' in (folder / "source.toml").read_text(encoding="utf-8")
    assert "One line was written in sources/tbl" in result.stdout


def test_what_a_draft_leaves_open_is_asked_first(folder):
    text = DESCRIPTION.replace('publisher = "p"', 'publisher = "?"').replace('"Sex" = "sex"', '"Sex" = "?"  # which')
    (folder / "source.toml").write_text(text, encoding="utf-8")
    (folder / "codes.csv").write_text('column,label,code\nsex,"nobody knows",?\n', encoding="utf-8")
    write_csv(folder / "t.csv", [row[:3] for row in ROWS[:3]])
    result = learn(folder, "Ministry", "sex", "_U", "", "")
    toml = (folder / "source.toml").read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    assert 'publisher = "Ministry"' in toml
    assert '"Sex" = "sex"  # which' in toml
    assert "nobody knows,_U" in (folder / "codes.csv").read_text(encoding="utf-8").replace('"', "")
    assert "Nothing is left open" in result.stdout


def test_one_answer_may_be_for_all_other_labels(folder):
    write_csv(folder / "t.csv", [["Year", "Sex", "Count"], *([str(2000 + n), f"x{n}", "1"] for n in range(9))])
    result = learn(folder, "* _U")

    assert (folder / "codes.csv").read_text(encoding="utf-8") == "column,label,code\nSex,*,_U\n"
    assert "One line was written" in result.stdout


@pytest.mark.parametrize("columns", ['table = { columns = { "Year" = "year", "Sex" = "sex", "Count" = "value" } }'])
def test_description_in_another_form_is_not_changed_but_named(folder, columns):
    text = f"{DESCRIPTION.partition('[table')[0]}{columns}\n"
    (folder / "source.toml").write_text(text, encoding="utf-8")
    result = learn(folder, "", "")

    assert "by hand" in result.stdout
    assert (folder / "source.toml").read_text(encoding="utf-8") == text


def test_source_that_is_no_table_is_refused(folder):
    result = CliRunner().invoke(app, ["sources", "learn", "none"], env={"CUADRA_PROJECT": str(folder.parents[1])})

    assert result.exit_code == 2
    assert "expected a folder of sources with source.toml" in result.stderr


def test_questions_are_in_the_readers_language(folder):
    assert "¿qué contiene?" in learn(folder, CUADRA_LANGUAGE="es").stdout
