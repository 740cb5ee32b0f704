import json

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.outcome import outcome
from cuadra.flows.report import LINES, Report, lines
from cuadra.flows.runlog import RunRecord, SourceRecord


@pytest.fixture(scope="module")
def first(first_run):
    """The report of the first run of the shipped sources, made again from its tables."""
    database = first_run["folder"] / "cuadra.duckdb"
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute("SELECT record FROM run").fetchall()[0][0]
        kept = json.loads(found)
        record = RunRecord(run=first_run["run"], trigger="person", started_at=kept["started_at"])
        record.sources = {name: SourceRecord(**each) for name, each in kept["sources"].items()}
        return Report(record, database, shipped(), new=set(first_run["new"]), **outcome(con, record))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [80, 110, 160])
def test_first_run_has_its_gravest_causes_in_full_on_one_screen(first, language, width):
    shown = lines(first, language, width=width)
    key = first.causes[0]["cause"]
    in_full = [line for line in shown if line.startswith(("1. ", "2. "))]

    assert len(shown) <= LINES
    assert max(map(len, shown)) <= width
    assert key in "".join(shown)
    assert len(in_full) == 2 or width == 80
    assert len(in_full) >= 1
