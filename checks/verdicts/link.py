"""Relations between the blocks that were screened: of areas, of periods, and stated ones; cell by cell as bits."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import duckdb

from cuadra.checks.rule import Stated
from cuadra.checks.topic import BLOCK, Topic
from cuadra.checks.verdicts import timeline
from cuadra.checks.verdicts.engine import fill, one, quoted, read
from cuadra.checks.verdicts.grounding import Cell
from cuadra.checks.verdicts.stated import at_period

INSTANCES = 60
"""Instances of a stated rule between the same blocks that are looked at in one pass, a bit of an integer each."""


def areas(con: duckdb.DuckDBPyConnection, cells: int) -> None:
    """Relate blocks whose areas are parts of another's."""
    if one(con, "SELECT count(*) FROM engine.region"):
        con.execute(read("37_areas"))
        con.execute(_linked(cells))


def periods(con: duckdb.DuckDBPyConnection, cells: int) -> None:
    """Relate blocks over time, where those of one place all state the same cells.

    Where they do not, or a period is an interval, what a cell is related to is not what its block is: these are looked
    at closely.
    """
    con.execute(read("34_timeline"))
    if not one(con, "SELECT count(*) FROM engine.timeline"):
        return
    timeline.relate(con)
    con.execute(read("35_tiling"))
    con.execute(read("36_periods"))
    con.execute(_linked(cells))


def _linked(cells: int) -> str:
    """The SQL of the links from pairs of part and whole: of which cells each plainly holds, and of which not."""
    sums = ", ".join(f"sum(x{k}) AS x{k}" for k in range(cells))
    plain = "|".join(
        f"if(exact & {1 << k} <> 0 AND engine.always(low, 0, part.x{k} - whole.x{k}, part.x{k} - whole.x{k}), "
        f"{1 << k}, 0)"
        for k in range(cells)
    )
    return (
        "INSERT INTO engine.link BY NAME "
        "SELECT rule, name, scope, blocks, source, plain, common & ~plain AS active FROM ("
        "SELECT rule, name, scope, [part.whole] || parts AS blocks, "
        "if(first_source = last_source AND last_source = whole.source, whole.source, 'several') AS source, "
        "have & (whole.present | whole.odd) AS common, common & ~(whole.odd | part.odd) AS exact, "
        # The source of a cell's relation is known where all blocks have one, or all of them state the cell.
        "if((first_source <> last_source OR last_source <> whole.source OR last_source IS NULL OR whole.source IS NULL)"
        f" AND every & common <> common, 0, {plain}) AS plain FROM ("
        "SELECT kind, whole, list(part) AS parts, min(source) AS first_source, max(source) AS last_source, "
        f"bit_or(present | odd) AS have, bit_and(present | odd) AS every, bit_or(odd) AS odd, {sums} "
        "FROM engine.pair INNER JOIN engine.wide ON pair.part = wide.rowid GROUP BY kind, whole) AS part "
        "INNER JOIN engine.kind USING (kind) INNER JOIN engine.wide AS whole ON part.whole = whole.rowid) "
        "WHERE common <> 0"
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
