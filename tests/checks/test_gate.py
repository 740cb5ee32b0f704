import duckdb
import pandas as pd
import pandera.errors
import pandera.pandas as pa
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.gate import consistency, failing, schema
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from tests.checks.figures import TOPIC, figure, frame
from tests.thorough import examples

AGREE = [figure(1054), figure(907, sex="F"), figure(147, sex="M")]
CONTRADICT = [figure(509), figure(907, sex="F"), figure(147, sex="M"), figure(3, register="SISTRA")]
SENTENCE = "The parts by sex make the total."
RULES = load_rules(TOPIC)


def contract(rows):
    made = frame(rows).drop(columns="observation_id")
    return made.replace({"register": {"R": "RETA"}})


def cases(figures, of=None):
    with pytest.raises(pandera.errors.SchemaErrors) as error:
        (of or schema(TOPIC)).validate(figures, lazy=True)
    return error.value.failure_cases


def test_figures_that_agree_pass_the_gate():
    assert len(schema(TOPIC).validate(contract(AGREE), lazy=True)) == 3


def test_each_figure_of_a_broken_sum_is_one_case_with_the_sentence_of_its_rule():
    found = cases(contract(CONTRADICT))

    assert found["check"].tolist() == [SENTENCE] * 3
    assert found["index"].tolist() == [0, 1, 2]
    assert found["failure_case"].tolist() == ["509", "907", "147"]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_frame_of_few_columns_is_validated_and_completed(kind):
    rows = {"indicator": ["victims_rescued"] * 3, "ref_area": ["PE"] * 3, "time_period": [2019] * 3,
            "sex": ["_T", "F", "M"], "value": [1054, 907, 147]}  # fmt: skip
    whole = schema("trafficking").validate(kind(rows), lazy=True)

    assert whole["age"].tolist() == ["_T"] * 3
    assert whole["time_period"].tolist() == ["2019"] * 3
    assert set(cases(kind({**rows, "value": [509, 907, 147]}))["check"]) == {SENTENCE}


@pytest.mark.parametrize(
    ("column", "value"), [("value", None), ("sex", None), ("sex", "women"), ("register", None), ("age", "Y0T14")]
)
def test_what_breaks_the_contract_fails_by_the_contract_alone(column, value):
    figures = contract(CONTRADICT)
    figures.loc[1, column] = value
    if column == "value":
        figures.loc[1, ["lower", "upper", "likely_lower", "likely_upper"]] = value

    assert SENTENCE not in set(cases(figures)["check"])


def test_a_repeated_index_blames_no_other_row():
    rows = contract(CONTRADICT)
    rows.index = [0, 0, 0, 0]
    (check,) = [each for each in consistency(TOPIC) if each.name == "sex_parts_make_total"]

    assert list(check(rows).check_output) == [False, False, False, True]


def test_frame_changed_in_place_gets_another_verdict():
    rows = contract(AGREE)
    (check,) = [each for each in consistency(TOPIC) if each.name == "sex_parts_make_total"]
    before = check(rows).check_passed
    rows.loc[0, ["value", "lower", "upper", "likely_lower", "likely_upper"]] = 509.0

    assert before
    assert not check(rows).check_passed


def test_checks_serve_in_a_schema_of_ones_own():
    own = pa.DataFrameSchema({"says": pa.Column(str)}, checks=consistency(TOPIC))

    assert len(own.validate(contract(AGREE))) == 3
    assert cases(contract(CONTRADICT), own)["index"].tolist() == [0, 1, 2]


VALUES = st.sampled_from([0, 1, 2, 3, (0, 2), (1, float("inf"))])
FIGURES = st.builds(
    lambda value, sex, age, year: figure(value, sex=sex, age=age, time_period=str(year)),
    VALUES,
    st.sampled_from(["_T", "F", "M"]),
    st.sampled_from(["_T", "Y0T17", "Y_GE18"]),
    st.integers(2010, 2017),
)


@examples(2, 6)
@given(st.lists(FIGURES, min_size=20, max_size=40))
def test_what_pandera_fails_is_what_the_engine_fails(rows):
    figures = contract(rows)
    named = figures.assign(observation_id=[str(place) for place in range(len(figures))])
    with duckdb.connect() as con:
        con.register("figures", named)
        found = confront(con, TOPIC, RULES, "figures")
        fails = found.finding.query("verdict == 'fails'")
        recorded = failing(found, named)
    engine = {(rule, int(name)) for rule, names in zip(fails["rule"], fails["observations"], strict=True)
              for name in names.split()}  # fmt: skip
    try:
        schema(TOPIC, RULES).validate(figures, lazy=True)
        pandera_says = set()
    except pandera.errors.SchemaErrors as errors:
        pandera_says = {
            (error.check.name, place) for error in errors.schema_errors for place in error.failure_cases["index"]
        }

    assert pandera_says == engine
    assert set(zip(recorded["rule"], recorded["observation_id"].astype(int), strict=True)) == engine
    assert len(recorded) == len(engine)
