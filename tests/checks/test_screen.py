import math
import random
from itertools import product

import duckdb
import pandas as pd
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, figure, frame, with_rules
from tests.checks.shipped import observations

PERIODS = {"2018": 4, "2019": 4, "2019-S1": 2, "2019-S2": 2, "2019-Q1": 1}
COUNTS = {"investigations": 1, "cases": 2, "victims_rescued": 3}

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]


def tables(seed):
    """Many tables of figures that add up, some of them spoilt: thinned out, hedged, repeated, changed, shared."""
    chance = random.Random(seed)
    rows = []
    for register in range(40):
        spoilt = chance.choice([0, 0, 0.05, 0.3])
        areas = chance.choice([["PE"], ["PE", "PE-LMA"]]) if spoilt else ["PE"]
        sound = ["2018", "2019", *chance.choice([[], ["2019-S1", "2019-S2"]])]
        for period in chance.sample(sorted(PERIODS), chance.randint(1, 5)) if spoilt else sound:
            for indicator in chance.sample(sorted(COUNTS), chance.randint(1, 3)):
                for area in areas:
                    size = PERIODS[period] * COUNTS[indicator] * (chance.choice([1, 1, 1, 5]) if spoilt else 1)
                    cells = [
                        ({}, 10 * size), ({"sex": "F"}, 6 * size), ({"sex": "M"}, 4 * size),
                        ({"age": "Y0T17"}, 3 * size), ({"age": "Y_GE18"}, 7 * size),
                        ({"sex": "F", "age": "Y0T17"}, 2 * size), ({"sex": "M", "age": "Y0T17"}, size),
                        ({"citizenship": "FOREIGN"}, 5 * size), ({"citizenship": "NATIONAL"}, 5 * size),
                        ({"citizenship": "VEN"}, 4 * size), ({"sex": "F", "age": "Y_GE18"}, 4 * size),
                        ({"sex": "M", "age": "Y_GE18"}, 3 * size),
                        ({"exploitation": "SEXUAL"}, 9 * size),
                    ]  # fmt: skip
                    for cell, count in cells[: chance.randint(1, len(cells)) if spoilt else None]:
                        about = {"register": f"R{register}", "time_period": period, "indicator": indicator,
                                 "ref_area": area, "source": f"s{register % 3}", **cell}  # fmt: skip
                        if chance.random() >= spoilt:
                            rows.append(figure(count, **about))
                            continue
                        rows += chance.choice([
                            [], [figure((count, math.inf), **about)], [figure((count - 1, count + 9), **about)],
                            [figure(count, **about)] * 2, [figure(count, **about), figure(count + 1, **about)],
                            [figure(count + 1, **about)], [figure(count, **about | {"source": "other"})],
                            [figure(count, **about, obs_status=chance.choice("KMDB"))],
                            [figure(count, **about, complete="sex age")],
                            [figure((40, 60), **about | {"sex": "M", "unit": "percent", "share_of": "sex=_T"})],
                        ])  # fmt: skip
    return frame([row | {"locator": str(place)} for place, row in enumerate(rows)])


MINE = """
[women_at_most_men]
sentence = "At most twice as many women as men."
sentence_es = "No más del doble de mujeres que de hombres."
severity = "error"
reason = "a test"
source = "a test"
left = [{ sex = "F" }]
is = "at most"
right = [{ sex = "M", times = 2 }]

[cases_never_fall]
sentence = "Cases do not fall."
sentence_es = "Los casos no bajan."
severity = "error"
reason = "a test"
source = "a test"
left = [{ indicator = "cases" }]
is = "at least"
right = [{ indicator = "cases", years_before = 1 }]
"""
SIZES = {"2018": 8, "2019": 8, "2019-S1": 4, "2019-S2": 4, "2019-Q1": 2, "2019-Q2": 2, "2019-01-01/2019-03-31": 2}
CELLS = [
    ({}, 100), ({"sex": "F"}, 60), ({"sex": "M"}, 40), ({"age": "Y0T17"}, 30), ({"age": "Y_GE18"}, 70),
    ({"sex": "F", "age": "Y0T17"}, 20), ({"sex": "M", "age": "Y0T17"}, 10), ({"age": "Y0T11"}, 10),
    ({"age": "Y12T17"}, 20), ({"citizenship": "FOREIGN"}, 20), ({"citizenship": "NATIONAL"}, 80),
    ({"citizenship": "VEN"}, 10), ({"exploitation": "SEXUAL"}, 50),
]  # fmt: skip


