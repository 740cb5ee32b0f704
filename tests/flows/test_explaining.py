import os
import time
from dataclasses import replace

import pytest

from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.explanation import Silence
from cuadra.checks.explain.many import explain_each, several
from cuadra.checks.explain.system import Claim, Finding, System
from cuadra.flows.explaining import side_by_side
from cuadra.flows.workers import EXPLAINERS, Limits


@pytest.fixture(autouse=True, scope="module")
def _closed():
    yield
    EXPLAINERS.close()


class Bomb:
    """What calls a function in the process that it is sent to."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        function, *arguments = self.call
        return function, tuple(arguments)


def twice(name, first, second):
    """A quantity that is stated in two ways."""
    claims = tuple(Claim(f"{name}{n}", name, value, value, value, value) for n, value in enumerate((first, second)))
    return System((name,), (), claims, (Finding(name, quantity=name),))


def mined(system, *call):
    first, *others = system.claims
    return replace(system, claims=(replace(first, says=Bomb(*call)), *others))


SYSTEMS = {7: twice("x", 1, 2), 3: twice("y", 3, 4), 5: twice("z", 5, 5)}


def test_groups_are_explained_side_by_side_as_they_are_in_turn():
    told = explain_each(SYSTEMS, side_by_side(2))

    assert list(told) == [7, 3, 5]
    assert told == {group: explain(system) for group, system in SYSTEMS.items()}


def test_a_group_whose_process_dies_is_not_decided_and_the_others_are():
    x, *others = SYSTEMS.values()
    (told,) = side_by_side(2)(several, [[mined(x, os.abort), *others]])

    assert told[0].about("x") == Silence("not decided")
    assert told[1:] == several(others)


def test_a_group_that_takes_too_long_is_not_decided():
    ((told,),) = side_by_side(1, Limits(seconds=1, megabytes=500))(several, [[mined(SYSTEMS[3], time.sleep, 60)]])

    assert told.about("y") == Silence("not decided")
