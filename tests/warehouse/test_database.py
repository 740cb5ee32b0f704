import re
from pathlib import Path

import duckdb
import pytest

from cuadra.warehouse import database
from cuadra.warehouse.database import MigrationError, connect, migrate
from tests.warehouse.loading import made


def test_migrations_are_applied_once(tmp_path):
    with connect(tmp_path / "a.duckdb") as con:
        applied = migrate(con)

        assert applied == ["0001_start.sql", "0002_alert.sql", "0003_correction.sql"]
        assert migrate(con) == []


def test_edited_migration_is_refused(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        con.execute("UPDATE migration SET sha256 = 'other' WHERE name = '0001_start.sql'")
        with pytest.raises(MigrationError, match=r"0001_start\.sql: expected the text that was applied"):
            migrate(con)


def test_database_of_a_newer_release_is_refused(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        con.execute("INSERT INTO migration (name, sha256) VALUES ('9999_later.sql', '0')")
        with pytest.raises(MigrationError, match="newer cuadra"):
            migrate(con)


def test_broken_migration_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_broken.sql").write_text("CREATE TABLE half (a INT); SELECT nothing;")
    (tmp_path / "views").mkdir()
    monkeypatch.setattr(database, "_HERE", tmp_path)
    with connect(tmp_path / "a.duckdb") as con:
        with pytest.raises(duckdb.Error):
            migrate(con)

        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM migration").fetchone() == (0,)


def test_views_use_no_function_that_the_previous_release_lacks():
    views = Path(database.__file__).parent / "views"

    assert [path.name for path in views.glob("*.sql") if re.search(r"\bif\(", path.read_text(encoding="utf-8"))] == []


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
