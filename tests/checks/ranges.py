"""Verdicts on sums of intervals, for tests: asked of the statement that gives all verdicts."""

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from cuadra.checks.verdicts.engine import open_engine, read
from tests.checks.figures import TOPIC, frame

Sum = tuple[str, Sequence[tuple[str, float, float]], float, float]
"""A rule: its name, its terms (quantity, least and greatest coefficient), and what their sum lies between."""


def verdicts(
    sums: Sequence[Sum], stated: Mapping[str, tuple[float, float]], unstated: tuple[float, float]
) -> dict[int, str]:
    """The verdict of each sum by its place; a quantity that is not stated lies in ``unstated``."""
    names = {name: number for number, name in enumerate(sorted({name for _, terms, *_ in sums for name, *_ in terms}))}
    quantities = [
        {"q": number, "lower": low, "upper": high, "likely_lower": low, "likely_upper": high,
         "is_stated": name in stated, "is_whole": True, "is_signed": False, "relaxes": False, "complete": 0,
         "source_first": "s", "source_last": "s"}
        for name, number in names.items()
        for low, high in [stated.get(name, unstated)]
    ]  # fmt: skip
    terms = [
        (place, rule, name, least, greatest, low, high, all(a == b == int(a) for _, a, b in given))
        for place, (rule, given, low, high) in enumerate(sums)
        for name, least, greatest in given
    ]
    roles = [
        {"role": role, "rule": rule, "coef_low": least, "coef_high": greatest, "likely_coef_low": least,
         "likely_coef_high": greatest, "low": low, "high": high, "is_subject": False, "is_partition": False,
         "breakdown": 0, "parts": 0, "is_count": is_count}
        for role, (_, rule, _, least, greatest, low, high, is_count) in enumerate(terms)
    ]  # fmt: skip
    with duckdb.connect() as con:
        con.register("observation", frame([]))
        open_engine(con, TOPIC, [], "observation")
        for table, rows in (
            ("quantity", quantities),
            ("role", roles),
            ("term", [{"i": place, "q": names[name], "role": role} for role, (place, _, name, *_) in enumerate(terms)]),
        ):
            con.register("rows", pd.DataFrame(rows))
            con.execute(f"INSERT INTO engine.{table} BY NAME FROM rows")
        con.execute(read("69_fixed"))
        con.execute(read("70_range"))
        return dict(con.execute("SELECT i, verdict FROM engine.range_now").fetchall())
