"""Tables broken as a whole: what so much of one source breaks is one thing to look at, counted and shown in part.

A table read with its columns shifted breaks a rule a million times. Each by itself says nothing, and all of them
together do not fit in memory.
"""

from collections.abc import Collection

import duckdb

from cuadra.checks.explain.explanation import Broken, Silence
from cuadra.checks.verdicts.engine import one, read

SHOWN = 1_000
"""So many of a broken table's relations are findings, the widest; no table with fewer that do not hold is broken."""

PART = 20
"""A table is broken where more than one in so many relations of a rule do not hold, ..."""

MOST = 100_000
"""... or more than so many."""


def bound(
    con: duckdb.DuckDBPyConnection, *, is_screened: bool, decided: Collection[tuple[str, str]] | None = None
) -> None:
    """Find the broken tables, and which of their relations are shown; the others are counted.

    Of a part of the figures, which rules and sources are broken may be ``decided`` by all of them.
    """
    con.execute(read("79_failing"))
    if decided is None:
        if not one(con, f"SELECT count(*) FROM engine.failing WHERE fails + doubtful > {SHOWN}"):
            return
    elif not decided:
        return
    if is_screened:
        con.execute(read("33_plain"))
    pairs = None if decided is None else [{"rule": rule, "source": source} for rule, source in sorted(decided)]
    for each in con.extract_statements(read("79_broken")):
        values = {"most_shown": SHOWN, "part": PART, "most": MOST, "decided": pairs}
        con.execute(each, {name: value for name, value in values.items() if name in each.named_parameters})


def is_broken(tested: int, fails: int, doubtful: int) -> bool:
    """Whether so many relations of one rule and source make a broken table, as ``79_broken.sql`` has it."""
    wrong = fails + doubtful
    return wrong > SHOWN and (wrong * PART > tested or wrong > MOST)


def silences(con: duckdb.DuckDBPyConnection) -> dict[str, Silence]:
    """Why no finding of a broken table is explained, by its key."""
    rows = con.execute(
        "SELECT finding, judged.rule, judged.source, tested, fails, doubtful, shown FROM engine.finding "
        "INNER JOIN engine.judged() AS judged USING (i) INNER JOIN engine.broken_instance USING (i) "
        "INNER JOIN engine.broken ON judged.rule = broken.rule AND judged.source = broken.source ORDER BY finding"
    ).fetchall()
    return {key: Silence("broken table", Broken(*about)) for key, *about in rows}
