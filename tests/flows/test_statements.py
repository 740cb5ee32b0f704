"""SQL from anyone: questions are answered, ways out and endless questions are contained."""

import itertools
import sys
import time

import pytest

from cuadra.flows.commands.answer import Asking
from cuadra.flows.settings import Settings
from cuadra.warehouse.query import QueryError
from tests.flows.statements import BOMBS, ESCAPES, QUESTIONS
from tests.warehouse.publishing import run

pytestmark = pytest.mark.slow

SECONDS = 0.5
GRACE_SECONDS = 2.0
FIRST_ROWS = 200_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    run(folder, 7)
    return folder


def asking(folder, seconds=20.0):
    return Asking(Settings(data=folder, sql_megabytes=100), seconds)


@pytest.mark.parametrize("sql", QUESTIONS)
def test_plain_question_is_answered(folder, sql):
    names, rows = asking(folder).answer(sql)

    assert names
    assert len(list(rows)) > 0


def test_ways_out_of_the_publication_are_refused_in_one_line(folder):
    before, through = sorted(folder.rglob("*")), []
    for sql in ESCAPES:
        try:
            through.append(f"{sql}: {list(itertools.islice(asking(folder).answer(sql)[1], 3))}")
        except QueryError as error:
            if "\n" in str(error) or str(folder) in str(error) or "/root" in str(error):
                through.append(f"{sql}: {error}")
    sys.stdout.write(
        f"ways out: {len(ESCAPES)} tried, {len(ESCAPES) - len(through)} contained, {len(through)} through\n"
    )

    assert not through
    assert len(QUESTIONS) + len(ESCAPES) + len(BOMBS) >= 150
    assert sorted(folder.rglob("*")) == before


def test_questions_without_end_cost_their_limit(folder):
    through = []
    for sql in BOMBS:
        start = time.monotonic()
        try:
            list(itertools.islice(asking(folder, SECONDS).answer(sql)[1], FIRST_ROWS))
        except QueryError as error:
            if "\n" in str(error):
                through.append(f"{sql[:60]}: {error}")
        if (seconds := time.monotonic() - start) > SECONDS + GRACE_SECONDS:
            through.append(f"{sql[:60]}: {seconds:.1f} s")
    sys.stdout.write(f"bombs: {len(BOMBS)} tried, {len(BOMBS) - len(through)} contained, {len(through)} through\n")

    assert not through
    assert list(asking(folder).answer("SELECT 1 AS a")[1]) == [{"a": 1}]


def test_no_path_of_the_machine_is_in_what_may_be_asked(folder):
    views = "SELECT schema_name || '.' || view_name AS name FROM duckdb_views() WHERE internal"
    functions = ("duckdb_tables()", "duckdb_views()", "duckdb_columns()", "duckdb_functions()", "duckdb_schemas()")
    shown = [row["name"] for row in asking(folder).answer(views)[1]]
    for name in (*shown, *functions, "duckdb_indexes()", "duckdb_constraints()", "duckdb_types()"):
        try:
            rows = list(asking(folder).answer(f"FROM {name}")[1])
        except QueryError:
            continue

        assert str(folder) not in str(rows), name
