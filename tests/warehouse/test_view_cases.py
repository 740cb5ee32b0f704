"""Each view of the shipped topic on one small folder of CSVs: what it says stands in ``views/NAME.csv``.

``views/figures/RUN_SOURCE.csv`` are the figures that each run reads; a case states the columns that it is about.
"""

import csv
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from cuadra.warehouse.view import shipped
from tests.flows.world import check
from tests.warehouse.loading import brought_up, load

CASES = Path(__file__).parent / "views"
ASKED = {
    "as_known_on": "as_known_on('2026-11-01')",
    "both_findings": "(SELECT both_findings('a b', 'b c') AS findings)",
    "changed_since": "changed_since('p1')",
    "rule_health": "rule_health WHERE holds + open + doubtful + fails > 0",
    "victims_by": "victims_by('sex')",
}
"""Macros, with the arguments they are asked with; and of the rules, those that were evaluated."""

VIEWS = sorted(path.stem for folder in shipped("trafficking") for path in folder.glob("*.sql"))
BAD = pd.DataFrame([{
    "source": "bulletin", "vintage": "1", "snapshot": "2" * 64, "locator": "row 5", "reason": "not_a_count",
    "message": "row 5: expected a count, got 'x'.", "raw": "{}",
}])  # fmt: skip


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    brought_up(con)
    for run in (1, 2):
        now = datetime(2026, 11, run)
        for path in sorted((CASES / "figures").glob(f"{run}_*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                figures = [{name: text for name, text in row.items() if text} for row in csv.DictReader(file)]
            rows = [{**row, "value": (float(row.pop("lower")), float(row.pop("upper")))} for row in figures]
            bad = BAD if run == 2 else None
            load(con, *rows, source=path.stem[2:], sha256=str(run) * 64, now=now, run=f"r{run}", quarantined=bad)
        check(con, f"r{run}")
        con.execute("INSERT INTO publication (publication, run, published_at) VALUES (?, ?, ?)",
                    [f"p{run}", f"r{run}", now])  # fmt: skip
    return con


@pytest.mark.parametrize("view", VIEWS)
def test_view_says_what_its_case_states(con, view):
    with (CASES / f"{view}.csv").open(encoding="utf-8", newline="") as file:
        header, *stated = csv.reader(file)
    found = con.execute(f"SELECT {', '.join(header)} FROM {ASKED.get(view, view)} ORDER BY ALL").fetchall()

    assert [["" if cell is None else str(cell) for cell in row] for row in found] == stated


def test_every_case_is_of_a_view():
    assert sorted(path.stem for path in CASES.glob("*.csv")) == VIEWS
