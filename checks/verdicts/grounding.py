"""Rules grounded in the figures available: code lists, periods and areas become instances and terms."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

import duckdb

from cuadra.checks.codelist import TOTAL, CodeList, Partition
from cuadra.checks.rule import nested_rule, partition_rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts import timeline
from cuadra.checks.verdicts.engine import ConfrontError, fill, one, quoted, read
from cuadra.checks.verdicts.unreadable import refuse

Cell = tuple[str, ...]
Scope = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Registers and sources that a partition is limited to, and registers that it leaves out."""

MANY = 10**6
"""More parts than any whole has: where a code list cannot say how many there are, some may always be missing."""

NOT_PRINTED = -1
"""Stands for the members under one label that a cell does not print."""

MOST_DECLARED = 60
"""Names that figures declare complete, a bit of an integer each."""

INFINITY = float("inf")
ACROSS = {
    "period_is_period": 0.0, "period_within_period": -INFINITY, "periods_make_year": 0.0,
    "periods_at_most_year": -INFINITY, "periods_make_period": 0.0, "periods_at_most_period": -INFINITY,
    "regions_make_country": 0.0, "regions_at_most_country": -INFINITY, "regions_each_at_most_country": -INFINITY,
}  # fmt: skip
"""The rules between blocks, and the least that parts less their whole may be."""

_SCOPED = (
    "SELECT (SELECT count(*) FROM engine.member WHERE scope > 0) + (SELECT count(*) FROM engine.region WHERE scope > 0)"
)
"""How many of the relations in use do not hold everywhere."""

RATES = "rates_agree"
"""The rule between rates of two sources that may be of two estimates of the people."""


def role_of(  # noqa: PLR0913 - one argument a column
    name: str, rule: str, coefficient: float, *, low: float = 0.0, high: float = 0.0, breakdown: int = 0,
    partition: int = 0, parts: int = 0, is_subject: bool | None = None, is_partition: bool = False,
) -> tuple[object, ...]:  # fmt: skip
    """A row of table ``role`` without its number: how a term of a rule counts, and what the sum is held against."""
    subject = coefficient < 0 if is_subject is None else is_subject
    whole = coefficient == int(coefficient)
    return (name, rule, *[coefficient] * 4, low, high, subject, is_partition, breakdown, partition, parts, whole)


@dataclass(frozen=True)
class Known:
    """The cells of all that is given, and what is above them.

    Args:
        number: of each cell.
        given: the cells that figures or bases of shares name, each with how many counts and amounts it has, and the
            largest of their upper ends.
        declared: the breakdowns and partitions that a figure declares complete.
    """

    number: Mapping[Cell, int]
    given: Mapping[Cell, tuple[int, float | None]]
    declared: Set[str]


def cells(con: duckdb.DuckDBPyConnection, topic: Topic) -> Known:
    """Number the cells and their parents, and give each cell its role in each relation of the code lists."""
    names = ", ".join(topic.names)
    of_base = ", ".join(f"base_{name}" for name in topic.names)
    adding = f"unit IN ({quoted(topic.units_of('count', 'amount')) or 'NULL'})"
    found = con.execute(
        f"SELECT {names}, complete, count(*) FILTER ({adding}), max(upper) FILTER ({adding} AND isfinite(upper)), "
        f"count(*) FILTER (unit IS NULL OR unit NOT IN ({quoted(topic.units)}) "
        "OR NOT engine.is_readable(lower, upper, likely_lower, likely_upper)) FROM engine.observation() GROUP BY ALL"
    ).fetchall()
    if any(row[-1] for row in found):
        refuse(con, topic)
    given: dict[Cell, tuple[int, float | None]] = {}
    for *codes, _, figures, largest, _ in found:
        before, most = given.get(tuple(codes), (0, None))
        given[tuple(codes)] = before + figures, max((x for x in (most, largest) if x is not None), default=None)
    for base in con.execute(f"SELECT DISTINCT {of_base} FROM engine.base()").fetchall():
        given.setdefault(base, (0, None))
    ancestors = with_ancestors(topic, given)
    above = ancestors.keys() - set(given)
    known = {cell: number for number, cell in enumerate([*sorted(given), *sorted(above)])}
    fill(con, "cell", [(number, 0, *cell) for cell, number in known.items()])
    _number_unnamed(con, topic, known)
    fill(con, "ancestor", [(known[cell], known[one]) for cell, all_above in ancestors.items() for one in all_above])
    texts = {row[len(topic.names)] or "" for row in found}
    bits = {word: 1 << place for place, word in enumerate(sorted({word for text in texts for word in text.split()}))}
    if len(bits) > MOST_DECLARED:
        raise ConfrontError(
            f"complete: expected at most {MOST_DECLARED} breakdowns and partitions declared complete, got {len(bits)}. "
            "Check the figures in several parts."
        )
    fill(con, "complete", [(text, sum(bits[word] for word in {*text.split()})) for text in sorted(texts)])
    roles = _fill_members(con, topic, known, bits)
    for rule, low in ACROSS.items():
        tails = (("", 0), (", rest", MANY)) if low == 0.0 else (("", 0), (", rest", 0))
        for tail, parts in tails:
            for side, coefficient in (("part", 1.0), ("whole", -1.0)):
                name = f"{rule} {side}{tail}"
                roles.append(role_of(name, rule, coefficient, low=low, parts=parts, is_partition=True))
    roles += [role_of(side, RATES, coefficient) for side, coefficient in (("left", 1.0), ("right", -1.0))]
    fill(con, "role", [(number, *role, None) for number, role in enumerate(roles)])
    fill(con, "scope", [(number, *map(list, scope)) for scope, number in _scopes(topic).items() if number])
    return Known(known, given, {*bits})


