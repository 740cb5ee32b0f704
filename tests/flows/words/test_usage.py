import pytest
from typer.testing import CliRunner

from cuadra.flows.commands.cli import app
from cuadra.flows.words.said import error_line, translated

WRONG = {
    "explain": "Falta el argumento 'key'.",
    "runn": "No existe la orden 'runn'. ¿Quiso decir 'run'?",
    "sql --jsonx": "No existe la opción --jsonx (opciones posibles: --json, --seconds).",
    "run extra": "Sobran argumentos: extra",
    "serve --every": "La opción '--every' requiere un valor.",
    "deploy": "Falta la opción '--pool'.",
    "sql --seconds x q": "Valor no válido para '--seconds': se esperaba un número",
    "sql --seconds 0 q": "Valor no válido para '--seconds': se esperaba 0,01 o más",
    "sql --format x q": "Valor no válido para '--format': 'x' no es ninguno de 'table'",
    "run --source x --from /nowhere": "Valor no válido para '--from': la ruta '/nowhere' no existe.",
}


@pytest.mark.parametrize("typed", WRONG)
def test_wrong_command_line_is_said_in_spanish(typed):
    result = CliRunner().invoke(app, typed.split(), env={"CUADRA_LANGUAGE": "es", "COLUMNS": "200"})

    assert result.exit_code == 2
    assert WRONG[typed] in result.output
    assert "Usage" not in result.output


def test_wrong_command_line_is_said_in_english_again():
    result = CliRunner().invoke(app, ["explain"], env={"CUADRA_LANGUAGE": "en"})

    assert "Usage: cuadra explain [OPTIONS]" in result.output
    assert "Missing argument 'key'." in result.output


def test_help_is_spanish_around_its_texts_too():
    result = CliRunner().invoke(app, ["alerts", "--help"], env={"CUADRA_LANGUAGE": "es", "COLUMNS": "200"})

    assert "Uso: cuadra alerts [OPCIONES] ORDEN [ARGUMENTOS]..." in result.output
    assert "Muestra esta ayuda y termina." in result.output


def test_numbers_that_a_room_filled_in_have_the_marks_of_the_language():
    found = translated("/a/cuadra.duckdb: 12,345 rows read through, as published", "doctor", "es")

    assert found == "/a/cuadra.duckdb: 12\u00a0345 filas leídas, tal como se publicó"
    assert "'1,054'" in error_line("a.toml: expected a count, got '1,054'. Add it.", "es")
