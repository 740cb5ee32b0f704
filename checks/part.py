"""Parts: figures that no relation leads out of, so that each part can be checked without the others; and bins of them.

A relation stays within one register, one indicator and the areas that are parts of each other, but where a stated rule
names several of them, or a figure is a share of another or computed from it. Periods and breakdowns divide nothing.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from cuadra.checks.reach import least
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic

_HERE = Path(__file__).parent
_DIMENSIONS = ("register", "indicator", "ref_area")


def parts(
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Iterable[Rule],
    observations: str = "observation",
    *,
    bins: int = 1,
) -> None:
    """Make the temporary table ``part``: the part and the bin of each register, indicator and area.

    One row per ``register``, ``indicator`` and ``ref_area`` that a figure is about or a share is of, so that a block
    joins by these three columns. ``part`` is a text that stays the same while its figures are joined alike, ``bin`` a
    number from 0 to one less than ``bins``, made from it: all figures of a part are in one bin.

    Args:
        con: any DuckDB connection; only temporary tables and views called ``part…`` are made.
        topic: what the figures are about.
        rules: what must hold, of that topic.
        observations: the name of a relation in the columns of the contract, with ``observation_id``.
        bins: how many bins there are.
    """
    base = ", ".join(
        f"coalesce(nullif(regexp_extract(share_of, '(^|;){name}=([^;]*)', 2), ''), {name}) AS base_{name}"
        for name in _DIMENSIONS
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW part_figure AS SELECT observation_id, {', '.join(_DIMENSIONS)}, {base}, "
        f"share_of::VARCHAR AS share_of, share_base::VARCHAR AS share_base, computed_from::VARCHAR AS computed_from "
        f"FROM {observations}"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE part_top (dimension VARCHAR, code VARCHAR, top VARCHAR)")
    _fill(con, "part_top", [(name, *each) for name, tops in _tops(topic, rules).items() for each in tops.items()])
    con.execute((_HERE / "part.sql").read_text(encoding="utf-8"))
    joined = least(con.execute("SELECT part, other FROM part_pair").fetchall())
    con.execute("CREATE OR REPLACE TEMP TABLE part_joined (part VARCHAR, least VARCHAR)")
    _fill(con, "part_joined", [*joined.items()])
    con.execute("UPDATE part SET part = least FROM part_joined WHERE part.part = part_joined.part")
    con.execute("UPDATE part SET bin = (md5_number_lower(part) % $bins)::INTEGER", {"bins": bins})


def _tops(topic: Topic, rules: Iterable[Rule]) -> dict[str, dict[str, str]]:
    """Of each dimension: the code that stands for each code that a rule or the code list relates to others."""
    pairs: dict[str, list[tuple[str, str]]] = {name: [] for name in _DIMENSIONS}
    for each in topic.code_list("ref_area").partitions:
        pairs["ref_area"] += [(each.parent, part) for part in each.parts]
    for stated in (rule.stated for rule in rules if rule.stated is not None):
        terms = [fixed for _, fixed, _ in stated.quantities()]
        for name in _DIMENSIONS:
            pairs[name] += [(terms[0][name], each[name]) for each in terms if name in each]
    return {name: least(found) for name, found in pairs.items()}


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[str]]) -> None:
    if rows:
        values = [[*column] for column in zip(*rows, strict=True)]
        con.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(values))}", values)
