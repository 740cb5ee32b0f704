"""Examples of relations that hold, one a rule: found among printed figures, and true by their own arithmetic."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice
from pathlib import Path

from cuadra.checks.codelist import TOTAL, Partition
from cuadra.checks.period import Period, PeriodError, parse
from cuadra.checks.rule import Stated, nested_rule, partition_rule
from cuadra.checks.topic import BLOCK
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.words.number import number
from cuadra.flows.words.period import period
from cuadra.flows.words.quantity import quantity

BLOCKS, FIGURES = 2_000, 4_000
"""In so many blocks, and among so many figures, examples are looked for."""

PARTS = 6
"""A sum of more parts is no example to read."""

AREAS = {"sum": "regions_make_country", "at_most": "regions_at_most_country"}
SIGNS = {"at most": "≤", "at least": "≥", "equal to": "="}
_AREA, _PERIOD = "ref_area", "time_period"
_SQL = (Path(__file__).parent / "example.sql").read_text(encoding="utf-8")

Found = Iterator["Example"]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A relation that holds: figures with their factors on the left, a sign, and those on the right."""

    rule: str
    left: Sequence[tuple[float, Row]]
    sign: str
    right: Sequence[tuple[float, Row]]
    number: float = 0.0


def examples(reader: Reader) -> dict[str, Row]:
    """The example of each rule that has one: its text, and what it is about."""
    asked = ("examples", "")
    if asked not in reader.kept:  # languages share them
        rows = reader.rows(_SQL, withheld=[*reader.withheld], blocks=BLOCKS, most=FIGURES)
        reader.kept[asked] = [{"example": each} for each in _Printed(rows, reader).examples()]
    return {row["example"].rule: _shown(row["example"], reader) for row in reader.kept[asked]}


class _Printed:
    """Figures by their quantity, those to prefer first."""

    def __init__(self, rows: Sequence[Row], reader: Reader) -> None:
        self.reader, self.topic, self.rows = reader, reader.topic, rows
        self.names = (*BLOCK, *self.topic.names)
        counts = self.topic.units_of("count", "amount")
        self.counts = [row for row in rows if row["unit"] in counts and row["lower"] == row["upper"]]
        self.at: dict[Key, Row] = {}
        for row in self.counts:
            self.at.setdefault(self._key(row), row)

    def examples(self) -> Found:
        """One example of each rule that has one."""
        done = set()
        for find in (self.partitions, self.bands, self.same, self.shares, self.periods, self.stated):
            for each in find():
                if each.rule not in done:
                    done.add(each.rule)
                    yield each

    def _key(self, row: Row, **others: str) -> Key:
        return tuple([others.get(name) or row[name] for name in self.names])

    def partitions(self) -> Found:
        """Parts that make their whole, or are at most it."""
        for name in (*self.topic.names, _AREA):
            codes = self.topic.code_list(name)
            for each in codes.partitions:
                wholes = [row for row in self.counts if row[name] == each.parent and _is_in(each, row)]
                found = (self._parts(rule, name, each, row) for row in wholes if (rule := self._rule(name, each, row)))
                yield from islice(filter(None, found), 1)

    def _rule(self, name: str, partition: Partition, whole: Row) -> str | None:
        if name != _AREA:
            return partition_rule(self.topic.code_list(name), partition)
        adds = self.topic.indicators[whole["indicator"]].over_areas
        return "regions_each_at_most_country" if partition.kind == "overlapping" and adds in AREAS else AREAS.get(adds)

    def _parts(self, rule: str, name: str, partition: Partition, whole: Row) -> Example | None:
        is_sum = partition.kind.startswith("exhaustive") and rule != AREAS["at_most"]
        found = [part for code in partition.parts if (part := self.at.get(self._key(whole, **{name: code})))]
        parts = sorted(found, key=lambda row: (-row["lower"], row[name]))
        parts = parts[:1] if partition.kind == "overlapping" else parts
        total = math.fsum(part["lower"] for part in parts)
        if len(parts) > PARTS or len(parts) < (1 if partition.kind == "overlapping" else 2):
            return None
        if not (math.isclose(total, whole["lower"]) if is_sum else total <= whole["lower"]):
            return None
        return Example(rule, [(1, part) for part in parts], "=" if is_sum else "≤", [(1, whole)])

    def bands(self) -> Found:
        """A band within a wider one."""
        for name in self.topic.names:
            codes = self.topic.code_list(name)
            for part, wider, is_equal in codes.nested:
                for row in (each for each in self.counts if each[name] == part and not is_equal):
                    outer = self.at.get(self._key(row, **{name: wider}))
                    if outer and row["lower"] <= outer["lower"]:
                        yield Example(nested_rule(codes), [(1, row)], "≤", [(1, outer)])

    def same(self) -> Found:
        """One number of one quantity, printed by two sources."""
        for row in self.counts:
            first = self.at[self._key(row)]
            if first["source"] != row["source"] and first["lower"] == row["lower"]:
                yield Example("one_value", [(1, first)], "=", [(1, row)])

    def shares(self) -> Found:
        """A part that its printed share of a printed whole allows."""
        by_id = {row["observation_id"]: row for row in self.counts}
        for share in self.rows:
            name, _, code = str(share["share_of"] or "").partition("=")
            factor = {"percent": 0.01, "ratio": 1.0}.get(share["unit"])
            if factor is None or name not in self.topic.names:
                continue
            part, whole = self.at.get(self._key(share)), self.at.get(self._key(share, **{name: code}))
            whole = by_id.get(share["share_base"]) if share["share_base"] else whole
            if part is None or whole is None:
                continue
            least, most = (factor * share[end] * whole["lower"] for end in ("lower", "upper"))
            if least <= part["lower"] <= most:
                yield Example("share_of_whole", [(1, part)], "share", [(1, share), (1, whole)])

    def periods(self) -> Found:
        """A period within a longer one, and the parts of a period that fill it."""
        over = {code for code, each in self.topic.indicators.items() if each.over_time == "sum"}
        alike: defaultdict[Key, list[tuple[Period, Row]]] = defaultdict(list)
        for row in self.at.values():
            if row["indicator"] in over and (stretch := _stretch(row[_PERIOD])):
                alike[self._key(row, time_period="*")].append((stretch, row))
        for found in alike.values():
            for (inner, row), (outer, whole) in combinations(sorted(found, key=lambda one: _days(one[0])), 2):
                if outer.start <= inner.start and inner.end <= outer.end and _days(inner) < _days(outer):
                    if row["lower"] <= whole["lower"]:
                        yield Example("period_within_period", [(1, row)], "≤", [(1, whole)])
                    yield from self._filled(outer, whole, [one for one in found if one[0].frequency == inner.frequency])

    def _filled(self, outer: Period, whole: Row, found: Sequence[tuple[Period, Row]]) -> Found:
        inner = sorted(one for one in found if outer.start <= one[0].start and one[0].end <= outer.end)
        is_whole = sum(_days(stretch) for stretch, _ in inner) == _days(outer)
        if is_whole and 2 <= len(inner) <= PARTS and _total(row for _, row in inner) == whole["lower"]:
            rule = "periods_make_year" if outer.frequency == "A" else "periods_make_period"
            yield Example(rule, [(1, row) for _, row in inner], "=", [(1, whole)])

    def stated(self) -> Found:
        """What a stated rule names, all of it printed."""
        for rule in self.reader.rules.values():
            if rule.stated is not None:
                first = rule.stated.quantities()[0][1]
                anchors = [row for row in self.counts if all(row[name] == code for name, code in first.items())]
                yield from islice(filter(None, (self._stated(rule.name, rule.stated, row) for row in anchors)), 1)

    def _stated(self, name: str, rule: Stated, anchor: Row) -> Example | None:
        terms, least, most = rule.quantities(), *rule.bounds()
        year = int(anchor[_PERIOD]) if str(anchor[_PERIOD]).isdigit() else None
        found = []
        for factor, fixed, years in terms:
            if years and year is None:
                return None
            moved = {_PERIOD: str(year - years)} if year is not None and years else {}
            row = self.at.get(self._key(anchor, **{**fixed, **moved}))
            if row is None:
                return None
            found.append((factor, row))
        if not least <= math.fsum(factor * row["lower"] for factor, row in found) <= most or len(found) > PARTS:
            return None
        sides = [[(abs(f), row) for f, row in found if (f > 0) == is_left] for is_left in (True, False)]
        return Example(name, sides[0], SIGNS[rule.is_], sides[1], rule.number)


