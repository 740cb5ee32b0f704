import math
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from cuadra.checks.explain import explain as module
from cuadra.checks.explain import linear, model
from cuadra.checks.explain.explain import SHOWN_OF_TANGLED, ExplainError, explain
from cuadra.checks.explain.explanation import Silence
from cuadra.checks.explain.linear import Programme, SolverError
from cuadra.checks.explain.many import explain_each, several
from cuadra.checks.explain.system import Claim, Finding, Near, Relation, System
from tests.checks.figures import confronted, figure


def claim(name, value, quantity=None, **given):
    low, high = value if isinstance(value, tuple) else (value, value)
    return Claim(name, quantity or name, low, high, low, high, **{"says": str(value), "source": "press"} | given)


def parts(*names, whole="total"):
    return Relation("parts", (*((name, 1.0) for name in names), (whole, -1.0)), 0, 0)


def one(system):
    (doubt,) = explain(system).doubts
    return doubt


def said(doubt):
    return [tuple(suspect.claim.observation_id for suspect in answer.suspects) for answer in doubt.answers]


REPORTS = System(
    ("s1", "sexual", "before"),
    (),
    (
        claim("277", 277, "s1"),
        claim("148", 148, "sexual"),
        claim("57.8 %", (0.5775, 0.5789), "sexual", base="s1"),
        claim("+34.7 %", (1.3465, 1.3479), "s1", base="before", is_growth=True),
    ),
    (Finding("growth", share="+34.7 %"), Finding("share", share="57.8 %")),
)


def test_answer_names_what_else_would_be_wrong_where_its_number_contradicts_other_figures():
    said_twice = System(
        ("t", "women", "men", "nationals", "foreigners", "children", "adults"),
        (
            parts("women", "men", whole="t"),
            parts("nationals", "foreigners", whole="t"),
            Relation("at most", (("children", 1.0), ("adults", 1.0), ("t", -1.0)), -math.inf, 0),
        ),
        (
            claim("t", 212), claim("women", 168), claim("men", 44), claim("nationals", 139), claim("foreigners", 83),
            claim("children", 57), claim("adults", 158),
        ),
        (Finding("by citizenship", relation=1), Finding("by age", relation=2)),
    )  # fmt: skip
    beside = {
        (key, suspects[0]): {claim.observation_id for claim in answer.beside}
        for key in ("by citizenship", "by age")
        for answer in explain(said_twice).by_finding[key].answers
        for suspects in [tuple(suspect.claim.observation_id for suspect in answer.suspects)]
    }

    assert beside["by citizenship", "t"] == beside["by age", "t"] == {"women", "men"}
    assert beside["by citizenship", "nationals"] == beside["by age", "children"] == set()


def test_table_in_which_hardly_a_figure_fits_is_told_as_a_whole():
    random = Random(7)
    sexes, ages = ("_T", "F", "M", "O", "_U"), ("_T", "Y0T17", "Y_GE18", "_U")
    forms = ("_T", "SEXUAL", "FORCED_LABOUR")
    rows = [
        figure(random.randrange(3000), sex=sex, age=age, exploitation=form)
        for sex in sexes for age in ages for form in forms
    ]  # fmt: skip
    found = confronted(*rows)
    doubt = one(found.system(0))

    assert doubt.is_tangled
    assert doubt.answers == ()
    assert 0 < len(doubt.conflicts) <= SHOWN_OF_TANGLED


def test_rules_that_contradict_each_other_are_an_error_and_no_suspicion():
    rules = (
        Relation("at_least_ten", (("x", 1.0),), 10, math.inf),
        Relation("at_most_five", (("x", 1.0),), -math.inf, 5),
    )
    with pytest.raises(ExplainError, match=r"^rules: expected that they can hold together.*--lint"):
        explain(System(("x",), rules, (claim("x", 7),)))


def test_whole_numbers_alone_make_277_reports_impossible():
    doubt = one(REPORTS)
    (suspect,) = doubt.answers[0].suspects

    assert said(doubt) == [("277",)]
    assert suspect.fits == (256, 256)


def test_growth_without_a_whole_number_has_its_own_conflict():
    doubt = explain(REPORTS).about("growth")

    assert [each.observation_id for each in doubt.conflicts[0].claims] == ["277", "+34.7 %"]
    assert doubt.conflicts[0].is_whole
    assert said(doubt) == [("277",)]


def test_growth_is_explained_as_growth():
    group = System(
        ("now", "before"), (),
        (claim("now", 120), claim("before", 100), claim("g", (1.3745, 1.3755), "now", base="before", is_growth=True)),
    )  # fmt: skip
    (suspect,) = one(group).answers[0].suspects

    assert (suspect.unit, suspect.fits) == ("growth", (20, 20))


def test_impossible_percentage_has_a_nearest_share_and_bases_that_fit():
    group = System(("part", "n"), (), (claim("n", 31), claim("p", (0.5725, 0.5735), "part", base="n")))
    (suspect,) = one(group).answers[0].suspects

    assert suspect.claim.observation_id == "p"
    assert (suspect.possible.part, suspect.possible.base, suspect.possible.percent) == (18, 31, 58.1)
    for base in suspect.possible.bases:
        assert any(0.5725 * base <= part <= 0.5735 * base for part in range(base))


