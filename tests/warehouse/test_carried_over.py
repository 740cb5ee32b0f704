"""A data folder of an earlier release: same content, same names, same alerts once it is brought up to date."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.alerts.digest import item
from cuadra.flows.alerts.routes import Routes
from cuadra.warehouse import database
from cuadra.warehouse.database import connect, migrate
from cuadra.warehouse.episode import events, outbox
from tests.warehouse.alert_world import KEY, START, step
from tests.warehouse.loading import NOW, brought_up, load

BEFORE = ("0001_start.sql", "0002_alert.sql", "0003_correction.sql")
QUANTITY = {
    "register": "R", "indicator": "victims_rescued", "ref_area": "PE", "time_period": "2019",
    "sex": "_T", "age": "_T", "citizenship": "_T", "exploitation": "_T", "means": "_T",
}  # fmt: skip
FIGURE = {
    "source": "press", "vintage": "1", "snapshot": "a" * 64, "unit": "persons", "value": 5.0, "lower": 5.0,
    "upper": 5.0, "likely_lower": 5.0, "likely_upper": 5.0, "says": "5", "qualifier": "exact", "complete": "",
    "obs_status": "A", "locator": "¶1", "said_by": "police", "published": "2020", "vintage_from": 1,
    "known_from": NOW, "run": "r0",
}  # fmt: skip
FINDING = {
    "finding": KEY, "rule": "one_value", "verdict": "fails", "severity": "error", "source": "press", "gap": 2.0,
    "left_lower": 5.0, "left_upper": 5.0, "right_lower": 7.0, "right_upper": 7.0, "is_waived": False, "is_open": True,
    "first_run": "r0", "last_run": "r0", "words": "[]", "sentence": "s", "observations": "",
}  # fmt: skip
OLD_DETAIL = json.dumps(QUANTITY | {"sex": "F", "sentence": "s", "words": []})
EPISODE = {
    "key": KEY, "number": 1, "kind": "finding", "rule": "one_value", "source": "press", "severity": "error",
    "verdict": "fails", "gap": 2.0, "detail": OLD_DETAIL, "opened_run": "r0", "opened_at": START, "seen_at": START,
    "is_open": True, "is_told_open": True, "told_event": "e0", "told_at": START, "told_gap": 2.0,
    "told_verdict": "fails",
}  # fmt: skip
EVENT = {
    "event": "e0", "key": KEY, "number": 1, "change": "NEW", "kind": "finding", "rule": "one_value",
    "source": "press", "severity": "error", "verdict": "fails", "gap": 2.0, "detail": OLD_DETAIL, "opened_at": START,
    "seen_at": START, "run": "r0", "happened_at": START,
}  # fmt: skip


def old_id(row):
    codes = "|".join([row["source"], *(row[name] for name in QUANTITY), row["unit"], "", row["locator"]])
    return hashlib.sha256(codes.encode()).hexdigest()[:16]


def insert(con, table, row):
    values = ", ".join(f"? AS {name}" for name in row)
    con.execute(f"INSERT INTO {table} BY NAME SELECT {values}", list(row.values()))


def figures(con):
    rows = con.execute(
        "SELECT observation_id, source, register, indicator, ref_area, time_period, sex, age, citizenship, "
        "exploitation, means, says, lower, vintage_from, vintage_to FROM observation ORDER BY ALL"
    ).fetchall()
    return [tuple(row) for row in rows]


@pytest.fixture
def path(tmp_path):
    """A file as the release before made it: figures now and before, findings, a bound, an open episode."""
    path = tmp_path / "cuadra.duckdb"
    with connect(path) as con:
        con.execute("CREATE TABLE migration (name VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL, "
                    "applied_at TIMESTAMP NOT NULL DEFAULT current_timestamp::TIMESTAMP)")  # fmt: skip
        for name in BEFORE:
            text = (Path(database.__file__).parent / "migrations" / name).read_text(encoding="utf-8")
            con.execute(text)
            con.execute(
                "INSERT INTO migration (name, sha256) VALUES (?, ?)", [name, hashlib.sha256(text.encode()).hexdigest()]
            )
        con.execute("CREATE VIEW counted AS SELECT sex, count(*) AS figures FROM observation GROUP BY sex")
        con.execute("INSERT INTO migration (name, sha256) VALUES ('views', 'of the release before')")
        for codes in ({}, {"sex": "F"}, {"sex": "M", "means": "ABDUCTION"}, {"register": "RETA", "age": "Y0T17"}):
            row = FIGURE | QUANTITY | codes
            insert(con, "observation", row | {"observation_id": old_id(row)})
        row = FIGURE | QUANTITY | {"sex": "F", "says": "4", "lower": 4.0, "vintage_to": 1, "known_to": NOW}
        insert(con, "observation", row | {"observation_id": old_id(row), "vintage_from": 0})
        insert(con, "vintage", {
            "vintage": 1, "source": "press", "edition": "1", "snapshot": "a" * 64, "run": "r0", "loaded_at": NOW,
            "rows_in": 4, "observations": 4, "quarantined": 0, "ignored": 0, "new": 4, "changed": 0, "withdrawn": 0,
            "unchanged": 0,
        })  # fmt: skip
        insert(con, "source", {"source": "press"})
        insert(con, "finding", FINDING | QUANTITY | {"sex": "F"})
        insert(con, "finding", FINDING | QUANTITY | {"finding": "f" * 12, "time_period": "2018", "is_open": False})
        insert(con, "bound", QUANTITY | {"lower": 1.0, "upper": 2.0, "rules": "x", "citizenship": "FOREIGN"})
        insert(con, "alert_episode", EPISODE)
        insert(con, "alert_event", EVENT)
        insert(con, "delivery", {"event": "e0", "channel": "desk", "queued_at": START})
    return path


def test_figures_keep_their_content_and_names(path):
    with duckdb.connect(str(path)) as con:
        before = figures(con)
        applied = brought_up(con).applied
        con.execute("CREATE TEMP VIEW flat AS SELECT * EXCLUDE (block, cell) FROM observation "
                    "INNER JOIN block USING (block) INNER JOIN cell USING (cell)")  # fmt: skip
        after = con.execute(
            "SELECT observation_id, source, register, indicator, ref_area, time_period, sex, age, citizenship, "
            "exploitation, means, says, lower, vintage_from, vintage_to FROM flat ORDER BY ALL"
        ).fetchall()
        named = con.execute(f"SELECT observation_id = {shipped().observation_id_sql()} FROM flat").fetchall()

        assert applied[0] == "0004_block_and_cell.sql"
        assert after == before
        assert set(named) == {(True,)}
        assert con.execute("SELECT said, says FROM revision").fetchall() == [("4", "5")]
        assert con.execute("SELECT count(*) FROM block").fetchall() == [(3,)]


def test_findings_and_bounds_keep_what_they_are_about(path):
    with duckdb.connect(str(path)) as con:
        brought_up(con)
        found = con.execute(
            "SELECT finding, is_open, time_period, sex FROM finding JOIN block USING (block) JOIN cell USING (cell) "
            "ORDER BY finding"
        ).fetchall()

        assert found == [(KEY, True, "2019", "F"), ("f" * 12, False, "2018", "_T")]
        assert con.execute("SELECT citizenship, lower, rules FROM derived_bound").fetchall() == [("FOREIGN", 1, "x")]


def test_open_episode_goes_on_and_its_old_words_can_be_read(path):
    with duckdb.connect(str(path)) as con:
        brought_up(con)
        waiting = outbox(con)
        told = step(con, START + timedelta(days=1), rules={"one_value": "1"})
        detail = json.loads(con.execute("SELECT detail FROM alert_episode").fetchall()[0][0])

        assert [row["event"] for row in waiting] == ["e0"]
        assert told == {}
        assert detail["cell"] == {"sex": "F"}
        assert [detail[name] for name in ("register", "time_period")] == ["R", "2019"]
        old, new = (
            item(events(con, KEY)[0] | {"detail": each}, Routes(), shipped(), "en")
            for each in (OLD_DETAIL, json.dumps(detail))
        )
        assert old.splitlines()[0] == new.splitlines()[0]
        assert "female" in old


def test_same_edition_loaded_after_is_no_new_one(path):
    with duckdb.connect(str(path)) as con:
        brought_up(con)
        same = ({}, {"sex": "F"}, {"sex": "M", "means": "ABDUCTION"}, {"register": "RETA", "age": "Y0T17"})
        result = load(con, *({"says": "5", **codes} for codes in same))
        more = load(con, *({"says": "5", **codes} for codes in same), {"says": "5", "sex": "O"}, sha256="b" * 64)

        assert (result.unchanged, result.is_new_vintage) == (4, False)
        assert (more.new, more.unchanged) == (1, 4)


def test_topic_without_a_breakdown_that_was_never_used_takes_the_file_over(path):
    names = [name for name in shipped().names if name != "exploitation"]
    with duckdb.connect(str(path)) as con:
        migrate(con, names, [], [])

        assert [row[0] for row in con.execute("DESCRIBE cell").fetchall()] == ["cell", *names]
