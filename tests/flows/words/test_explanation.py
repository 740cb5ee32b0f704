import pytest

from cuadra.flows.words.explanation import is_near
from cuadra.flows.words.interval import fitting
from cuadra.flows.words.sentence import say


@pytest.mark.parametrize(
    ("kind", "number", "printed", "is_said"),
    [("digit", 43.0, 44.0, False), ("digit", 187.0, 197.0, True), ("swapped digits", 12.0, 21.0, True)],
)
def test_one_apart_is_no_slip_of_a_digit(kind, number, printed, is_said):
    assert is_near(kind, number, printed) is not is_said


def test_what_fits_from_zero_on_is_at_most():
    assert [fitting(0, 155), fitting(0, 155, "es"), fitting(3, 155), fitting(0, 0)] == [
        "at most 155", "155 como mucho", "3 to 155", "0",
    ]  # fmt: skip


def test_printed_words_of_a_correction_are_named_in_the_readers_language():
    assert say("es", "finding.quoted", says="187 [printed: 197]") == "“187 [impreso: 197]”"
    assert say("en", "finding.quoted", says="187 [printed: 197]") == "“187 [printed: 197]”"
