import math
from itertools import combinations, product

from hypothesis import assume, given
from hypothesis import strategies as st

from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.system import Claim, Relation, System
from cuadra.checks.explain.witness import weight
from tests.checks.figures import confronted, figure
from tests.thorough import examples

NAMES = ("a", "b", "c", "d")
RELATIONS = (
    Relation("parts", (("a", 1.0), ("b", 1.0), ("c", -1.0)), 0.0, 0.0),
    Relation("at most", (("d", 1.0), ("c", -1.0)), -math.inf, 0.0),
)
counts = st.integers(0, 6)
claims = st.lists(st.tuples(st.sampled_from(NAMES), counts, st.integers(0, 2), st.booleans()), min_size=1, max_size=6)


def system(drawn):
    made = tuple(
        Claim(f"o{n}", name, low, low + width, low, low + width, "about" if width else "exact")
        for n, (name, low, width, _) in enumerate(drawn)
    )
    return System(NAMES, RELATIONS, made)


def possible(given_claims):
    """Whether some whole numbers make claims and relations true: tried one by one."""
    return any(
        all(claim.lower <= point[claim.quantity] <= claim.upper for claim in given_claims)
        for a, b, d in product(range(10), repeat=3)
        for point in [{"a": a, "b": b, "c": a + b, "d": d}]
        if d <= a + b
    )


def brute_force(group):
    """All cheapest sets of statements to withdraw, each by its first claim: what is said again is one witness."""
    statements = {}
    for claim in group.claims:
        statements.setdefault((claim.quantity, claim.lower, claim.upper), []).append(claim)
    best, found = math.inf, set()
    for size in range(len(statements) + 1):
        for chosen in combinations(statements.values(), size):
            cost = sum(weight(said[0]) for said in chosen)
            rest = [claim for said in statements.values() if said not in chosen for claim in said]
            if cost > best + 1e-9 or not possible(rest):
                continue
            names = frozenset(said[0].observation_id for said in chosen)
            found = {c for c in found if cost > best - 1e-9} | {names}
            best = min(best, cost)
    return found


@examples(25, 50)
@given(claims)
def test_explanations_are_all_the_cheapest_ones(drawn):
    group = system(drawn)
    answers = [
        [frozenset(suspect.claim.observation_id for suspect in answer.suspects) for answer in doubt.answers]
        for doubt in explain(group).doubts
    ]
    found = {frozenset().union(*choice) for choice in product(*answers)}

    assert found == brute_force(group)


@examples(20, 40)
@given(claims)
def test_a_conflict_cannot_be_true_and_none_of_it_can_be_spared(drawn):
    group = system(drawn)
    programme = Programme.of(group)
    found = programme.conflict([])
    assume(found)
    conflict = programme.shrink(found)

    assert not possible([group.claims[n] for n in conflict])
    assert all(possible([group.claims[n] for n in conflict - {spared}]) for spared in conflict)


shares = st.tuples(st.integers(1, 30), st.integers(0, 60), st.integers(1, 12))


@examples(60, 120)
@given(st.integers(1, 14), shares, shares, st.integers(0, 3))
def test_whole_numbers_conflict_exactly_where_none_of_them_fits(n, one, other, rest):
    """x is a share of n, y a share of x, and x + z = n: tried for every whole number."""
    ranges = [(low / 60, (low + width) / 60 + 1e-7) for _, low, width in (one, other)]
    claims = (
        Claim("n", "n", n, n, n, n),
        Claim("x", "x", *ranges[0], *ranges[0], base="n"),
        Claim("y", "y", *ranges[1], *ranges[1], base="x"),
        Claim("z", "z", rest, n, rest, n, "about"),
    )
    relation = Relation("sum", (("x", 1.0), ("z", 1.0), ("n", -1.0)), 0, 0)
    fits = any(
        ranges[0][0] * n <= x <= ranges[0][1] * n and ranges[1][0] * x <= y <= ranges[1][1] * x and rest <= n - x <= n
        for x, y in product(range(2 * n + 2), range(4 * n + 4))
    )
    assume(all(abs(low * n - round(low * n)) > 1e-5 or low * n == round(low * n) for low, _ in ranges))

    assert (Programme.of(System(("n", "x", "y", "z"), (relation,), claims)).conflict([]) is None) == fits


tables = st.tuples(
    st.dictionaries(
        st.sampled_from(["FY0T17", "FY_GE18", "MY0T17", "MY_GE18"]), st.integers(0, 50), min_size=4, max_size=4
    ),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=9),
)


def table(cells):
    """The number of persons of each sex and age, of which all others are sums."""
    truth = {("F", "Y0T17"): cells["FY0T17"], ("F", "Y_GE18"): cells["FY_GE18"],
             ("M", "Y0T17"): cells["MY0T17"], ("M", "Y_GE18"): cells["MY_GE18"]}  # fmt: skip
    for sex in ("F", "M"):
        truth[sex, "_T"] = truth[sex, "Y0T17"] + truth[sex, "Y_GE18"]
    for age in ("Y0T17", "Y_GE18", "_T"):
        truth["_T", age] = truth["F", age] + truth["M", age]
    return truth


@examples(2, 10)
@given(st.lists(tables, min_size=1, max_size=30))
def test_bounds_never_exclude_the_truth_and_the_truth_never_fails(drawn):
    truths = {f"R{number}": table(cells) for number, (cells, _) in enumerate(drawn)}
    rows = [
        figure((max(0, truth[key] - below), truth[key] + above), sex=key[0], age=key[1], locator=str(place),
               register=register)
        for (register, truth), (_, said) in zip(truths.items(), drawn, strict=True)
        for place, (n, below, above) in enumerate(said)
        for key in [sorted(truth)[n]]
    ]  # fmt: skip
    found = confronted(*rows)

    assert "fails" not in set(found.finding["verdict"])
    for row in found.bound.itertuples():
        if (row.sex, row.age) in truths[row.register]:
            assert row.lower <= truths[row.register][row.sex, row.age] <= row.upper
