import itertools

from cuadra.checks.explain.cause import Grounds, causes, relative
from cuadra.checks.explain.explanation import Answer, Conflict, Doubt, Silence, Suspect
from cuadra.checks.explain.system import Claim
from cuadra.checks.intervals import Interval


def suspect(name, *echoes):
    claims = [Claim(each, "q", 1, 1, 1, 1) for each in (name, *echoes)]
    return Suspect(claims[0], Interval(2, 2), echoes=tuple(claims[1:]))


def blamed(*names, odds=1.0):
    return Answer(tuple(suspect(name) for name in names), odds)


def doubt(*answers, is_tangled=False):
    return Doubt(tuple(answers), (Conflict(()),), is_tangled)


def finding(key, verdict="fails", gap=1.0, table="2019", behind=()):
    return Grounds(key, verdict, ("R", "i", "PE", table), frozenset(behind), frozenset({"press"}), gap, gap / 10)


def grouped(grounds, explained):
    return {(each.kind, each.observations): set(each.findings) for each in causes(grounds, explained)}


def test_findings_with_one_answer_are_under_their_suspect():
    found = [finding("a"), finding("b", gap=5), finding("c")]
    explained = {"a": doubt(blamed("x")), "b": doubt(blamed("x")), "c": doubt(blamed("y"))}
    made = causes(found, explained)

    assert [(each.observations, each.findings, each.gap) for each in made] == [
        (("x",), ("b", "a"), 5.0),
        (("y",), ("c",), 1.0),
    ]


def test_alternatives_are_together_unless_one_is_blamed_alone_elsewhere():
    either = doubt(blamed("x", odds=0.5), blamed("y", odds=0.5))
    other = doubt(blamed("y", odds=0.5), blamed("z", odds=0.5))
    explained = {"a": either, "b": either, "c": other}
    found = [finding("a"), finding("b"), finding("c")]

    assert grouped(found, explained) == {("either", ("x", "y")): {"a", "b"}, ("either", ("y", "z")): {"c"}}

    explained["d"] = doubt(blamed("z"))
    again = grouped([*found, finding("d")], explained)

    assert again == {("either", ("x", "y")): {"a", "b"}, ("one", ("z",)): {"c", "d"}}


def test_figures_that_repeat_a_statement_are_suspected_with_it():
    explained = {"a": doubt(Answer((suspect("x", "echo"),), 1.0))}

    assert causes([finding("a")], explained)[0].observations == ("echo", "x")


def test_what_cannot_be_named_is_under_its_table_and_doubts_are_apart():
    explained = {"a": doubt(is_tangled=True), "b": Silence("no figure to doubt"), "c": Silence("too large")}
    found = [finding("a"), finding("b"), finding("c"), finding("d", "doubtful"), finding("e", "doubtful", table="2020")]
    made = causes(found, explained)

    assert [(each.kind, each.verdict, each.findings) for each in made[:2]] == [
        ("tangled", "fails", ("a",)),
        ("none", "fails", ("b", "c")),
    ]
    assert {(each.verdict, each.findings) for each in made[2:]} == {("doubtful", ("d",)), ("doubtful", ("e",))}


def test_finding_without_a_conflict_of_its_own_is_under_the_one_suspect_among_its_figures():
    explained = {"a": doubt(blamed("x")), "b": Silence("no conflict of its own")}
    mine, others = finding("b", behind={"x", "w"}), finding("b", behind={"w"})

    assert grouped([finding("a"), mine], explained) == {("one", ("x",)): {"a", "b"}}
    assert grouped([finding("a"), others], explained) == {("one", ("x",)): {"a"}, ("none", ()): {"b"}}


def test_key_is_the_same_while_the_suspects_are():
    one = causes([finding("a")], {"a": doubt(blamed("x"))})[0]
    two = causes([finding("b", gap=9), finding("c")], {"b": doubt(blamed("x")), "c": doubt(blamed("x"))})[0]
    other = causes([finding("a")], {"a": doubt(blamed("y"))})[0]

    assert one.key == two.key != other.key
    assert len(one.key) == 12


def test_order_does_not_depend_on_that_of_the_findings():
    explained = {"a": doubt(blamed("x")), "b": doubt(blamed("y")), "c": Silence("tangled")}
    found = [finding("a", gap=2), finding("b", gap=3), finding("c", gap=9), finding("d", "doubtful", gap=9)]
    orders = {tuple(each.key for each in causes(some, explained)) for some in itertools.permutations(found)}

    assert len(orders) == 1
    assert [each.findings for each in causes(found, explained)] == [("b",), ("a",), ("c",), ("d",)]


def test_no_findings_have_no_causes():
    assert causes([], {}) == []


def test_gap_is_a_part_of_the_largest_finite_number():
    assert relative(600, (454, 454, 1054, float("inf"))) == 600 / 1054
    assert relative(0, (None, None)) == 0
