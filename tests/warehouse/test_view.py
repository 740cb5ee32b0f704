import re

import pytest

from tests.warehouse.loading import brought_up, load, made

GOOD = "CREATE OR REPLACE VIEW {name} AS SELECT observation_id, 'mine' AS owner FROM figure; "


@pytest.fixture
def con(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        load(con, {"value": 7})
        yield con


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "views"
    folder.mkdir()
    return folder


def write(folder, name, sql):
    (folder / f"{name}.sql").write_text(sql, encoding="utf-8")


def test_view_of_ones_own_is_made_and_goes_with_its_file(con, own):
    write(own, "mine", "-- Grain: one row per figure.\n" + GOOD.format(name="mine") + "COMMENT ON VIEW mine IS 'Mine';")
    write(own, "a_later", "CREATE VIEW a_later AS SELECT owner FROM mine")
    made_once = brought_up(con, None, own)
    found = con.execute("SELECT owner FROM a_later").fetchall()
    comment = con.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'mine'").fetchall()
    for path in own.iterdir():
        path.unlink()
    brought_up(con, None, own)

    assert made_once.wrong_views == []
    assert found == [("mine",)]
    assert comment[0][0].startswith("Name of the figure over vintages")
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name IN ('mine', 'a_later')").fetchall() == [
        (0,)
    ]


def test_view_of_the_same_name_replaces_the_shipped_one(con, own):
    write(own, "register_comparison", GOOD.format(name="register_comparison"))

    assert brought_up(con, None, own).wrong_views == []
    assert con.execute("SELECT owner FROM register_comparison").fetchall() == [("mine",)]


WRONG = [
    "CREATE VIEW {name} AS SELECT nothing FROM figure",
    "CREATE VIEW {name} AS SELECT 1 AS a FROM nowhere",
    "CREATE VIEW {name} AS SELEKT 1",
    "CREATE VIEW other AS SELECT 1 AS a",
    "CREATE VIEW {name} AS SELECT 1 AS a; CREATE VIEW {name} AS SELECT 2 AS a",
    "CREATE VIEW {name} AS SELECT 1 AS a; DELETE FROM observation",
    "CREATE VIEW {name} AS SELECT 1 AS a; COMMENT ON COLUMN observation.says IS 'x'",
    "/* CREATE VIEW {name} AS SELECT 1 */ UPDATE observation SET says = ''",
    "CREATE TABLE {name} (a INT)",
    "",
    "-- nothing yet",
]


def test_wrong_views_are_one_line_each_and_the_others_are_made(con, own):
    for number, sql in enumerate(WRONG):
        write(own, f"wrong_{number}", sql.format(name=f"wrong_{number}"))
    write(own, "xx_good", GOOD.format(name="xx_good"))
    lines = brought_up(con, None, own).wrong_views
    said = re.compile(r"\S+/views/(wrong_\d+)\.sql: expected SQL of one view called \1, got .+\. Correct the file\.")
    named = [match[1] for line in lines if (match := said.fullmatch(line))]

    assert sorted(named) == sorted(f"wrong_{number}" for number in range(len(WRONG)))
    assert len(lines) == len(WRONG)
    assert con.execute("SELECT owner FROM xx_good").fetchall() == [("mine",)]
    assert con.execute("SELECT says FROM figure").fetchall() == [("7",)]
    assert brought_up(con, None, own).wrong_views == lines
    for number in range(len(WRONG)):
        write(own, f"wrong_{number}", GOOD.format(name=f"wrong_{number}"))
    assert brought_up(con, None, own).wrong_views == []


def test_wrong_view_gives_way_to_the_one_it_replaced(con, own):
    write(own, "counted", "CREATE VIEW counted AS SELECT nothing FROM figure")
    lines = brought_up(con, None, own).wrong_views

    assert len(lines) == 1
    assert lines[0].endswith("/warehouse/views/counted.sql is used.")
    assert con.execute("SELECT lower, upper FROM victims_by_year").fetchall() == [(7, 7)]


@pytest.mark.parametrize("name", ["figure_in_force", "cell_code"])
def test_view_that_checks_read_cannot_be_replaced(con, own, name):
    write(own, name, f"CREATE VIEW {name} AS SELECT 1 AS a")
    lines = brought_up(con, None, own).wrong_views

    assert len(lines) == 1
    assert "expected a name of its own" in lines[0]
    assert con.execute("SELECT says FROM figure_in_force").fetchall() == [("7",)]


def test_file_that_cannot_be_read_is_one_line(con, own):
    (own / "latin.sql").write_bytes("CREATE VIEW latin AS SELECT 'ñ' AS a".encode("latin-1"))
    lines = brought_up(con, None, own).wrong_views

    assert len(lines) == 1
    assert "latin.sql: expected UTF-8 SQL" in lines[0]
