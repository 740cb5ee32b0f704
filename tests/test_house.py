import re
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "sources", "checks", "warehouse")


def circles(imports):
    """The sets of modules that reach each other: strongly connected, of more than one."""
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(imports[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            place = stack.index(module)
            if len(stack) > place + 1:
                found.append(sorted(stack[place:]))
            del stack[place:]

    for module in sorted(imports):
        if module not in index:
            visit(module)
    return found


def test_circle_of_modules_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_no_file_imports_itself_by_others():
    graph = grimp.build_graph(*(f"cuadra.{room}" for room in ROOMS), exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    assert len(imports) > 100
    assert circles(imports) == []


def test_every_package_is_in_the_wheel():
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("__init__.py")}
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]

    assert sorted(f"cuadra.{'.'.join(path.relative_to(ROOT).parts)}" for path in folders) == sorted(listed)


def test_pages_for_contributors_name_targets_that_there_are():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(
        re.findall(r"^make ([a-z]+)", (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert named
    assert named <= targets


def test_workflow_calls_what_ci_runs():
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")

    assert "bash .ci/run" in workflow
    assert (ROOT / ".ci/run").exists()