def linked(seed):
    """Figures that regions, periods and stages link, one in fifty of them hedged, wrong, repeated, a share or gone."""
    chance = random.Random(seed)
    rows = []
    for register in range(3):
        areas = ["GB", "GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"][: chance.choice([3, 5, 5])]
        periods = chance.choice([["2018", "2019"], ["2019", "2019-S1", "2019-S2"], [*SIZES][:6], [*SIZES]])
        named = chance.choice([f"R{register}", f"R{register}", "GLOTIP", "SDG"])
        complete = chance.choice(["", "sex age", "age.band"])
        for (indicator, scale), period, area in product({"cases": 2, "investigations": 1}.items(), periods, areas):
            about = {"register": named, "time_period": period, "indicator": indicator, "ref_area": area,
                     "source": "other" if chance.random() < 0.02 else f"s{register}", "complete": complete}  # fmt: skip
            for cell, size in CELLS:
                count = size * scale * SIZES[period] * (len(areas) - 1 if area == "GB" else 1)
                given = about | cell
                if chance.random() > 0.02:
                    rows.append(figure(count, **given))
                    continue
                share = {"complete": "", "sex": "F", "unit": "percent", "share_of": "sex=_T"}
                rows += chance.choice([
                    [], [figure((count - 9, count + 9), **given)], [figure((count, math.inf), **given)],
                    [figure(count + 1, **given)], [figure(count, **given), figure(count + 1, **given)],
                    [figure(count, **given | {"source": "third"})],
                    [figure(count, **given, obs_status=chance.choice("KMDBLW"))],
                    [figure(count, **given), figure((50, 70), **given | share)],
                    [figure(count, **given, repeats=each) for each in ("row", "citizenship")],
                ])  # fmt: skip
    return frame([row | {"locator": str(place)} for place, row in enumerate(rows)])


def answer(figures, screen_from, topic=TOPIC):
    with duckdb.connect() as con:
        con.register("observation", figures)
        found = confront(con, topic, load_rules(topic), screen_from=screen_from)
        return [found.tally, found.finding, found.bound, found.term, found.systems()], found.figure


def agree(one, other):
    """Whether two answers are the same, but for the figures that one of them did not look at."""
    for left, right in zip(one[0], other[0], strict=True):
        if isinstance(left, dict):
            assert left == right
        else:
            pd.testing.assert_frame_equal(left, right)
    seen = one[1][one[1]["observation_id"].isin(other[1]["observation_id"])]
    pd.testing.assert_frame_equal(seen.reset_index(drop=True), other[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_set_aside_changes_no_answer(seed):
    figures = tables(seed)
    plain, screened = answer(figures, len(figures) + 1), answer(figures, 0)

    assert len(plain[1]) == len(figures)
    assert 0.2 < len(screened[1]) / len(figures) < 0.6
    agree(plain, screened)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_set_aside_of_linked_figures_changes_no_answer(seed, tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.toml").write_text(MINE, encoding="utf-8")
    figures, topic = linked(seed), with_rules(tmp_path)
    plain, screened = (answer(figures, screen_from, topic) for screen_from in (math.inf, 0))

    assert len(screened[1]) < len(figures)
    agree(plain, screened)


def test_shipped_figures_get_the_same_answer_either_way():
    plain, screened = (answer(observations(), screen_from) for screen_from in (math.inf, 0))

    assert len(screened[1]) < len(observations())
    agree(plain, screened)


def test_one_hedged_figure_draws_in_its_relations_and_not_their_tables():
    areas = ["GB", *(code for code in TOPIC.code_list("ref_area").codes if code.startswith("GB-"))]
    rows = [
        figure(count * (len(areas) - 1 if area == "GB" else 1), register=f"R{n}", ref_area=area, sex=sex)
        for n in range(30)
        for area in areas
        for sex, count in {"_T": 10, "F": 6, "M": 4}.items()
    ]
    rows[4] |= {"lower": rows[4]["lower"] - 1, "upper": rows[4]["upper"] + 1}
    _, looked_at = answer(frame(rows), 0)

    # The women of all areas, and the men and both of one.
    assert len(looked_at) == len(areas) + 2


def test_counts_too_large_to_add_are_all_looked_at_closely():
    figures = frame([figure(2**53), figure(2**53 - 1, sex="F", complete="sex"), figure(2, sex="M")])

    (tally, *_), looked_at = answer(figures, 0)

    assert len(looked_at) == 3
    assert tally.set_index("rule")["fails"]["sex_parts_make_total"] == 1


def test_one_connection_serves_many_confrontations():
    with duckdb.connect() as con:
        con.register("few", tables(0))
        con.register("sound", frame([figure(n, register=f"R{n}") for n in range(50)] + [figure(1), figure(2)]))
        fails = [
            confront(con, TOPIC, load_rules(TOPIC), name, screen_from=0).tally["fails"].sum()
            for name in ("sound", "few", "sound")
        ]

    assert fails[0] == fails[2] == 1
    assert fails[1] > 1
