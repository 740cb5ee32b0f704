"""Verdicts on sums of intervals, for tests: asked of the statement that gives all verdicts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from cuadra.checks.verdicts import confront

Sum = tuple[str, Sequence[tuple[str, float, float]], float, float]
"""A rule: its name, its terms (quantity, least and greatest coefficient), and what their sum lies between."""

_SQL = Path(confront.__file__).parent / "sql"
RANGE = "\n".join((_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("verdict", "range"))


def verdicts(
    sums: Sequence[Sum], stated: Mapping[str, tuple[float, float]], unstated: tuple[float, float]
) -> dict[int, str]:
    """The verdict of each sum by its place; a quantity that is not stated lies in ``unstated``."""
    names = {name: number for number, name in enumerate(sorted({name for _, terms, *_ in sums for name, *_ in terms}))}
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE c_active (i INT, q INT, role INT);"
            "CREATE TABLE c_role (role INT, rule VARCHAR, coef_low DOUBLE, coef_high DOUBLE, likely_coef_low DOUBLE,"
            " likely_coef_high DOUBLE, low DOUBLE, high DOUBLE, is_subject BOOLEAN, is_partition BOOLEAN,"
            " breakdown INT, parts INT, is_count BOOLEAN);"
            "CREATE TABLE c_quantity (q INT, lower DOUBLE, upper DOUBLE, likely_lower DOUBLE, likely_upper DOUBLE,"
            " is_stated BOOLEAN, relaxes BOOLEAN, complete INT, source_first VARCHAR, source_last VARCHAR);"
        )
        for name, number in names.items():
            low, high = stated.get(name, unstated)
            con.execute(
                "INSERT INTO c_quantity VALUES (?, ?, ?, ?, ?, ?, FALSE, 0, 's', 's')",
                [number, low, high, low, high, name in stated],
            )
        role = 0
        for place, (rule, terms, low, high) in enumerate(sums):
            is_count = all(low == high == int(low) for _, low, high in terms)
            for name, least, greatest in terms:
                con.execute(
                    "INSERT INTO c_role VALUES (?, ?, ?, ?, ?, ?, ?, ?, FALSE, FALSE, 0, 0, ?)",
                    [role, rule, least, greatest, least, greatest, low, high, is_count],
                )
                con.execute("INSERT INTO c_active VALUES (?, ?, ?)", [place, names[name], role])
                role += 1
        con.execute(RANGE)
        return dict(con.execute("SELECT i, verdict FROM c_range_now").fetchall())
