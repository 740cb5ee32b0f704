import math
from functools import cache
from itertools import product

import duckdb
import pandas as pd
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC
from tests.checks.test_screen import tables

FIGURES = tables(1)
WAYS = [(4, 0), (1, math.inf)]
MORE = [way for way in product((1, 2, 4), (0, math.inf)) if way not in WAYS]


def answers(figures, threads=2, screen_from=math.inf):
    """Every table that a confrontation answers with, and its systems, with the numbers of groups left out."""
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as con:
        con.register("observation", figures)
        found = confront(con, TOPIC, load_rules(TOPIC), screen_from=screen_from)
        frames = {name: getattr(found, name) for name in ("tally", "finding", "bound", "term", "figure")}
        return frames, found.systems()


@cache
def expected_answers():
    return answers(FIGURES)


@pytest.mark.parametrize(
    ("threads", "screen_from"), [*WAYS, *(pytest.param(*way, marks=pytest.mark.slow) for way in MORE)]
)
def test_same_figures_in_any_order_get_the_same_tables(threads, screen_from):
    frames, systems = answers(FIGURES.sample(frac=1, random_state=threads), threads, screen_from)

    for name, frame in frames.items():
        expected = expected_answers()[0][name]
        if name == "figure":
            # What is set aside has no row.
            expected = expected[expected["observation_id"].isin(frame["observation_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, expected, obj=name)
    assert systems == expected_answers()[1]


def test_sources_in_another_order_get_the_same_tables():
    turned = FIGURES.sort_values("source", ascending=False, kind="stable")
    frames, systems = answers(turned)

    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, expected_answers()[0][name], obj=name)
    assert systems == expected_answers()[1]
