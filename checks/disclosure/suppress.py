"""Which figures an export withholds, so that no small count of persons can be read in it or worked out from it.

Small counts are hidden first (primary suppression), then, where a total less the other parts would give one away, one
more of its sum (complementary suppression). What is left is asked of the rules: what they still pin is hidden deeper.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import relate
from cuadra.checks.verdicts.engine import attach, one, without_comments

_HERE = Path(__file__).parent


def seen(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str) -> int:
    """Make the table ``disclosure.seen`` of what an export may show, and return how many figures it withholds.

    ``seen`` has the columns of the relation. A small count, as the topic says what is small, is ``<5``; what would give
    one away is ``withheld`` and any number, with status ``Q``; shares of either are left out. Only databases in memory
    are attached, ``engine`` and ``disclosure``.

    Args:
        con: any DuckDB connection.
        topic: what the figures are about.
        rules: those whose sums are known to a reader.
        observations: the name of a relation in the columns of the contract, with ``observation_id``.

    Raises:
        ConfrontError: what `confront` raises.
    """
    relate(con, topic, rules, observations)
    attach(con, "disclosure")
    con.execute(without_comments(_read("tables")))
    con.execute(f"CREATE MACRO disclosure.figure() AS TABLE FROM {observations}")
    _fill(con, topic)
    _close(con, topic)
    while pinned := _pinned(con, topic, rules):
        relate(con, topic, rules, observations)
        before = _hidden(con)
        con.execute("INSERT INTO disclosure.around SELECT unnest(?)", [pinned])
        con.execute(_read("around"))
        _close(con, topic)
        if before == _hidden(con):
            break  # all that these figures touch is hidden
    return one(con, "SELECT count(*) FROM disclosure.withheld")


def seen_as_decided(con: duckdb.DuckDBPyConnection, topic: Topic, observations: str, withheld: str) -> int:
    """Make ``disclosure.seen`` as `seen` does, from what was decided before, and return how many figures are withheld.

    Nothing is confronted.

    Args:
        con: any DuckDB connection.
        topic: what the figures are about.
        observations: the name of a relation in the columns of the contract, with ``observation_id``.
        withheld: the name of a relation of ``observation_id`` and ``is_small``, one row per figure to withhold.
    """
    attach(con, "disclosure")
    con.execute(without_comments(_read("tables")))
    con.execute(f"CREATE MACRO disclosure.figure() AS TABLE FROM {observations}")
    con.execute(f"INSERT INTO disclosure.withheld BY NAME SELECT observation_id, is_small FROM {withheld}")
    _show(con, topic)
    return one(con, "SELECT count(*) FROM disclosure.withheld")


def _show(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    adding = [*topic.units_of("count", "amount")]
    con.execute(_read("seen"), {"below": topic.small_counts.below, "adding": adding})


def _fill(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Note the quantities with their codes, what each figure is of, and hide the small counts."""
    codes = ", ".join(topic.quantity)
    for name in topic.quantity:
        con.execute(f"ALTER TABLE disclosure.quantity ADD COLUMN {name} VARCHAR")
    con.execute(f"INSERT INTO disclosure.quantity SELECT q, {codes} FROM engine.named() WHERE per = ''")
    con.execute(
        "INSERT INTO disclosure.printed SELECT observation_id, q, "
        "list_contains($units, unit) AND lower = upper AND lower BETWEEN 1 AND $below - 1 "
        f"FROM disclosure.figure() AS figure INNER JOIN disclosure.quantity USING ({codes})",
        {"units": [*topic.small_counts.units], "below": topic.small_counts.below},
    )
    con.execute("INSERT INTO disclosure.hidden SELECT DISTINCT q FROM disclosure.printed WHERE is_small")


def _close(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Hide more until no sum has a single hidden member."""
    con.execute("TRUNCATE disclosure.fresh; INSERT INTO disclosure.fresh FROM disclosure.hidden")
    while one(con, "SELECT count(*) FROM disclosure.fresh"):
        con.execute("TRUNCATE disclosure.more")
        con.execute(_read("hide"), {"below": topic.small_counts.below})
        con.execute("INSERT INTO disclosure.hidden FROM disclosure.more")
        con.execute("TRUNCATE disclosure.fresh; INSERT INTO disclosure.fresh FROM disclosure.more")


def _pinned(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule]) -> list[int]:
    """Small counts that the rules give away from what is left to be seen."""
    con.execute(_read("withhold"))
    _show(con, topic)
    relate(con, topic, rules, "disclosure.seen")
    codes = ", ".join(topic.quantity)
    found = con.execute(
        f"WITH pinned AS (SELECT {codes} FROM engine.named() INNER JOIN engine.quantity USING (q) "
        "WHERE per = '' AND (lower_by IS NOT NULL OR upper_by IS NOT NULL) "
        "AND lower = upper AND lower BETWEEN 1 AND ? - 1) "
        f"SELECT DISTINCT q FROM pinned INNER JOIN disclosure.quantity USING ({codes}) "
        "INNER JOIN disclosure.printed USING (q) WHERE is_small ORDER BY q",
        [topic.small_counts.below],
    ).fetchall()
    return [q for (q,) in found]


def _hidden(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    counted = ("disclosure.hidden", "(SELECT DISTINCT q FROM disclosure.around)")
    hidden, around = (one(con, f"SELECT count(*) FROM {table}") for table in counted)
    return hidden, around


def _read(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")
