import duckdb
import pytest

from cuadra.warehouse.query import QueryError, answer, open_to_all, write_parquet
from tests.warehouse.publishing import run


def ask(con, sql):
    _, *rows = answer(con, sql)
    return [row for some in rows for row in some]


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    run(folder, 7)
    with open_to_all(folder / "cuadra.duckdb", memory="200MB") as con:
        yield con


@pytest.mark.parametrize(
    "sql",
    ["SELECT says FROM figure", "FROM figure", "DESCRIBE figure", "SHOW TABLES", "SUMMARIZE figure", "EXPLAIN SELECT 1",
     "WITH a AS (SELECT 1) FROM a", "FROM as_known_on('2030-01-01')"],
)  # fmt: skip
def test_questions_are_answered(con, sql):
    assert len(ask(con, sql)) > 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "FROM '/etc/passwd'", "SELECT * FROM glob('/*')",
        "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM read_blob('/etc/hostname')",
        "COPY figure TO 'x.csv'", "COPY (SELECT 1) TO '/dev/stdout'", "EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'",
        "EXPLAIN ANALYZE COPY figure TO 'x.csv'", "INSTALL httpfs", "LOAD httpfs", "ATTACH 'x.db'", "DETACH cuadra",
        "USE memory", "SET enable_external_access = true", "SET threads = 1", "RESET ALL", "PRAGMA memory_limit='9GB'",
        "CREATE TABLE x AS SELECT 1", "CREATE TEMP TABLE x AS SELECT 1", "INSERT INTO rule VALUES ('a')",
        "DELETE FROM observation", "UPDATE observation SET says = ''", "DROP VIEW figure", "CALL checkpoint()",
        "CHECKPOINT",
        "BEGIN", "SELECT 1; DROP VIEW figure", "", ";", "SELECT", "SELECT nothing FROM nowhere",
        "SELECT * FROM 'https://example.org/x.csv'", "CREATE SECRET s (TYPE s3)", "PREPARE p AS SELECT 1", "EXECUTE p",
        "SELECT * FROM query('COPY figure TO ''x.csv''')", "SELECT * FROM sqlite_scan('x', 'y')",
    ],
)  # fmt: skip
def test_anything_but_a_question_is_refused_in_one_line(con, sql):
    with pytest.raises(QueryError) as error:
        ask(con, sql)

    assert "\n" not in str(error.value)


def test_rows_come_as_they_are_made(con):
    rows = answer(con, "SELECT * FROM range(100000000000)")

    assert next(rows) == ["range"]
    assert next(rows)[:2] == [(0,), (1,)]
    rows.close()


def test_wide_rows_come_few_at_a_time(con):
    _, first, *rest = answer(con, "SELECT repeat('x', 100000) AS words FROM range(200)")

    assert len(first) == 50
    assert max(map(len, rest)) < 50
    assert len(first) + sum(map(len, rest)) == 200


def test_question_that_needs_too_much_memory_is_stopped(con):
    with pytest.raises(QueryError, match="Memory"):
        ask(con, "SELECT list(a.range) FROM range(1000000000) a")


def test_answer_is_written_to_the_one_file_that_may_be(tmp_path):
    run(tmp_path, 7)
    out = tmp_path / "answer.parquet"
    with open_to_all(tmp_path / "cuadra.duckdb", out=out) as con:
        write_parquet(con, "PIVOT (SELECT sex, lower FROM figure) ON sex USING sum(lower)", out)
        with pytest.raises(QueryError):
            write_parquet(con, "SELECT 1", tmp_path / "other.parquet")

    with duckdb.connect() as con:
        assert con.read_parquet(str(out)).fetchall() == [(7.0, 7.0, 7.0)]
