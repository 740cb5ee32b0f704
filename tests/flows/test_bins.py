import random

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.flows import bins
from cuadra.flows.explaining import explain_all
from cuadra.flows.withhold import decided
from tests.checks.figures import TOPIC, figure, frame
from tests.checks.test_part import one_of

RULES = load_rules(TOPIC)
TABLES = ("tally", "finding", "bound", "term", "broken")


def figures(seed=5, count=150):
    """Figures of many parts, and rows alike in other areas, which say which of some is the likelier to be wrong."""
    choose = random.Random(seed).choice
    rows = [one_of(choose, number) | {"share_base": None} for number in range(count)]
    for area, more in (("PE", 4), ("CL", 0), ("BO", 0), ("EC", 1), ("CO", 0)):
        rows += [
            figure(n, ref_area=area, register="SISTRA", sex=sex, complete="sex", locator=area)
            for sex, n in (("F", 10 + more), ("M", 20), ("_T", 30), ("O", 0))
        ]
    return frame(rows)


def checked(con, folder, given=None, **options):
    con.register("figures", figures() if given is None else given)
    return bins.confronted(con, TOPIC, RULES, "figures", folder=str(folder), **({"bin_figures": 60} | options))


def unlike(con, found, expected):
    """The rows of each table that only one of the two has, but for the numbers of groups."""
    rows = {}
    for name in (*TABLES, "figure"):
        for side, each in (("found", found), ("expected", expected)):
            relation = each.fares if name == "figure" else getattr(each, name)
            if isinstance(relation, str):
                con.execute(f"CREATE OR REPLACE TABLE {side} AS FROM {relation}")
            else:
                con.register("read", relation)
                con.execute(f"CREATE OR REPLACE TABLE {side} AS FROM read")
        columns = "* EXCLUDE (component)" if name == "finding" else "*"
        for one, other in (("found", "expected"), ("expected", "found")):
            rows[name, one] = con.execute(
                f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}"
            ).fetchall()
    return {key: each for key, each in rows.items() if each}


def test_bins_together_find_and_explain_what_the_whole_does(tmp_path):
    with duckdb.connect() as con:
        found = checked(con, tmp_path)
        whole = confront(con, TOPIC, RULES, "figures")

        assert found.bins == found.checked > 2
        assert unlike(con, found, whole) == {}
        assert found.explained == explain_all(whole)
        assert len(found.explained) > 5
        assert (found.finding["finding"] == whole.finding["finding"]).all()


def test_bin_that_did_not_change_is_not_checked_again(tmp_path):
    given = figures(count=40)
    with duckdb.connect() as con:
        first = checked(con, tmp_path, given, bin_figures=25)
        again = checked(con, tmp_path, given.assign(vintage="2", snapshot="1"), bin_figures=25)
        changed = given.copy()
        place = changed.index[(changed["register"] == "RETA") & (changed["unit"] == "persons")][0]
        changed.loc[place, ["value", "lower", "upper", "likely_lower", "likely_upper"]] += 1.0
        third = checked(con, tmp_path, changed, bin_figures=25)
        whole = confront(con, TOPIC, RULES, "figures")

        assert (first.checked, again.checked) == (first.bins, 0)
        assert 0 < third.checked < third.bins
        assert unlike(con, third, whole) == {}
        assert third.explained == explain_all(whole)


@pytest.mark.slow
def test_bin_is_checked_again_when_the_figures_that_it_was_compared_with_change(tmp_path):
    given = figures(count=0)
    with duckdb.connect() as con:
        checked(con, tmp_path, given, bin_figures=8)
        changed = given.copy()
        row = changed.index[(changed["ref_area"] == "CO") & (changed["sex"] == "_T")][0]
        changed.loc[row, ["value", "lower", "upper", "likely_lower", "likely_upper"]] = 31.0
        found = checked(con, tmp_path, changed, bin_figures=8)
        whole = confront(con, TOPIC, RULES, "figures")

        assert found.explained == explain_all(whole)
        assert unlike(con, found, whole) == {}


@pytest.mark.slow
def test_other_rules_check_every_bin_again(tmp_path):
    with duckdb.connect() as con:
        checked(con, tmp_path)
        fewer = [rule for rule in RULES if rule.name != "one_value"]
        found = bins.confronted(con, TOPIC, fewer, "figures", folder=str(tmp_path), bin_figures=60)

        assert found.checked == found.bins
        assert unlike(con, found, confront(con, TOPIC, fewer, "figures")) == {}


@pytest.mark.parametrize("given", [figures(count=0).iloc[:0], figures(count=0).iloc[:1]])
def test_few_figures_are_one_bin(tmp_path, given):
    with duckdb.connect() as con:
        found = checked(con, tmp_path, given)

        assert found.bins == 1
        assert found.finding.empty
        assert found.explained == {}


@pytest.mark.slow
def test_folder_of_bins_keeps_what_is_in_use_only(tmp_path):
    (tmp_path / "of_others").touch()
    with duckdb.connect() as con:
        checked(con, tmp_path)
        found = checked(con, tmp_path, figures(seed=6))

    assert len([*tmp_path.iterdir()]) == 2 * found.bins + 1


@pytest.mark.slow
def test_bins_withhold_what_the_whole_does(tmp_path):
    with duckdb.connect() as con:
        found = checked(con, tmp_path, withholds=True)
        asked = "SELECT observation_id, is_small FROM {} ORDER BY ALL"
        of_bins = con.execute(asked.format(found.withheld)).fetchall()
        whole = con.execute(asked.format(decided(con, TOPIC, RULES, "figures"))).fetchall()

        assert of_bins == whole
        assert len({is_small for _, is_small in whole}) == 2
