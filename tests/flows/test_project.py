import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cuadra.checks.codelist import CodeError
from cuadra.checks.topic import TopicError
from cuadra.flows.commands.cli import app
from cuadra.flows.commands.init import LIKE, lay_out
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.project import FILE, ProjectError, find_project, locate
from cuadra.flows.schedule.deploy import places
from cuadra.flows.settings import Settings
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.sources.catalog import find_sources
from cuadra.sources.source import Source


def project(folder, text='title = "t"\n', **files):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    for name, content in files.items():
        path = folder / "checks" / name.replace("__", "/").replace("_csv", ".csv").replace("_toml", ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def call(*arguments, **environment):
    environment = {"CUADRA_PROJECT": "", **environment}
    return CliRunner().invoke(app, [str(each) for each in arguments], env=environment)


def test_nearest_project_upwards_is_found_and_named_before_another(tmp_path):
    outer, inner = project(tmp_path / "outer"), project(tmp_path / "outer" / "nested" / "inner")
    (inner / "sources").mkdir()

    assert locate(None, {}, inner / "sources") == inner
    assert locate(None, {"CUADRA_PROJECT": str(outer)}, inner) == outer
    assert locate(inner, {"CUADRA_PROJECT": str(outer)}, tmp_path) == inner
    assert locate(None, {"CUADRA_PROJECT": ""}, tmp_path) is None


@pytest.mark.parametrize("room", ["sources", "checks", "warehouse", "data"])
def test_project_inside_the_rooms_of_another_is_refused(tmp_path, room):
    outer = project(tmp_path / "outer")
    inside = project(outer / room / "deep" / "inner")

    with pytest.raises(ProjectError, match="expected a folder outside other projects'"):
        locate(None, {}, inside)
    with pytest.raises(ProjectError, match="Move it out"):
        lay_out(outer / room / "new", "blank", "en")


def test_project_inside_a_data_folder_is_refused(tmp_path):
    (tmp_path / "runs.jsonl").touch()

    with pytest.raises(ProjectError, match="got one inside"):
        lay_out(tmp_path / "new", "blank", "en")


def test_data_language_and_waivers_are_those_of_the_project(tmp_path, monkeypatch):
    folder = project(tmp_path / "my", 'title = "t"\nlanguage = "es"\n')
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CUADRA_PROJECT", raising=False)
    monkeypatch.delenv("CUADRA_DATA", raising=False)
    found = Settings()

    assert (found.data, found.language, found.waivers) == (folder / "data", "es", folder / "checks" / "waivers.toml")
    monkeypatch.setenv("CUADRA_DATA", "elsewhere")
    assert Settings().data == Path("elsewhere")


def test_without_a_project_the_shipped_one_says_so_and_where_its_data_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call("--data", tmp_path / "d", "sources", "--json")
    first, *_ = result.stderr.splitlines()

    assert first.startswith("No cuadra.toml here or above: this is the project that comes with cuadra")
    assert str(tmp_path / "d") in first
    assert result.stdout.startswith("[")


def test_project_found_upwards_is_named(tmp_path, monkeypatch):
    folder = project(tmp_path / "my", 'title = "Mine"\n')
    (folder / "sources").mkdir()
    monkeypatch.chdir(folder / "sources")

    assert call("rules").stderr.startswith(f"Project “Mine” ({folder})")
    assert call("--project", folder, "rules").stderr == ""


@pytest.mark.parametrize(
    ("text", "files", "says"),
    [
        ('title = "t"\nextends = "fishing"\n', {}, "cuadra.toml, extends: expected one of 'base', 'trafficking'"),
        ("titel = 1\n", {}, "cuadra.toml, title: expected title, language, extends, area"),
        ("title = \n", {}, "cuadra.toml: expected UTF-8 TOML"),
        ('title = "t"\narea = "XX-NO"\n', {}, "cuadra.toml, area: "),
        ('title = "t"\n', {"topic_toml": 'extends = "base"\n'}, "topic.toml, extends: expected it in cuadra.toml"),
        ('title = "t"\n', {"topic_toml": '[breakdown.party]\nlabel = { en = "p" }\n'}, "expected a code list"),
        ('title = "t"\n', {"codelists__indicator_csv": "code,unit\nvotes,ballots\n"}, "expected a unit of unit.csv"),
        ('title = "t"\n', {"codelists__age_csv": "code,parent,partition,kind\n_T,A,a,disjoint\nA,_T,b,disjoint\n"},
         "above itself"),
        ('title = "t"\n', {"codelists__age_csv": "code,parent,partition,kind\n_T,,,\nA,X,b,disjoint\n"}, "got 'X'"),
        ('title = "t"\n',
         {"codelists__age_csv": "code,parent,partition,kind\n_T,,,\nA,_T,b,disjoint\nB,_T,b,exhaustive\n"},
         "expected one kind and one scope"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line_that_names_the_users_file(tmp_path, monkeypatch, text, files, says):
    folder = project(tmp_path / "my", text, **files)
    monkeypatch.chdir(folder)
    result = call("rules")

    assert result.exit_code in (2, 3)
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert str(tmp_path) not in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every folder")
def test_folder_that_cannot_be_read_is_one_line(tmp_path):
    folder = project(tmp_path / "my")
    (folder / "checks").mkdir(mode=0)
    with pytest.raises(ProjectError, match="expected a folder that can be read"):
        find_project(folder, {}, tmp_path)


def test_room_that_is_a_file_is_one_line(tmp_path):
    folder = project(tmp_path / "my")
    (folder / "sources").touch()
    with pytest.raises(ProjectError, match="expected a folder that can be read, got a file"):
        find_project(folder, {}, tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("like", sorted(LIKE))
def test_new_project_works_as_it_is(tmp_path, like, language):
    folder = tmp_path / "mis «cifras»"
    made = lay_out(folder, like, language)
    found = find_project(folder, {}, tmp_path)
    sources = find_sources(found.sources, found.topic, found.area)

    assert all(isinstance(each, Source) for each in sources), sources
    assert (found.title, found.language) == ("mis «cifras»", language)
    assert ("victims_rescued" in found.topic.indicators) == (like == "trafficking")
    assert {path.relative_to(folder).parts[0] for path in made} == {
        FILE, ".gitignore", "alerts.toml", "sources", "checks", "warehouse",
    }  # fmt: skip


def test_new_project_never_overwrites(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.odt").touch()
    (tmp_path / "b").touch()
    lay_out(tmp_path / "c", "blank", "es")
    before = sorted(tmp_path.rglob("*"))

    for name in "abc":
        with pytest.raises(WrongUsageError, match="expected a new"):
            lay_out(tmp_path / name, "blank", "en")
    assert sorted(tmp_path.rglob("*")) == before


def test_init_says_the_next_commands(tmp_path):
    result = call("init", tmp_path / "my", "--language", "es")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert f"cd {tmp_path / 'my'}" in result.stdout
    assert "cuadra check sources/ejemplo_boletin.toml" in result.stdout


def test_wrong_kind_of_new_project_is_wrong_usage(tmp_path):
    assert call("init", tmp_path / "my", "--like", "fish").exit_code == 2
    assert not (tmp_path / "my").exists()


def test_errors_of_a_topic_are_of_its_kind(tmp_path):
    with pytest.raises((TopicError, CodeError)):
        find_project(project(tmp_path / "a", topic_toml='[breakdown.x]\nlabel = { en = "x" }\n'), {}, tmp_path)


def test_unknown_code_says_which_file_of_the_project_takes_it(tmp_path):
    found = find_project(project(tmp_path / "my", 'title = "t"\nextends = "trafficking"\n'), {}, tmp_path)
    with pytest.raises(CodeError) as refused:
        found.topic.code_list("register").check("MINE")
    line = found.shown(str(refused.value))

    assert "expected a code of register.csv" in line
    assert line.endswith("add a line to checks/codelists/register.added.csv.")


def test_what_breaks_of_a_project_breaks_alone(cuadra, tmp_path):
    folder = tmp_path / "my"
    lay_out(folder, "trafficking", "en")
    (folder / "sources" / "broken").mkdir()
    (folder / "sources" / "broken" / "parse.py").write_text("raise ValueError('no luck')", encoding="utf-8")
    (folder / "warehouse" / "views" / "wrong.sql").write_text("SELEC", encoding="utf-8")
    result = cuadra(folder / "data", "run", "--json", CUADRA_PROJECT=str(folder))
    told = json.loads(result.stdout)

    assert result.exit_code == 3
    assert told["sources"]["example_bulletin"]["status"] == "read"
    assert told["sources"]["broken"]["error"].startswith("sources/broken/parse.py: expected")
    assert any(line.startswith("warehouse/views/wrong.sql: expected SQL of one view") for line in told["failures"]), (
        told
    )
    (folder / "checks" / "rules" / "own.toml").write_text("[x]\n", encoding="utf-8")
    refused = cuadra(folder / "data", "run", CUADRA_PROJECT=str(folder))

    assert refused.exit_code == 3
    assert refused.stderr.splitlines()[-1].startswith("checks/rules/own.toml, rule 'x'")


def test_workers_are_told_which_project_and_data(tmp_path, monkeypatch):
    folder = project(tmp_path / "my")
    monkeypatch.setenv("CUADRA_PROJECT", str(folder))
    monkeypatch.delenv("CUADRA_DATA", raising=False)

    assert places(Settings()) == {"CUADRA_PROJECT": str(folder), "CUADRA_DATA": str(folder / "data")}
    monkeypatch.setenv("CUADRA_PROJECT", "")
    assert set(places(Settings())) == {"CUADRA_DATA"}
