"""Which figures are kept from others: decided once, with the check of a bin, and stored with the figures."""

import duckdb

from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic

NONE = "(SELECT NULL::VARCHAR AS observation_id, NULL::BOOLEAN AS is_small WHERE FALSE)"
"""The SQL of no figure withheld."""


def decided(con: duckdb.DuckDBPyConnection, topic: Topic, rules: list[Rule] | tuple[Rule, ...], figures: str) -> str:
    """The SQL of what of these figures is withheld: ``observation_id`` and ``is_small``, one row per figure.

    Figures that no relation leads out of are decided by themselves. Without a small count nothing is confronted;
    otherwise the databases in memory ``engine`` and ``disclosure`` are made anew.
    """
    small = topic.small_counts
    if not con.execute(
        f"SELECT 1 FROM {figures} WHERE list_contains($units, unit) AND lower = upper "
        "AND lower BETWEEN 1 AND $below - 1 LIMIT 1",
        {"units": [*small.units], "below": small.below},
    ).fetchall():
        return NONE
    seen(con, topic, rules, figures)
    return "disclosure.withheld"


def withhold(con: duckdb.DuckDBPyConnection, found: str) -> None:
    """Fill table ``withheld``, which pages, exports and SQL share, with what is found, as `decided` says it."""
    con.execute("DELETE FROM withheld")
    con.execute(f"INSERT INTO withheld BY NAME SELECT observation_id, is_small FROM {found}")
