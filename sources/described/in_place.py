"""A described CSV or Parquet of millions of rows, read where it is: labels are looked up once each, cells by DuckDB.

What a label means, and a cell that is no plain number, is read as in any table; only the rows are DuckDB's. What comes
back is how to read the figures, not the figures. A description that takes a file row by row (sections, cells carried
down, rows added up, …) is read in memory, whatever its size.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

import duckdb
import pandas as pd

from cuadra.checks.observation import NUMBERS, columns
from cuadra.sources import scan
from cuadra.sources.described.big_file import BigFile, text
from cuadra.sources.described.description import Table
from cuadra.sources.described.figures import Reading, Value
from cuadra.sources.described.labelled import Unclear
from cuadra.sources.described.layout import Layout
from cuadra.sources.described.meaning import DATES, Meaning
from cuadra.sources.readers.grid import Number
from cuadra.sources.source import IGNORED, QUARANTINED, Parsed, Scan, SourceError

FROM_BYTES = 64 << 20
"""Files from this size on are read where they are."""

DISTINCT_MAX = 50_000
"""More labels of a column, or cells that are no plain number, are not read one by one."""

QUARANTINED_MAX = 100_000
"""With more cells than this unreadable, it is another kind of file."""

_CELLS = (Path(__file__).parent / "cells.sql").read_text(encoding="utf-8")
_READ = (
    "raw, of_unit, read_value, read_lower, read_upper, read_likely_lower, read_likely_upper, read_qualifier, "
    "read_says, read_status, read_reason, read_problem"
)
_STATES = ("used", "none", "left", "broken")
_NOTHING_READ = f"({', '.join(['NULL'] * 12)})"


def is_for(path: Path, tables: Sequence[Table], from_bytes: int) -> bool:
    """Whether a file of such tables is read where it is: a large CSV or Parquet of one table, taken as it stands."""
    if path.stat().st_size < from_bytes or len(tables) != 1:
        return False
    (table,) = tables
    by_row = (
        table.carry_down, table.sections, table.add_rows, table.until, table.leave_out, table.first_column,
        table.last_column, table.names, table.header_rows != 1, table.repeats != "refuse", table.place,
        table.encoding.lower() not in {"", "utf-8", "utf8"},
    )  # fmt: skip
    return not any(by_row) and BigFile.is_readable(path)


def parsed(work: Reading, path: Path) -> Parsed | None:
    """How to read the figures of the one table where they are; none where its header is not its first row.

    Raises:
        SourceError: another header, a label that has no code, a quantity that is given twice, or too many cells that
            cannot be read.
    """
    (table,) = work.said.tables
    with scan.connection() as con:
        try:
            file = BigFile(con, path, table, work.name)
            return _InPlace(con, file, file.found, work).parsed() if file.found else None
        except duckdb.Error as error:
            raise SourceError(
                f"{work.name}: expected CSV in UTF-8 or Parquet, got {' '.join(str(error).split())[:200]}. "
                "Correct the file, or feed another with --from."
            ) from error


class _InPlace:
    """One table that is read where it is."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: BigFile, found: Layout, work: Reading) -> None:
        self.con, self.file, self.work = con, file, work
        self.meaning = Meaning(work.name, work.codes, work.said.year_starts, found)
        self.place = {name: place for place, name in enumerate(found.names) if name}
        self.dims: dict[str, list[str]] = {}
        self.joins, self.problems, self.shown = list[str](), list[str](), dict[str, str]()
        self.values = [work.value(name, self.meaning, found) for name in found.values]
        dates = [name for name, spec in self.meaning.labels if spec in DATES]
        looked = [([name], spec) for name, spec in self.meaning.labels if spec not in DATES]
        if dates:  # last, as everywhere: a row whose other labels are unclear is so for their sake
            looked.append((dates, ""))
        texts = self._survey([names for names, _ in looked])
        for (names, spec), found_texts in zip(looked, texts, strict=True):
            self._look(names, spec, found_texts)
        work.codes.refuse_unknown(work.name)

    def _survey(self, columns_of: Sequence[Sequence[str]]) -> list[list[tuple[str, ...]]]:
        """The distinct texts of these columns, in one reading; how many rows there are is noted by the way."""
        packed = ", ".join(
            f"list(DISTINCT [{', '.join(f'file.t{self.place[name]}' for name in names)}])" for names in columns_of
        )
        is_full = f"count_if({self._is_row} AND {self._has_figures})"
        row = self.con.execute(
            f"SELECT count_if({self._is_row}), {is_full}{', ' if packed else ''}{packed} "
            f"FROM (SELECT {self._texts} FROM {self.file.sql}) AS file"
        ).fetchone()
        rows, full, *texts = row or (0, 0, *([] for _ in columns_of))
        self.rows, self.full = rows or 0, full or 0
        return [[tuple(each) for each in found or ()] for found in texts]

    def _look(self, names: list[str], spec: str, texts: Sequence[tuple[str, ...]]) -> None:
        """Look up what each text of a column means; of the columns of a date, each of their combinations."""
        places = [self.place[name] for name in names]
        self._limit(len(texts), f"column {names[0]!r}", "labels")
        found: list[tuple[tuple[str, ...], list[str], dict[str, str], str]] = []
        for raws in texts:
            shown = [" ".join(raw.split()) for raw in raws]
            try:
                codes = self._dated(names, shown) if not spec else self.work.codes.of(names[0], spec, shown[0])
                found.append((raws, shown, codes or {}, "" if codes is not None else "-"))
            except Unclear as unclear:
                found.append((raws, shown, {}, f"{unclear.reason}: {unclear}"))
        dims, alias = sorted({dim for _, _, codes, _ in found for dim in codes}), f"of_{places[0]}"
        rows = [
            f"({', '.join(map(text, [*raws, *shown, problem, *(codes.get(dim) for dim in dims)]))})"
            for raws, shown, codes, problem in found
        ]
        header = [*(f"raw{place}" for place in places), *(f"shown{place}" for place in places), "problem", *dims]
        on = " AND ".join(f"file.t{place} = {alias}.raw{place}" for place in places)
        if rows:
            self.joins.append(f"LEFT JOIN (VALUES {', '.join(rows)}) AS {alias} ({', '.join(header)}) ON {on}")
            self.problems.append(f"nullif({alias}.problem, '')")
            for dim in dims:
                self.dims.setdefault(dim, []).insert(0, f"{alias}.{dim}")
            self.shown |= {name: f"nullif({alias}.shown{self.place[name]}, '')" for name in names}

    def _dated(self, names: list[str], shown: list[str]) -> dict[str, str]:
        specs = dict(self.meaning.labels)
        said = {specs[name]: self.work.codes.own(name, each, each) for name, each in zip(names, shown, strict=True)}
        return {"time_period": self.meaning.period(said)}

    def parsed(self) -> Parsed:
        """How to read the figures, and what else the table holds."""
        used = [value for value in self.values if value.codes is not None]
        reads = {value.name: _NOTHING_READ for value in used}
        cells = self._all(used, reads)
        counts, different, odd = self._count(cells, used)
        if odd:
            reads = {value.name: self._read(value, odd) for value in used}
            cells = self._all(used, reads)
            counts, different, _ = self._count(cells, used)
        if different < counts["used"]:
            self._refuse_twice(cells)
        self.work.ignored["rows without figures"] += self.rows - self.full
        self.work.ignored["no figure in the cell"] += counts["none"]
        left = counts["left"] + self.full * (len(self.values) - len(used))
        self.work.ignored["left out by codes.csv"] += left
        broken = self._broken(used, reads) if counts["broken"] else []
        facts = {"source": self.work.name, "vintage": self.work.edition, "snapshot": self.work.snapshot.sha256}
        ignored = [{**facts, "reason": why, "rows": count} for why, count in self.work.ignored.items() if count]
        return Parsed(
            Scan(self._figures(cells, facts), counts["used"]),
            pd.DataFrame([{**facts, **each} for each in broken], columns=list(QUARANTINED)),
            pd.DataFrame(ignored, columns=list(IGNORED)),
            rows_in=counts["used"] + len(broken) + sum(self.work.ignored.values()),
            rows_used=counts["used"],
            warnings=tuple(self.work.warnings),
        )

    def _all(self, used: Sequence[Value], reads: Mapping[str, str]) -> str:
        return " UNION ALL BY NAME ".join(self._cells(value, reads[value.name]) for value in used)

    def _count(self, cells: str, used: Sequence[Value]) -> tuple[dict[str, int], int, list[tuple[str, ...]]]:
        """How many cells are in each state, how many quantities the used ones have, and the cells still to be read."""
        states = ", ".join(f"count_if(state = '{state}')" for state in _STATES)
        needed = ("indicator", "ref_area", "time_period")
        missing = f"problem = '' AND ({' OR '.join(f'{dim} IS NULL' for dim in needed)})"
        row = self.con.execute(
            f"SELECT count(DISTINCT if(state = 'used', hash({self._key}), NULL)), "
            "list(DISTINCT [column_name, cell, unit]) FILTER (state = 'none' AND problem = '' AND cell <> ''), "
            f"any_value([column_name, {', '.join(needed)}]) FILTER ({missing}), {states} FROM ({cells})"
        ).fetchone()
        different, odd, lost, *counts = row or (0, None, None, *([0] * len(_STATES)))
        if lost:
            raise self.work.codes.missing(dict(zip(needed, lost[1:], strict=True)), lost[0])
        return (
            {state: count or 0 for state, count in zip(_STATES, counts, strict=True)},
            different or 0,
            [tuple(each) for each in odd or ()],
        )

    @property
    def _key(self) -> str:
        return ", ".join((*self.work.order, "share_of"))

    def _figures(self, cells: str, facts: dict[str, str]) -> str:
        """The figures that are used as SQL, in the contract's columns."""
        said = self.work.said
        breaks = " OR ".join(f"starts_with(time_period, {text(each)})" for each in said.breaks) or "FALSE"
        status = "coalesce(nullif(read_status, ''), said_status, 'A')"
        given = {name: text(value) for name, value in facts.items()} | {
            "share_base": "NULL::VARCHAR", "said_by": text(said.said_by or said.publisher),
            "published": text(self.work.edition), "series": f"{text(said.series)}::VARCHAR",
            "repeats": "NULL::VARCHAR", "computed_from": "NULL::VARCHAR",
            "obs_status": f"if({status} = 'A' AND ({breaks}), 'B', {status})",
            "locator": "place", **{name: f"{name}::DOUBLE" for name in NUMBERS},
        }  # fmt: skip
        asked = ", ".join(f"{given.get(name, name)} AS {name}" for name in columns(self.work.topic))
        return f"SELECT {asked} FROM ({cells}) WHERE state = 'used'"

    def _cells(self, value: Value, read: str, *, is_whole: bool = False) -> str:
        """The cells of one column of figures as SQL; whole rows have the texts of all columns and a number."""
        work, units, given = self.work, self.work.topic.units, value.codes or {}
        labels = [self.shown[name] for name, _ in self.meaning.labels if name in self.shown]
        label = f"concat_ws('|', {', '.join([*labels, text(value.name)])})"
        bare = f"coalesce(nullif(concat_ws('|', {', '.join(labels)}), ''), 'table')" if labels else "'table'"
        of = {dim: f"coalesce({', '.join([*self.dims.get(dim, ()), text(given.get(dim))])})" for dim in work.order}
        whole, number = self._plain(value)
        indicators = work.topic.indicators
        texts = f"{self._texts_of(self.place.values())}, row_number() OVER () AS n" if is_whole else self._texts
        kinds = {"counts": ["count"], "numbers": ["rate", "amount"]}
        listed = {
            name: ", ".join(text(code) for code, unit in units.items() if unit.kind in kind) or "''"
            for name, kind in kinds.items()
        }
        return Template(_CELLS).substitute(
            listed,
            signed=", ".join(text(code) for code, each in units.items() if each.is_signed and each.kind != "share")
            or "''",
            whole=whole, number=number,
            codes=", ".join(f"{of[dim]} AS {dim}" for dim in work.topic.quantity),
            said_unit=of["unit"],
            unit_of=f"MAP {{{', '.join(f'{text(code)}: {text(each.unit)}' for code, each in indicators.items())}}}",
            share_of=text(value.share_of), complete_of=text(value.complete), of_column=text(value.name),
            text=f"file.t{self.place[value.name]}",
            status=f"coalesce({', '.join([*self.dims.get('obs_status', ()), text(given.get('obs_status'))])})",
            whereabouts=label if value.spec else bare,
            unclear=f"coalesce({', '.join([*self.problems, text('')])})",
            rows=f"(SELECT {texts} FROM {self.file.sql}) AS file {' '.join(self.joins)}",
            is_row=f"{self._is_row} AND {self._has_figures}", read=f"(VALUES {read}) AS read ({_READ})",
        )  # fmt: skip

    def _plain(self, value: Value) -> tuple[str, str]:
        """Patterns of the whole numbers and of the numbers that say one thing, whatever else is declared."""
        said, spec = self.work.said, value.spec
        sized = {"scale", "decimals", "rounded_to"} & {*spec} or said.scale != 1 or said.decimals is not None
        marked = any(set(sign) & set("0123456789") for sign in (*said.missing, *said.nil, *said.marks))
        marked |= any(set(sign) & set("-.") for sign in said.marks)
        if sized or said.rounded_to is not None or marked:
            return "[^\\s\\S]", "[^\\s\\S]"
        is_number = self.file.is_number(self.place[value.name])
        is_point = is_number or said.decimal == "." or (said.decimal is None and said.language == "en")
        digits = r"\.[0-9]{1,9}" if is_number or said.decimal == "." else r"\.([0-9]{1,2}|[0-9]{4,9})"
        return "0|[1-9][0-9]{0,14}", f"(0|[1-9][0-9]{{0,11}})({digits})?" if is_point else "0|[1-9][0-9]{0,11}"

    def _read(self, value: Value, odd: Sequence[tuple[str, ...]]) -> str:
        """What the cells of a column say that are no plain number, as SQL values."""
        found = [(raw, unit) for name, raw, unit in odd if name == value.name]
        self._limit(len(found), f"column {value.name!r}", "cells that are no plain number")
        rows = []
        for raw, unit in found:
            shown = " ".join(raw.split())
            kind = Number if self.file.is_number(self.place[value.name]) and shown else str
            cell = self.work.read(kind(shown), self.work.topic.units[unit], value.spec)
            numbers = [_number(each) for each in cell.numbers[:5]]
            numbers = numbers or [_number(None)] * 5
            texts = (cell.numbers[5] if cell.numbers else None, shown, cell.status, cell.reason, cell.problem)
            rows.append(f"({', '.join([text(raw), text(unit), *numbers, *map(text, texts)])})")
        return ", ".join(rows) or _NOTHING_READ

    def _refuse_twice(self, cells: str) -> None:
        row = self.con.execute(
            f"SELECT min(place), min(says), max(says), count(*) FROM ({cells}) WHERE state = 'used' "
            f"GROUP BY {self._key} HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        for place, low, high, count in [row] if row else []:
            raise SourceError(
                f"{self.work.name}, {place}: expected each quantity once, got it {count} times, with {low!r} and "
                f"{high!r}. Describe the column that tells them apart, or declare repeats."
            )

    def _broken(self, used: Sequence[Value], reads: Mapping[str, str]) -> list[dict[str, str]]:
        made: list[dict[str, str]] = []
        for value in used:
            cells = self._cells(value, reads[value.name], is_whole=True)
            asked = ", ".join(f"t{place}" for place in self.place.values())
            for n, problem, reason, message, *texts in self.con.execute(
                f"SELECT n, problem, read_reason, read_problem, {asked} FROM ({cells}) WHERE state = 'broken' "
                f"ORDER BY n LIMIT {QUARANTINED_MAX + 1 - len(made)}"
            ).fetchall():
                row = {name: " ".join(each.split()) for name, each in zip(self.place, texts, strict=True)}
                why, _, words = problem.partition(": ")
                made.append(
                    {
                        "locator": f"row {n + self.file.first_row} {value.name}", "reason": why or reason,
                        "message": f"{value.name}: {words or message}", "raw": json.dumps(row, ensure_ascii=False),
                    }
                )  # fmt: skip
        self._limit(len(made), "the table", "cells that cannot be read", QUARANTINED_MAX)
        return made

    @property
    def _used(self) -> set[int]:
        return {self.place[name] for name, _ in self.meaning.labels} | {self.place[each.name] for each in self.values}

    @property
    def _texts(self) -> str:
        return self._texts_of(sorted(self._used))

    def _texts_of(self, places: Iterable[int]) -> str:
        return ", ".join(f"{self.file.text(place)} AS t{place}" for place in places)

    @property
    def _is_row(self) -> str:
        """Neither an empty line nor the header again."""
        filled = " OR ".join(f"file.t{place} <> ''" for place in sorted(self._used))
        again = " AND ".join(f"file.t{place} = {text(self.file.shown[place])}" for place in sorted(self._used))
        return f"({filled}) AND NOT ({again})"

    @property
    def _has_figures(self) -> str:
        filled = [f"file.t{self.place[each.name]} <> ''" for each in self.values]
        return f"({' OR '.join(filled)})"

    def _limit(self, count: int, where: str, what: str, most: int = DISTINCT_MAX) -> None:
        if count > most:
            raise SourceError(
                f"{self.work.name}, {where}: expected at most {most:,} {what} in a file of this size, got more. "
                "Is it the right file, and the right column?"
            )


def _number(value: float | None) -> str:
    """A number as SQL writes it."""
    return "NULL::DOUBLE" if value is None else f"'{float(value)!r}'::DOUBLE"
