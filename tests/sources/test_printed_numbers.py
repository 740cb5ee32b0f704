"""Printed forms and what is right for each; a file of the same form is taken from CUADRA_PRINTED_NUMBERS."""

import csv
import math
import os
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cuadra.sources.readers.figures import Declared, UnreadableFigureError, read

FILE = Path(
    os.environ.get("CUADRA_PRINTED_NUMBERS", Path(__file__).parents[3] / "shared" / "cases" / "printed_numbers.csv")
)
FORMS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())) if FILE.exists() else []
NEAR = 0.001

OURS = [
    ("12,480", "en", "12480..12480 count"),
    ("12.480", "es", "12480..12480 count"),
    ("12.480", "en", "refuse thousands_or_decimals"),
    ("5.000", "en", "refuse thousands_or_decimals"),
    ("7,250", "es", "refuse thousands_or_decimals"),
    ("2'481'003", "en", "2481003..2481003 count"),
    ("12\u202f480", "es", "12480..12480 count"),
    ("12 480", "en", "refuse two_numbers"),
    ("12,480 731", "en", "refuse two_numbers"),
    ("0,731", "en", "refuse leading_zero"),
    ("007", "en", "refuse leading_zero"),
    ("0.731%", "es", "refuse leading_zero"),
    ("0.731%", "en", "0.7305..0.732 percent"),
    ("2.481%", "es", "refuse thousands_or_decimals"),
    ("1.054 million", "en", "refuse thousands_or_decimals"),
    ("12 to 19", "en", "12..19 count"),
    ("12-19", "es", "12..19 count"),
    ("between twelve and nineteen", "en", "12..19 count"),
    ("entre treinta y uno y cuarenta", "es", "31..40 count"),
    ("entre un 12 % y un 19 %", "es", "11.5..20 percent"),
    ("19-12", "en", "refuse range"),
    ("2014-2016", "en", "refuse range"),
    ("2014-16", "en", "refuse range"),
    ("3 to 4 million", "en", "refuse"),
    ("12 or 19", "en", "refuse"),
    ("12 y 19", "es", "refuse two_numbers"),
    ("sixty ninety", "en", "refuse two_numbers"),
    ("sesenta y dos", "es", "62..62 count"),
    ("ochocientas doce", "es", "812..812 count"),
    ("six hundred and four", "en", "604..604 count"),
    ("mil 204", "es", "1204..1204 count"),
    ("6 mil", "es", "5500..6999 count"),
    ("6 thousand", "en", "5500..6999 count"),
    ("a hundred", "en", "50..199 count"),
    ("one hundred", "en", "100..100 count"),
    ("3,4 millones", "es", "3350000..3499999 count"),
    ("2.75k", "en", "2745..2759 count"),
    ("más de dos mil", "es", "2001..inf count"),
    ("billions", "en", "refuse"),
    ("half a million", "en", "refuse vague"),
    ("el 62 %", "es", "61.5..63 percent"),
    ("a 700", "en", "refuse"),
    ("62.5 %", "es", "62.45..62.6 percent"),
    ("3 puntos porcentuales", "es", "refuse no_share"),
    ("4 out of 5", "en", "0.7..0.9 ratio"),
    ("dos de cada cinco", "es", "0.3..0.5 ratio"),
    ("31 in 2019", "en", "refuse year"),
    ("three quarters", "en", "0.7..0.8 ratio"),
    ("tres cuartas partes", "es", "0.7..0.8 ratio"),
    ("more than half", "en", "0.5..inf ratio"),
    ("tres docenas", "es", "36..36 count"),
    ("una treintena", "es", "24..36 count"),
    ("scores", "en", "refuse vague"),
    ("not fewer than 44", "en", "44..inf count"),
    ("never more than 44", "en", "0..44 count"),
    ("no más del 44 %", "es", "0..44 percent"),
    ("44 or fewer", "en", "0..44 count"),
    ("poco menos de 700", "es", "0..699 count"),
    ("about 2,000", "en", "1500..2499 count"),
    ("around 30", "en", "24..36 count"),
    ("≥44", "en", "44..inf count"),
    ("more than 44 or more", "en", "refuse"),
    ("−44", "es", "refuse negative"),
    ("44th", "en", "refuse"),
    ("4O4", "en", "refuse"),
    ("1\u200b2", "en", "refuse unprintable"),
    ("1٢", "en", "refuse scripts"),
    ("٤٤", "es", "44..44 count"),
    ("nearly 0", "en", "refuse below_zero"),
    ("-half", "en", "refuse"),
    ("- un tercio", "es", "refuse"),
    ("two third", "en", "refuse"),
    ("a thirds", "en", "refuse"),
    ("las tres cuartas partes", "es", "0.7..0.8 ratio"),
    ("más de las dos terceras partes", "es", "0.66667..inf ratio"),
    ("los cuatro quintos", "es", "0.75..0.85 ratio"),
    ("9 in every 10", "en", "0.85..0.95 ratio"),
    ("nine out of every ten", "en", "0.85..0.95 ratio"),
    ("12 in 1850", "en", "refuse year"),
    ("del 12 al 19 %", "es", "11.5..20 percent"),
    ("un 12-19 %", "es", "11.5..20 percent"),
    ("a 12 por ciento", "es", "refuse"),
    ("hasta el 7", "es", "refuse article"),
    ("más del 50", "es", "refuse article"),
    ("no %", "en", "refuse vague"),
    ("at least none", "en", "refuse vague"),
    ("ninguna de cada diez", "es", "refuse vague"),
    ("454-2019", "en", "refuse range"),
    ("454 to 2019", "en", "454..2019 count"),
    ("31 -54", "en", "refuse"),
    ("31- 54", "en", "refuse"),
]  # fmt: skip


