import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.flows.words.interval import interval, whole
from cuadra.flows.words.number import number


@pytest.mark.parametrize(
    ("value", "en", "es"),
    [
        (1054, "1,054", "1\u00a0054"),
        (1054.0, "1,054", "1\u00a0054"),
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (-12.5, "-12.5", "-12,5"),
        (62.2, "62.2", "62,2"),
        (0.1 + 0.2, "0.3", "0,3"),
        (1234.56789, "1,234.5679", "1\u00a0234,5679"),
        (0.000012345, "0.00001234", "0,00001234"),
        (2**53 + 1, "9,007,199,254,740,993", "9\u00a0007\u00a0199\u00a0254\u00a0740\u00a0993"),
        (math.inf, "∞", "∞"),
    ],
)
def test_number_is_written_as_the_language_does(value, en, es):
    assert (number(value, "en"), number(value, "es")) == (en, es)


@given(st.integers())
def test_whole_number_is_printed_to_its_last_digit(value):
    assert int(number(value).replace(",", "")) == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_number_is_printed_as_near_as_four_digits(value):
    read = float(number(value).replace(",", ""))

    assert math.isclose(read, value, rel_tol=5e-4)
    assert (read == 0) == (value == 0)


@given(st.floats(allow_nan=False))
def test_languages_print_the_same_digits(value):
    assert number(value, "es") == number(value, "en").translate({ord(","): "\u00a0", ord("."): ","})


@pytest.mark.parametrize(
    ("lower", "upper", "en", "es"),
    [
        (454, 454, "454", "454"),
        (259, 268, "259 to 268", "entre 259 y 268"),
        (1054, math.inf, "1,054 or more", "1\u00a0054 o más"),
        (1054, None, "1,054 or more", "1\u00a0054 o más"),
        (0, 226, "0 to 226", "entre 0 y 226"),
        (-math.inf, 226, "226 or less", "226 o menos"),
        (None, None, "any number", "cualquier número"),
        (math.nan, math.nan, "any number", "cualquier número"),
        (2, 1, "no number", "ningún número"),
        (1.25, 2.5, "1.25 to 2.5", "entre 1,25 y 2,5"),
    ],
)
def test_interval_is_written_as_the_language_does(lower, upper, en, es):
    assert (interval(lower, upper, "en"), interval(lower, upper, "es")) == (en, es)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ((258.23, 268.77), (259, 268)),
        ((483.99999999, 484.00000001), (484, 484)),
        ((277.2, 277.8), (277.2, 277.8)),
        ((1.5, None), (2, math.inf)),
        ((None, 1.5), (-math.inf, 1)),
    ],
)
def test_counts_are_rounded_inward_where_that_leaves_any(given_, expected):
    assert whole(*given_) == expected
