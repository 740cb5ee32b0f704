import shutil

import pytest

from cuadra.checks import topic as topics
from cuadra.checks.topic import shipped
from cuadra.flows.alerts.digest import changed_anew
from cuadra.flows.compare import compare
from cuadra.flows.ground import ground, is_other
from cuadra.warehouse.database import connect
from cuadra.warehouse.episode import update
from tests.flows.world import check, checked
from tests.warehouse.loading import NOW, brought_up, load

RULE = """[few_rescued]
sentence = "At most so many."
sentence_es = "A lo sumo tantos."
severity = "error"
reason = "A test."
source = "A test"
left = [{ indicator = "victims_rescued" }]
is = "at most"
right = [{ indicator = "victims_identified" }]
"""
FIGURES = [
    {"indicator": indicator, "time_period": str(year), "value": value, "locator": indicator + str(year)}
    for year in range(2010, 2016)
    for indicator, value in (("victims_rescued", 9), ("victims_identified", 5))
]


@pytest.fixture
def stricter(tmp_path):
    """The shipped topic with one rule more, which the figures break six times."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.toml").write_text(RULE, encoding="utf-8")
    return topics.load([*shipped().folders, tmp_path], "stricter")


def told(con, now, run, anew):
    update(con, run_id=run, now=now, route=lambda *_: ["console"], anew=anew, seen=[("anew", "cuadra")])
    return con.execute("SELECT kind, change, gap, detail FROM alert_event WHERE run = ?", [run]).fetchall()


def test_ground_is_that_of_files_that_decide_verdicts(tmp_path_factory, stricter):
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(stricter.folders[-1], copy, dirs_exist_ok=True)
    (copy / "waivers.toml").write_text("", encoding="utf-8")
    same = topics.load([*shipped().folders, copy], "copy")

    assert ground(shipped()) != ground(stricter)
    assert ground(stricter) == ground(same)


def test_ground_is_compared_with_the_last_run_that_came_to_its_end():
    runs = [{"state": "ended", "ground": "a"}, {"state": "failed", "ground": "b"}, {"state": "running", "ground": ""}]

    assert is_other("b", runs)
    assert not is_other("a", runs)
    assert not is_other("a", [])
    assert is_other("a", [{"state": "ended"}])


def test_change_of_rules_is_one_message_with_counts_and_so_is_its_end(stricter):
    con = checked(*FIGURES)
    before = told(con, NOW, "r1", None)
    check(con, "r2", stricter)
    after = told(con, NOW.replace(day=25), "r2", changed_anew())
    again = told(con, NOW.replace(day=26), "r3", None)
    check(con, "r4")
    back = told(con, NOW.replace(day=27), "r4", changed_anew())

    assert not any(kind == "finding" and "few_rescued" in detail for kind, _, _, detail in before)
    assert [(kind, change, gap) for kind, change, gap, _ in after] == [("anew", "NEW", 6)]
    assert "6 relations newly do not hold, 0 are over" in after[0][3]
    assert "6 relaciones dejan de cumplirse, 0 se resuelven" in after[0][3]
    assert again == []
    assert [(kind, change, gap) for kind, change, gap, _ in back] == [("anew", "NEW", 6)]
    assert "0 relations newly do not hold, 6 are over" in back[0][3]


@pytest.mark.slow
def test_change_of_rules_that_changes_little_and_of_figures_is_told_one_by_one(stricter):
    few, fresh = checked(*FIGURES[:4]), checked(*FIGURES)
    check(few, "r2", stricter)
    load(fresh, *[row | {"value": row["value"] + 1} for row in FIGURES], sha256="b" * 64, now=NOW.replace(day=25))
    check(fresh, "r2", stricter)

    assert [each[:2] for each in told(few, NOW.replace(day=25), "r2", changed_anew())] == [("finding", "NEW")] * 2
    assert [each[:2] for each in told(fresh, NOW.replace(day=25), "r2", changed_anew())] == [("finding", "NEW")] * 6


def test_rules_are_compared_before_a_run(tmp_path, stricter):
    with connect(tmp_path / "a.duckdb") as con:
        brought_up(con)
        checked(*FIGURES, con=con)
    rows = compare(stricter, tmp_path / "a.duckdb", "en")

    assert [(row["change"], row["rule"], row["verdict"]) for row in rows] == [("new", "few_rescued", "fails")] * 6
    assert rows[0]["sentence"] == "At most so many."
    assert compare(shipped(), tmp_path / "a.duckdb", "en") == []