def test_amounts_may_have_fractions_and_signed_ones_fall_below_zero():
    claims = (claim("a", 5.5), claim("b", (4, 5)), claim("total", 10.4))
    signed = (claim("a", 5.5), claim("total", -2))
    names = ("a", "b", "total")
    amounts = frozenset(names)

    assert explain(System(names, (parts("a", "b"),), claims, amounts=amounts)).doubts == ()
    assert explain(System(names, (parts("a", "b"),), signed, amounts=amounts, signed=amounts)).doubts == ()
    assert explain(System(names, (parts("a", "b"),), signed, amounts=amounts)).doubts


def test_echoes_of_one_statement_are_one_witness():
    claims = (
        claim("later", 882, "x", source="b", published="2020-06-01"),
        claim("first", 882, "x", source="a", published="2019-06-01"),
        claim("new", 1189, "x", source="c", published="2021-07-01"),
    )
    doubt = one(System(("x",), (), claims))
    echoed = next(a.suspects[0] for a in doubt.answers if a.suspects[0].claim.lower == 882)

    assert sorted(said(doubt)) == [("first",), ("new",)]
    assert [each.observation_id for each in echoed.echoes] == ["later"]
    assert doubt.is_even


def test_share_of_a_figure_printed_twice_is_one_witness():
    def half(name, of):
        return claim(name, (0, 226), "foreign", stated_of=of)

    claims = (claim("a", 454, "x"), claim("b", 454, "x"), half("half of a", "a"), half("half of b", "b"))
    group = System(("x", "foreign"), (), (*claims, claim("named", 451, "foreign")))
    found = {each.suspects[0].claim.observation_id: each.suspects[0] for each in one(group).answers}

    assert [each.observation_id for each in found["half of a"].echoes] == ["half of b"]
    assert "half of b" not in found


def test_statement_published_later_may_be_a_later_edition():
    dates = [("2022-11", "2024-03-01"), ("2024-03-01", "2022-11"), ("2022", "2022-11"), ("", "2024")]
    kinds = []
    for mine, other in dates:
        claims = (claim("a", 4586, "x", published=mine), claim("b", 4578, "x", published=other, place="2"))
        by_name = {
            each.suspects[0].claim.observation_id: each.suspects[0] for each in one(System(("x",), (), claims)).answers
        }
        kinds.append([each.kind for each in by_name["a"].hypotheses if "edition" in each.kind])

    assert kinds == [["later edition"], [], [], []]


@pytest.mark.parametrize(("other", "expected"), [(4578, ["another edition"]), (1054, [])])
def test_statements_of_one_day_that_lie_near_may_be_of_two_editions(other, expected):
    same = {"quantity": "x", "published": "2026-11-25"}
    claims = (claim("a", 4586, place="first release 2022-11", **same), claim("b", other, place="later", **same))
    for answer in one(System(("x",), (), claims)).answers:
        assert [each.kind for each in answer.suspects[0].hypotheses if "edition" in each.kind] == expected


def test_number_that_includes_another_is_another_label_and_counts_as_one():
    names = ("total", "national", "foreign", "earlier")
    rules = (parts("national", "foreign"), Relation("within", (("earlier", -1.0), ("total", 1.0)), -math.inf, 0))
    claims = (claim("437", 437, "national"), claim("71", 71, "foreign"), claim("445", 445, "earlier"))
    answers = one(System(names, rules, claims)).answers
    (included,) = answers[0].suspects[0].hypotheses

    assert answers[0].suspects[0].claim.observation_id == "437"
    assert (included.kind, included.number, included.fits) == ("includes", 366, (71, 445))


def test_figure_its_author_computed_falls_with_what_it_was_computed_from():
    names = ("total", "national", "foreign", "earlier")
    rules = (parts("national", "foreign"), Relation("within", (("earlier", -1.0), ("total", 1.0)), -math.inf, 0))
    claims = (
        claim("437", 437, "national"),
        claim("71", 71, "foreign"),
        claim("more", (501, math.inf), "total", computed_from=("437", "71"), qualifier="more_than"),
        claim("445", 445, "earlier"),
    )
    answers = {each.suspects[0].claim.observation_id: each for each in one(System(names, rules, claims)).answers}

    assert ("437" in answers, "445" in answers) == (True, True)
    assert [each.observation_id for each in answers["437"].suspects[0].falls] == ["more"]
    (included,) = answers["437"].suspects[0].hypotheses
    assert (included.kind, included.number) == ("includes", 366)
    assert [each.says for each in included.claims] == ["71"]


def test_closeness_decides_among_equals():
    names = ("a", "b", "c", "total")
    claims = (claim("a", 100), claim("b", 250), claim("c", 300), claim("total", 600))
    near = {
        "a": Near(98, 102), "b": Near(198, 202), "c": Near(299, 301), "total": Near(598, 602)
    }  # fmt: skip
    plain, informed = (one(System(names, (parts("a", "b", "c"),), claims, near=each)) for each in ({}, near))

    assert plain.named is None
    assert informed.named == informed.answers[0]
    assert said(informed)[0] == ("b",)


