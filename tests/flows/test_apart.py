import shutil
from contextlib import closing
from pathlib import Path

import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.apart import set_apart
from cuadra.flows.doctor.publication import publication
from cuadra.flows.settings import Settings
from cuadra.sources import catalog
from cuadra.warehouse import bins
from cuadra.warehouse.database import STORAGE_VERSION, connect
from cuadra.warehouse.publication import open_publication
from cuadra.warehouse.publish import prepare, publish

QUESTIONS = [
    "FROM figure ORDER BY ALL",
    "FROM open_finding ORDER BY ALL",
    "FROM counted ORDER BY ALL",
    "FROM victims_by_age ORDER BY ALL",
    "FROM as_known_on('2999-01-01') ORDER BY ALL",
    "FROM changed_since('20200101T000000000000Z') ORDER BY ALL",
    "SELECT * EXCLUDE (component) FROM finding ORDER BY ALL",
    "FROM figure_tally ORDER BY ALL",
    "SELECT column_name, column_type FROM (DESCRIBE observation)",
]


def published_apart(folder):
    """Publish what a data folder has once more, with its figures in files of their own."""
    settings = Settings(data=folder, file_figures=100)
    prepare(settings.publication, settings.working)
    with closing(connect(settings.working, settings.limits)) as con:
        bins.gather(con, settings.publication)
        is_large = set_apart(con, shipped(), settings)
        con.execute("CHECKPOINT")
    bins.shrink(settings.working, STORAGE_VERSION)
    publish(settings.working, settings.publication, keep=3)
    return is_large


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()
    }  # fmt: skip


@pytest.fixture
def apart(data):
    assert published_apart(data)
    return data


def test_large_publication_answers_sql_as_one_file_does(first_run, apart):
    with (
        open_publication(first_run["folder"] / "cuadra.duckdb") as one,
        open_publication(apart / "cuadra.duckdb") as many,
    ):
        assert bins.files(many)
        for question in QUESTIONS:
            assert many.execute(question).fetchall() == one.execute(question).fetchall(), question


@pytest.mark.slow
def test_large_publication_answers_each_command_as_one_file_does(cuadra, first_run, apart, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    article = catalog.HERE / "press" / "2020-09-17_dialogo.toml"
    finding = first_run["findings"][0]["finding"]
    asked = [
        *(["sql", each, "--format", "csv"] for each in QUESTIONS),
        ["explain", finding], ["explain", first_run["causes"][0]["cause"]], ["check", article], ["history"],
    ]  # fmt: skip

    for command in asked:
        one, many = (cuadra(folder, *command) for folder in (first_run["folder"], apart))
        assert (many.exit_code, many.stdout) == (one.exit_code, one.stdout), command
        assert one.stdout, command
    for command in (["export"], ["page"]):
        for name, folder in (("one", first_run["folder"]), ("many", apart)):
            assert cuadra(folder, *command, tmp_path / f"{command[0]}_{name}").exit_code == 0
        assert contents(tmp_path / f"{command[0]}_many") == contents(tmp_path / f"{command[0]}_one")


def test_doctor_names_a_file_that_is_not_as_it_was_published_and_the_way_back(apart):
    settings = Settings(data=apart)
    assert [each.state for each in publication(settings)] == ["ok"]
    with open_publication(settings.publication) as con:
        file = apart / "bins" / bins.files(con)[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    (found,) = publication(settings)
    file.unlink()
    (gone,) = publication(settings)

    assert (found.state, gone.state) == ("fails", "fails")
    assert file.name in found.found
    assert "cuadra rollback" in found.do
    assert f"bins/{file.name} is missing" in gone.found


def test_figures_set_apart_again_are_the_same_files(apart):
    before = contents(apart / "bins")
    assert published_apart(apart)

    assert contents(apart / "bins") == before


@pytest.mark.slow
def test_run_publishes_large_and_reads_it_again(cuadra, first_run, tmp_path):
    folder = tmp_path / "data"
    for _ in range(2):
        result = cuadra(folder, "run", "--json", CUADRA_FILE_FIGURES="100")
        assert result.exit_code in (0, 1), result.output
    shutil.move(folder, tmp_path / "moved")
    question = ["sql", "SELECT says, locator, is_contradicted FROM figure ORDER BY ALL", "--format", "csv"]

    assert [*(tmp_path / "moved" / "bins").iterdir()]
    assert cuadra(tmp_path / "moved", *question).stdout == cuadra(first_run["folder"], *question).stdout