def expected(form):
    """The intervals and unit that are right, ``None`` for a refusal; which of them a form allows."""
    text = form.removesuffix(" or refuse")
    if text.startswith("refuse"):
        return None, True
    ends, unit = text.split()
    lower, upper = map(float, ends.split(".."))
    return (lower, upper, unit), text != form


def is_right(reading, right):
    lower, upper, unit = right
    is_upper = reading.hard.upper == upper or abs(reading.hard.upper - upper) < NEAR
    return reading.unit == unit and abs(reading.hard.lower - lower) < NEAR and is_upper


def test_own_forms_are_read_or_refused_with_their_reason():
    wrong = []
    for says, language, form in OURS:
        right, _ = expected(form)
        try:
            reading = read(says, language)
            if right is None or not is_right(reading, right):
                wrong.append((says, form, reading))
        except UnreadableFigureError as error:
            if right is not None or (error.code not in form and form != "refuse"):
                wrong.append((says, form, error.code))

    assert not wrong


@pytest.mark.parametrize(
    "form",
    [pytest.param(each, id=f"{each['says']} ({each['language']})") for each in FORMS]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no file of printed forms is available"))],
)
def test_every_printed_form_is_read_as_recorded(form):
    right, may_refuse = expected(form["expect"])
    try:
        reading = read(form["says"], form["language"])
    except UnreadableFigureError:
        assert may_refuse
        return

    assert right is not None
    assert is_right(reading, right), reading


def grouped(n, mark):
    return f"{n:,}".replace(",", mark)


@given(st.integers(0, 10**12), st.sampled_from([(",", "en"), (".", "es"), ("'", "en"), ("\u202f", "es")]))
def test_a_count_with_usual_marks_reads_back(n, way):
    mark, language = way
    reading = read(grouped(n, mark), language)

    assert (reading.hard.lower, reading.hard.upper) == (n, n)


@given(
    st.integers(0, 10**9),
    st.sampled_from(["en", "es"]),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "")]),
)
def test_a_count_in_a_declared_way_reads_back(n, language, way):
    decimal, thousands = way
    declared = Declared(decimal=decimal, thousands=thousands)
    reading = read(grouped(n, thousands), language, declared=declared)

    assert (reading.hard.lower, reading.hard.upper) == (n, n)


@given(
    st.decimals(0, 1000, places=3, allow_nan=False),
    st.sampled_from([(".", "en"), (",", "en"), (".", "es"), (",", "es")]),
)
def test_decimals_in_a_declared_way_read_back_within_their_rounding(n, way):
    decimal, language = way
    reading = read(str(n).replace(".", decimal), language, decimal, Declared(kind="number"))

    assert reading.hard.lower <= float(n) <= reading.hard.upper
    assert reading.hard.upper - reading.hard.lower <= NEAR * 1.01


FIRST = {
    "en": ["7", "31", "907", "1,054", "fifteen", "thirty-one", "3 thousand", "25%", "half", "two thirds", "1 in 5"],
    "es": ["7", "31", "907", "1.054", "quince", "treinta y una", "3 millones", "25 %", "la mitad", "un tercio"],
}
SECOND = {
    "en": ["7", "31", "907", "1,054", "2 million", "25%", "half"],
    "es": ["7", "31", "907", "1.054", "2 mil", "25 %", "la mitad"],
}
BETWEEN = [
    " ", "  ", " and ", " y ", " or ", " o ", ", ", "; ", " / ", "/", " + ", ". ", " but ", " of ", "\n", "\t", "\xa0",
    " x ",
]  # fmt: skip


