"""Relations between the blocks that were screened: of areas, of periods, and stated ones; cell by cell as bits."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import duckdb

from cuadra.checks.rule import Stated
from cuadra.checks.topic import BLOCK, Topic
from cuadra.checks.verdicts import grounding, timeline
from cuadra.checks.verdicts.engine import fill, one, quoted, read
from cuadra.checks.verdicts.grounding import Cell
from cuadra.checks.verdicts.stated import at_period

_REGION = "SELECT part, whole, partition, scope FROM engine.region WHERE is_each = "
_AREAS = {
    "regions_make_country": (f"{_REGION} FALSE", "over_areas = 'sum'"),
    "regions_at_most_country": (f"{_REGION} FALSE", "over_areas = 'at_most'"),
    "regions_each_at_most_country": (f"{_REGION} TRUE", "over_areas <> 'none'"),
}
"""The rules between areas: what is part of what, and of which indicators."""

INSTANCES = 60
"""Instances of a stated rule between the same blocks that are looked at in one pass, a bit of an integer each."""


def areas(con: duckdb.DuckDBPyConnection, rules: Sequence[str], cells: int) -> None:
    """Relate blocks whose areas are parts of another's."""
    for rule, (pairs, adds) in _AREAS.items():
        if rule in rules and one(con, f"SELECT count(*) FROM ({pairs})"):
            con.execute(
                "INSERT INTO engine.link BY NAME "
                + _linked(
                    f"'{rule}' AS rule, partition AS name, scope",
                    # Whether a partition holds in a block's register or for a source is not looked at here.
                    f"if(scope = 0, {number(grounding.ACROSS[rule])}, 'infinity'::DOUBLE)",
                    f"FROM ({pairs}) AS pair INNER JOIN engine.wide AS part ON pair.part = part.ref_area "
                    "INNER JOIN engine.wide AS whole ON pair.whole = whole.ref_area AND "
                    f"{_same('part', 'whole', [name for name in BLOCK if name != 'ref_area'])} "
                    f"WHERE part.indicator IN (SELECT indicator FROM engine.indicator WHERE {adds})",
                    cells,
                )
            )


def periods(con: duckdb.DuckDBPyConnection, rules: Sequence[str], cells: int) -> None:
    """Relate blocks over time, where those of one place all state the same cells.

    Where they do not, or a period is an interval, what a cell is related to is not what its block is: these are looked
    at closely.
    """
    con.execute(read("34_timeline"))
    if not one(con, "SELECT count(*) FROM engine.timeline"):
        return
    timeline.relate(con)
    con.execute(read("35_tiling"))
    con.execute(
        "INSERT INTO engine.link BY NAME "
        + _linked(
            "rule, kinds AS name",
            "if(rule LIKE 'periods_make%' OR rule = 'period_is_period', 0, '-inf'::DOUBLE)",
            "FROM (SELECT number, rule, kinds, whole, unnest(parts) AS part, "
            f"{', '.join(BLOCK[:3])} FROM engine.tiling INNER JOIN engine.timeline USING (pattern, over_time) "
            "WHERE list_contains($rules, split_part(rule, ',', 1))) AS tile "
            "INNER JOIN engine.wide AS whole ON tile.whole = whole.time_period AND "
            f"{_same('tile', 'whole', BLOCK[:3])} "
            f"INNER JOIN engine.wide AS part ON tile.part = part.time_period AND {_same('tile', 'part', BLOCK[:3])}",
            cells,
        ),
        {"rules": [*rules]},
    )


def _linked(about: str, low: str, related: str, cells: int) -> str:
    """The SQL of the links from these pairs of part and whole: of which cells each plainly holds, and of which not."""
    names = [text.rpartition(" ")[2] for text in about.split(", ")]
    by = ", ".join(name for name in names if name != "rule" or not about.startswith("'"))
    spare = ", ".join(f"sum(part.x{k}) - any_value(whole.x{k}) AS spare{k}" for k in range(cells))
    plain = "|".join(
        f"if(exact & {1 << k} <> 0 AND engine.always(low, 0, spare{k}, spare{k}), {1 << k}, 0)" for k in range(cells)
    )
    have = "({0}.present | {0}.odd)"
    return (
        f"SELECT {', '.join(names)}, blocks, source, plain, common & ~plain AS active FROM ("
        # The source of a cell's relation is known where all blocks have one, or all of them state the cell.
        f"SELECT *, if(source = 'several' AND every & common <> common, 0, {plain}) AS plain FROM ("
        f"SELECT {about}, {low} AS low, [whole.rowid] || list(part.rowid) AS blocks, "
        "if(min(part.source) = max(part.source) AND max(part.source) = any_value(whole.source), "
        "any_value(whole.source), 'several') AS source, "
        f"any_value({have.format('whole')}) & bit_or({have.format('part')}) AS common, "
        f"bit_and({have.format('part')}) AS every, common & ~(any_value(whole.odd) | bit_or(part.odd)) AS exact, "
        f"{spare} {related} GROUP BY whole.rowid, {'number, ' if 'kinds' in about else ''}{by})) WHERE common <> 0"
    )


