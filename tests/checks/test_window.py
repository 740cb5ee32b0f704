import math
from itertools import combinations, product

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.linear import Programme
from cuadra.checks.explain.system import Claim, Relation, System
from cuadra.checks.explain.window import Window
from cuadra.checks.explain.witness import Witnesses
from tests.thorough import examples

AREAS, PERIODS, SEXES = ("A", "A1", "A2"), ("Y", "S1", "S2"), ("T", "F", "M")
WHOLE = (AREAS[0], PERIODS[0], SEXES[0])
CELLS = [*product(AREAS, PERIODS, SEXES)]


def name(cell, indicator="rescued"):
    return " ".join((indicator, *cell))


def linked():
    """Regions make a country, halves a year, sexes a total; what was prosecuted is at most what was rescued."""
    made = []
    for place, members in enumerate((AREAS, PERIODS, SEXES)):
        whole, *parts = members
        for cell in CELLS:
            if cell[place] == whole:
                terms = [(name((*cell[:place], part, *cell[place + 1 :])), 1.0) for part in parts]
                made.append(Relation(f"parts {place}", (*terms, (name(cell), -1.0)), 0.0, 0.0))
    made += [
        Relation("at most", ((name(cell, "prosecuted"), 1.0), (name(cell), -1.0)), -math.inf, 0.0)
        for cell in CELLS
        if cell[2] == "T"
    ]
    return tuple(made)


RELATIONS = linked()
QUANTITIES = tuple(sorted({name for relation in RELATIONS for name, _ in relation.terms}))


@st.composite
def systems(draw):
    """Linked tables that add up but for a few wrong figures; some are hedged, some not printed, some are shares."""
    chance = draw(st.randoms(use_true_random=False))
    leaves = {leaf: chance.randint(0, 30) for leaf in product(AREAS[1:], PERIODS[1:], SEXES[1:])}
    truth = {}
    for cell in CELLS:
        under = sum(
            n
            for leaf, n in leaves.items()
            if all(a in (b, WHOLE[place]) for place, (a, b) in enumerate(zip(cell, leaf, strict=True)))
        )
        truth[name(cell)] = under
        if cell[2] == "T":
            truth[name(cell, "prosecuted")] = chance.randint(0, under)
    printed = [each for each in QUANTITIES if chance.random() < 0.85]
    wrong = set(chance.sample(printed, draw(st.integers(1, 2))))
    hedged = draw(st.sampled_from([0.0, 0.1, 0.4]))
    claims = []
    for number, each in enumerate(printed):
        value = truth[each] + (chance.choice([-7, -2, 3, 9, 40]) if each in wrong else 0)
        value = max(value, 0)
        width = chance.randint(1, 5) if chance.random() < hedged else 0
        claims.append(
            Claim(f"o{number:02}", each, max(value - width, 0), value + width, max(value - width, 0), value + width,
                  "about" if width else "exact", published=chance.choice(["2020", "2021"]))
        )  # fmt: skip
    for number in range(draw(st.integers(0, 2))):
        part, base = name(("A", "Y", "F")), name(("A", chance.choice(PERIODS), "T"))
        low = chance.choice([0.2, 0.45, 0.5])
        claims.append(Claim(f"s{number}", part, low, low + 0.1, low, low + 0.1, base=base))
    return System(QUANTITIES, RELATIONS, tuple(claims))


def optima(system):
    """All cheapest sets of statements to withdraw, by trying one after another: fewer always cost less here."""
    programme, witnesses = Programme.of(system), Witnesses(system)
    for size in range(3):
        cost = {
            chosen: round(sum(witnesses.weights[each] for each in chosen), 9)
            for chosen in combinations(sorted(witnesses.weights), size)
            if programme.conflict(witnesses.withdrawn(chosen)) is None
        }
        assume(programme.is_decided)
        if cost:
            return {
                frozenset(system.claims[witnesses.members[each][0]].observation_id for each in chosen)
                for chosen, each in cost.items()
                if each == min(cost.values())
            }
    return reject()


@examples(10, 25)
@given(systems())
def test_answers_of_a_part_are_those_of_the_whole(system):
    answers = [
        [frozenset(suspect.claim.observation_id for suspect in answer.suspects) for answer in doubt.answers]
        for doubt in explain(system).doubts
    ]
    found = {frozenset().union(*choice) for choice in product(*answers)}

    assert found == optima(system)


@examples(15, 40)
@given(systems())
def test_ranges_of_a_part_are_those_of_the_whole(system):
    doubts = explain(system).doubts
    whole, witnesses = Programme.of(system), Witnesses(system)
    number = {claim.observation_id: place for place, claim in enumerate(system.claims)}
    for doubt in doubts:
        others = [other.answers[0].suspects for other in doubts if other is not doubt]
        for answer in doubt.answers:
            suspected = [each.claim.observation_id for some in (answer.suspects, *others) for each in some]
            withdrawn = witnesses.withdrawn({witnesses.statement[number[each]] for each in suspected})
            for suspect in answer.suspects:
                if suspect.unit == "count":
                    assert suspect.fits == whole.span(suspect.claim.quantity, withdrawn)


@examples(15, 40)
@given(systems())
def test_what_is_left_out_can_be_true_with_what_is_in(system):
    window = Window(system)
    whole = Programme.of(system)
    inside = {number for number in window.programme.owners if number >= 0}
    rest = {number for number in whole.owners if number >= 0} - inside
    plain = {number for number in inside if system.claims[number].base is None}
    open_names = {name for name in window.programme.column if name not in window._settled}
    kept = {number for number in plain if system.claims[number].quantity not in open_names}
    outside = {number for number in whole.owners - window.programme.owners if number < 0}

    assert whole.members_of(rest | kept, aside=whole.owners - outside - rest - kept) == set()


def test_a_sound_neighbourhood_is_not_looked_at():
    cells = {
        name(cell): 4
        * 2 ** sum(member == whole[0] for member, whole in zip(cell, (AREAS, PERIODS, SEXES), strict=True))
        for cell in CELLS
    }
    cells[name(("A1", "S1", "F"))] += 1
    claims = tuple(Claim(each, each, value, value, value, value) for each, value in cells.items())
    window = Window(System(QUANTITIES, RELATIONS, claims))

    assert len(window.programme.column) == 7
    assert (
        window.programme.conflict(
            {number for number, each in enumerate(claims) if each.quantity == name(("A1", "S1", "F"))}
        )
        is None
    )
