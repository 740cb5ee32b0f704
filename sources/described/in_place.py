"""A described CSV or Parquet of millions of rows, read where it is: labels are looked up once each, cells by DuckDB.

What a label means, and a cell that is no plain number, is read as in any table; only the rows are DuckDB's. What comes
back is how to read the figures, not the figures. A description that takes a file row by row (sections, cells carried
down, rows added up, …) is read in memory, whatever its size.
"""

import json
import re
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.observation import NUMBERS, columns
from cuadra.sources import scale_change, scan
from cuadra.sources.described import gaps, plain_cells
from cuadra.sources.described.big_file import BigFile, text
from cuadra.sources.described.big_rows import BigRows
from cuadra.sources.described.description import Table
from cuadra.sources.described.figures import Reading, Value
from cuadra.sources.described.labelled import Unclear
from cuadra.sources.described.layout import Layout
from cuadra.sources.described.lookup import LEFT, Label, Lookup
from cuadra.sources.described.meaning import DATES, Meaning
from cuadra.sources.readers import grid
from cuadra.sources.scale_change import Cell
from cuadra.sources.source import IGNORED, QUARANTINED, Parsed, Scan, SourceError

FROM_BYTES = 8 << 20
"""Files from this size on are read where they are; in memory, each million rows would take 2 GiB."""

ONLY_FROM_BYTES = 64 << 20
"""Smaller ones are read in memory where they have too many different labels to be read where they are."""

DISTINCT_MAX = 50_000
"""More labels of a column, or cells that are no plain number, are not read one by one."""

QUARANTINED_MAX = 100_000
"""With more cells than this unreadable, it is another kind of file."""

_CELLS = (Path(__file__).parent / "cells.sql").read_text(encoding="utf-8")
_STATES = ("used", "none", "left", "broken")
_CUT = re.compile(r"on Line: (?P<line>\d+) .*Expected Number of Columns: (?P<wanted>\d+) Found: (?P<found>\d+)")

_COMPARED = 500_000
"""About so many figures are compared with those of the period before."""

_KEYS_MAX = 2**62
"""With so many possible quantities, a hash of their codes distinguishes them, and not a number."""


def is_for(path: Path, tables: Sequence[Table], from_bytes: int) -> bool:
    """Whether a file of such tables is read where it is: a large CSV or Parquet of one table, taken as it stands."""
    if len(tables) != 1 or not path.is_file() or BigFile.size(path) < from_bytes:
        return False
    (table,) = tables
    by_row = (
        table.carry_down, table.sections, table.add_rows, table.until, table.leave_out, table.first_column,
        table.last_column, table.names, table.header_rows != 1, table.repeats != "refuse", table.place,
        table.encoding.lower() not in {"", "utf-8", "utf8"},
    )  # fmt: skip
    return not any(by_row) and BigFile.is_readable(path)


def parsed(work: Reading, path: Path) -> Parsed | None:
    """How to read the figures of the one table where they are; none where it is better read in memory.

    That is a table whose header is not its first row, or a small one with very many labels.

    Raises:
        SourceError: another header, a label that has no code, a quantity that is given twice, or too many cells that
            cannot be read.
    """
    (table,) = work.said.tables
    with scan.connection() as con:
        try:
            file = BigFile(con, path, table, work.name)
            return _InPlace(con, file, file.found, work).parsed() if file.found else None
        except TooVariedError:
            if BigFile.size(path) >= ONLY_FROM_BYTES:
                raise
            return None
        except duckdb.Error as error:
            said = " ".join(str(error).split())
            if cut := _CUT.search(said):
                raise SourceError(
                    f"{work.name}, row {cut['line']}: expected {cut['wanted']} cells, got {cut['found']}. The file may "
                    "be cut or a cell shifted: compare that row with its header."
                ) from error
            raise SourceError(
                f"{work.name}: expected CSV in UTF-8 or Parquet, got {said[:200]}. "
                "Correct the file, or feed another with --from."
            ) from error


class TooVariedError(SourceError):
    """A table with more labels, or cells to be read one by one, than are looked up where it is."""


