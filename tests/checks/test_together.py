import datetime
import math
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cuadra.checks.explain import linear
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.smallest import smallest
from cuadra.checks.verdicts import together
from cuadra.sources.readers.figures import read
from tests.checks.figures import confronted, figure
from tests.checks.test_oracle import claims, possible, system
from tests.thorough import examples

F, M = {"sex": "F"}, {"sex": "M"}
ANY = (0, math.inf)


def days(*values):
    start = datetime.date(2019, 1, 1)
    periods = [f"{start}/{start + datetime.timedelta(days=n)}" for n in range(len(values))]
    return [figure(value, time_period=period) for value, period in zip(values, periods, strict=True)]


def percent(low, high, **given):
    return figure((low, high), unit="percent", **given)


def printed(says, **given):
    """A figure as it is read."""
    read_ = read(says, "en")
    ends = {"likely_lower": read_.likely.lower, "likely_upper": read_.likely.upper}
    unit = "persons" if read_.unit == "count" else read_.unit
    return figure((read_.hard.lower, read_.hard.upper), says=says, unit=unit, **ends, **given)


def found(*rows, verdict="fails"):
    frame = confronted(*rows).finding
    mine = frame[(frame["rule"] == "together") & (frame["verdict"] == verdict)]
    return sorted(tuple(names.split()) for names in mine["observations"])


@pytest.mark.parametrize("length", [3, 12, 60])
def test_ends_of_a_long_chain_contradict_each_other_however_long_it_is(length):
    frame = confronted(*days(100, *[ANY] * (length - 2), 50)).finding

    assert "fails" in set(frame["verdict"])


def test_long_chain_is_keyed_by_its_two_ends():
    assert found(*days(100, *[ANY] * 58, 50)) == [("o0", "o59")]


@pytest.mark.parametrize("limit", ["LARGEST", "MOST_RELATIONS"])
def test_group_beyond_a_limit_is_named_as_not_decided_and_never_as_sound(monkeypatch, limit):
    monkeypatch.setattr(together, limit, 10)
    seen = confronted(*days(100, *[ANY] * 58, 50))
    (row,) = seen.tally.query("rule == 'together'").to_dict("records")

    assert (row["holds"], row["open"], row["not_decided"]) == (0, 0, 1)
    assert set(seen.figure["not_decided"]) == {1}


def test_search_that_runs_out_of_branches_is_not_decided(monkeypatch):
    monkeypatch.setattr(linear, "MOST_BRANCHES", 0)
    seen = confronted(*branching())
    (row,) = seen.tally.query("rule == 'together'").to_dict("records")

    assert (row["holds"], row["fails"], row["not_decided"]) == (0, 0, 1)


def test_search_with_its_branches_decides():
    (row,) = confronted(*branching()).tally.query("rule == 'together'").to_dict("records")

    assert row["not_decided"] == 0


def branching():
    """A half, a third and a seventh of 100 to 140: only 126 has all of them, which bounds do not show."""
    half, third, seventh = (percent(end, end + 0.01) for end in (49.999, 33.333, 14.285))
    child, foreign = {"age": "Y0T17", "share_of": "age=_T"}, {"citizenship": "FOREIGN", "share_of": "citizenship=_T"}
    return [figure((100, 140)), half | F | {"share_of": "sex=_T"}, third | child, seventh | foreign]


@examples(20, 60)
@given(claims)
def test_smallest_conflict_is_the_first_of_the_fewest_claims(drawn):
    group = system(drawn)
    numbers = range(len(group.claims))
    conflicts = (
        chosen
        for size in range(len(numbers) + 1)
        for chosen in combinations(numbers, size)
        if not possible([group.claims[n] for n in chosen])
    )

    assert smallest(Programme.of(group), numbers) == set(next(conflicts, ()))


@examples(10, 30)
@given(claims, st.randoms(use_true_random=False))
def test_smallest_conflict_has_as_many_claims_in_any_order(drawn, random):
    group, mixed = system(drawn), list(drawn)
    random.shuffle(mixed)
    size = len(smallest(Programme.of(group), range(len(group.claims))))
    assume(size)

    assert len(smallest(Programme.of(system(mixed)), range(len(mixed)))) == size


def test_what_contradicts_by_itself_hides_no_conflict_of_the_rest():
    chain = days(100, *[ANY] * 58, 50)
    last = figure(20, time_period=chain[-1]["time_period"], source="b", observation_id="other")
    verdicts = confronted(*chain, last).finding.query("verdict == 'fails'")

    assert sorted(verdicts["rule"]) == ["one_value", "together"]
    assert found(*chain, last)[0][0] == "o0"


@pytest.mark.parametrize("shares", [(40, 35, 20), (40, 35)])
def test_figures_of_a_group_that_was_decided_are_in_a_relation(shares):
    rows = [
        percent(share - 0.5, share + 0.5, citizenship=country, share_of="citizenship=_T")
        for share, country in zip(shares, ("VEN", "ECU", "COL"), strict=False)
    ]
    seen = confronted(*rows)
    tested = int(seen.tally[["holds", "open"]].to_numpy().sum())

    assert tested == 1
    assert set(seen.figure["holds"]) == {1}


def test_doubt_about_figures_that_cannot_all_be_true_is_no_finding_beside_that():
    men = printed("about 340", **M)
    minors = [printed("nearly 140", **F, age="Y0T17"), printed("more than 160", **M, age="Y0T17")]
    shares = [
        printed("48 percent", **F, age="Y0T17", share_of="sex=_T"),
        printed("40 percent", **M, share_of="sex=_T"),
    ]
    seen = confronted(men, figure(390, age="Y_GE18"), *minors, *shares)

    assert set(seen.finding.query("verdict != 'open'")["rule"]) == {"together"}
    assert seen.tally["doubtful"].sum() == 0
