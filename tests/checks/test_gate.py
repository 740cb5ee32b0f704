import pandera.errors
import pandera.pandas as pa
import pytest

from cuadra.checks.gate import consistency, schema
from tests.checks.figures import TOPIC, figure, frame

AGREE = [figure(1054), figure(907, sex="F"), figure(147, sex="M")]
CONTRADICT = [figure(509), figure(907, sex="F"), figure(147, sex="M"), figure(3, register="S")]


def contract(rows):
    return frame(rows).drop(columns="observation_id")


def test_figures_that_agree_pass_the_gate():
    assert len(schema(TOPIC).validate(contract(AGREE), lazy=True)) == 3


def test_rows_that_fail_carry_the_sentence_of_their_rule():
    with pytest.raises(pandera.errors.SchemaErrors) as error:
        schema(TOPIC).validate(contract(CONTRADICT), lazy=True)
    cases = error.value.failure_cases

    assert set(cases["check"]) == {"The parts by sex make the total."}
    assert set(cases["index"]) == {0, 1, 2}


def test_a_repeated_index_blames_no_other_row():
    rows = contract(CONTRADICT)
    rows.index = [0, 0, 0, 0]
    (check,) = [each for each in consistency(TOPIC) if each.name == "sex_parts_make_total"]

    assert list(check(rows).check_output) == [False, False, False, True]


def test_checks_serve_in_a_schema_of_ones_own():
    own = pa.DataFrameSchema({"says": pa.Column(str)}, checks=consistency(TOPIC))

    assert len(own.validate(contract(AGREE))) == 3