def _parents(topic: Topic, column: str) -> dict[str, set[str]]:
    parents: dict[str, set[str]] = defaultdict(set)
    for partition in topic.code_list(column).partitions:
        for part in partition.parts:
            parents[part].add(partition.parent)
    return parents


def _ancestors(cell: Cell, parents: Sequence[Mapping[str, set[str]]]) -> set[Cell]:
    """Every cell that this one is part of, by one breakdown or several."""
    up = []
    for above, code in zip(parents, cell, strict=True):
        codes, last = {code}, {code}
        while last := {p for c in last for p in above.get(c, ())} - codes:
            codes |= last
        up.append(codes)
    return set(product(*up)) - {cell}


def _number_unnamed(con: duckdb.DuckDBPyConnection, topic: Topic, known: Mapping[Cell, int]) -> None:
    """Give each further row under a label that stands for several members a cell of its own, the largest first."""
    several = f"repeats IN ({quoted(topic.names) or 'NULL'})"
    if not one(con, f"SELECT count(*) FROM engine.observation() WHERE {several}"):
        return
    con.execute(
        "INSERT INTO engine.unnamed BY NAME SELECT observation_id, row_number() OVER (PARTITION BY source, unit, "
        f"{', '.join(topic.quantity)} ORDER BY lower DESC, upper DESC, observation_id) - 1 AS member "
        f"FROM engine.observation() WHERE {several} QUALIFY member > 0"
    )
    extra = con.execute(
        f"SELECT DISTINCT {', '.join(topic.names)}, member, repeats FROM engine.observation() "
        "INNER JOIN engine.unnamed USING (observation_id) ORDER BY ALL"
    ).fetchall()
    single = con.execute(
        f"SELECT DISTINCT {', '.join(topic.names)}, repeats FROM engine.observation() WHERE {several} ORDER BY ALL"
    ).fetchall()
    extra += [(*cell, NOT_PRINTED, column) for *cell, column in single]
    numbered = [(len(known) + place, *row) for place, row in enumerate(extra)]
    fill(con, "cell", [(number, member, *cell) for number, *cell, member, _ in numbered])
    fill(con, "unnamed_cell", [(number, known[tuple(cell)], column) for number, *cell, _, column in numbered])
    each = [
        (partition_rule(codes, partition), codes.name)
        for codes in map(topic.code_list, topic.names)
        for partition in codes.partitions
        if partition.kind == "overlapping"
    ]
    fill(con, "each_rule", [*each, *((nested_rule(topic.code_list(name)), name) for name in topic.names)])


@dataclass(frozen=True)
class CellRelation:
    """Parts and their whole within one block, as one partition of a code list relates them where it holds.

    ``low`` is the least that the parts less their whole may be; ``completed`` are the names by which a figure that
    declares its parts to be all raises it to zero.
    """

    rule: str
    breakdown: str
    low: float
    partition: Partition
    parts: tuple[Cell, ...]
    whole: Cell
    completed: tuple[str, ...] = ()


def with_ancestors(topic: Topic, given: Iterable[Cell]) -> dict[Cell, set[Cell]]:
    """Each cell with every cell that it is part of, by one breakdown or several; those are cells of the answer too."""
    parents = [_parents(topic, column) for column in topic.names]
    known = {cell: _ancestors(cell, parents) for cell in given}
    for cell in {ancestor for ancestors in known.values() for ancestor in ancestors} - known.keys():
        known[cell] = _ancestors(cell, parents)
    return known


