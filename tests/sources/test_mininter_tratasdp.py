import csv
import os
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.mininter_tratasdp import _COLUMNS, _LABELS, SOURCE, parse
from cuadra.sources.source import Snapshot, SourceError, gate

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
QUESTIONS = list(_LABELS.codes["question"])


def form(month="6", station="CENTRO", region="LAMBAYEQUE", **answers):
    """A form of one report of a girl of 14, but for the answers given."""
    said = {"F1_TOTAL": "1", "EM_EF_TOTAL": "1", "EF_SUB TOTAL": "1", "EF_DE 12 A 17 AÑOS": "1", **answers}
    place = ("2021", month, "14", region, "CHICLAYO", "CHICLAYO", station)
    return [(*place, "a category", question, said.get(question, "0")) for question in QUESTIONS]


def read(path):
    return parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)))


def parsed(folder, *rows):
    with (folder / "answers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([_COLUMNS, *rows])
    return read(folder / "answers.csv")


def counts(found):
    return dict(zip(found.ignored["reason"], found.ignored["rows"], strict=True))


def test_answers_become_figures_of_the_station(tmp_path):
    rows = gate(parsed(tmp_path, *form(), *form(station="SUR")).observations, "m", shipped())
    child = rows[(rows["sex"] == "F") & (rows["age"] == "Y12T17")]

    assert child["value"].tolist() == [1, 1]
    assert set(child["ref_area"]) == {"PE-LAM/CHICLAYO/CHICLAYO/CENTRO", "PE-LAM/CHICLAYO/CHICLAYO/SUR"}
    assert set(rows["time_period"]) == {"2021-M06"}
    assert rows[rows["locator"].str.endswith("|F1_TOTAL")]["value"].sum() == 2


def test_form_given_twice_is_counted_once_and_reported(tmp_path):
    again = [(*row[:7], "another category", *row[8:]) for row in form()]
    found = parsed(tmp_path, *form(), *again)

    assert found.observations.equals(parsed(tmp_path, *form()).observations)
    assert counts(found)["given twice"] == len(QUESTIONS)
    assert found.warnings[0].startswith(f"mininter_tratasdp: {len(QUESTIONS)} answers are given twice")


def test_answer_given_twice_with_another_number_keeps_both(tmp_path):
    other = [row for row in form(F1_TOTAL="7") if row[8] == "F1_TOTAL"]
    rows = parsed(tmp_path, *form(), *other).observations

    assert rows[rows["locator"].str.contains("F1_TOTAL")]["says"].tolist() == ["1", "7"]


def test_dropped_question_is_missing_and_not_zero(tmp_path):
    found = parsed(tmp_path, *form(D_TOTAL=""))

    assert not found.observations["locator"].str.contains("D_TOTAL").any()
    assert counts(found)["no answer, the question was dropped"] == 1


def test_incomplete_form_is_quarantined_whole(tmp_path):
    found = parsed(tmp_path, *form(), *form(station="SUR")[:28])

    assert set(found.quarantined["reason"]) == {"form_incomplete"}
    assert len(found.quarantined) == 28
    assert found.quarantined["locator"].iloc[0] == "row 88 2021-M06|PE-LAM/CHICLAYO/CHICLAYO/SUR|F1_TOTAL"


def test_answer_that_is_no_count_is_quarantined(tmp_path):
    found = parsed(tmp_path, *form(F1_TOTAL="-1", EM_EF_TOTAL="1.5"))

    assert found.quarantined["reason"].tolist() == ["not_a_count"] * 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(*form()[0][:8], "F9_OTRO", "1")], "question: expected labels of sources/mininter_tratasdp/codes.csv"),
        (form(region="ATLANTIS"), "ref_area: expected labels"),
        (form(month="13"), "row 2: expected a year and a month, got '2021' and '13'"),
    ],
)
def test_what_nobody_has_seen_is_an_error(tmp_path, rows, expected):
    with pytest.raises(SourceError, match=expected):
        parsed(tmp_path, *rows)


def test_questions_that_no_breakdown_holds_are_said():
    asked = {question.partition("_")[0] for question, code in _LABELS.codes["question"].items() if code == "-"}

    assert {name.removesuffix("_*") for name in SOURCE.ignores} == asked


def test_schooling_and_destination_must_make_their_totals(tmp_path):
    said = {"P3_TOTAL": "1", "P3_PRIMARIA": "1", "D_TOTAL": "1", "D_FISCALIA": "1"}
    wrong = form(station="SUR", **{**said, "P3_PRIMARIA": "0", "D_JUEZ": "1", "EF_SUB TOTAL": "2"})
    con = duckdb.connect()
    found = parsed(tmp_path, *form(**said), *wrong)
    con.register("observation", gate(found.observations, "m", shipped()))
    finding = confront(con, shipped(), load_rules(shipped())).finding
    fails = finding[finding["verdict"] == "fails"]

    named = {
        "schooling_parts_make_answered", "destination_parts_make_answered", "age_police_form_parts_make_total",
    }  # fmt: skip
    fails = fails[fails["rule"].isin(named)]

    assert set(fails["ref_area"]) == {"PE-LAM/CHICLAYO/CHICLAYO/SUR"}
    assert set(fails["rule"]) == named


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not available")
def test_parts_of_eight_answers_of_the_real_file_do_not_make_their_totals():
    con = duckdb.connect()
    found = read(SHARED / "pe_mininter_tratasdp_lambayeque_2017-2023.csv")
    con.register("observation", gate(found.observations, "m", shipped()))
    finding = confront(con, shipped(), load_rules(shipped())).finding
    fails = finding[finding["verdict"] == "fails"]["rule"].value_counts()

    assert fails["schooling_parts_make_answered"] == 6
    assert fails["destination_parts_make_answered"] == 1
    assert fails["age_police_form_parts_make_total"] == 1


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not at hand")
def test_real_files_of_all_formats_say_the_same_205_reports():
    first, *others = (
        read(SHARED / f"pe_mininter_tratasdp_lambayeque_2017-2023.{ending}") for ending in ("csv", "xlsx", "json")
    )
    totals = first.observations[first.observations["locator"].str.endswith("|F1_TOTAL")]

    assert all(other.observations.equals(first.observations) for other in others)
    assert totals["value"].sum() == 205
    assert first.rows_in == 6563
    assert counts(first)["given twice"] == 3059
