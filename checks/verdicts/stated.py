"""Stated rules grounded in the figures available: each becomes instances, and these terms."""

from collections.abc import Sequence

import duckdb

from cuadra.checks.rule import Rule, Stated
from cuadra.checks.topic import BLOCK, Topic
from cuadra.checks.verdicts.engine import fill, one, quoted
from cuadra.checks.verdicts.grounding import role_of

MOST_OF_A_RULE = 10**10
"""More instances than any stated rule has, so that those of two rules never have one number."""


def ground(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], *, is_screened: bool) -> None:
    """Add the instances of the stated rules, and take away those of rules that are not to be evaluated."""
    for place, rule in enumerate(rules):
        if rule.stated is None:
            continue
        if is_screened and not _is_wanted(con, rule):
            continue
        known = con.execute("SELECT min(role) FROM engine.role WHERE rule = ?", [rule.name]).fetchone()
        if known is None or known[0] is None:
            first = one(con, "SELECT max(role) + 1 FROM engine.role")
            made = _roles_of(rule.name, rule.stated)
            fill(con, "role", [(first + number, *role, None) for number, role in enumerate(made)])
        else:
            first = known[0]
        # Of what was screened, only what is named is to be evaluated.
        named = f"SELECT places FROM engine.active_stated WHERE rule = {quoted([rule.name])}" if is_screened else ""
        con.execute(_instances(topic, rule.stated, place, first, named))
    con.execute(
        "DELETE FROM engine.term WHERE role IN (SELECT role FROM engine.role ANTI JOIN engine.kept USING (rule))"
    )


def _is_wanted(con: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    """Whether an instance of this rule is to be evaluated, or there may be one in blocks that are evaluated in full."""
    codes = rule.stated.quantities()[0][1] if rule.stated else {}
    fixed = [f"{column} = {quoted([code])}" for column, code in codes.items() if column in BLOCK]
    return bool(
        one(con, f"SELECT count(*) FROM engine.active_stated WHERE rule = {quoted([rule.name])}")
        or one(con, f"SELECT count(*) FROM engine.block WHERE {' AND '.join(['is_all', *fixed])}")
    )


def _roles_of(name: str, given: Stated) -> list[tuple[object, ...]]:
    low, high = given.bounds()
    return [
        role_of("right" if factor < 0 else "left", name, factor, low=low, high=high)
        for factor, _, _ in given.quantities()
    ]


def at_period(years_before: int, table: str = "") -> str:
    """The SQL of the period that a figure is compared for: its own, or so many years after it."""
    column = f"{table}time_period"
    if not years_before:
        return column
    return f"CASE WHEN length({column}) = 4 THEN ({column}::INTEGER + {years_before})::VARCHAR END"


def _instances(topic: Topic, given: Stated, place: int, roles: int, named: str) -> str:
    """The SQL that relates the quantities of one stated rule: they agree on every column that no term fixes.

    Where ``named`` is a query, only what it names, and what is in blocks that are evaluated in full.
    """
    terms = given.quantities()
    shared = [column for column in topic.quantity if column not in terms[0][1] and column != "time_period"]
    earliest = max(years for _, _, years in terms)
    sources = []
    of_counts = ["is_stated", "member = 0"]
    # What holds of sums holds of shares of one whole; a number is one of counts.
    if given.number:
        of_counts.append("per = ''")
    else:
        shared.append("per")
    for number, (_, fixed, years) in enumerate(terms):
        wanted = [f"{column} = {quoted([code])}" for column, code in fixed.items()]
        # Nothing is compared across a break in its series.
        wanted += ["NOT breaks"] if years < earliest else []
        sources.append(
            f"(SELECT q AS q{number}, {', '.join([*shared, f'{at_period(years)} AS at_period'])}, is_all AS "
            f"is_all{number}, wide * 64 + (SELECT place FROM engine.wide_cell WHERE wide_cell.cell = cell.cell) AS "
            f"place{number} FROM engine.quantity INNER JOIN engine.block USING (block) INNER JOIN engine.cell "
            f"USING (cell) WHERE {' AND '.join([*of_counts, *wanted])})"
        )
    joined = sources[0] + "".join(
        f" INNER JOIN {source} USING ({', '.join([*shared, 'at_period'])})" for source in sources[1:]
    )
    numbers = range(len(terms))
    listed = ", ".join(f"q{number}" for number in numbers)
    one_a_term = " UNION ALL ".join(
        f"SELECT i, q{number} AS q, {roles + number} AS role FROM instance" for number in numbers
    )
    chosen = (
        f" WHERE {' OR '.join(f'is_all{number}' for number in numbers)} "
        f"OR [{', '.join(f'place{number}' for number in numbers)}] IN ({named})"
        if named
        else ""
    )
    start = f"engine.instance('stated', {place * MOST_OF_A_RULE})"
    before = f"(SELECT max(i) FROM engine.term WHERE i >= {start} AND i < {start} + {MOST_OF_A_RULE})"
    return (
        f"INSERT INTO engine.term BY NAME WITH instance AS (SELECT coalesce({before}, {start}) "
        f"+ row_number() OVER (ORDER BY {listed}) AS i, {listed} FROM {joined}{chosen}) {one_a_term}"
    )
