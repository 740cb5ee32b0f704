import json
import os
import subprocess
import sys

import pytest

from cuadra.flows import workers
from cuadra.flows.commands.entry import asked
from cuadra.flows.project import find_project
from cuadra.flows.schedule.embedded import own_environment
from cuadra.sources.catalog import find_sources
from cuadra.sources.places import HERE, may_be_source
from tests.flows.conftest import said

HEAVY = ("pandas", "pandera", "numpy", "prefect", "highspy", "httpx", "lxml", "pdfplumber", "apprise", "sqlalchemy")
CALL = f"""
import sys
from cuadra.flows.commands.cli import app
try:
    app(sys.argv[1:], prog_name="cuadra")
except SystemExit as end:
    print(*(name for name in {HEAVY!r} if name in sys.modules), sep=",", file=sys.stderr)
    sys.exit(end.code)
"""


def call(folder, *arguments):
    """A command in a process of its own: its exit code, what it prints, and which heavy libraries it imported."""
    done = subprocess.run(
        [sys.executable, "-c", CALL, "--data", folder, *arguments], capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr.splitlines()[-1]


@pytest.fixture(scope="module")
def cause(first_run):
    _, out, _ = call(first_run["folder"], "sql", "--json", "SELECT cause FROM cause WHERE is_open LIMIT 1")
    return json.loads(out)[0]["cause"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["sql", "FROM source_health"], ["sql", "--examples"],
                  ["alerts", "list"], ["history"], ["rules"], ["quarantine", "list"]],
    ids=" ".join,
)  # fmt: skip
def test_command_that_only_asks_imports_nothing_heavy(first_run, arguments):
    code, out, heavy = call(first_run["folder"], *arguments)

    assert code == 0
    assert out
    assert heavy == ""


def test_explanation_of_a_cause_imports_nothing_heavy(first_run, cause):
    code, out, heavy = call(first_run["folder"], "explain", cause)

    assert code == 0
    assert cause in out
    assert heavy == ""


def test_heavy_libraries_are_seen_where_a_command_needs_them(first_run):
    _, _, heavy = call(first_run["folder"], "sources")

    assert "pandas" in heavy


@pytest.mark.parametrize("name", ["typo", "readers", "corrections", "press", "../sources/un_sdg_16_2_2", ""])
def test_source_that_is_not_there_is_refused_before_anything_is_made(cuadra, tmp_path, name):
    result = cuadra(tmp_path / "data", "run", "--source", name)

    assert result.exit_code == 2
    assert said(result).startswith(f"source {name!r}: expected one of ")
    assert not (tmp_path / "data").exists()


def test_every_source_may_be_one_by_its_name():
    project = find_project(None, {}, HERE)

    assert all(may_be_source(each.name, HERE) for each in find_sources(HERE, project.topic))


def test_other_systems_are_refused_in_plain_words_before_anything_is_imported():
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.platform = 'win32'; import cuadra.flows.commands.cli"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["system", "sistema"]
    assert "expected Linux or macOS, got win32." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "pool"),
    [
        (["sql", "SELECT 1"], workers.ASKED), (["--data", "sql", "--project", "x", "sql"], workers.ASKED),
        (["check", "a.toml", "--alone"], workers.READERS), (["--data", "check", "history"], None),
        (["sql", "--examples"], None), (["check", "--help"], None), (["--help"], None), ([], None),
    ],
)  # fmt: skip
def test_who_is_asked_is_known_before_anything_else_is_imported(arguments, pool):
    assert asked(arguments) is pool


def test_prefect_counts_nobody(tmp_path):
    asked = """
import os, sys
from cuadra.flows.commands.cli import app
try:
    app(["--data", sys.argv[1], "rules"])
except SystemExit:
    from prefect._internal.analytics.enabled import is_telemetry_enabled
    print(is_telemetry_enabled(), file=sys.stderr)
"""
    others = {name: value for name, value in os.environ.items() if name not in {"DO_NOT_TRACK", "CI"}}
    done = subprocess.run(
        [sys.executable, "-c", asked, tmp_path], capture_output=True, text=True, timeout=60, check=False, env=others
    )

    assert done.stderr.splitlines()[-1] == "False"
    assert own_environment(tmp_path)["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
