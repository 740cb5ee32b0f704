"""Which figures are kept from others: decided once, by the run that publishes, and stored with the figures."""

import duckdb

from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic


def withhold(con: duckdb.DuckDBPyConnection, topic: Topic) -> int:
    """Fill table ``withheld`` for the figures in force, and return how many there are.

    Pages, exports and SQL share it. Without a small count nothing is confronted.
    """
    con.execute("DELETE FROM withheld")
    small = topic.small_counts
    if not con.execute(
        "SELECT 1 FROM observation WHERE vintage_to IS NULL AND list_contains($units, unit) "
        "AND lower = upper AND lower BETWEEN 1 AND $below - 1 LIMIT 1",
        {"units": [*small.units], "below": small.below},
    ).fetchall():
        return 0
    try:
        found = seen(con, topic, load_rules(topic), "figure_in_force")
        con.execute("INSERT INTO withheld BY NAME SELECT observation_id, is_small FROM disclosure.withheld")
    finally:
        for name in ("disclosure", "engine"):
            con.execute(f"DETACH DATABASE IF EXISTS {name}")
    return found
