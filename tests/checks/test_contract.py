import math

import duckdb
import pandera.errors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.contract import broken
from cuadra.checks.observation import columns, schema
from tests.checks.figures import TOPIC, figure, frame

COLUMNS = columns(TOPIC)

BOUND = st.sampled_from([0.0, 3.0, 5.0, math.inf, math.nan, -1.0, 2.0**53 + 2, -math.inf])
CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["press", "Press", "", None]),
        "unit": st.sampled_from(["persons", "percent", "dozens", None]),
        "qualifier": st.sampled_from(["exact", "roughly", None]),
        "obs_status": st.sampled_from(["A", "B", "Z", None]),
        "says": st.sampled_from(["5", None]),
        "share_of": st.sampled_from([None, "age=_T"]),
        "value": st.sampled_from([5.0, math.nan, 2.0**53 + 2]),
        "lower": BOUND,
        "upper": BOUND,
        "likely_lower": BOUND,
        "likely_upper": BOUND,
    },
)


def rows(*changes):
    made = frame([figure(5) for _ in changes])[list(COLUMNS)]
    for column in {column for change in changes for column in change}:
        made[column] = [change.get(column, made[column].iloc[n]) for n, change in enumerate(changes)]
    return made


def breaks(figures):
    with duckdb.connect() as con:
        con.register("figures", figures)
        return broken(con, TOPIC, "SELECT * FROM figures")


def is_kept(figures):
    try:
        schema(TOPIC).validate(figures, lazy=True)
    except pandera.errors.SchemaErrors:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGED, min_size=1, max_size=3))
def test_contract_in_sql_is_the_contract_of_pandera(changes):
    figures = rows({}, *changes)

    assert (breaks(figures) == []) == is_kept(figures)


def test_broken_contract_is_told_with_column_and_count():
    assert breaks(rows({}, {"unit": "dozens"}, {"unit": "dozens"})) == [
        "column 'unit': expected one of persons, count, percent, ratio, percent_change, average, per_100k, "
        "got 'dozens' in 2 rows"
    ]


@pytest.mark.parametrize("columns", [COLUMNS[1:], (*COLUMNS[1:], COLUMNS[0])])
def test_other_columns_break_the_contract(columns):
    (line,) = breaks(rows({})[list(columns)])

    assert line.startswith("columns: expected source, vintage")
