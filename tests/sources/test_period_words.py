import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks import period
from cuadra.sources.readers.period_words import PeriodWordsError, part_of, read, up_to


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2019", "2019"), ("1st quarter 2001", "2001-Q1"), ("3d quarter 2025", "2025-Q3"), ("2024 Q2", "2024-Q2"),
        ("Q4 2023", "2023-Q4"), ("2020-Q1", "2020-Q1"), ("2020-06", "2020-M06"), ("I Semestre 2021", "2021-S1"),
        ("segundo semestre de 2020", "2020-S2"), ("Ene-Jun 2020", "2020-S1"), ("Enero - Junio 2021", "2021-S1"),
        ("Jan 2020", "2020-M01"), ("setiembre 2019", "2019-M09"), ("enero a febrero 2024", "2024-01-01/2024-02-29"),
        ("abril-junio 2020", "2020-Q2"), ("ENERO - DICIEMBRE 2019", "2019"), ("III trimestre 2020", "2020-Q3"),
        ("2020 (Jan–Mar)", "2020-Q1"), ("2019-01-01/2019-10-31", "2019-01-01/2019-10-31"),
        ("First half of 2020", "2020-S1"), ("2014 Total", "2014"),
    ],
)  # fmt: skip
def test_words_of_tables_are_periods(words, expected):
    assert read(words) == expected
    assert period.parse(expected)


def test_financial_year_needs_its_first_day():
    with pytest.raises(PeriodWordsError, match='year_starts = "04-01"'):
        read("2019/20")

    assert read("2019/20", "04-01") == "2019-04-01/2020-03-31"
    assert read("2019-2020", "07-01") == "2019-07-01/2020-06-30"
    assert read("1999/00", "04-01") == "1999-04-01/2000-03-31"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "spring 2020",
        "5th quarter 2020",
        "17",
        "2020-13",
        "2020 2",
        "2020#2",
        "2020 (1)",
        "2020.2",
        "2015-2019",
        "20190",
        "Total",
        "Ago-Feb 2020",
        "01/02/2020",
    ],
)
def test_what_names_no_period_is_refused_in_one_line(words):
    with pytest.raises(PeriodWordsError) as caught:
        read(words)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "expected"), [("Q1", "2014-Q1"), ("Total", "2014"), ("06", "2014-M06"), ("Dec.", "2014-M12")]
)
def test_part_stands_in_a_column_of_its_own(part, expected):
    assert part_of(part, "2014") == expected


def test_last_day_counted_ends_a_year_or_a_part():
    assert (up_to("2018-12-31"), up_to("2019-10-31")) == ("2018", "2019-01-01/2019-10-31")
    with pytest.raises(PeriodWordsError):
        up_to("31/12/2018")


@given(st.text(max_size=30))
def test_any_words_are_a_period_or_refused(words):
    try:
        found = read(words, "04-01")
    except PeriodWordsError:
        return
    assert period.parse(found)
