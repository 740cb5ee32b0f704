import pytest

from cuadra.warehouse.query import QueryError, ask, open_publication
from tests.warehouse.publishing import run


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    run(folder, 7)
    with open_publication(folder / "cuadra.duckdb", memory="200MB") as con:
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


def test_question_without_end_is_stopped(con):
    with pytest.raises(QueryError, match=r"expected an answer within 0\.3 s"):
        ask(con, "SELECT count(*) FROM range(100000000000000)", seconds=0.3)

    assert len(ask(con, "FROM figure")) == 3


def test_question_that_needs_too_much_memory_is_stopped(con):
    with pytest.raises(QueryError, match="Memory"):
        ask(con, "SELECT list(a.range) FROM range(1000000000) a", seconds=20)


def test_no_publication_is_a_plain_message(tmp_path):
    with pytest.raises(QueryError, match="Run `cuadra run` first"):
        open_publication(tmp_path / "cuadra.duckdb")