def _is_in(partition: Partition, row: Row) -> bool:
    """Whether a partition is one of the register and the source of a figure."""
    names = {row["register"], row["source"]}
    return (
        (not partition.registers or row["register"] in partition.registers)
        and (not partition.sources or row["source"] in partition.sources)
        and not names.intersection(partition.other_than)
    )


def _total(rows: Iterator[Row]) -> float:
    return math.fsum(row["lower"] for row in rows)


def _stretch(text: str) -> Period | None:
    try:
        return parse(text)
    except PeriodError:
        return None


def _days(stretch: Period) -> int:
    return (stretch.end - stretch.start).days + 1


def _shown(example: Example, reader: Reader) -> Row:
    """In printed words, each with that in which it differs from the others."""
    rows = [row for _, row in (*example.left, *example.right)]
    names = (*BLOCK, *reader.topic.names)
    alike = {name: rows[0][name] for name in names if all(row[name] == rows[0][name] for row in rows)}
    is_one = example.rule == "one_value"
    write: Callable[[tuple[float, Row]], str] = partial(_term, reader=reader, alike=alike, has_source=is_one)
    about = quantity(alike, reader.topic, reader.language)
    if example.sign == "share":
        (_, part), (_, share), (_, whole) = *example.left, *example.right
        said = [reader.say("quoted", says=short(row["says"], 60)) for row in (part, share, whole)]
        text = reader.say("rules.share", part=said[0], share=said[1], whole=said[2])
        return {"text": text, "about": quantity(part, reader.topic, reader.language)}
    sides = [" + ".join(map(write, side)) for side in (example.left, example.right)]
    if example.number:
        sides[1] = " + ".join(filter(None, [sides[1], number(example.number, reader.language)]))
    return {"text": f"{sides[0]} {example.sign} {sides[1]}", "about": about}


def _term(each: tuple[float, Row], reader: Reader, alike: Row, *, has_source: bool) -> str:
    factor, row = each
    labels = [
        period(row[name], reader.language) if name == _PERIOD else reader.label(name, row[name])
        for name in (*BLOCK, *reader.topic.names)
        if name not in alike and row[name] != TOTAL
    ]
    labels += [reader.at(row["source"], row["locator"])] if has_source else []
    said = f"{number(factor, reader.language)} × {short(row['says'], 60)}" if factor != 1 else short(row["says"], 60)
    return f"{said} ({', '.join(labels)})" if labels else said
