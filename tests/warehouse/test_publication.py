import duckdb
import pytest

from cuadra.warehouse.database import MigrationError
from cuadra.warehouse.publication import PublicationError, attach_publication, open_publication
from tests.warehouse.loading import load, made


@pytest.fixture
def published(tmp_path):
    path = tmp_path / "it's published.duckdb"
    with made(path) as con:
        load(con, {"value": 454, "says": "454"})
    return path


def test_publication_is_opened_to_read_only_and_closed_after(published):
    with open_publication(published) as con:
        assert con.execute("SELECT value FROM figure").fetchall() == [(454,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("DROP VIEW figure")

    with duckdb.connect(str(published)) as writing:
        writing.execute("DROP VIEW figure")


def test_publication_is_opened_with_the_settings_asked_for(published):
    with open_publication(published, {"enable_external_access": "false"}) as con, pytest.raises(duckdb.Error):
        con.execute("FROM read_text('/etc/hosts')")


def test_publication_is_attached_whatever_its_path_holds(published):
    with duckdb.connect() as con:
        attach_publication(con, published)

        assert con.execute("SELECT value FROM published.figure").fetchall() == [(454,)]


def test_publication_of_an_older_release_is_not_attached(published):
    with duckdb.connect(str(published)) as writing:
        writing.execute("DELETE FROM migration WHERE name = '0004_block_and_cell.sql'")
    with duckdb.connect() as con, pytest.raises(MigrationError, match="Run `cuadra run`"):
        attach_publication(con, published)


def test_database_that_is_no_publication_is_not_attached(tmp_path):
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    with duckdb.connect() as con, pytest.raises(PublicationError, match="Table with name migration does not exist"):
        attach_publication(con, tmp_path / "other.duckdb")


@pytest.mark.parametrize("content", [None, b"", b"no database at all, only words" * 99])
def test_what_is_no_publication_is_one_line_that_says_what_to_do(tmp_path, content):
    path = tmp_path / "cuadra.duckdb"
    if content is not None:
        path.write_bytes(content)
    with duckdb.connect() as con:
        for opened in (lambda: open_publication(path).__enter__(), lambda: attach_publication(con, path)):
            with pytest.raises(PublicationError, match=r"expected .* got .*`cuadra (run` first|rollback`)\.$"):
                opened()
