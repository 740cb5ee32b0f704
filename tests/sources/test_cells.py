import pytest

from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import Declared, UnreadableFigureError

MARKS = Marks(missing=(":", ".."), nil=("-",), marks={"*": "", "p": "P", "(a)": "", "c": "Q"})


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("2,481*", 2481, ""),
        ("2\u2009481 p", 2481, "P"),
        ("2481(a)", 2481, ""),
        ("731 p*", 731, "P"),
        ("p731", 731, "P"),
        ("2'481", 2481, ""),
        ("-", 0, ""),
        (":", None, ""),
        ("..", None, ""),
        ("", None, ""),
        ("c", None, "Q"),
    ],
)
def test_declared_signs_of_a_cell_are_understood(text, value, status):
    cell = read_cell(text, MARKS)

    assert (cell.reading and cell.reading.value) == value
    assert cell.status == status


@pytest.mark.parametrize(
    ("text", "code"), [("731 e", "sign"), ("(12)", "sign"), ("907 147", "two_numbers"), ("n/a", "sign")]
)
def test_undeclared_signs_of_a_cell_are_refused(text, code):
    with pytest.raises(UnreadableFigureError, match="Declare it in `missing`, `nil` or `marks`") as refusal:
        read_cell(text, MARKS)

    assert refusal.value.code == code


def test_undeclared_dash_is_neither_zero_nor_missing():
    with pytest.raises(UnreadableFigureError):
        read_cell("-", Marks())


def test_brackets_are_what_the_source_says():
    amount = Declared(kind="number", is_signed=True)

    assert read_cell("(12)", Marks(brackets="negative"), declared=amount).reading.value == -12
    assert read_cell("(12)", Marks(brackets="note")).reading is None


def test_suppressed_cell_keeps_its_interval():
    reading = read_cell("<5", MARKS).reading

    assert (reading.value, reading.hard.upper) == (None, 4)
