import ast
import re
import tomllib
from pathlib import Path

import pytest

from cuadra.flows.words.said import error_line, translated

ROOT = Path(__file__).parents[3]
OF_PROGRAMS = {"checks/given.py", "flows/words/said.py"}
"""The Python door answers programs, in English; and what reads the lines is none of them."""
WITH_ERRORS = sorted(
    {
        str(path.relative_to(ROOT))
        for room in ("checks", "sources", "flows", "warehouse")
        for path in (ROOT / room).rglob("*.py")
        if "expected " in path.read_text(encoding="utf-8")
    }
    - OF_PROGRAMS
)


def written(node):
    """A text of the code, with {} for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def texts(file):
    """Each text of a file that is not a part of another one."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    return {written(node) for node in ast.walk(tree) if id(node) not in parts} - {""}


def errors(file):
    for text in texts(file):
        if found := re.fullmatch(
            r".*?expected (?P<expected>.*), got (?P<got>.*?)(?:\. ?(?P<do>[A-Z`].*))?\.?", text, re.DOTALL
        ):
            yield from ((kind, part) for kind, part in found.groupdict().items() if part)


@pytest.mark.parametrize("file", WITH_ERRORS)
def test_errors_are_known_in_spanish(file):
    left = [
        (kind, part)
        for kind, part in errors(file)
        if re.search("[a-z]{2,}", part.replace("{}", ""))
        and translated(part.replace("{}", "«»"), kind, "es") == part.replace("{}", "«»")
    ]

    assert left == []


def test_findings_of_the_doctor_are_known_in_spanish():
    tree = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "flows" / "doctor").glob("*.py")]
    calls = [node for each in tree for node in ast.walk(each) if isinstance(node, ast.Call)]
    said = [
        written(part)
        for call in calls
        if getattr(call.func, "id", "") == "Check"
        for part in [call.args[0], *call.args[2:]]
    ]
    left = [
        text
        for text in said
        if re.search("[a-z]{2,} ", text)
        and translated(text.replace("{}", "«»"), "doctor", "es") == text.replace("{}", "«»")
    ]

    assert left == []


def test_error_line_in_spanish_keeps_names_and_printed_words():
    line = (
        "b.toml, figure 2 ('907' at ¶2): indicator: expected a code of indicator.csv such as 'victims_rescued', "
        "got 'victims_rescud'. Use one of them, or add a line to that file."
    )

    assert error_line(line, "es") == (
        "b.toml, cifra 2 ('907' en ¶2): indicator: se esperaba un código de indicator.csv como 'victims_rescued', "
        "se obtuvo 'victims_rescud'. Use uno de ellos, o añada una línea a ese archivo."
    )
    assert error_line(line, "en") == line


def test_error_line_counts_what_else_the_file_has():
    assert error_line("a.toml, title: expected a value, got none. Add it. (2 more in this file.)", "es") == (
        "a.toml, title: se esperaba un valor, se obtuvo ninguno. Añádalo. (2 más en este archivo.)"
    )


@pytest.mark.parametrize("line", ["", "a", "expected", "x: expected a, got b", "{0}: expected {}, got {x}. {y}", "\n"])
def test_what_is_no_error_line_is_said_as_it_is(line):
    assert error_line(line, "es").replace("se esperaba", "expected").replace("se obtuvo", "got") == line


def test_table_of_spanish_has_no_text_that_is_left_as_it_was():
    words = tomllib.loads((ROOT / "flows" / "words" / "said_es.toml").read_text(encoding="utf-8"))
    same = [
        text for kind in ("expected", "got", "do", "doctor") for text, becomes in words[kind].items() if text == becomes
    ]
    english = re.compile(r"\b(the|and|with|of|or|not|file)\b")
    left = [
        becomes
        for kind in ("do", "doctor")
        for becomes in words[kind].values()
        if english.search(re.sub("[`'\"{].*?[`'\"}]", "", becomes))
    ]

    assert (same, left) == ([], [])


@pytest.mark.parametrize(
    ("note", "spanish"),
    [
        ("tbl: the period 2031 begins after 2024, when it was published. Is it a forecast, or a slip?",
         "tbl: el período 2031 empieza después de 2024, cuando se publicó. ¿Es una previsión, o un descuido?"),
        ("tbl: no figures of 2017, between those of 2015 and 2018. Are rows missing?",
         "tbl: no hay cifras de 2017, entre las de 2015 y 2018. ¿Faltan filas?"),
        ("tbl: the file ends at line 65,536, as a full sheet does, so that rows may be missing.",
         "tbl: el archivo termina en la línea 65 536, como una hoja llena, así que pueden faltar filas."),
        ("tbl, 'n': from row 5 on, numbers are about 1,000 times smaller than before. If their unit changes there, "
         "describe them as a [[table]] or column of their own, with its `scale`.",
         "tbl, 'n': desde la fila 5, los números son unas 1.000 veces menores que antes. Si allí cambia su unidad, "
         "descríbalos como una [[table]] o columna propia, con su `scale`."),
    ],
)  # fmt: skip
def test_notes_on_tables_are_known_in_spanish(note, spanish):
    assert error_line(note, "es") == spanish


def test_name_of_a_file_is_not_translated():
    line = 'tbl, source.toml: expected a column of figures, such as "…" = "value", got none. Add it.'

    assert error_line(line, "es").startswith("tbl, source.toml: se esperaba una columna de cifras")


@pytest.mark.parametrize(
    ("text", "kind", "spanish"),
    [
        ("Input should be greater than or equal to 0.01", "usage", "se esperaba 0,01 o más"),
        ("greater than 0.5", "expected", "más de 0,5"),
        ("less than or equal to 65535", "expected", "65535 o menos"),
        ("cuadra 0.1", "got", "cuadra 0.1"),
    ],
)
def test_bounds_are_numbers_as_spanish_writes_them_and_versions_are_not(text, kind, spanish):
    assert translated(text, kind, "es") == spanish
