import re
from pathlib import Path

import pytest

from cuadra.checks import topic

ROOT = Path(__file__).parents[1]
ROOMS = ("checks", "flows", "sources", "warehouse")
"""The rooms in which no breakdown of a topic is named: they are data, in topic.toml."""

TOPICS_OWN = ("sources/*/__init__.py", "warehouse/migrations/*", "warehouse/views/trafficking/*")
"""Data sets of a topic, its views, and migrations, which are history."""


def breakdowns():
    return sorted({name for each in topic.SHIPPED for name in topic.shipped(each).names})


def files():
    found = [path for room in ROOMS for kind in ("py", "sql") for path in sorted((ROOT / room).rglob(f"*.{kind}"))]
    return [each for each in found if not any(each.relative_to(ROOT).match(own) for own in TOPICS_OWN)]


def names_for(path):
    """All of them in the engine; elsewhere those of the base may stand in examples."""
    base = topic.shipped("base").names
    return [name for name in breakdowns() if path.is_relative_to(ROOT / "checks") or name not in base]


def test_breakdowns_are_those_of_the_topics():
    assert {"sex", "age", "citizenship", "exploitation", "means", "schooling", "destination"} == set(breakdowns())


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_breakdown_is_named_in_the_code(path):
    text = path.read_text(encoding="utf-8")
    # Words of prose are no names: docstrings and comments may say that something means something else.
    code = re.sub(r'"""(?:.|\n)*?"""', "", text)
    code = re.sub(r"#.*", "", code) if path.suffix == ".py" else re.sub(r"--.*|COMMENT ON [^']*'[^']*';", "", code)
    named = [name for name in names_for(path) if re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", code)]

    assert named == []
