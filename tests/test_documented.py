"""Every key of every file that people write, and every option of every command, stands in a room's page."""

import re

import pytest
from pydantic import BaseModel
from typer.main import get_command

from cuadra.checks import topic
from cuadra.checks.rule import Stated, Term
from cuadra.checks.waiver import Waiver
from cuadra.flows.alerts.routes import Channel, Quiet, Route, Routes
from cuadra.flows.commands.cli import app
from cuadra.flows.project import Facts
from cuadra.sources.article_model import Article, Figure
from cuadra.sources.corrections import Correction
from tests.test_readme import ALL, PAGES

OF_EACH_FILE = {
    "cuadra.toml": ("flows/README.md", [Facts]),
    "an article": ("sources/README.md", [Article, Figure]),
    "corrections.toml": ("sources/README.md", [Correction]),
    "topic.toml": ("checks/README.md", [
        each for each in vars(topic).values() if isinstance(each, type) and issubclass(each, BaseModel)
        and each.__module__ == topic.__name__ and each is not topic.Words and each.model_fields
    ]),
    "a rule": ("checks/README.md", [Stated, Term]),
    "waivers.toml": ("checks/README.md", [Waiver]),
    "alerts.toml": ("flows/README.md", [Routes, Route, Channel, Quiet]),
}  # fmt: skip
"""The page that documents a file, and the models that read it; `source.toml` has a test beside its own."""


def keys():
    for file, (page, models) in OF_EACH_FILE.items():
        names = {field.alias or name for model in models for name, field in model.model_fields.items()}
        for name in sorted(names):
            yield pytest.param(page, name, id=f"{file}: {name}")


def options(command, name=""):
    for each in command.params:
        long = [option for option in each.opts if option.startswith("--")]
        if name and long:
            yield pytest.param(name, long[0], id=f"{name} {long[0]}")
    for sub, each in sorted(getattr(command, "commands", {}).items()):
        yield from options(each, f"{name} {sub}".strip())


@pytest.mark.parametrize(("page", "key"), [*keys()])
def test_key_of_a_file_is_documented(page, key):
    examples = "\n".join(re.findall(r"^```toml.*?\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL))
    named = rf"(?:^|[\s\[{{,.\"]){re.escape(key)}(?:\.\w+)*\"?\s*(?:=|\]|\.\w)"

    assert re.search(rf"`[^`\n]*\b{re.escape(key)}\b[^`\n]*`", PAGES[page]) or re.search(named, examples, re.MULTILINE)


@pytest.mark.parametrize(("command", "option"), [*options(get_command(app))])
def test_option_of_a_command_is_documented_with_it(command, option):
    lines = [line for line in ALL.splitlines() if f"cuadra {command}" in line]

    assert any(re.search(rf"{re.escape(option)}\b", line) for line in lines)
