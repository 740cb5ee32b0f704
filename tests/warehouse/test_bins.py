import os
import shutil
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from cuadra.warehouse import bins, database
from cuadra.warehouse.integrity import read_through
from cuadra.warehouse.publication import attach_publication, open_publication
from cuadra.warehouse.publish import PublishError, checkpoint, content, history, prepare, publish, record, rollback
from cuadra.warehouse.query import QueryError, answer, open_to_all
from tests.warehouse.loading import brought_up, load

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REGISTERS = ("A", "B", "C", "D")
BINS = 4


def run(folder, number, *, is_large=True, keep=3):
    """Publish edition ``number``, in which only the figures of register A are new."""
    published, working = folder / "cuadra.duckdb", folder / "working.duckdb"
    prepare(published, working)
    con = database.connect(working)
    bins.gather(con, published)
    brought_up(con)
    for register in REGISTERS:
        value = number if register == "A" else 5
        rows = [{"register": register, "sex": sex, "value": value, "says": str(value)} for sex in ("F", "M")]
        load(con, *rows, source=f"press_{register}", sha256=f"{value:064}")
    con.execute("DELETE FROM finding")
    con.execute(
        "INSERT INTO finding BY NAME SELECT 'f' || register AS finding, 'r' AS rule, 'fails' AS verdict, "
        "'press' AS source, block, cell, TRUE AS is_open, FALSE AS is_waived, 'r1' AS first_run, ? AS last_run "
        "FROM observation INNER JOIN block USING (block) INNER JOIN cell USING (cell) "
        "WHERE vintage_to IS NULL AND sex = 'F'",
        [f"r{number}"],
    )
    con.execute("UPDATE finding SET is_open = FALSE WHERE finding = 'fD'")
    con.execute("DELETE FROM figure_tally")
    con.execute(
        "INSERT INTO figure_tally BY NAME SELECT observation_id, 1 AS holds, 0 AS fails, 0 AS doubtful, "
        "0 AS restated, 0 AS open, 0 AS not_decided FROM observation WHERE vintage_to IS NULL"
    )
    record(con, f"r{number}", NOW + timedelta(days=number))
    if is_large:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE part AS SELECT DISTINCT register, indicator, ref_area, "
            "ascii(register) - ascii('A') AS bin FROM block"
        )
        bins.set_apart(con, published, "part", BINS)
    else:
        bins.keep_whole(con)
    checkpoint(con)
    con.close()
    if is_large:
        bins.shrink(working, database.STORAGE_VERSION)
    publish(working, published, keep=keep)
    return published


def tables(published):
    with open_publication(published) as con:
        names = [name for (name,) in con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION "
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
        ).fetchall()]  # fmt: skip
        return {
            name: sorted(map(repr, con.execute(f"FROM {name}").fetchall()))
            for name in names
            if not name.endswith("_kept") and name not in ("bin", "migration")
        }


def listed(published):
    with open_publication(published) as con:
        return set(bins.files(con))


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A large publication that tests only read."""
    return run(tmp_path_factory.mktemp("once"), 1)


@pytest.fixture(scope="module")
def published_twice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twice")
    for number in (1, 2):
        run(folder, number)
    return folder


@pytest.fixture
def twice(published_twice, tmp_path):
    """A folder of one's own with two large publications."""
    return shutil.copytree(published_twice, tmp_path, dirs_exist_ok=True)


def asked(con, sql):
    return [row for rows in [*answer(con, sql)][1:] for row in rows]


def test_large_publication_answers_as_one_file_does(tmp_path, monkeypatch):
    (tmp_path / "small").mkdir()
    (tmp_path / "large").mkdir()
    for number in (1, 2):
        small = run(tmp_path / "small", number, is_large=False)
        large = run(tmp_path / "large", number)
    monkeypatch.chdir("/")

    assert listed(large)
    assert not listed(small)
    assert tables(large) == tables(small)
    with open_publication(large) as con, open_publication(small) as other:
        assert content(con) == content(other)
        about = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'observation' ORDER BY ALL"
        assert con.execute(about).fetchall() == other.execute(about).fetchall()


def test_unchanged_bins_are_shared_and_those_of_no_publication_deleted(tmp_path):
    before = listed(run(tmp_path, 1))
    after = listed(run(tmp_path, 2))

    # Of register A the figures are new; its findings and tallies are not.
    assert len(before) == len(after) == 11
    assert len(after - before) == 1
    for number in range(3, 7):
        published = run(tmp_path, number)
    named = set().union(*(listed(path) for path in [published, *(tmp_path / "publications").glob("*.duckdb")]))
    assert {path.name for path in (tmp_path / "bins").iterdir()} == named
    assert len(named) == 11 + 3