@given(st.sampled_from(["en", "es"]), st.data(), st.sampled_from(BETWEEN))
def test_a_text_of_two_numbers_never_yields_one(language, data, between):
    both = between.join(data.draw(st.sampled_from(pool[language])) for pool in (FIRST, SECOND))
    assume(not re.fullmatch(r"(1 in )?\d{1,3}\s\d{3}|1,054\xa0907|3 millones\s+2 mil", both))
    with pytest.raises(UnreadableFigureError):
        read(both, language)


@given(st.integers(1, 100), st.integers(1, 100), st.sampled_from([" to ", "-", "–", " - "]))
def test_a_range_is_read_as_one_and_never_added(low, high, between):
    assume(low != high)
    try:
        reading = read(f"{low}{between}{high}")
    except UnreadableFigureError:
        assert low > high
        return

    assert (reading.value, reading.hard.lower, reading.hard.upper) == (None, low, high)


@given(
    st.integers(1, 999),
    st.integers(0, 999),
    st.sampled_from([".", ","]),
    st.sampled_from(["%", " percent", " per cent"]),
)
def test_what_two_notations_read_differently_is_refused(whole, rest, mark, unit):
    with pytest.raises(UnreadableFigureError) as refusal:
        read(f"{whole}{mark}{rest:03}{unit}", "en")

    assert refusal.value.code == "thousands_or_decimals"


@pytest.mark.parametrize("language", ["fr", "pt", "de", "xx"])
def test_other_languages_are_refused_by_name(language):
    with pytest.raises(UnreadableFigureError, match=f"expected one of en, es, got '{language}'") as refusal:
        read("1.054", language)

    assert refusal.value.code == "language"


@pytest.mark.parametrize(
    ("says", "declared", "hard"),
    [
        ("100", Declared(rounded_to=5), (98, 102)),
        ("300", Declared(rounded_to=100), (250, 350)),
        ("0", Declared(rounded_to=5), (0, 2)),
        ("9,154.1", Declared(scale=1000), (9154050, 9154150)),
        ("12", Declared(scale=1000), (11500, 12500)),
        ("1,200", Declared(decimals=-2), (1150, 1250)),
        ("3 thousand", Declared(rounded_to=1000), (2500, 3500)),
        ("more than 300", Declared(rounded_to=100), (301, math.inf)),
        ("<5", Declared(scale=1000), (0, 4999)),
        ("9154.1", Declared(kind="number"), (9154.05, 9154.15)),
        ("-161", Declared(kind="number", is_signed=True), (-161.5, -160.5)),
        ("0.3", Declared(kind="number"), (0.25, 0.35)),
        ("0", Declared(kind="number"), (0, 0.5)),
        ("4739", Declared(kind="number", decimals=1), (4738.95, 4739.05)),
        ("25", Declared(kind="percent"), (24.5, 26)),
        ("-22.6%", Declared(kind="percent", is_signed=True), (-22.7, -22.55)),
    ],
)
def test_declared_precision_gives_half_a_step_either_way(says, declared, hard):
    reading = read(says, "en", declared=declared)

    assert reading.hard.lower == pytest.approx(hard[0])
    assert reading.hard.upper == pytest.approx(hard[1])
    assert reading.hard.lower <= reading.likely.lower <= reading.likely.upper <= reading.hard.upper


@pytest.mark.parametrize(
    ("says", "declared", "code"),
    [
        ("303", Declared(rounded_to=5), "not_rounded"),
        ("1.5", Declared(scale=1), "not_whole"),
        ("-3", Declared(kind="number"), "negative"),
        ("1.234", Declared(kind="number"), "thousands_or_decimals"),
        ("7", Declared(decimal=";"), "declaration"),
        ("7", Declared(decimal=".", thousands="."), "declaration"),
        ("12.480", Declared(thousands=" "), "thousands_or_decimals"),
    ],
)
def test_what_does_not_fit_its_declaration_is_refused(says, declared, code):
    with pytest.raises(UnreadableFigureError) as refusal:
        read(says, "en", declared=declared)

    assert refusal.value.code == code


def test_a_strict_bound_of_a_share_stays_strict():
    assert read("nearly half").hard.upper == math.nextafter(0.5, 0)
    assert read("25 percent").hard.upper == math.nextafter(26, 0)
    assert read("más del 50%", "es").hard.lower == math.nextafter(50, 100)