class _InPlace:
    """One table that is read where it is."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: BigFile, found: Layout, work: Reading) -> None:
        self.con, self.file, self.work = con, file, work
        self.meaning = Meaning(work.name, work.codes, work.said.year_starts, found)
        self.place = {name: place for place, name in enumerate(found.names) if name}
        self.values = [work.value(name, self.meaning, found) for name in found.values]
        self.of_file = BigRows(
            file, self.place, [name for name, _ in self.meaning.labels], [each.name for each in self.values]
        )
        dates = [name for name, spec in self.meaning.labels if spec in DATES]
        looked = [([name], spec) for name, spec in self.meaning.labels if spec not in DATES]
        if dates:  # last, as everywhere: a row whose other labels are unclear is so for their sake
            looked.append((dates, ""))
        texts = self._survey([names for names, _ in looked])
        self.lookups = [
            self._look(names, spec, found_texts)
            for (names, spec), found_texts in zip(looked, texts, strict=True)
            if found_texts
        ]
        work.codes.refuse_unknown(work.name)

    def _survey(self, columns_of: Sequence[Sequence[str]]) -> list[list[tuple[str, ...]]]:
        """The distinct texts of these columns, in one reading; how many rows there are is noted by the way."""
        packed = "".join(
            f", list(DISTINCT {self._text_of(names)}) FILTER ({self.of_file.has_figures})" for names in columns_of
        )
        row = self.con.execute(
            f"SELECT count(*), count_if({self.of_file.has_figures}){packed} FROM {self.of_file.filled} AS file"
        ).fetchone()
        rows, full, *texts = row or (0, 0, *([] for _ in columns_of))
        self.rows, self.full = rows or 0, full or 0
        return [sorted((each,) if isinstance(each, str) else tuple(each) for each in found or ()) for found in texts]

    def _text_of(self, names: Sequence[str]) -> str:
        columns = [f"file.t{self.place[name]}" for name in names]
        return columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"

    def _look(self, names: list[str], spec: str, texts: Sequence[tuple[str, ...]]) -> Lookup:
        """Look up what each text of a column means; of the columns of a date, each of their combinations."""
        self._limit(len(texts), f"column {names[0]!r}", "labels")
        found: list[Label] = []
        for raws in texts:
            shown = tuple(" ".join(raw.split()) for raw in raws)
            try:
                codes = self._dated(names, shown) if not spec else self.work.codes.of(names[0], spec, shown[0])
                found.append(Label(raws, shown, codes or {}, "" if codes is not None else LEFT))
            except Unclear as unclear:
                found.append(Label(raws, shown, {}, f"{unclear.reason}: {unclear}"))
        return Lookup(tuple(names), tuple(self.place[name] for name in names), tuple(found))

    def _dated(self, names: Sequence[str], shown: Sequence[str]) -> dict[str, str]:
        specs = dict(self.meaning.labels)
        said = {specs[name]: self.work.codes.own(name, each, each) for name, each in zip(names, shown, strict=True)}
        return {"time_period": self.meaning.period(said)}

    def parsed(self) -> Parsed:
        """How to read the figures, and what else the table holds."""
        used = [value for value in self.values if value.codes is not None]
        reads = dict[str, Mapping[str, str]]()
        cells = self._all(used, reads)
        counts, different, odd = self._count(cells, used)
        if odd:
            reads = {value.name: self._odd(value, odd) for value in used}
            cells = self._all(used, reads)
            counts, different, _ = self._count(cells, used)
        if different < counts["used"]:
            self._refuse_twice(cells)
        self._note_rows()
        self._note_sizes(cells, counts["used"])
        self.work.note_signs()
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

    def _all(self, used: Sequence[Value], reads: Mapping[str, Mapping[str, str]]) -> str:
        return " UNION ALL BY NAME ".join(self._cells(value, reads.get(value.name)) for value in used)

    def _count(self, cells: str, used: Sequence[Value]) -> tuple[dict[str, int], int, list[tuple[str, ...]]]:
        """How many cells are in each state, how many quantities the used ones have, and the cells still to be read."""
        states = ", ".join(f"count_if(state = '{state}')" for state in _STATES)
        needed = ("indicator", "ref_area", "time_period")
        missing = f"problem = '' AND ({' OR '.join(f'{dim} IS NULL' for dim in needed)})"
        row = self.con.execute(
            "SELECT count(DISTINCT meaning) FILTER (state = 'used'), "
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

    def _meaning(self, value: Value) -> str:
        """What a cell is about, as one number: exact where each column of labels is about something else."""
        about = [dim for each in self.lookups for dim in each.dims if dim in self.work.order]
        known = [
            ({dim: code for dim, code in (each.codes or {}).items() if dim not in about}, each.share_of)
            for each in self.values
        ]
        meanings = [each.meanings(self.work.order) for each in self.lookups]
        possible = prod((count for _, count in meanings), start=len(known))
        if not all(count for _, count in meanings) or len(set(about)) < len(about) or possible > _KEYS_MAX:
            return f"hash({self._key})"
        number = str(known.index(known[self.values.index(value)]))
        for place, count in meanings:
            number = f"({number}) * {count} + {place}"
        return f"({number})::BIGINT"

    def _figures(self, cells: str, facts: dict[str, str]) -> str:
        """The figures that are used as SQL, in the contract's columns."""
        said = self.work.said
        breaks = " OR ".join(f"starts_with(time_period, {text(each)})" for each in said.breaks) or "FALSE"
        given = {name: text(value) for name, value in facts.items()} | {
            "share_base": "NULL::VARCHAR", "said_by": text(said.said_by or said.publisher),
            "published": text(self.work.edition), "series": f"{text(said.series)}::VARCHAR",
            "repeats": "NULL::VARCHAR", "computed_from": "NULL::VARCHAR",
            "obs_status": f"if(status = 'A' AND ({breaks}), 'B', status)",
            "locator": "place", **{name: f"{name}::DOUBLE" for name in NUMBERS},
        }  # fmt: skip
        asked = ", ".join(f"{given.get(name, name)} AS {name}" for name in columns(self.work.topic))
        return f"SELECT {asked} FROM ({cells}) WHERE state = 'used'"

    def _cells(self, value: Value, read: Mapping[str, str] | None, *, is_whole: bool = False) -> str:
        """The cells of one column of figures as SQL; whole rows have the texts of all columns and a number."""
        work, given = self.work, value.codes or {}
        shown = {name: each.shown(name) for each in self.lookups for name in each.names}
        labels = [f"nullif({shown[name]}, '')" for name, _ in self.meaning.labels if name in shown]
        label = f"concat_ws('|', {', '.join([*labels, text(value.name)])})"
        bare = f"coalesce(nullif(concat_ws('|', {', '.join(labels)}), ''), 'table')" if labels else "'table'"
        problems = [problem for each in self.lookups if (problem := each.problem)]
        rows = self.of_file.numbered if is_whole else self.of_file.filled
        filled = dict(
            plain_cells.plain(value, work, self.file.is_number(self.place[value.name]), self.of_rows),
            unit=self._unit(given),
            codes=", ".join(f"{self._code(dim, given)} AS {dim}" for dim in work.topic.quantity),
            share_of=self._whole(value), complete_of=text(value.complete), of_column=text(value.name),
            meaning=self._meaning(value),
            text=f"file.t{self.place[value.name]}",
            status=self._code("obs_status", given),
            whereabouts=label if value.spec else bare,
            unclear=f"coalesce({', '.join([*problems, text('')])})",
            rows=f"(SELECT file.*{''.join(f', {each.place}' for each in self.lookups)} FROM {rows} AS file "
            f"WHERE {self.of_file.has_figures}) AS file",
            **(read or plain_cells.NOTHING_ODD),
        )  # fmt: skip
        # A column is not called as what it is made of, or it would be its own alias.
        return Template(_CELLS).substitute(filled | {f"the_{name}": said for name, said in filled.items()})

    def _whole(self, value: Value) -> str:
        """What a figure is of as SQL, once its unit is known: what is said of all concerns shares and rates only."""
        if value.share_of is None or "share_of" in value.spec:
            return text(value.share_of)
        units = ", ".join(map(text, self.work.topic.units_of("share", "rate")))
        return f"if(unit IN ({units}), {text(value.share_of)}, NULL)"

    @property
    def of_rows(self) -> set[str]:
        """The dimensions that rows say something of."""
        return {dim for each in self.lookups for dim in each.dims}

    def _unit(self, given: Mapping[str, Any]) -> str:
        """The unit of a cell as SQL."""
        if unit := plain_cells.unit_of(given, self.work.topic, self.of_rows):
            return text(unit)
        units = ", ".join(f"{text(code)}: {text(each.unit)}" for code, each in self.work.topic.indicators.items())
        return f"coalesce({self._code('unit', given)}, MAP {{{units}}}[indicator])"

    def _odd(self, value: Value, odd: Sequence[tuple[str, ...]]) -> Mapping[str, str]:
        """What the cells of a column say that are no plain number, as SQL."""
        found = [(raw, unit) for name, raw, unit in odd if name == value.name]
        self._limit(len(found), f"column {value.name!r}", "cells that are no plain number")
        return plain_cells.odd(value, self.work, self.file.is_number(self.place[value.name]), found)

    def _code(self, dim: str, given: Mapping[str, Any]) -> str:
        """The code of a dimension as SQL: by a label of the row, the last column first, or by the column."""
        found = [each.code(dim) for each in reversed(self.lookups) if dim in each.dims]
        return f"coalesce({', '.join([*found, text(given.get(dim))])})" if found else f"{text(given.get(dim))}::VARCHAR"

    def _refuse_twice(self, cells: str) -> None:
        row = self.con.execute(
            f"SELECT min(place), min(says), max(says), count(*) FROM ({cells}) WHERE state = 'used' "
            f"GROUP BY {self._key} HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1"
        ).fetchone()
        for place, low, high, count in [row] if row else []:
            raise SourceError(
                f"{self.work.name}, {place}: expected each quantity once, got it {count} times, with {low!r} and "
                f"{high!r}. Describe the column that tells them apart, or declare repeats."
            )

    def _broken(self, used: Sequence[Value], reads: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for value in used:
            cells = self._cells(value, reads.get(value.name), is_whole=True)
            asked = ", ".join(f"t{place}" for place in self.place.values())
            with scan.in_order(self.con):
                found = self.con.execute(
                    f"SELECT n, problem, read_reason, read_problem, {asked} FROM ({cells}) WHERE state = 'broken' "
                    f"ORDER BY n LIMIT {QUARANTINED_MAX + 1 - len(made)}"
                ).fetchall()
            for n, problem, reason, message, *texts in found:
                row = {name: " ".join(each.split()) for name, each in zip(self.place, texts, strict=True)}
                why, _, words = problem.partition(": ")
                made.append(
                    {
                        "locator": n, "reason": why or reason,
                        "message": f"{value.name}: {words or message}", "raw": json.dumps(row, ensure_ascii=False),
                    }
                )  # fmt: skip
        self._limit(len(made), "the table", "cells that cannot be read", QUARANTINED_MAX)
        lines = self.file.lines({each["locator"] for each in made})
        for each in made:
            each["locator"] = f"row {lines[each['locator']]} {each['message'].partition(': ')[0]}"
        return made

    def _note_rows(self) -> None:
        if not self.file.types:  # lines of a CSV, its header among them
            notes = grid.full([(self.rows + 1, [])])
            self.work.warnings |= dict.fromkeys(f"{self.work.name}: {note}" for note in notes)
        said = [each.codes.get("time_period") for lookup in self.lookups for each in lookup.labels if not each.problem]
        said += [(each.codes or {}).get("time_period") for each in self.values]
        notes = gaps.notes(filter(None, said), self.work.edition, self.work.name)
        self.work.warnings |= dict.fromkeys(notes)

    def _note_sizes(self, cells: str, used: int) -> None:
        """Note where figures are of another size from a period on: the medians of the same of them, of millions few."""
        labels = [f"t{self.place[name]}" for name, spec in self.meaning.labels if spec not in DATES]
        is_asked = f"hash({', '.join(labels)}) % {max(used // _COMPARED, 1)} = 0" if labels else "TRUE"
        found = self.con.execute(
            "SELECT column_name, indicator, unit, time_period, median(value) AS size FROM "
            f"({cells}) WHERE state = 'used' AND value > 0 AND {is_asked} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        sizes = (
            Cell(period, row, column, (column, indicator, unit), "", period, size)
            for row, (column, indicator, unit, period, size) in enumerate(found)
        )
        self.work.warnings |= dict.fromkeys(scale_change.notes(sizes, self.work.name))

    def _limit(self, count: int, where: str, what: str, most: int = DISTINCT_MAX) -> None:
        if count > most:
            raise TooVariedError(
                f"{self.work.name}, {where}: expected at most {most:,} {what} in a file of this size, got more. "
                "Is it the right file, and the right column?"
            )
