from datetime import timedelta

import pandas as pd
import pytest

from cuadra.warehouse.load import LoadError, LoadResult
from cuadra.warehouse.publish import content
from cuadra.warehouse.revision import revised, revisions
from tests.warehouse.loading import NOW, load, made


@pytest.fixture
def con(tmp_path):
    with made(tmp_path / "a.duckdb") as con:
        yield con


F, M = {"sex": "F"}, {"sex": "M"}


def rows(con, sql):
    return con.execute(sql).fetchall()


def test_content_does_not_depend_on_which_source_was_loaded_first(tmp_path):
    found = set()
    for order in (("press", "bulletin"), ("bulletin", "press")):
        with made(tmp_path / f"{order[0]}.duckdb") as con:
            for source in order:
                load(con, F, M, source=source, sha256=source)
            found.add(content(con))

    assert len(found) == 1


def test_content_tells_rows_that_are_equal_from_none(con):
    load(con, F, M)
    before = content(con)
    row = pd.DataFrame([{"source": "press", "locator": "row 3", "reason": "unit", "raw": "{}"}])
    load(con, F, M, sha256="b" * 64, quarantined=pd.concat([row, row]))

    assert content(con) != before


def test_block_and_cell_are_numbered_once(con):
    load(con, F, M, {**F, "time_period": "2018"})
    load(con, F, {"age": "Y0T17"}, source="bulletin", sha256="b" * 64)

    assert rows(con, "SELECT block, time_period FROM block ORDER BY block") == [(1, "2018"), (2, "2019")]
    assert rows(con, "SELECT cell, sex, age FROM cell ORDER BY cell") == [
        (1, "F", "_T"), (2, "M", "_T"), (3, "_T", "Y0T17"),
    ]  # fmt: skip
    assert rows(con, "SELECT count(*) FROM figure_in_force") == [(5,)]


def test_the_same_snapshot_twice_changes_nothing(con):
    first = load(con, F, M)
    before = rows(con, "SELECT * FROM observation ORDER BY ALL"), rows(con, "SELECT * FROM vintage")
    second = load(con, F, M, run="r2", now=NOW + timedelta(days=1))

    assert (first.new, first.is_new_vintage) == (2, True)
    assert second == LoadResult(unchanged=2)
    assert (rows(con, "SELECT * FROM observation ORDER BY ALL"), rows(con, "SELECT * FROM vintage")) == before


def test_a_second_edition_is_compared_with_the_first(con):
    load(con, F, M, {"age": "Y0T17"})
    result = load(
        con,
        F,
        {**M, "value": 7, "says": "7"},
        {"age": "Y_GE18"},
        sha256="b" * 64,
        now=NOW + timedelta(days=2),
    )

    assert (result.new, result.changed, result.withdrawn, result.unchanged) == (1, 1, 1, 1)
    assert rows(con, "SELECT change, said, says FROM revision ORDER BY change") == [
        ("changed", "5", "7"),
        ("withdrawn", "5", None),
    ]


def test_what_was_known_on_a_day_can_be_asked(con):
    load(con, F)
    load(con, {**F, "value": 7, "says": "7"}, sha256="b" * 64, now=NOW + timedelta(days=2))

    for day, says in (("2026-11-23", []), ("2026-11-24", [("5",)]), ("2026-11-26", [("7",)])):
        assert rows(con, f"SELECT says FROM as_known_on('{day}')") == says


def test_rows_in_are_rows_used_quarantined_and_ignored(con):
    quarantined = pd.DataFrame([{"source": "press", "locator": "row 3", "reason": "unit", "raw": "{}"}])
    ignored = pd.DataFrame([{"source": "press", "reason": "repeated", "rows": 4}])
    load(con, F, M, quarantined=quarantined, ignored=ignored)

    assert rows(con, "SELECT rows_in, observations, quarantined, ignored FROM vintage") == [(7, 2, 1, 4)]
    assert rows(con, "SELECT locator, reason FROM quarantined") == [("row 3", "unit")]


def test_figure_named_twice_is_refused_whole(con):
    with pytest.raises(LoadError, match="press, ¶1: expected each figure once"):
        load(con, F, F)

    assert rows(con, "SELECT count(*) FROM observation") == [(0,)]


@pytest.mark.parametrize("earlier", [(), (F,)])
def test_figure_of_another_source_is_refused(con, earlier):
    if earlier:
        load(con, *earlier)
    with pytest.raises(LoadError, match="press, column 'source': expected 'press' in each row, got 'other'"):
        load(con, M | {"source": "other"}, sha256="b" * 64)

    assert rows(con, "SELECT sex FROM figure") == [("F",)] * len(earlier)


def test_sources_do_not_touch_each_other(con):
    load(con, F)
    load(con, M, source="bulletin", sha256="b" * 64)
    load(con, M, sha256="c" * 64)

    assert rows(con, "SELECT source, sex FROM figure ORDER BY source") == [("bulletin", "M"), ("press", "M")]


def test_a_failed_load_leaves_the_last_edition_in_force(con, monkeypatch):
    load(con, F)
    monkeypatch.setattr("cuadra.warehouse.load._write_vintage", _broken)
    with pytest.raises(RuntimeError):
        load(con, M, sha256="b" * 64)

    assert rows(con, "SELECT sex FROM figure") == [("F",)]


def _broken(*_):
    raise RuntimeError


def test_what_a_figure_was_computed_from_is_said_of_it_and_is_no_revision(tmp_path):
    con = made(tmp_path / "a.duckdb")
    load(con, {"value": 10})
    found = load(con, {"value": 10, "computed_from": "one two"}, sha256="b" * 64)

    assert (found.new, found.changed) == (0, 0)
    assert con.execute("SELECT computed_from FROM figure_in_force").fetchall() == [("one two",)]


def test_what_is_decided_here_is_no_revision_of_the_producer(con):
    days = [NOW + timedelta(days=day) for day in range(4)]
    load(con, {**F, "says": "15", "value": 15}, M)
    load(con, {**F, "says": "5 [printed: 15]"}, M, now=days[1])
    load(con, {**F, "says": "15", "value": 15}, M, now=days[2])
    load(con, {**F, "says": "15", "value": 1500}, {**M, "says": "6", "value": 6}, now=days[3], sha256="b" * 64)
    load(con, {**F, "says": "15", "value": 15}, {**M, "says": "6", "value": 6}, now=NOW + timedelta(4), sha256="b" * 64)

    assert rows(con, "SELECT change, said, says FROM revision ORDER BY revised_at, said") == [
        ("corrected", "15", "5 [printed: 15]"),
        ("uncorrected", "5 [printed: 15]", "15"),
        ("changed", "15", "15"),
        ("changed", "5", "6"),
        ("reread", "15", "15"),
    ]
    assert revisions(con, "press", days[3]) == {"changed": 2}
    assert revised(con, "press", ["reread"], 3) == [("¶1", "15", "15", None)]
