import json
from dataclasses import replace

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.outcome import outcome
from cuadra.flows.report import LINES, Report, lines
from cuadra.flows.runlog import RunRecord, SourceRecord
from cuadra.flows.words import cause


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


def test_report_says_what_is_accepted_no_more(first):
    record = replace(first.record, back=["0" * 12], expired_waivers={"0" * 12: "2026-01-31", "1" * 12: "2026-01-31"})
    shown = "\n".join(lines(replace(first, record=record)))

    assert f"Accepted until now, and back since its waiver was removed or expired: {'0' * 12}." in shown
    assert f"note: the waivers of findings {'0' * 12}, {'1' * 12} expired on 2026-01-31: they are" in shown


def test_report_says_of_what_something_is_over(first):
    over = [
        {"key": "0" * 12, "reason": "corrected here", "kind": "finding", "source": "s", "indicator": "cases",
         "ref_area": "PE", "time_period": "2019", "cell": {"sex": "F"}},
        {"key": "1" * 12, "reason": "read again", "kind": "source_failed", "source": "istac"},
    ]  # fmt: skip
    shown = "\n".join(lines(replace(first, resolved=over)))

    assert "Resolved: cases, female, Peru, 2019 (a figure is corrected here; its publisher prints it as" in shown
    assert f"Resolved: source not read, istac (it is well again) [{'1' * 12}]" in shown


def test_rule_of_plausibility_is_said_with_its_sentence_and_what_each_side_is(first):
    term = {"coefficient": 1.0, "lower": 301.0, "upper": 301.0, "observations": "", "ref_area": "CO"}
    row = {
        "finding": "0" * 12, "rule": "assisted", "verdict": "doubtful", "severity": "warning", "gap": 89.0,
        "left_lower": 301.0, "left_upper": 301.0, "right_lower": 212.0, "right_upper": 212.0, "per": None,
        "indicator": "victims_identified", "ref_area": "CO", "time_period": "2023", "sentence": "At most as many.",
        "terms": [
            {**term, "side": "left", "indicator": "victims_assisted", "time_period": "2023",
             "words": [{"says": "301", "source": "a", "locator": "¶4"}]},
            {**term, "side": "right", "indicator": "victims_identified", "time_period": "2022",
             "words": [{"says": "212", "source": "b", "locator": ""}]},
        ],
    }  # fmt: skip
    told = cause.line({"cause": "1" * 12, "verdict": "doubtful", "evidence": [row]}, shipped())

    assert told == (
        f"{'1' * 12} Colombia: “301” (victims assisted, 2023, a ¶4) against “212” (victims identified, 2022, b), "
        "89 apart. At most as many."
    )
