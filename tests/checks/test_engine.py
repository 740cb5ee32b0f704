import re
from pathlib import Path

import duckdb
import pytest

from cuadra.checks import verdicts
from cuadra.checks.disclosure import suppress
from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import ConfrontError, confront
from cuadra.checks.verdicts.engine import open_engine
from tests.checks.figures import TOPIC, figure, frame

ROOMS = {"engine": Path(verdicts.__file__).parent, "disclosure": Path(suppress.__file__).parent}
CHECKS = Path(verdicts.__file__).parents[1]
WRITES = r"(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|CREATE (?:OR REPLACE )?(?:TABLE|VIEW)|DROP (?:TABLE|VIEW)) $"
RULES = load_rules(TOPIC)
FAIL = [figure(509), figure(907, sex="F"), figure(147, sex="M")]


def statements():
    """The text of each file of SQL or Python that works on the tables, but for those that state them."""
    return [path.read_text(encoding="utf-8") for kind in ("*.sql", "*.py") for path in CHECKS.rglob(kind)
            if path.name != "tables.sql"]  # fmt: skip


def declared(database):
    con = duckdb.connect()
    con.execute(f"ATTACH ':memory:' AS {database}")
    con.execute((ROOMS[database] / "tables.sql").read_text(encoding="utf-8"))
    return con


@pytest.mark.parametrize("database", ROOMS)
def test_every_table_and_column_is_stated_with_its_meaning(database):
    con = declared(database)
    missing = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = $name AND comment IS NULL UNION ALL "
        "SELECT table_name || '.' || column_name FROM duckdb_columns() "
        "WHERE database_name = $name AND comment IS NULL",
        {"name": database},
    ).fetchall()

    assert missing == []


@pytest.mark.parametrize(("database", "made"), [("engine", None), ("disclosure", {"figure", "seen"})])
def test_every_table_named_is_stated_and_every_stated_one_is_read(database, made):
    con = declared(database)
    stated = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    others = made or set()
    if database == "engine":
        con.register("observation", frame([]))
        open_engine(con, TOPIC, RULES, "observation")
        macros = con.execute("SELECT function_name FROM duckdb_functions() WHERE database_name = 'engine'").fetchall()
        others = {"looked_at", "looked_around", "relative", "placed", *(name for (name,) in macros)}
    named, read = set(), set()
    for text in statements():
        for found in re.finditer(rf"(?<!verdicts\.)\b{database}\.([a-z_]+)", text):
            named.add(found[1])
            if not re.search(WRITES, text[max(0, found.start() - 40) : found.start()]):
                read.add(found[1])

        read |= set(re.findall(r'_by_group\(con, "([a-z_]+)"', text))

    assert named <= stated | others | {"py"}
    assert stated <= read


@pytest.mark.parametrize("screen_from", [0, pytest.param(10**9, marks=pytest.mark.slow)])
def test_relations_of_the_caller_with_names_of_the_engine_are_read_as_they_are(screen_from):
    with duckdb.connect() as con:
        con.register("term", frame(FAIL))
        con.register("observation", frame([figure(1)]))
        con.execute("CREATE TABLE block AS SELECT 'mine' AS register; CREATE TEMP VIEW cell AS SELECT 'mine' AS sex")
        con.execute("CREATE TEMP VIEW figure AS SELECT 'mine' AS block; CREATE TABLE unit AS SELECT 7 AS unit")
        con.execute("CREATE TABLE quantity AS FROM term; CREATE VIEW side AS FROM quantity WHERE register = 'R'")
        con.execute("CREATE TEMP VIEW given AS FROM side")
        for name in ("term", "quantity", "side", "given"):
            assert len(confront(con, TOPIC, RULES, name, screen_from=screen_from).finding) == 1
        assert seen(con, TOPIC, RULES, "given") == 0
        found = confront(con, TOPIC, RULES, "given", screen_from=screen_from)

        assert list(found.finding["rule"]) == ["sex_parts_make_total"]
        assert con.execute("SELECT register FROM block").fetchall() == [("mine",)]
        assert con.execute("SELECT count(*) FROM observation").fetchall() == [(1,)]


def test_database_that_is_opened_to_be_read_only_is_confronted(tmp_path):
    with duckdb.connect(tmp_path / "figures.duckdb") as con:
        con.register("figures", frame(FAIL))
        con.execute("CREATE TABLE observation AS FROM figures")
    before = (tmp_path / "figures.duckdb").read_bytes()
    with duckdb.connect(tmp_path / "figures.duckdb", read_only=True) as con:
        assert len(confront(con, TOPIC, RULES).finding) == 1
        assert len(confront(con, TOPIC, RULES).finding) == 1
        assert seen(con, TOPIC, RULES, "observation") == 0

    assert (tmp_path / "figures.duckdb").read_bytes() == before


def test_database_of_the_caller_called_engine_is_not_touched(tmp_path):
    with duckdb.connect(tmp_path / "engine.duckdb") as con:
        con.register("observation", frame(FAIL))
        con.execute("CREATE TABLE kept AS SELECT 'mine' AS rule")
        with pytest.raises(ConfrontError, match=r"^connection: expected no database or schema called 'engine', got"):
            confront(con, TOPIC, RULES)

        assert con.execute("SELECT rule FROM kept").fetchall() == [("mine",)]


def test_later_confrontation_does_not_answer_for_an_earlier_one():
    with duckdb.connect() as con:
        con.register("few", frame(FAIL))
        con.register("sound", frame([figure(1)]))
        earlier = confront(con, TOPIC, RULES, "few")
        finding = earlier.finding
        later = confront(con, TOPIC, RULES, "sound")

        assert len(finding) == len(earlier.finding) == 1
        assert later.finding.empty
        with pytest.raises(ConfrontError, match=r"^verdicts: expected the tables of this confrontation"):
            _ = earlier.bound


def test_figures_without_a_name_get_one_that_does_not_depend_on_their_order():
    rows = frame(FAIL).drop(columns="observation_id")
    found = []
    for figures in (rows, rows.iloc[::-1].copy()):
        with duckdb.connect() as con:
            con.register("observation", figures)
            found.append(confront(con, TOPIC, RULES).finding.to_csv())

    assert found[0] == found[1]
