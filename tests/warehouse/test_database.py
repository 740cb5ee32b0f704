import re
from pathlib import Path

import duckdb
import pytest

from cuadra.warehouse import database, view
from cuadra.warehouse.database import Migrated, MigrationError, check_current, connect, migrate
from cuadra.warehouse.view import shipped
from tests.warehouse.loading import brought_up, load, made

FILES = sorted(path.name for path in (Path(__file__).parents[2] / "warehouse" / "migrations").glob("*.sql"))


def test_migrations_are_applied_once(tmp_path):
    with connect(tmp_path / "a.duckdb") as con:
        first = brought_up(con)

        assert first.applied == FILES
        assert brought_up(con).applied == []


def test_edited_migration_is_refused(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        con.execute("UPDATE migration SET sha256 = 'other' WHERE name = '0001_start.sql'")
        with pytest.raises(MigrationError, match=r"0001_start\.sql: expected the text that was applied"):
            brought_up(con)


def test_database_of_a_newer_release_is_refused(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        con.execute("INSERT INTO migration (name, sha256) VALUES ('9999_later.sql', '0')")
        with pytest.raises(MigrationError, match="newer cuadra"):
            brought_up(con)


def test_broken_migration_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_broken.sql").write_text("CREATE TABLE half (a INT); SELECT nothing;")
    (tmp_path / "views").mkdir()
    monkeypatch.setattr(database, "_HERE", tmp_path)
    with connect(tmp_path / "a.duckdb") as con:
        with pytest.raises(duckdb.Error):
            migrate(con, [], [], [])

        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM migration").fetchone() == (0,)


def test_views_use_no_function_that_the_previous_release_lacks():
    views = Path(database.__file__).parent / "views"

    assert [path.name for path in views.rglob("*.sql") if re.search(r"\bif\(", path.read_text(encoding="utf-8"))] == []


def test_file_is_stored_so_that_the_previous_release_can_open_it(tmp_path):
    path = tmp_path / "a.duckdb"
    made(path).close()
    with connect(path) as con:
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE path = ?", [str(path)]).fetchone()

    assert "v1.4" in str(tags) or "v1.3" in str(tags) or "v1.2" in str(tags) or "v1.0" in str(tags)


def test_every_table_view_and_column_says_what_it_is(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        silent = con.execute(
            "SELECT table_name, '' FROM duckdb_tables() WHERE comment IS NULL "
            "UNION ALL SELECT view_name, '' FROM duckdb_views() WHERE NOT internal AND comment IS NULL "
            "UNION ALL SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal AND comment IS NULL AND table_name <> 'migration'"
        ).fetchall()

    assert silent == []


def test_column_means_one_thing_wherever_it_is_not_narrower():
    stated = [
        (column, meaning)
        for path in view.FOLDER.rglob("*.sql")
        for column, meaning in re.findall(r"COMMENT ON COLUMN \w+\.(\w+) IS\n'(.*)';", path.read_text(encoding="utf-8"))
    ]

    assert len(stated) > 5
    assert [column for column, meaning in stated if view.meanings().get(column) == meaning] == []


def test_meaning_of_every_column_is_that_of_a_column(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        columns = {
            row[0] for row in con.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
        }

    assert view.meanings().keys() - columns == set()


def test_publication_of_an_older_release_says_how_to_carry_it_over(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        check_current(con, "a.duckdb")
        con.execute("DELETE FROM migration WHERE name = '0004_block_and_cell.sql'")
        with pytest.raises(MigrationError, match=r"a\.duckdb: .* got one from before 0004_.* Run `cuadra run`"):
            check_current(con, "a.duckdb")


def test_file_fits_another_order_and_one_more_breakdown(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        load(con, {"sex": "F"})
        migrate(con, ["age", "sex", "party"], shipped("base"), [])

        assert con.execute("SELECT * EXCLUDE (cell) FROM cell").fetchall() == [("_T", "F", "_T")]
        assert con.execute("SELECT sex, party FROM figure").fetchall() == [("F", "_T")]
        assert migrate(con, ["age", "sex", "party"], shipped("base"), []) == Migrated()


def test_figures_by_a_breakdown_that_the_topic_lacks_are_refused(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        load(con, {"means": "ABDUCTION"})
        with pytest.raises(MigrationError, match=r"breakdown 'means': .* such as of 'ABDUCTION'.* another data folder"):
            migrate(con, ["sex", "age"], [], [])

        assert con.execute("SELECT means FROM figure").fetchall() == [("ABDUCTION",)]


@pytest.mark.parametrize("name", ["cell", "gap", "title", "words"])
def test_breakdown_called_like_another_column_is_refused(tmp_path, name):
    with connect(tmp_path / "a.duckdb") as con, pytest.raises(MigrationError, match=f"breakdown '{name}'"):
        migrate(con, ["sex", name], [], [])


@pytest.mark.parametrize("name", ["order", "group", "select", "mode"])
def test_breakdown_may_be_called_like_a_word_of_sql(tmp_path, name):
    with connect(tmp_path / "a.duckdb") as con:
        migrated = migrate(con, ["sex", name], shipped("base"), [])

        assert migrated.wrong_views == []
        assert con.execute("SELECT column_name FROM (DESCRIBE figure)").fetchall()[7] == (name,)
