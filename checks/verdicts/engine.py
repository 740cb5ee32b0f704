"""The engine's tables: a database in memory beside the caller's, and what is made in it from the topic.

``tables.sql`` states every table. Breakdowns are data, so the columns and views that spell them out are made here, and
no other file of the engine names one.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from cuadra.checks.observation import NUMBERS, UNSAID, columns
from cuadra.checks.rule import Rule
from cuadra.checks.topic import BLOCK, Indicator, Topic, TopicError

ENDS = ("lower", "upper", "likely_lower", "likely_upper")
"""The ends of the two intervals of a figure."""

SHARES = {"percent": (100.0, 0.0), "ratio": (1.0, 0.0), "percent_change": (100.0, 1.0)}
"""Of each unit of shares: what makes a factor of it, by division and then by addition."""

PLACED = (
    "observation_id", "source", "unit", *ENDS, "complete", "obs_status", "repeats",
)  # fmt: skip
"""What is kept of each figure that adds up, beside its numbers; its words are looked up for what is explained."""

_HERE = Path(__file__).parent


class ConfrontError(Exception):
    """Figures or rules that cannot be evaluated; never a verdict on data."""


def open_engine(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str, around: str | None = None
) -> str:
    """Make the tables anew for these figures, and return a token that names this confrontation.

    Args:
        con: any DuckDB connection; the database ``engine`` is attached to it, and nothing else changes.
        topic: its breakdowns, units and indicators.
        rules: those to evaluate.
        observations: the name of a relation in the columns of the contract.
        around: the name of a relation of further figures, none of them of the same parts, which only say what is usual.

    Raises:
        ConfrontError: the connection has another database or schema called ``engine``.
        TopicError: the topic has a unit of shares that nobody knows to read.
    """
    given = _given(con, topic, observations)
    attach(con, "engine")
    con.execute(without_comments(read("tables")))
    con.execute(read("10_macros"))
    token = uuid.uuid4().hex
    fill(con, "opened", [(token,)])
    fill(con, "kept", [(rule.name, rule.is_plausible) for rule in rules])
    fill(con, "unit", [_unit(topic, code) for code in topic.units])
    fill(con, "indicator", [_indicator(topic, each) for each in topic.indicators.values()])
    for table in ("cell", "wide_cell"):
        for name in topic.names:
            con.execute(f"ALTER TABLE engine.{table} ADD COLUMN {name} VARCHAR")
    con.execute(f"CREATE MACRO engine.every() AS TABLE {given}")
    _supersede(con, topic)
    con.execute("CREATE MACRO engine.observation() AS TABLE FROM engine.given()")
    of_shares = f"unit IN ({quoted(topic.units_of('share', 'rate')) or 'NULL'})"
    con.execute(f"CREATE TABLE engine.relative AS FROM engine.given() WHERE {of_shares}")
    for name, text in _generated(topic, around).items():
        con.execute(f"CREATE MACRO engine.{name}() AS TABLE {text}")
    con.execute("CREATE TABLE engine.placed AS FROM engine.located() LIMIT 0")
    con.execute("CREATE MACRO engine.figure() AS TABLE FROM engine.placed")
    return token


def _supersede(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Leave out what later editions of its series restate, and keep what they say of it."""
    left_out = ""
    base = ", ".join(f"{_base(column)} AS base_{column}" for column in BLOCK)
    whole = ", ".join(_base(column) for column in topic.quantity)
    ends = ", ".join(
        f"if(kind = 'share', {_of_base(end, 'every')}, every.{end}) AS {end}" for end in ("lower", "upper")
    )
    con.execute(
        f"CREATE MACRO engine.edition() AS TABLE SELECT every.* REPLACE ({ends}), kind, shift, "
        f"row({', '.join(topic.quantity)}) AS quantity, row({whole}) AS base, {base}, "
        f"if(kind IN ('share', 'rate'), row(if(kind = 'share', 'percent', unit), shift, {whole}), NULL) AS whole "
        "FROM engine.every() AS every INNER JOIN engine.unit USING (unit) WHERE series IS NOT NULL"
    )
    if one(con, "SELECT count(*) FROM engine.edition()"):
        con.execute(read("15_edition"))
        left_out = " ANTI JOIN engine.superseded USING (observation_id)"
    con.execute(f"CREATE MACRO engine.given() AS TABLE FROM engine.every(){left_out}")


