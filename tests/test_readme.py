import re
import tomllib
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.main import get_command

from cuadra.checks.rule import load_rules
from cuadra.checks.waiver import Waiver
from cuadra.flows.codes import code_rows
from cuadra.flows.commands.cli import app
from cuadra.flows.commands.init import lay_out
from cuadra.flows.lint_rules import remarks
from cuadra.flows.project import find_project
from cuadra.flows.settings import Settings
from cuadra.sources.catalog import find_sources
from cuadra.sources.corrections import Correction
from cuadra.sources.source import Snapshot, Source
from cuadra.warehouse.database import migrate

ROOT = Path(__file__).parents[1]
ROOMS = ("sources", "checks", "warehouse", "flows")
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", *(f"{room}/README.md" for room in ROOMS))
}
ALL = "\n".join(PAGES.values())
EXAMPLES = re.findall(r"^```\w+ (\S+/\S+)\n(.*?)^```", ALL, re.MULTILINE | re.DOTALL)
"""Files of a project that the pages show: their place and their text."""


def commands():
    names = []
    for name, command in sorted(get_command(app).commands.items()):
        names += [f"{name} {sub}" for sub in sorted(getattr(command, "commands", {}))] or [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_command_is_documented(command):
    assert f"cuadra {command}" in ALL


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_setting_is_documented(setting):
    assert f"`CUADRA_{setting.upper()}`" in ALL


def test_exit_codes_are_documented():
    assert [int(code) for code in re.findall(r"^\| (\d) \|", ALL, re.MULTILINE)] == [0, 1, 2, 3, 4]


def test_front_page_is_read_in_minutes():
    assert len(PAGES["README.md"].splitlines()) <= 170


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGES[name]):
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name

        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A new project with every file that the pages show."""
    folder = tmp_path_factory.mktemp("home") / "my-figures"
    lay_out(folder, "trafficking", "en")
    for place, text in EXAMPLES:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return find_project(folder, {}, folder)


@pytest.fixture(scope="module")
def sources(project):
    found = find_sources(project.sources, project.topic, project.area)
    assert [str(each) for each in found if not isinstance(each, Source)] == []
    return {each.name: each for each in found}


def feed(source):
    return source.parse(Snapshot(source.file, "0" * 64, "", datetime(2026, 11, 24)))


def test_pages_show_an_example_of_each_thing_to_add():
    kinds = {place.split("/")[0] + Path(place).suffix for place, _ in EXAMPLES}

    assert kinds >= {"sources.toml", "sources.csv", "sources.py", "checks.csv", "checks.toml", "warehouse.sql"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("2020-01-30_bulletin", ["1.054", "907", "146"]),
        ("example_yearbook", ["1,250", "1,100", "150"]),
        ("example_open_data", ["394", "1,054"]),
    ],
)
def test_source_of_the_pages_is_read_as_they_say(sources, name, says):
    parsed = feed(sources[name])

    assert list(parsed.observations["says"]) == says
    assert len(parsed.quarantined) == (name == "example_open_data")


def test_article_that_adds_up_but_for_one_is_as_the_page_says(sources):
    found = feed(sources["2020-01-30_bulletin"]).observations

    assert found["value"].tolist() == [1054, 907, 146]


def test_rule_and_codes_of_the_pages_are_sound(project):
    rules = load_rules(project.topic)

    assert "assisted_at_most_identified" in {rule.name for rule in rules}
    assert remarks(rules, project.topic, "en") == []
    assert project.topic.indicators["raids"].unit == "count"
    assert "education" in project.topic.names


def test_view_of_the_pages_is_made(project):
    with duckdb.connect() as con:
        done = migrate(con, project.topic.names, project.views, code_rows(project.topic))

        assert done.wrong_views == []
        assert con.execute("FROM assisted_by_year").fetchall() == []


@pytest.mark.parametrize(
    ("page", "table", "model"),
    [("checks/README.md", "waiver", Waiver), ("sources/README.md", "correction", Correction)],
)
def test_entry_of_the_pages_is_one(page, table, model):
    text = re.search(rf"```toml\n(\[\[{table}\]\].*?)```", PAGES[page], re.DOTALL)[1]
    (entry,) = tomllib.loads(text)[table]

    assert model.model_validate(entry)
