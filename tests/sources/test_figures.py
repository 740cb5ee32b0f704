import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.intervals import Interval
from cuadra.sources.readers.figures import UnreadableFigureError, read

BELOW_HALF = math.nextafter(0.5, 0)

TABLE = [
    ("1,054", "en", (1054, 1054), (1054, 1054)),
    ("1.054", "es", (1054, 1054), (1054, 1054)),
    ("mil 54", "es", (1054, 1054), (1054, 1054)),
    ("eight", "en", (8, 8), (8, 8)),
    ("una", "es", (1, 1), (1, 1)),
    ("more than 300", "en", (301, math.inf), (301, 349)),
    ("over 300", "en", (301, math.inf), (301, 349)),
    ("más de 300", "es", (301, math.inf), (301, 349)),
    ("at least 300", "en", (300, math.inf), (300, 349)),
    ("al menos 300", "es", (300, math.inf), (300, 349)),
    ("fewer than 300", "en", (0, 299), (250, 299)),
    ("up to 300", "en", (0, 300), (250, 300)),
    ("about 500", "en", (400, 600), (450, 550)),
    ("cerca de 500", "es", (400, 600), (450, 550)),
    ("unas 500", "es", (400, 600), (450, 550)),
    ("nearly 300", "en", (0, 299), (270, 299)),
    ("casi 300", "es", (0, 299), (270, 299)),
    ("25 percent", "en", (24.5, math.nextafter(26, 0)), (24.5, 25.5)),
    ("18.4%", "en", (18.35, math.nextafter(18.5, 0)), (18.35, 18.45)),
    ("7 out of 10", "en", (0.65, 0.75), (0.65, 0.75)),
    ("siete de cada 10", "es", (0.65, 0.75), (0.65, 0.75)),
    ("nearly half", "en", (0, BELOW_HALF), (0.4, BELOW_HALF)),
    ("casi la mitad", "es", (0, BELOW_HALF), (0.4, BELOW_HALF)),
    ("<5", "en", (0, 4), (0, 4)),
]


@pytest.mark.parametrize(("says", "language", "hard", "likely"), TABLE)
def test_printed_words_become_two_intervals(says, language, hard, likely):
    reading = read(says, language)

    assert reading.hard == Interval(*hard)
    assert reading.likely == Interval(*likely)


@pytest.mark.parametrize("says", ["XNUMX", "", "1.458", "18,4%", "12 or so", "-3", "1,05", "fewer than 0"])
def test_words_that_cannot_be_read_for_sure_are_refused(says):
    with pytest.raises(UnreadableFigureError):
        read(says, "en")


@pytest.mark.parametrize("says", ["mil " * 3000, "1" * 201, "two and " * 900])
def test_long_words_are_refused_at_once(says):
    with pytest.raises(UnreadableFigureError, match="expected at most 200 letters"):
        read(says, "es")


def test_a_declared_decimal_mark_wins_over_the_language():
    assert read("1,229", "es", decimal=".").value == 1229


@given(st.integers(0, 10**12))
def test_a_count_printed_with_separators_reads_as_itself(n):
    assert read(f"{n:,}").hard == Interval(n, n)
    assert read(f"{n:,}".replace(",", "."), "es").hard == Interval(n, n)


@given(
    st.sampled_from(["more than", "at least", "fewer than", "up to", "about", "nearly"]),
    st.integers(1, 10**12),
    st.sampled_from(["", " percent"]),
)
def test_likely_lies_within_hard_and_neither_is_empty(hedge, n, unit):
    reading = read(f"{hedge} {n}{unit}")

    assert not reading.likely.is_empty()
    assert reading.hard.lower <= reading.likely.lower
    assert reading.likely.upper <= reading.hard.upper


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        reading = read(text)
    except UnreadableFigureError:
        return

    assert not reading.hard.is_empty()