@pytest.mark.slow
def test_large_publication_is_put_back(twice):
    published = run(twice, 3)
    names = [row["publication"] for row in history(published)]

    assert rollback(published, names[2]) == names[2]
    with open_publication(published) as con:
        assert con.execute("SELECT DISTINCT says FROM figure WHERE register = 'A'").fetchall() == [("1",)]
    assert run(twice, 4)


def test_large_publication_becomes_one_file_again(twice):
    published = run(twice, 3, is_large=False, keep=1)
    run(twice, 4, is_large=False, keep=1)

    assert not listed(published)
    assert not [*(twice / "bins").iterdir()]
    assert not (twice / bins.OPENER).exists()
    assert read_through(published)[1] == []


@pytest.mark.parametrize("sql", [
    "SELECT count(*) FROM 'bins/{file}'",
    "SELECT count(*) FROM '{folder}/bins/*.parquet'",
    "SELECT DISTINCT filename FROM '{folder}/bins/{file}'",
    "FROM glob('{folder}/bins/*')",
    "FROM read_parquet('{folder}/bins/{file}')",
    "COPY (SELECT 1) TO '{folder}/bins/mine.parquet'",
    "COPY (SELECT 1) TO '{folder}/bins/{file}'",
    "COPY (SELECT 1) TO '{folder}/mine.parquet'",
    "EXPORT DATABASE '{folder}/bins'",
    "SET allowed_directories = ['/']",
])  # fmt: skip
def test_safe_sql_reads_figures_and_neither_writes_nor_lists_files(once, sql):
    folder = once.parent
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    file = min(listed(once))

    with open_to_all(once) as con:
        assert asked(con, "SELECT count(*) FROM figure") == [(8,)]
        with pytest.raises(QueryError) as refused:
            asked(con, sql.format(folder=folder, file=file))
        # Nor does the connection itself, whatever is asked of it.
        if not sql.startswith(("SELECT count(*) FROM 'bins/{file}'", "SELECT DISTINCT", "FROM read_parquet")):
            with pytest.raises(duckdb.Error):
                con.execute(sql.format(folder=folder, file=file))
    assert str(folder) not in str(refused.value)
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_opener_opens_it_from_anywhere(once, monkeypatch):
    monkeypatch.chdir("/")
    with duckdb.connect(str(once), read_only=True) as con, pytest.raises(duckdb.IOException):
        con.execute("SELECT count(*) FROM figure")
    with duckdb.connect() as con:
        con.execute((once.parent / bins.OPENER).read_text(encoding="utf-8"))
        assert con.execute("SELECT count(*) FROM figure").fetchall() == [(8,)]
    with duckdb.connect() as con:
        attach_publication(con, once)
        assert con.execute("SELECT count(*) FROM published.figure").fetchall() == [(8,)]
    monkeypatch.chdir(once.parent)
    with duckdb.connect(str(once), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM figure").fetchall() == [(8,)]


@pytest.mark.parametrize(("how", "said"), [("missing", "is missing"), ("cut", "bytes and not"), ("flipped", "is not")])
def test_damaged_file_is_named_and_not_put_back(twice, how, said):
    published = twice / "cuadra.duckdb"
    path = twice / "bins" / min(listed(published))
    whole = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] if how == "cut" else whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])

    with open_publication(published) as con:
        (line,) = bins.damaged(con, published)
    assert path.name in line
    assert said in line
    with pytest.raises(PublishError, match="Put another back"):
        rollback(published)


def test_folder_with_a_comma_is_refused(tmp_path):
    folder = tmp_path / "a,b"
    folder.mkdir()
    with pytest.raises(bins.BinError, match="without a comma"):
        run(folder, 1)
    assert not os.path.exists(folder / "cuadra.duckdb")


@pytest.mark.slow
def test_readers_see_whole_publications_while_twenty_are_published(tmp_path):
    published = run(tmp_path, 1)
    for number in range(2, 21):
        with open_publication(published) as con:
            run(tmp_path, number)
            seen = con.execute("SELECT DISTINCT says FROM figure WHERE register = 'A'").fetchall()
        assert seen == [(str(number - 1),)]
    with open_publication(published) as con:
        assert con.execute("SELECT DISTINCT says FROM figure WHERE register = 'A'").fetchall() == [("20",)]