def attach(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Attach an empty database in memory by this name, in place of the one attached by it before.

    Raises:
        ConfrontError: the name is taken by a database in a file or by a schema of the caller.
    """
    taken = con.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = $name AND path IS NOT NULL "
        "UNION ALL SELECT schema_name FROM duckdb_schemas() WHERE schema_name = $name",
        {"name": name},
    ).fetchone()
    if taken is not None:
        raise ConfrontError(
            f"connection: expected no database or schema called {name!r}, got {taken[0]!r}. Rename that one."
        )
    con.execute(f"DETACH DATABASE IF EXISTS {name}")
    # READ_WRITE: beside a database that is opened to be read only, too.
    con.execute(f"ATTACH ':memory:' AS {name} (READ_WRITE)")


def _given(con: duckdb.DuckDBPyConnection, topic: Topic, observations: str) -> str:
    """The SQL of the figures, with an observation_id, as text where a frame without any text has no type."""
    names = [row[0] for row in con.execute(f"DESCRIBE {observations}").fetchall()]
    texts = ", ".join(
        f"{column}::VARCHAR AS {column}"
        for column in (*columns(topic), "observation_id")
        if column not in NUMBERS and column in names
    )
    missing = "".join(f", NULL::VARCHAR AS {column}" for column in UNSAID if column not in names)
    made = ""
    if "observation_id" not in names:
        order = ", ".join(("source", "locator", *topic.quantity, "says", "lower", "upper"))
        made = f", (row_number() OVER (ORDER BY {order}))::VARCHAR AS observation_id"
    return f"SELECT * REPLACE ({texts}){made}{missing} FROM {observations}"


def _unit(topic: Topic, code: str) -> tuple[str, str, float | None, float | None, bool]:
    unit = topic.units[code]
    if unit.kind == "share" and code not in SHARES:
        raise TopicError(
            f"topic {topic.name!r}, unit {code!r}: expected a unit of shares among {', '.join(SHARES)}, got another. "
            "Give shares in one of these, or correct its kind in unit.csv."
        )
    scale, shift = SHARES[code] if unit.kind == "share" else (unit.per, 0.0)
    return code, unit.kind, scale, shift, unit.is_signed


def _indicator(topic: Topic, each: Indicator) -> tuple[str, str, str, bool, bool]:
    unit = topic.units[each.unit]
    is_whole, is_signed = unit.kind in {"count", "share"}, unit.is_signed and unit.kind != "share"
    return each.code, each.over_time, each.over_areas, is_whole, is_signed


def _generated(topic: Topic, around: str | None) -> dict[str, str]:
    """The queries that spell breakdowns out, each a macro.

    A view would look for the relations that it reads, and for those that the caller's own views read, in its own
    database first: what the caller calls ``block`` is not what the engine calls so. A macro looks where it is asked.

    ``located`` has the figures that add up, with the numbers of their block and cell, and the kind of their unit;
    ``printed`` the exact counts and amounts of all that is given and around; ``base`` the shares, and the rates of a
    stated denominator, with the codes of their base; ``share_figure`` those that relate a part to its base, with its
    numbers too. Shares and rates of one base add up themselves: ``ratio`` has them as figures, ``share_whole`` their
    wholes; what they are of is ``per``. ``named`` has the quantities with their codes, key, name, and ``place`` to
    sort by.
    """
    codes, breakdowns, block = ", ".join(topic.quantity), ", ".join(topic.names), ", ".join(BLOCK)
    printed = f"{codes}, unit, lower, upper"
    further = f" UNION ALL SELECT {printed} FROM {around}" if around else ""
    # As `share_of` says, or else as the share itself.
    of_base = ", ".join(f"{_base(column, _undivided(topic, column))} AS base_{column}" for column in topic.quantity)
    parts = ", ".join(f"if({column} = '_T', NULL, '{column}=' || {column})" for column in topic.names)
    placed = f"{', '.join(PLACED)}, block, cell, kind, is_signed"
    member = "CASE WHEN member > 0 THEN '#' || (member + 1) WHEN member < 0 THEN '#rest' END"
    return {
        # All that is given, so that it is the same whatever was set aside.
        "printed": (
            "SELECT register, indicator, ref_area, time_period, cell, lower AS printed FROM "
            f"(SELECT {printed} FROM engine.given(){further}) "
            f"INNER JOIN engine.unit USING (unit) INNER JOIN engine.cell USING ({breakdowns}) "
            "WHERE kind IN ('count', 'amount') AND lower = upper AND member = 0"
        ),
        # Growth is not compared across a break in its series.
        "base": (
            "SELECT *, kind = 'share' OR base_indicator <> indicator AND scale IS NOT NULL AS is_linear, "
            "kind = 'share' AND shift = 0 AND base_register = register AND base_indicator = indicator AS has_whole, "
            f"concat_ws('|', if(kind = 'share', 'percent', unit), {topic.key_sql('base_')}, share_base, "
            # Nobody says which estimate of the people a rate is of: those of one source are of one. Growth adds up
            # with nothing.
            "if(share_of IS NULL, source, NULL), "
            f"if(shift > 0, concat_ws('|', 'growth', {topic.key_sql()}), NULL)) AS per FROM ("
            f"SELECT observation.*, kind, scale, shift, {of_base} FROM engine.relative AS observation "
            "INNER JOIN engine.unit USING (unit) "
            "WHERE (kind = 'rate' OR kind = 'share' AND share_of IS NOT NULL) "
            "AND NOT (shift > 0 AND obs_status = 'B'))"
        ),
        # What a share or a rate says of its quantity for its base: in percent, or in the unit of the rate.
        "ratio": (
            f"SELECT {placed} FROM (SELECT base.* REPLACE ('amount' AS kind, "
            f"{', '.join(f'{_of_base(end)} AS {end}' for end in ENDS)}), block, cell, FALSE AS is_signed "
            f"FROM engine.base() AS base INNER JOIN (SELECT block, per, {block} FROM engine.block) AS block "
            f"USING (per, {block}) INNER JOIN engine.cell USING ({breakdowns}) WHERE member = 0)"
        ),
        "located": (
            f"SELECT {placed} FROM ("
            "SELECT given.*, coalesce(unnamed.member, 0) AS member FROM engine.observation() AS given "
            "LEFT JOIN engine.unnamed USING (observation_id)) AS observation INNER JOIN engine.unit USING (unit) "
            f"INNER JOIN (SELECT block, {block} FROM engine.block WHERE per = '') AS block USING ({block}) "
            f"INNER JOIN engine.cell USING ({breakdowns}, member) WHERE kind IN ('count', 'amount')"
        ),
        # The whole that a share is of is all of itself, whether or not it is printed.
        "share_whole": (
            "SELECT DISTINCT source, share_base, whole_block.block, whole_cell.cell FROM engine.base() AS base "
            "INNER JOIN engine.block AS whole_block "
            f"ON base.per = whole_block.per AND {_base_is('whole_block', BLOCK)} "
            f"INNER JOIN engine.cell AS whole_cell ON {_base_is('whole_cell', topic.names)} "
            "WHERE has_whole AND whole_cell.member = 0"
        ),
        "share_figure": (
            "SELECT base.*, part_block.block, part_cell.cell, whole_block.block AS base_block, "
            "whole_cell.cell AS base_cell FROM engine.base() AS base "
            f"INNER JOIN (SELECT block, {block} FROM engine.block WHERE per = '') AS part_block USING ({block}) "
            f"INNER JOIN engine.cell AS part_cell USING ({breakdowns}) "
            f"INNER JOIN engine.block AS whole_block ON whole_block.per = '' AND {_base_is('whole_block', BLOCK)} "
            f"INNER JOIN engine.cell AS whole_cell ON {_base_is('whole_cell', topic.names)} "
            "WHERE is_linear AND part_cell.member = 0 AND whole_cell.member = 0"
        ),
        "named": (
            f"SELECT q, {codes}, per, quantity.is_whole, block.is_signed, "
            f"concat_ws('|', {topic.key_sql()}, if(member = 0, NULL, '#' || member), nullif('per ' || per, 'per ')) "
            f"AS key, concat_ws(' ', indicator, ref_area, time_period, register, {parts}, {member}, "
            f"nullif('per=' || per, 'per=')) AS name, row({codes}, per) AS place "
            "FROM engine.quantity INNER JOIN engine.block USING (block) INNER JOIN engine.cell USING (cell)"
        ),
    }


def _base(column: str, otherwise: str | None = None) -> str:
    return f"coalesce(nullif(regexp_extract(share_of, '(^|;){column}=([^;]*)', 2), ''), {otherwise or column})"


def _undivided(topic: Topic, column: str) -> str | None:
    """The SQL of the code of a base where nothing names it: of a rate, all people where a breakdown does not divide."""
    if any(each.name == column and not each.divides_people for each in topic.breakdowns):
        return f"if(kind = 'rate' AND share_of IS NULL, '_T', {column})"
    return None


def _of_base(end: str, table: str = "base") -> str:
    """The SQL of an end in percent of the base, or in the unit of the rate; no share is below zero."""
    return (
        f"CASE WHEN kind = 'rate' THEN {table}.{end} WHEN scale = 100 THEN greatest({table}.{end} + 100 * shift, 0) "
        f"ELSE greatest(100 * {table}.{end}, 0) END"
    )


def _base_is(table: str, columns: Iterable[str]) -> str:
    return " AND ".join(f"base.base_{column} = {table}.{column}" for column in columns)


def read(name: str) -> str:
    """The SQL of one file of this folder."""
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")


def without_comments(tables: str) -> str:
    """These tables without what is said of them, which would take five times as long to make."""
    return re.sub(r"COMMENT ON [^']*'[^']*';", "", tables)


def quoted(codes: Iterable[str]) -> str:
    """These codes as SQL literals, with commas between."""
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)


def one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number that a query answers with."""
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add these rows to a table of the engine, in the order of its columns."""
    if rows:
        values = list(zip(*rows, strict=True))
        con.execute(f"INSERT INTO engine.{table} SELECT {', '.join(['unnest(?)'] * len(values))}", [*map(list, values)])
