from itertools import chain

import duckdb

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, confronted, figure, frame


def only(*rows):
    found = confronted(*rows)
    (group,) = found.systems().values()
    return found, group


def broken(**given):
    """Three figures that do not add up."""
    return [figure(n, sex=sex, **given) for sex, n in (("F", 10), ("M", 20), ("_T", 50))]


def test_group_has_its_findings_each_with_its_relation_or_quantity():
    found, group = only(*broken(complete="sex"), figure(51, locator="¶2"))
    about = {each.key: each for each in group.findings}
    rules = dict(zip(found.finding["finding"], found.finding["rule"], strict=True))

    assert set(about) == set(found.finding.query("verdict == 'fails'")["finding"])
    for key, each in about.items():
        if rules[key] == "one_value":
            assert each.quantity == "victims_rescued PE 2019 R"
        else:
            assert group.relations[each.relation].rule == rules[key]
    assert {claim.published for claim in group.claims} == {"2020"}


def test_share_of_growth_is_told_from_a_share_of_a_whole():
    rows = [
        figure(100, time_period="2018"),
        figure(120),
        figure(37.5, unit="percent_change", share_of="time_period=2018", locator="¶2"),
        figure(10, sex="F", locator="¶3"),
        figure(50, sex="F", unit="percent", share_of="sex=_T", locator="¶4"),
    ]
    _, group = only(*rows)

    assert {claim.says: claim.is_growth for claim in group.claims if claim.base} == {"37.5": True, "50": False}


def test_neighbours_in_time_are_the_nearest_periods_of_one_kind():
    earlier = [figure(n, time_period=period) for period, n in (("2010", 7), ("2017", 30), ("2021", 60))]
    _, group = only(*broken(complete="sex"), *earlier, figure(5, time_period="2018-S1"))
    near = group.near["victims_rescued PE 2019 R"]

    assert (near.before, near.after, near.passed, near.is_cumulative) == (30, 60, 0.5, False)
    assert "victims_rescued PE 2019 R sex=F" not in group.near


def test_neighbours_of_a_cumulated_figure_are_those_that_begin_with_it():
    day = "2020-01-01/2020-0{}-01".format
    rows = [*broken(complete="sex", time_period=day(3)), figure(9, time_period=day(2)), figure(61, time_period=day(7))]
    near = only(*rows)[1].near[f"victims_rescued PE {day(3)} R"]

    assert (near.before, near.after, near.is_cumulative) == (9, 61, True)
    assert 0.15 < near.passed < 0.25


def test_periods_that_print_unlike_values_are_no_neighbours():
    unlike = [figure(n, time_period="2018", locator=f"¶{n}") for n in (30, 31)]
    groups = confronted(*broken(complete="sex"), *unlike).systems().values()

    assert all("victims_rescued PE 2019 R" not in group.near for group in groups)


def test_rows_alike_are_those_of_other_areas_that_print_much_the_same():
    def row(area, *values):
        return [
            figure(n, sex=sex, age=age, ref_area=area)
            for (sex, age), n in zip((("F", "_T"), ("M", "_T"), ("_T", "_T"), ("_T", "Y0T17")), values, strict=True)
        ]

    rows = [row("BO", 11, 21, 32, 6), row("EC", 900, 800, 1700, 300), row("CO", 10, 19, 29, 5), row("CL", 9, 18, 27, 4)]
    own = [*broken(complete="sex"), figure(5, age="Y0T17")]
    group = next(each for each in confronted(*own, *chain(*rows)).systems().values())
    alike = group.near["victims_rescued PE 2019 R"].alike

    assert set(alike) == {32, 29, 27}


def test_what_is_near_is_the_same_whatever_is_set_aside():
    con = duckdb.connect()
    con.register(
        "observation", frame([*broken(complete="sex"), *(figure(n, time_period=str(n)) for n in (2001, 2018))])
    )
    plain, screened = (confront(con, TOPIC, load_rules(TOPIC), screen_from=figures).systems() for figures in (10**9, 1))

    assert [group.near for group in plain.values()] == [group.near for group in screened.values()]
    assert any(group.near for group in plain.values())
