import duckdb
import pandas as pd
import pytest

from cuadra.checks import topic as topics
from cuadra.warehouse import database
from cuadra.warehouse.finding import record_checks
from cuadra.warehouse.load import load_vintage, transaction
from cuadra.warehouse.printed import words_of
from cuadra.warehouse.quantity import QuantityError
from tests.checks.figures import figure
from tests.warehouse.loading import NOW, brought_up

SHIPPED_ONLY = set(topics.shipped().names) - set(topics.shipped("base").names)


@pytest.fixture
def election(tmp_path):
    """A topic of votes by party and way of voting."""
    lists = tmp_path / "election" / "codelists"
    lists.mkdir(parents=True)
    (lists.parent / "topic.toml").write_text(
        'title = { en = "Votes" }\ncaveat = { en = "Counted, not certified." }\n'
        "small_counts = { below = 5, units = [] }\n"
        '[breakdown.party]\nlabel = { en = "party" }\n[breakdown.mode]\nlabel = { en = "way of voting" }\n'
    )
    head = "code,label_en,parent,partition,kind\n_T,all,,,\n"
    (lists / "party.csv").write_text(head + "X,party X,_T,party,exhaustive\nY,party Y,_T,party,exhaustive\n")
    (lists / "mode.csv").write_text(head + "ABSENTEE,by mail,_T,mode,exhaustive\n")
    (lists / "indicator.csv").write_text("code,label_en,unit,over_time,over_areas\nvotes,votes,ballots,none,sum\n")
    (lists / "register.csv").write_text("code,label_en\nBOARD,board of elections\n")
    (lists / "unit.added.csv").write_text("code,label_en,kind,decimals,signed\nballots,ballots,count,0,no\n")
    return topics.load([topics.SHIPPED["base"], lists.parent], "election")


@pytest.fixture
def con(election):
    with duckdb.connect() as con:
        assert brought_up(con, election).wrong_views == []
        yield con


def load(con, election, *rows, sha256="a" * 64):
    plain = {key: value for key, value in figure(4, says="4").items() if key not in SHIPPED_ONLY}
    block = {
        "source": "county",
        "register": "BOARD",
        "indicator": "votes",
        "unit": "ballots",
        "party": "_T",
        "mode": "_T",
    }
    return load_vintage(
        con, {"name": "county"}, {"sha256": sha256, "url": "", "path": "", "fetched_at": NOW},
        pd.DataFrame([plain | block | row for row in rows]), pd.DataFrame(), pd.DataFrame(), "r1", NOW,
        id_sql=election.observation_id_sql(), breakdowns=election.names,
    )  # fmt: skip


def test_database_has_nothing_of_another_topic(con, election):
    columns = con.execute("SELECT DISTINCT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    said = con.execute("SELECT DISTINCT list FROM code").fetchall()

    assert [row[0] for row in con.execute("DESCRIBE cell").fetchall()] == ["cell", *election.names]
    assert not {name for (name,) in columns} & {*SHIPPED_ONLY, "victims_lower"}
    assert not [name for (name,) in views if "victim" in name or "operation" in name]
    assert ("party",) in said
    assert ("citizenship",) not in said


def test_figures_are_kept_and_shown_by_its_breakdowns(con, election):
    load(con, election, {"value": 4.0}, {"party": "X"}, {"party": "X", "mode": "ABSENTEE"})
    again = load(con, election, {"value": 4.0}, {"party": "Y"}, sha256="b" * 64)
    found = con.execute("SELECT party, mode, says FROM figure ORDER BY ALL").fetchall()
    row = con.execute("SELECT * FROM figure_in_force WHERE party = '_T'").df().to_dict("records")[0]

    assert (again.new, again.withdrawn, again.unchanged) == (1, 2, 1)
    assert found == [("Y", "_T", "4"), ("_T", "_T", "4")]
    assert row["observation_id"] == election.observation_id(row)
    assert con.execute("SELECT party, mode, lower FROM counted ORDER BY ALL").fetchall() == [
        ("Y", "_T", 4),
        ("_T", "_T", 4),
    ]
    assert con.execute("SELECT breakdown, code, total_lower FROM part_of_whole").fetchall() == [("party", "Y", 4)]
    assert words_of(con, [row["observation_id"]])[row["observation_id"]]["mode"] == "_T"


def test_findings_and_bounds_take_its_breakdowns(con, election):
    load(con, election, {"party": "X"})
    about = {"register": "BOARD", "indicator": "votes", "ref_area": "PE", "time_period": "2019", "sex": "_T",
             "age": "_T", "party": "Y", "mode": "_T"}  # fmt: skip
    finding = {"finding": "f" * 12, "rule": "r", "verdict": "fails", "source": "county", "is_waived": False}
    with transaction(con):
        new = record_checks(
            con, "r1", [], pd.DataFrame(), pd.DataFrame([finding | about]),
            pd.DataFrame([about | {"lower": 0.0, "upper": 1.0}]), pd.DataFrame(), breakdowns=election.names,
        )  # fmt: skip

    assert new == {"f" * 12}
    assert con.execute("SELECT party, time_period FROM open_finding").fetchall() == [("Y", "2019")]
    assert con.execute("SELECT party, upper FROM derived_bound").fetchall() == [("Y", 1)]


def test_figure_without_a_code_is_refused_with_its_column(con, election):
    with pytest.raises(QuantityError, match="county, column 'party': expected a code in each row"):
        load(con, election, {"party": None})

    assert con.execute("SELECT count(*) FROM observation").fetchall() == [(0,)]


def test_names_of_shipped_breakdowns_stand_in_migrations_and_their_own_views_only():
    room = database._HERE
    texts = {
        path: path.read_text(encoding="utf-8") for ending in ("py", "sql", "csv") for path in room.rglob(f"*.{ending}")
    }
    naming = {
        path.relative_to(room).parts[:-1]
        for path, text in texts.items()
        if any(name in text for name in ("citizenship", "exploitation"))
    }

    assert naming == {("migrations",), ("views", "trafficking")}
