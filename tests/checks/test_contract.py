import math

import duckdb
import pandas as pd
import pandera.errors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.contract import broken
from cuadra.checks.observation import columns, schema, wrong
from tests.checks.figures import TOPIC, figure, frame

COLUMNS = columns(TOPIC)

BOUND = st.sampled_from([0.0, 3.0, 5.0, math.inf, math.nan, -1.0, 2.0**53 + 2, -math.inf])
CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["press", "Press", "", None]),
        "register": st.sampled_from(["RETA", "press", "retta", "", None]),
        "indicator": st.sampled_from(["victims_rescued", "victims", None]),
        "ref_area": st.sampled_from(["PE", "PE-LIM", "PE-LMI", "PE-140101", "PE-LIM/CALLAO", "PE/", "Peru", "-", None]),
        "time_period": st.sampled_from(["2019", "2019-Q1", "2019-Q5", "_U", "last year", None]),
        "sex": st.sampled_from(["F", "women", None]),
        "age": st.sampled_from(["Y0T17", "Y0T14", None]),
        "complete": st.sampled_from(["", "sex", "sex age", "sex.sex", "gender", None]),
        "series": st.sampled_from([None, "yearbook", "Year book"]),
        "repeats": st.sampled_from([None, "row", "sex", "gender"]),
        "share_base": st.sampled_from([None, "anything"]),
        "unit": st.sampled_from(["persons", "percent", "dozens", None]),
        "qualifier": st.sampled_from(["exact", "roughly", None]),
        "obs_status": st.sampled_from(["A", "B", "Z", None]),
        "says": st.sampled_from(["5", None]),
        "share_of": st.sampled_from([None, "age=_T", "age=_T;sex=F", "age=Y0T14", "unit=persons", "age", ""]),
        "value": st.sampled_from([5.0, math.nan, 2.0**53 + 2]),
        "lower": BOUND,
        "upper": BOUND,
        "likely_lower": BOUND,
        "likely_upper": BOUND,
    },
)


def rows(*changes):
    made = frame([figure(5, register="RETA") for _ in changes])[list(COLUMNS)]
    for column in {column for change in changes for column in change}:
        made[column] = pd.Series(
            [change.get(column, made[column].iloc[n]) for n, change in enumerate(changes)], dtype=made[column].dtype
        )
    return made


def breaks(figures):
    with duckdb.connect() as con:
        con.register("figures", figures)
        return broken(con, TOPIC, "SELECT * FROM figures")


def refused(figures):
    """The columns that pandera refuses."""
    try:
        schema(TOPIC).validate(figures, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return {error.check.name if error.column_name is None else error.column_name for error in errors.schema_errors}
    return set()


def line_of(column, value):
    """What is said of figures one of which has this value."""
    return next(each for each in breaks(rows({}, {column: value})) if each.startswith(f"column {column!r}"))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGED, min_size=1, max_size=3))
def test_contract_in_sql_is_the_contract_of_pandera(changes):
    figures = rows({}, *changes)
    told = {line.split("'")[1] for line in breaks(figures)}

    assert told == refused(figures) == {column for column, _, _ in wrong(figures, TOPIC)}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("unit", "dozens", "in 1 row: expected one of persons, count, percent"),
        ("age", "Y0T14", "in 1 row: expected a code of age.csv such as 'Y0T17', 'Y0T12', 'Y0T5'"),
        ("ref_area", "PE-LMI", "such as 'PE-LMA', 'PE-LIM'"),
        ("register", "RETTA", "such as 'RETA'"),
        ("register", None, "expected a text, got none. State it"),
        ("time_period", "2019-Q5", "got '2019-Q5'"),
        ("complete", "sex gender", "got 'gender'"),
        ("share_of", "age=Y0T14", "expected a whole for each share, such as 'sex=_T', and none for a count"),
        ("lower", -math.inf, "expected a bound within 2^53, got -inf"),
        ("says", None, "expected a text, got none. State it"),
    ],
)
def test_broken_contract_is_said_with_column_count_and_nearest_codes(column, value, said):
    assert said.format(lists=f"{TOPIC.folders[-1]}/codelists/") in line_of(column, value)


@pytest.mark.parametrize(
    ("area", "is_known"),
    [
        ("PE-LIM", True),
        ("PE-LMI", False),
        ("PE-140101", True),
        ("PE-LAM/CHICLAYO/CENTRO", True),
        ("PE/", False),
        ("XX-140101", False),
        ("XX/CENTRO", False),
    ],
)
def test_area_may_be_a_part_of_one_of_the_list(area, is_known):
    assert (breaks(rows({"ref_area": area})) == []) == is_known


def test_register_of_a_source_is_its_own_name():
    assert breaks(rows({"register": "press"})) == []
    assert breaks(rows({"register": "press", "source": "other"})) != []


@pytest.mark.parametrize("columns", [COLUMNS[1:], (*COLUMNS[1:], COLUMNS[0])])
def test_other_columns_break_the_contract(columns):
    (line,) = breaks(rows({})[list(columns)])

    assert line.startswith("columns: expected source, vintage")
