import math
from random import Random

import highspy
import pytest

from cuadra.checks.explain.explain import SHOWN_OF_TANGLED, ExplainError, explain
from cuadra.checks.explain.linear import Programme, SolverError
from cuadra.checks.explain.system import Claim, Relation, System
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


def test_rules_that_contradict_each_other_are_an_error_and_no_suspicion():
    rules = (
        Relation("at_least_ten", (("x", 1.0),), 10, math.inf),
        Relation("at_most_five", (("x", 1.0),), -math.inf, 5),
    )
    claim = Claim("o", "x", 7, 7, 7, 7, "exact", None, None, "7", "¶1", "press")
    with pytest.raises(ExplainError, match=r"^rules: expected that they can hold together.*--lint"):
        explain(System(("x",), rules, (claim,)))


def test_solver_that_says_nothing_is_an_error_of_the_engine(monkeypatch):
    programme = Programme(["x"], [([("x", 1.0)], 0.0, 1.0, 0)])
    monkeypatch.setattr(programme, "_model", TiredModel(programme._model))
    with pytest.raises(SolverError, match=r"^solver: expected feasible or infeasible, got kTimeLimit"):
        programme.conflict([])


class TiredModel:
    """A solver that gives up."""

    def __init__(self, model):
        self._model = model

    def __getattr__(self, name):
        return getattr(self._model, name)

    def getModelStatus(self):  # noqa: N802 - as highspy calls it
        return highspy.HighsModelStatus.kTimeLimit
