import math
import random

import duckdb
import pandas as pd
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, figure, frame
from tests.checks.shipped import observations

PERIODS = {"2018": 4, "2019": 4, "2019-S1": 2, "2019-S2": 2, "2019-Q1": 1}
COUNTS = {"investigations": 1, "cases": 2, "victims_rescued": 3}


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


def answer(figures, screen_from):
    with duckdb.connect() as con:
        con.register("observation", figures)
        found = confront(con, TOPIC, load_rules(TOPIC), screen_from=screen_from)
        finding = found.finding.drop(columns="component").sort_values("finding", ignore_index=True)
        looked_at = con.execute("SELECT count(*) FROM engine.observation()").fetchone()[0]
        return found.tally, finding, found.bound.drop(columns="rules"), looked_at


@pytest.mark.parametrize("seed", range(4))
def test_what_is_set_aside_changes_no_answer(seed):
    figures = tables(seed)
    tally, finding, bound, everything = answer(figures, len(figures) + 1)
    screened_tally, screened_finding, screened_bound, looked_at = answer(figures, 0)

    assert everything == len(figures)
    assert 0.2 < looked_at / everything < 0.9
    pd.testing.assert_frame_equal(screened_tally, tally)
    pd.testing.assert_frame_equal(screened_finding, finding)
    pd.testing.assert_frame_equal(screened_bound, bound)


def test_shipped_figures_get_the_same_answer_either_way():
    *plain, _ = answer(observations(), math.inf)
    *screened, looked_at = answer(observations(), 0)

    assert looked_at < len(observations())
    for one, other in zip(plain, screened, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_counts_too_large_to_add_are_all_looked_at_closely():
    figures = frame([figure(2**53), figure(2**53 - 1, sex="F", complete="sex"), figure(2, sex="M")])

    tally, *_, looked_at = answer(figures, 0)

    assert looked_at == 3
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
