"""Figures whose bounds cannot be compared, or whose unit nobody knows: they are refused, the first by name."""

import duckdb

from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.engine import ConfrontError, read


def refuse(con: duckdb.DuckDBPyConnection, topic: Topic) -> None:
    """Raise ConfrontError about the first such figure, if there is one."""
    bad = con.execute(read("20_unreadable")).fetchone()
    if bad is None:
        return
    source, locator, says, lower, upper, unit, is_unit = bad
    if not is_unit:
        raise ConfrontError(
            f"{source}, {locator}: expected a unit of the topic such as {', '.join([*topic.units][:5])}, got {unit!r}. "
            "Use one of them, or add a line to unit.csv."
        )
    raise ConfrontError(
        f"{source}, {locator}: expected bounds that are numbers up to 2^53, lower at most upper, "
        f"got {lower} to {upper} for {says!r}. Quarantine the row, or correct the source's parse()."
    )
