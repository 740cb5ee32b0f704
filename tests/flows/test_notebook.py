import re
import subprocess
import sys
from pathlib import Path

RECIPE = (Path(__file__).parents[2] / "warehouse" / "README.md").read_text(encoding="utf-8")


def test_notebook_prints_what_its_recipe_shows(first_run):
    code = re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL)[0]
    printed = re.findall(r"```\n(    says.*?)```", RECIPE, re.DOTALL)[0]
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=first_run["folder"].parent, capture_output=True, text=True, check=True
    )

    assert result.stdout == printed
