"""One bad file in a whole command: one source, one line, and the last good vintage stays."""

import time

import pytest

from tests.sources import hostile


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    return hostile.files(tmp_path_factory.mktemp("bombs"))


def errors(result):
    """The lines of standard error but for the one that says which project is read."""
    return [line for line in result.stderr.splitlines() if "cuadra.toml" not in line]


@pytest.mark.slow
def test_run_of_a_bomb_fails_its_source_in_one_line_and_keeps_the_rest(cuadra, data, bombs):
    before = cuadra(data, "sql", "SELECT count(*) AS n FROM figure", "--json").stdout
    path, _ = bombs["XLSX with far cells"]
    result = cuadra(
        data, "run", "--source", "unodc_glotip", "--from", path, CUADRA_PARSE_MEGABYTES="100",
        CUADRA_PARSE_SECONDS="5",
    )  # fmt: skip

    assert result.exit_code == 3
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("  failed: "))
    assert "unodc_glotip: expected at most 100 MB of memory" in line
    assert "Its last good vintage stays" in line
    assert cuadra(data, "sql", "SELECT count(*) AS n FROM figure", "--json").stdout == before
    assert cuadra(data, "run", "--source", "2020-09-17_dialogo").exit_code == 0


def test_draft_of_a_bomb_ends_in_time_with_one_line(cuadra, tmp_path, bombs):
    path, _ = bombs["PDF of rectangles"]
    start = time.monotonic()
    result = cuadra(tmp_path, "draft", path, CUADRA_PARSE_SECONDS="1")

    assert result.exit_code == 3
    assert len(errors(result)) == 1
    assert "expected an answer within 1 s, got none" in result.stderr
    assert time.monotonic() - start < 8


def test_check_of_a_bomb_ends_in_time_with_one_line(cuadra, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("at,says,indicator,period\n" + "x,1,victims_rescued,2019\n" * 200_000, encoding="utf-8")
    result = cuadra(tmp_path, "check", "--alone", path, CUADRA_PARSE_SECONDS="0.5")

    assert result.exit_code == 3
    assert len(errors(result)) == 1
    assert "figures.csv: expected an answer within 0.5 s" in result.stderr


def test_words_of_a_source_never_act_on_a_terminal(cuadra, tmp_path):
    article = tmp_path / "acting.toml"
    article.write_text(
        'title = "x"\npublisher = "x"\npublished = "2020"\narea = "PE"\n'
        'url = "https://ana:s3cret@example.org/"\nfigures = [\n'
        '{ at = "\\u001b[2J¶1\\u2028", says = "10", indicator = "victims_rescued", period = "2019" },\n'
        '{ at = "\\u202e¶2", says = "20", indicator = "victims_rescued", period = "2019" },\n]\n',
        encoding="utf-8",
    )
    result = cuadra(tmp_path, "check", "--alone", article)

    assert result.exit_code == 3
    for sign in "\x1b\u2028\u202e":
        assert sign not in result.output
    assert "\\x1b[2J¶1" in result.output
