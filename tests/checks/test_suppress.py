import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, figure, frame

RULES = load_rules(TOPIC)


def named(*rows):
    made = frame(rows)
    return made.assign(observation_id=[str(place) for place in range(len(made))])


def exported(rows):
    """What is shown of the figures, and what the rules then pin."""
    with duckdb.connect() as con:
        con.register("figures", rows)
        seen(con, TOPIC, RULES, "figures")
        shown = con.execute("SELECT * FROM disclosure.seen ORDER BY observation_id::INTEGER").df()
        bound = confront(con, TOPIC, RULES, "disclosure.seen").bound
    return shown, bound[bound["lower"].eq(bound["upper"])]


def said(*rows):
    return exported(named(*rows))[0]["says"].tolist()


def test_small_count_is_withheld_and_one_more_of_its_sum():
    rows = figure(100), figure(57, sex="F"), figure(3, sex="M", complete="sex"), figure(40, sex="_U")

    assert said(*rows) == ["100", "57", "<5", "withheld"]


def test_table_without_small_counts_is_shown_whole():
    assert said(figure(100), figure(60, sex="F"), figure(40, sex="M"), figure(0, sex="_U")) == ["100", "60", "40", "0"]


def test_share_of_a_withheld_count_is_left_out():
    share = figure((2.5, 3.5), unit="percent", share_of="sex=_T", sex="M", locator="share")

    assert said(figure(100), figure(3, sex="M"), share) == ["100", "<5"]


def test_operations_are_no_persons():
    assert said(figure(3, indicator="operations", unit="count")) == ["3"]


CELL = st.integers(0, 12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@example([4, 4, 4, 4, 4, 4])
@given(st.lists(CELL, min_size=6, max_size=6))
def test_no_small_count_can_be_worked_out_from_what_is_shown(cells):
    sexes, ages = ("F", "M"), ("Y0T17", "Y_GE18", "_U")
    table = {(sex, age): cells[3 * n + m] for n, sex in enumerate(sexes) for m, age in enumerate(ages)}
    rows = [figure(n, sex=sex, age=age, complete="sex age") for (sex, age), n in table.items()]
    rows += [figure(sum(table[s, age] for s in sexes), age=age, complete="sex age") for age in ages]
    rows += [figure(sum(table[sex, a] for a in ages), sex=sex, complete="sex age") for sex in sexes]
    rows.append(figure(sum(cells), complete="sex age"))
    made = named(*rows)
    shown, pinned = exported(made)
    is_small = made["value"].between(1, TOPIC.small_counts.below - 1)
    small = made[is_small].set_index(["sex", "age"])["value"].to_dict()
    known = pinned.set_index(["sex", "age"])["lower"].to_dict()

    assert set(shown.loc[is_small.to_numpy(), "says"]) <= {"<5"}
    assert shown["value"].isna().sum() >= is_small.sum()
    assert not {cell for cell, count in small.items() if known.get(cell) == count}