def test_cumulative_figure_that_would_have_to_fall_is_less_likely():
    claims = (claim("a", 110), claim("b", 110), claim("total", 210))
    near = {"a": Near(105, 120, is_cumulative=True), "b": Near(80, 101, is_cumulative=True)}
    doubt = one(System(("a", "b", "total"), (parts("a", "b"),), claims, near=near))

    assert said(doubt)[0] == ("b",)


def test_answers_are_sorted_before_any_cut_and_the_total_is_always_shown():
    names = tuple(f"p{n}" for n in range(9))
    near = {name: Near(90, 90) for name in names[1:]}
    claims = tuple(claim(name, 100) for name in names)
    doubt = one(System((*names, "total"), (parts(*names),), (*claims, claim("total", 890)), near=near))
    odds = [answer.odds for answer in doubt.answers]

    assert odds == sorted(odds, reverse=True)
    assert len(doubt.answers) == 10
    assert ("total",) in said(doubt)[5:]
    assert any(answer.suspects[0].is_total for answer in doubt.shown())
    assert len(doubt.shown()) == 6


def test_sum_that_only_some_suspects_are_part_of_would_decide():
    names = ("a", "b", "total", "half")
    rules = (parts("a", "b"), Relation("half", (("a", 1.0), ("half", -1.0)), -math.inf, 0))
    doubt = one(System(names, rules, (claim("a", 10), claim("b", 20), claim("total", 40))))

    assert (doubt.decider.kind, doubt.decider.quantity) == ("sum", "half")


def test_finding_has_its_own_conflict_and_never_another_ones():
    names = ("f", "m", "total", "x", "y", "both")
    rules = (parts("f", "m"), parts("x", "y", whole="both"), Relation("never broken", (("f", 1.0),), 0, math.inf))
    claims = (
        claim("f", 10), claim("m", 20), claim("total", 40), claim("x", 1), claim("y", 2), claim("both", 9)
    )  # fmt: skip
    findings = tuple(Finding(str(place), relation=place) for place in range(3))
    told = explain(System(names, rules, claims, findings))

    for place, mine in ((0, {"f", "m", "total"}), (1, {"x", "y", "both"})):
        doubt = told.about(str(place))
        assert doubt.conflicts[0].relations == (rules[place],)
        assert {name for answer in said(doubt) for name in answer} == mine
    assert told.about("2") == Silence("no conflict of its own")
    assert told.about("unheard of") == Silence("not evaluated")


def test_relation_that_shares_its_figures_with_another_conflict_has_its_own():
    rules = (parts("f", "m"), Relation("at most", (("f", 1.0), ("total", -1.0)), -math.inf, 0))
    findings = tuple(Finding(str(place), relation=place) for place in range(2))
    told = explain(System(("f", "m", "total"), rules, (claim("f", 50), claim("total", 40)), findings))

    for place, rule in enumerate(rules):
        assert rule in told.about(str(place)).conflicts[0].relations


def test_suppressed_counts_alone_leave_no_figure_to_doubt():
    claims = (claim("a", (0, 4), "x", qualifier="suppressed"), claim("b", (9, 9), "x", qualifier="suppressed"))
    told = explain(System(("x",), (), claims, (Finding("x", quantity="x"),)))

    assert told.about("x") == Silence("no figure to doubt")


def test_group_beyond_the_limit_says_so_of_each_finding(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1)

    assert explain(REPORTS).about("growth") == Silence("too large")


def test_search_that_stops_at_its_limit_says_so(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 0)

    assert explain(REPORTS).about("growth") == Silence("not decided")


def test_search_that_runs_out_of_branches_is_not_decided(monkeypatch):
    monkeypatch.setattr(linear, "MOST_BRANCHES", 0)

    assert explain(REPORTS).about("growth") == Silence("not decided")


def test_groups_are_explained_alike_in_any_order_and_side_by_side():
    small = System(("x",), (), (claim("a", 1, "x"), claim("b", 2, "x")), (Finding("x", quantity="x"),))
    systems = {7: REPORTS, 3: small}
    alone = {group: explain(system) for group, system in systems.items()}
    with ThreadPoolExecutor(2) as pool:
        told = explain_each(systems, pool.map)

    assert list(told) == [7, 3]
    assert told == explain_each(systems) == alone
    assert several([small, REPORTS, small]) == [alone[3], alone[7], alone[3]]


@pytest.fixture
def tired_solver(monkeypatch):
    """Solvers that give up before they begin."""
    prepare = model._prepare

    def tire(solver):
        prepare(solver)
        solver.setOptionValue("time_limit", 0.0)

    monkeypatch.setattr(model, "_UNUSED", [])
    monkeypatch.setattr(model, "_prepare", tire)


def test_solver_that_says_nothing_is_an_error_of_the_engine_and_a_reason(tired_solver):
    with pytest.raises(SolverError, match=r"^solver: expected feasible or infeasible, got kTimeLimit"):
        Programme.of(REPORTS).conflict([])

    assert explain_each({0: REPORTS})[0].about("growth") == Silence("solver")