def cell_relations(topic: Topic, known: Collection[Cell]) -> Iterator[CellRelation]:
    """The relations that the code lists give between these cells, which hold every ancestor of each."""
    for place, column in enumerate(topic.names):
        codes = topic.code_list(column)
        for partition in codes.partitions:
            groups: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in known:
                if cell[place] in partition.parts:
                    groups[(*cell[:place], partition.parent, *cell[place + 1 :])].append(cell)
            rule = partition_rule(codes, partition)
            low = 0.0 if partition.kind == "exhaustive" else -INFINITY
            completed = codes.completed(partition)
            for whole, parts in groups.items():
                for members in [[part] for part in parts] if partition.kind == "overlapping" else [parts]:
                    yield CellRelation(rule, column, low, partition, tuple(members), whole, completed)
        yield from _nested(codes, place, known)


def _nested(codes: CodeList, place: int, known: Collection[Cell]) -> Iterator[CellRelation]:
    """The relations of bands that lie within wider ones of another partition."""
    by_code: dict[str, list[Cell]] = defaultdict(list)
    for cell in known if codes.nested else ():
        by_code[cell[place]].append(cell)
    for part, wider, is_same in codes.nested:
        around = Partition("", wider, "overlapping", (part,))
        for cell in by_code[part]:
            whole = (*cell[:place], wider, *cell[place + 1 :])
            if whole in known:
                low = 0.0 if is_same else -INFINITY
                yield CellRelation(nested_rule(codes), codes.name, low, around, (cell,), whole)


def _fill_members(
    con: duckdb.DuckDBPyConnection, topic: Topic, known: Mapping[Cell, int], bits: Mapping[str, int]
) -> list[tuple[object, ...]]:
    """Fill `member` and return the roles that it names.

    A breakdown declared complete means the parts directly below its total; one of its partitions, that one.
    """
    scopes = _scopes(topic)
    roles: dict[tuple[object, ...], int] = {}
    rows: list[tuple[int, int, int, int]] = []
    raised: dict[int, int] = {}
    for number, each in enumerate(cell_relations(topic, known)):
        scope = scopes.get(_scope(each.partition), 0)
        declared = sum(bits.get(name, 0) for name in each.completed)
        for name, coefficient, members in (("part", 1.0, each.parts), ("whole", -1.0, (each.whole,))):
            role = role_of(
                name, each.rule, coefficient, low=each.low,
                breakdown=bits.get(each.breakdown, 0) if each.partition.parent == TOTAL else 0,
                partition=bits.get(f"{each.breakdown}.{each.partition.name}", 0),
                parts=len(each.partition.parts), is_partition=True,
            )  # fmt: skip
            place = roles.setdefault(role, len(roles))
            rows += [(number, scope, known[cell], place) for cell in members]
            if declared:
                role = role_of(name, each.rule, coefficient, partition=declared, parts=MANY, is_partition=True)
                raised[place] = roles.setdefault(role, len(roles))
    fill(con, "raised", [*raised.items()])
    fill(con, "member", rows)
    return list(roles)


def _scope(partition: Partition) -> Scope:
    return partition.registers, partition.sources, partition.other_than


def _scopes(topic: Topic) -> dict[Scope, int]:
    """A number for the scope of each partition; 0 is everywhere."""
    scopes: dict[Scope, int] = {((), (), ()): 0}
    for name in (*topic.names, "ref_area"):
        for partition in topic.code_list(name).partitions:
            scopes.setdefault(_scope(partition), len(scopes))
    return scopes


def blocks(con: duckdb.DuckDBPyConnection, topic: Topic, table: str = "block") -> None:
    """Say which of the areas of this table are part of which."""
    available = {area for (area,) in con.execute(f"SELECT DISTINCT ref_area FROM engine.{table}").fetchall()}
    scopes = _scopes(topic)
    regions = [
        (
            part,
            each.parent,
            # Parts that overlap are held against their whole one by one.
            f"{each.name} {part}" if each.kind == "overlapping" else each.name,
            len(each.parts) if each.kind == "exhaustive" else MANY,
            scopes[_scope(each)],
            each.kind == "overlapping",
        )
        for each in topic.code_list("ref_area").partitions
        for part in each.parts
        if part in available and each.parent in available
    ]
    con.execute("TRUNCATE engine.region")
    fill(con, "region", regions)


def ground(con: duckdb.DuckDBPyConnection, *, is_first: bool) -> None:
    """Add the instances of all rules that are not stated; shares and rates the first time only."""
    if one(con, _SCOPED):
        con.execute(read("55_outside"))
    con.execute(read("60_ground"))
    if one(con, "SELECT count(*) FROM engine.raised"):
        con.execute(read("61_raised"))
    if is_first:
        con.execute(read("64_share"))
        con.execute(read("64_rates"))
        if one(con, "SELECT count(*) FROM engine.block WHERE per <> ''"):
            con.execute(read("65_otherwise"))
    timeline.ground(con)
    con.execute(read("61_mentioned"))
    if one(con, "SELECT count(*) FROM engine.block WHERE is_signed"):
        con.execute(read("63_signed"))
