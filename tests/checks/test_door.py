import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from cuadra.checks import check
from cuadra.checks.given import FiguresError
from cuadra.sources import interval

README = Path(__file__).parents[2] / "checks" / "README.md"
BLOCKER = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("prefect", "cuadra.flows", "cuadra.warehouse", "httpx")):
            raise ImportError(f"{name} is not for a notebook")
sys.meta_path.insert(0, Blocker())
"""
ABOUT = {"indicator": "victims_rescued", "ref_area": "PE", "time_period": "2019"}
ROWS = {"sex": ["_T", "F", "M"], "value": [509, 907, 147]}


class ArrowTable:
    """What a table of Arrow gives of itself."""

    def to_pydict(self):
        return ROWS


FRAMES = {
    "pandas": lambda: pd.DataFrame(ROWS, index=[7, 7, 7]),
    "polars": lambda: pl.DataFrame(ROWS),
    "lazy polars": lambda: pl.LazyFrame(ROWS),
    "arrow": ArrowTable,
    "duckdb": lambda: duckdb.sql("SELECT * FROM (VALUES ('_T', 509), ('F', 907), ('M', 147)) AS t(sex, value)"),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_any_frame_of_few_columns_is_checked(kind):
    found = check(FRAMES[kind](), **ABOUT)
    (finding,) = found.findings.itertuples()
    (cause,) = found.causes.itertuples()

    assert (finding.rule, finding.gap, finding.rows) == ("sex_parts_make_total", 545, [0, 1, 2])
    assert finding.sentence == "The parts by sex make the total."
    assert finding.cause == cause.cause
    assert set(found.explanations["row"]) == {0, 1}
    assert found.explanations.loc[found.explanations["row"] == 0, "lower"].tolist() == [1054]
    assert found.relations["fails"] == 1
    assert found.untested == []


def test_figures_that_agree_have_no_finding_and_those_that_meet_none_are_said():
    found = check(
        pd.DataFrame({"sex": [*ROWS["sex"], "_T"], "value": [1054, 907, 147, 3], "time_period": [2019] * 3 + [1990]}),
        indicator="victims_rescued", ref_area="PE",
    )  # fmt: skip

    assert found.findings.empty
    assert found.causes.empty
    assert found.explanations.empty
    assert found.relations["holds"] > 0
    assert found.untested == [3]


def test_bounds_of_printed_words_are_checked_in_place_of_a_number():
    words = [interval(says, "es").hard for says in ("menos de 300", "más de 300", "100")]
    bounds = pd.DataFrame(words, columns=["lower", "upper"]).assign(sex=["_T", "F", "M"])

    assert check(bounds, **ABOUT).findings["rule"].tolist() == ["sex_parts_make_total"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [509, None, 147]}, "figures, row 1, value: expected a number, got none"),
        ({"value": [509, "about 900", 147]}, "figures, row 1, value: expected a number, got 'about 900'"),
        ({"value": [509, float("nan"), 147]}, "figures, row 1, value: expected a number, got none"),
        ({"sex": ["_T", None, "M"]}, "figures, row 1, sex: expected a text, got none"),
        ({"sex": ["_T", "women", "M"]}, "figures, row 1, sex: expected a code of .* such as '_T', 'F'"),
        ({"notes": ["a", "b", "c"]}, "got 'notes'. Name what it is in `names`, or leave it out on purpose"),
        ({"ref_area": ["PE", "PE", "Peru"]}, "figures, row 2, ref_area: expected a code of .* such as 'PE'"),
        ({"time_period": [2019, 2019, "soon"]}, "figures, row 2, time_period: "),
        ({"indicator": ["victims_rescued", None, None]}, "figures, row 1, indicator: expected a text, got none"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_its_row(change, said):
    columns = {**ROWS, **change}
    with pytest.raises(FiguresError, match=said) as error:
        check(pd.DataFrame(columns, dtype=object), **{name: text for name, text in ABOUT.items() if name not in change})

    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("frame", "names", "about", "said"),
    [
        (pd.DataFrame(ROWS), {}, {"indicator": "victims_rescued"}, "got none for ref_area, time_period"),
        (pd.DataFrame({"sex": ["F"]}), {}, ABOUT, "expected a column `value`, or `lower` and `upper`, got neither"),
        (
            pd.DataFrame(ROWS),
            {"sexo": "sex"},
            ABOUT,
            "expected columns of the frame such as 'sex', 'value', got 'sexo'",
        ),
        (pd.DataFrame(ROWS), {}, {**ABOUT, "sex": "F"}, "expected each column once, got 'sex' twice"),
        ([1, 2, 3], {}, ABOUT, "got list. Give one of them"),
    ],
)
def test_frame_that_is_no_frame_of_figures_is_refused(frame, names, about, said):
    with pytest.raises(FiguresError, match=said):
        check(frame, "trafficking", names, **about)


def test_lines_of_the_readme_run_without_prefect_files_or_network(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-c", BLOCKER + code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert "The parts by sex make the total.  545.0  [0, 1, 2]" in run.stdout
    assert "Interval(lower=0.0, upper=0.49" in run.stdout
    assert list(tmp_path.iterdir()) == []
