import math

import pytest

from cuadra.checks.explain.hypothesis import of
from cuadra.checks.explain.system import Claim, Relation, System
from cuadra.checks.intervals import Interval

ANYTHING = Interval(0, math.inf)


def claim(value, quantity="total", name="o0", **given):
    return Claim(name, quantity, value, value, value, value, says=str(value), source="press", place="¶1", **given)


def system(*claims, relations=()):
    names = dict.fromkeys([each.quantity for each in claims] + [name for each in relations for name, _ in each.terms])
    return System(tuple(names), tuple(relations), claims)


def kinds(suspect, low, high, *others, relations=()):
    found = of(suspect, Interval(low, high), system(suspect, *others, relations=relations), lambda _: ANYTHING)
    return [(each.kind, each.number) for each in found]


@pytest.mark.parametrize(
    ("printed", "fits", "expected"),
    [
        (10540, 1054, ("factor", 1054.0)),
        (1054, 1054000, ("factor", 1054000.0)),
        (1504, 1054, ("swapped digits", 1054.0)),
        (1055, 1054, ("digit", 1054.0)),
        (10544, 1054, ("digit", 1054.0)),
        (105, 1054, ("digit", 1054.0)),
    ],
)
def test_slip_that_leads_to_the_number_that_fits_is_offered(printed, fits, expected):
    assert expected in kinds(claim(printed), fits, fits)


@pytest.mark.parametrize(
    ("printed", "low", "high"), [(4, 5, 5), (1055, 900, 1100), (1055, 0, math.inf), (7, 0, 9), (105, 800, 1300)]
)
def test_slip_that_many_numbers_would_fit_is_not_offered(printed, low, high):
    assert kinds(claim(printed), low, high) == []


@pytest.mark.parametrize("given", [{"base": "whole"}, {"stated_of": "o1"}])
def test_share_has_no_slips(given):
    assert kinds(claim(1504, **given), 1054, 1054) == []


def test_hedged_figure_and_amount_have_no_slips():
    hedged = Claim("o0", "total", 1500, math.inf, 1500, 2000)
    amount = claim(1504)
    found = System(("total",), (), (amount,), amounts=frozenset({"total"}))

    assert of(hedged, Interval(1054, 1054), system(hedged), lambda _: ANYTHING) == ()
    assert of(amount, Interval(1054, 1054), found, lambda _: ANYTHING) == ()


def test_figures_of_one_place_may_have_changed_places():
    women, men = claim(147, "women", "o0"), claim(907, "men", "o1")

    assert ("swapped figures", 907.0) in kinds(women, 907, 907, men)


def test_figures_of_different_places_have_not_changed_places():
    women, men = claim(147, "women", "o0"), Claim("o1", "men", 907, 907, 907, 907, source="other", place="¶1")

    assert "swapped figures" not in dict(kinds(women, 907, 907, men))


def test_part_may_already_include_another():
    parts = Relation("parts", (("adults", 1.0), ("minors", 1.0), ("total", -1.0)), 0, 0)
    adults, minors = claim(1054, "adults", "o0"), claim(222, "minors", "o1")

    assert ("includes", 832.0) in kinds(adults, 832, 832, minors, relations=[parts])


def test_number_may_be_of_another_quantity_of_its_block():
    part = Relation("part", (("r i PE 2019 citizenship=FOREIGN", 1.0), ("r i PE 2019", -1.0)), -math.inf, 0)
    total = claim(454, "r i PE 2019")
    room = {"r i PE 2019 citizenship=FOREIGN": Interval(451, 527), "r i PE 2019": Interval(1054, 1054)}
    found = of(total, Interval(1054, 1054), system(total, relations=[part]), lambda name: room[name])

    assert [(each.kind, each.quantity) for each in found] == [("another quantity", "r i PE 2019 citizenship=FOREIGN")]
