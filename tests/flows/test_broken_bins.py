import duckdb
import pandas as pd
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.flows import bins
from cuadra.flows.explaining import explain_all
from tests.checks.figures import TOPIC, figure, frame
from tests.flows.test_bins import unlike

RULES = [rule for rule in load_rules(TOPIC) if rule.name.startswith("sex_")]
WRONG = 1_010


def tables(registers, sound=0):
    """Wrong tables of three figures in so many registers, a few of them wider, and sound ones in others."""
    parts = frame([figure(10), figure(6, sex="F"), figure(9, sex="M")])
    made = parts.merge(pd.DataFrame({"n": range(WRONG + sound)}), how="cross")
    made["observation_id"] = made["sex"] + made["n"].astype(str)
    made["locator"] = "row " + made["n"].astype(str)
    is_wrong = made["n"] < WRONG
    made["register"] = "R" + (made["n"] % registers).where(is_wrong, registers + made["n"] % 8).astype(str)
    made["time_period"] = (1000 + made["n"] // registers).where(is_wrong, 1000 + made["n"] // 8).astype(str)
    ends = ["value", "lower", "upper", "likely_lower", "likely_upper"]
    men = made["sex"] == "M"
    made.loc[men & ~is_wrong, ends] = 4.0
    made.loc[men & (made["n"] < 10), ends] = 20.0
    return made.drop(columns="n")


def compared(con, folder, given, bin_figures):
    con.register("figures", given)
    found = bins.confronted(con, TOPIC, RULES, "figures", folder=str(folder), bin_figures=bin_figures)
    whole = confront(con, TOPIC, RULES, "figures", screen_from=len(given) + 1)
    assert unlike(con, found, whole) == {}
    assert found.explained == explain_all(whole)
    assert sorted(found.counted()["observation_id"]) == sorted(whole.counted()["observation_id"])
    return found


@pytest.mark.slow
def test_table_that_is_broken_in_all_bins_together_is_shown_as_from_one_confrontation(tmp_path):
    with duckdb.connect() as con:
        found = compared(con, tmp_path, tables(registers=4), 1500)

        assert found.bins > 1
        assert len(found.finding) == 1000
        assert found.broken["fails"].tolist() == [WRONG]

        again = bins.confronted(con, TOPIC, RULES, "figures", folder=str(tmp_path), bin_figures=1500)

        assert again.checked == 0


@pytest.mark.slow
def test_table_that_is_broken_in_one_bin_only_is_listed_whole(tmp_path):
    with duckdb.connect() as con:
        found = compared(con, tmp_path, tables(registers=1, sound=19 * WRONG + 200), 20_000)

        assert found.broken.empty
        assert len(found.finding) == WRONG
