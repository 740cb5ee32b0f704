import re
import subprocess
import sys
from pathlib import Path

RECIPE = (Path(__file__).parents[2] / "warehouse" / "README.md").read_text(encoding="utf-8")


def test_notebook_prints_what_its_recipe_shows(first_run):
    code, printed = re.findall(r"```(?:python)?\n(.*?)```", RECIPE, re.DOTALL)[:2]
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=first_run["folder"].parent, capture_output=True, text=True, check=True
    )

    assert result.stdout == printed