def stated(con: duckdb.DuckDBPyConnection, topic: Topic, rule: str, given: Stated, cells: Mapping[Cell, int]) -> None:
    """Relate the blocks, or the cells of one, that a stated rule compares."""
    choices = _choices(topic, given, cells)
    for chunk, start in enumerate(range(0, len(choices), INSTANCES)):
        some = choices[start : start + INSTANCES]
        rows = [(rule, chunk, bit, term, k) for bit, choice in enumerate(some) for term, k in enumerate(choice)]
        fill(con, "choice", rows)
        con.execute(_compared(rule, chunk, given, some))


def _choices(topic: Topic, given: Stated, cells: Mapping[Cell, int]) -> list[tuple[int, ...]]:
    """The cells that a stated rule compares with each other, one a term."""
    terms = given.quantities()
    shared = [place for place, column in enumerate(topic.names) if column not in terms[0][1]]
    groups: dict[tuple[str, ...], list[list[int]]] = {}
    for place, (_, codes, _) in enumerate(terms):
        for cell, k in cells.items():
            if all(cell[n] == codes.get(column, cell[n]) for n, column in enumerate(topic.names)):
                groups.setdefault(tuple(cell[n] for n in shared), [[] for _ in terms])[place].append(k)
    return [choice for group in groups.values() for choice in product(*group)]


def _compared(rule: str, chunk: int, given: Stated, choices: Sequence[tuple[int, ...]]) -> str:
    """The SQL of the links of one stated rule: which of its instances plainly hold, and which are to be evaluated."""
    terms = given.quantities()
    low, high = map(number, given.bounds())
    plain, every = [], []
    for bit, choice in enumerate(choices):
        have = " AND ".join(f"(t{n}.present | t{n}.odd) & {1 << k} <> 0" for n, k in enumerate(choice))
        exact = " AND ".join(f"t{n}.odd & {1 << k} = 0" for n, k in enumerate(choice))
        spare = "+".join(
            f"{factor!r} * t{n}.x{k}" for n, (k, (factor, _, _)) in enumerate(zip(choice, terms, strict=True))
        )
        every.append(f"if({have}, {1 << bit}, 0)")
        plain.append(f"if({have} AND {exact} AND engine.always({low}, {high}, {spare}, {spare}), {1 << bit}, 0)")
    fixed = terms[0][1].keys()
    alike = [name for name in BLOCK if name not in fixed and name != "time_period"]
    at = [at_period(years, f"t{n}.") for n, (_, _, years) in enumerate(terms)]
    joined = "engine.wide AS t0"
    for n in range(1, len(terms)):
        joined += f" INNER JOIN engine.wide AS t{n} ON {at[0]} = {at[n]} AND {_same('t0', f't{n}', alike)}"
    wanted = [
        f"t{n}.{column} = {quoted([code])}"
        for n, (_, codes, _) in enumerate(terms)
        for column, code in codes.items()
        if column in BLOCK
    ]
    sources = " AND ".join(f"t0.source = t{n}.source" for n in range(len(terms)))
    return (
        f"INSERT INTO engine.stated_link SELECT '{rule}', {chunk}, blocks, source, plain, every & ~plain FROM ("
        f"SELECT [{', '.join(f't{n}.rowid' for n in range(len(terms)))}] AS blocks, "
        f"if({sources}, t0.source, 'several') AS source, {'|'.join(plain)} AS plain, {'|'.join(every)} AS every "
        f"FROM {joined} WHERE {' AND '.join([*wanted, 'TRUE'])}) WHERE every <> 0"
    )


def number(value: float) -> str:
    """The SQL of a number, infinite ones too."""
    return f"'{value!r}'::DOUBLE"


def _same(one: str, other: str, columns: Iterable[str]) -> str:
    return " AND ".join([*(f"{one}.{column} = {other}.{column}" for column in columns), "TRUE"])
