from random import Random

from checks.explain import SHOWN_OF_TANGLED, explain
from tests.checks.figures import confronted, figure


def test_table_in_which_hardly_a_figure_fits_is_told_as_a_whole():
    random = Random(7)
    sexes, ages = ("_T", "F", "M", "O", "_U"), ("_T", "Y0T17", "Y_GE18", "_U")
    forms = ("_T", "SEXUAL", "FORCED_LABOUR")
    rows = [
        figure(random.randrange(3000), sex=sex, age=age, exploitation=form)
        for sex in sexes for age in ages for form in forms
    ]  # fmt: skip
    found = confronted(*rows)
    (doubt,) = explain(found.system(0)).doubts

    assert doubt.is_tangled
    assert doubt.answers == ()
    assert 0 < len(doubt.conflicts) <= SHOWN_OF_TANGLED
    assert "look at the table as a whole" in explain(found.system(0)).sentence()
