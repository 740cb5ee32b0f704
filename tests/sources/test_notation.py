import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.sources.readers.figures import NOTHING, Declared, UnreadableFigureError
from cuadra.sources.readers.notation import decimal_mark


def of(*says, language="es", declared=NOTHING):
    return decimal_mark([(each, declared) for each in says], language)


@pytest.mark.parametrize(
    ("says", "language", "mark"),
    [
        (["1,466", "7,049", "más de 2,000"], "es", "."),
        (["1.466", "7.049"], "en", ","),
        (["1.466", "33,3 %"], "es", None),
        (["1,466", "33.3%"], "en", None),
        (["2.481.003"], "en", ","),
        (["18,4%"], "en", ","),
        (["2,481,003"], "es", "."),
        (["7", "31", "treinta"], "es", None),
        (["907 147", "907", "147"], "en", None),
    ],
)
def test_notation_is_found_from_all_numbers_together(says, language, mark):
    assert of(*says, language=language) == mark


@pytest.mark.parametrize(("says", "language"), [("3,000", "es"), ("3.000", "en")])
def test_one_number_alone_speaks_for_no_notation(says, language):
    assert of(says, "1", language=language) is None


def test_numbers_written_in_two_ways_are_asked_about():
    with pytest.raises(UnreadableFigureError, match="Declare `decimal`") as refusal:
        of("33.3 %", "1.054")

    assert refusal.value.code == "mixed"


def test_decimals_that_two_ways_read_are_asked_about():
    with pytest.raises(UnreadableFigureError) as refusal:
        of("1.234", "2.345", language="en", declared=Declared(kind="number"))

    assert refusal.value.code == "two_ways"


def test_declared_figures_say_nothing_of_the_others():
    figures = [("33.3 %", Declared(decimal=".")), ("1.054", NOTHING), ("2.481", NOTHING)]

    assert decimal_mark(figures, "es") is None


@given(st.lists(st.integers(1000, 10**9), min_size=2, unique=True), st.sampled_from([("en", "."), ("es", ",")]))
def test_counts_grouped_in_the_other_way_are_found(numbers, way):
    language, thousands = way
    says = [f"{n:,}".replace(",", thousands) for n in numbers]

    assert of(*says, language=language) == {".": ",", ",": "."}[thousands]
