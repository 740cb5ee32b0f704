"""The package as users get it: a wheel in an environment of its own, and a project that nobody's clone is near."""

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CLONE = Path(__file__).parents[2]
ROOMS = ("checks", "flows", "sources", "warehouse")
needs_setuptools = pytest.mark.skipif(
    importlib.util.find_spec("setuptools") is None or int(version("setuptools").partition(".")[0]) < 77,
    reason="building a wheel without network needs setuptools 77 in this environment",
)
ARTICLE = """
title = "Balance"
publisher = "Observatorio"
published = 2024-05-01
url = "https://example.org/balance"
register = "EJEMPLO"
area = "PE"
language = "es"
complete = ["sex"]
figures = [
  { at = "¶1", says = "20", indicator = "victims_assisted", period = "2023" },
  { at = "¶1", says = "9",  indicator = "victims_assisted", period = "2023", sex = "F" },
  { at = "¶1", says = "12", indicator = "victims_assisted", period = "2023", sex = "M" },
  { at = "¶2", says = "7",  indicator = "raids", period = "2023" },
  { at = "¶3", says = "8",  indicator = "operations", period = "2023" },
]
"""
RULE = """
[raids_at_least_operations]
sentence    = "Every operation is a raid."
sentence_es = "Cada operativo es una redada."
severity    = "error"
reason      = "The police define it so."
source      = "Manual of operations"
left        = [{ indicator = "raids" }]
is          = "at least"
right       = [{ indicator = "operations" }]
"""
VIEW = "CREATE OR REPLACE VIEW raids_by_year AS SELECT time_period, value FROM figure WHERE indicator = 'raids';\n"
WAIVER = '[[waiver]]\nfinding = "{finding}"\nuntil = 2999-01-01\nreason = "asked the police"\nwho = "me"\n'
CORRECTION = """
[[correction]]
source = "balance"
locator = "¶1"
was = "12"
becomes = "11"
reason = "a misprint"
told = "2024-05-02, the observatory"
status = "confirmed"
until = 2999-01-01
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
    for room in ROOMS:
        shutil.copytree(CLONE / room, folder / room, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CLONE / name, folder)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w",
         str(folder / "dist"), str(folder)],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    (made,) = (folder / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A call of `cuadra` installed from the wheel; it borrows the libraries of this environment, not its cuadra."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index",
         str(wheel)],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    (packages,) = (home / "lib").glob("python*/site-packages")
    borrowed = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CUADRA_", "PYTHON"))}

    def call(folder, *arguments):
        return subprocess.run(
            [home / "bin" / "cuadra", *map(str, arguments)],
            cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    return call


def test_every_package_is_named():
    named = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = [path.parent.relative_to(CLONE) for room in ROOMS for path in (CLONE / room).rglob("__init__.py")]

    assert sorted(named) == sorted(".".join(("cuadra", *path.parts)) for path in found)


@needs_setuptools
def test_wheel_has_one_name_and_all_that_is_read_or_named(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    files = [path.relative_to(CLONE) for room in ROOMS for path in (CLONE / room).rglob("*") if path.is_file()]
    kept = [path.as_posix() for path in files if "__pycache__" not in path.parts]

    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"cuadra"}
    assert {f"cuadra/{room}/py.typed" for room in ROOMS} <= set(names)
    assert {"cuadra/warehouse/DICTIONARY.md", "cuadra/flows/schedule/service/Containerfile"} <= set(names)
    assert [name for name in kept if f"cuadra/{name}" not in names] == []


@needs_setuptools
def test_project_of_ones_own_needs_no_touch_of_the_package(installed, tmp_path):
    made = installed(tmp_path, "init", "my", "--language", "es")
    my = tmp_path / "my"
    first = installed(my, "run", "--json")

    assert (made.returncode, first.returncode) == (0, 0), made.stderr + first.stderr
    assert (my / "data" / "cuadra.duckdb").exists()
    assert set(json.loads(first.stdout)["sources"]) == {"ejemplo_boletin"}
    assert first.stderr == ""

    (my / "sources" / "balance.toml").write_text(ARTICLE, encoding="utf-8")
    header = "code,label_en,label_es,unit,over_time,over_areas\n"
    (my / "checks/codelists/indicator.added.csv").write_text(header + "raids,raids,redadas,count,sum,sum\n", "utf-8")
    (my / "checks/rules/own.toml").write_text(RULE, encoding="utf-8")
    (my / "warehouse/views/raids_by_year.sql").write_text(VIEW, encoding="utf-8")
    second = installed(my, "run", "--json")
    findings = {each["rule"]: each for each in json.loads(second.stdout)["findings"] if each["verdict"] == "fails"}
    raids = installed(my, "sql", "FROM raids_by_year", "--format", "csv")

    assert second.returncode == 1, second.stderr
    assert {"raids_at_least_operations", "sex_parts_make_total"} <= set(findings)
    assert list(csv.reader(io.StringIO(raids.stdout))) == [["time_period", "value"], ["2023", "7.0"]]

    waived = WAIVER.format(finding=findings["raids_at_least_operations"]["finding"])
    (my / "checks/waivers.toml").write_text(waived, encoding="utf-8")
    (my / "sources/corrections.toml").write_text(CORRECTION, encoding="utf-8")
    third = installed(my, "run", "--json")

    assert third.returncode == 0, third.stderr + third.stdout[-2000:]
    said = installed(my, "sql", "SELECT says FROM figure WHERE says LIKE '11%'", "--format", "csv")
    assert said.stdout.splitlines()[1] == "11 [printed: 12]"
