"""A table read by its description: each cell with a figure becomes an observation, by the codes of its row and column.

Every cell is used, quarantined with its problem, or ignored for a reason that the description gives.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cuadra.checks.observation import columns
from cuadra.checks.topic import Topic
from cuadra.sources.description import FILE, Description, Leave, Table, read
from cuadra.sources.labelled import Codes, Unclear, of_description
from cuadra.sources.readers import cells as cell_reader
from cuadra.sources.readers import grid, period_words
from cuadra.sources.readers.cells import Marks
from cuadra.sources.source import IGNORED, QUARANTINED, Parsed, Snapshot, Source, SourceError

_AT = {"area": "ref_area", "period": "time_period", "status": "obs_status"}
"""Dimensions as people write them, and as columns."""


def described_source(folder: Path, topic: Topic, area: str | None = None) -> Source:
    """The source that the ``source.toml`` of a folder describes.

    Raises:
        SourceError: the description or its codes cannot be used.
    """
    said = read(folder / FILE, topic)
    codes = of_description(folder, said, topic)
    file = folder / said.file if said.file else None
    if file and not file.exists():
        raise SourceError(
            f"sources/{folder.name}/{FILE}, file: expected a file beside it, got {said.file!r}. "
            "Put it there, or correct the name."
        )
    if not file and not said.url:
        raise SourceError(f"sources/{folder.name}/{FILE}: expected `url` or `file`, got neither. Add one.")
    return Source(
        name=folder.name,
        title=said.title,
        publisher=said.publisher,
        register=said.register_ or folder.name,
        url=said.url,
        parse=partial(parse, said=said, codes=codes, topic=topic, name=folder.name, area=said.area or area),
        file=file,
        published=str(said.published),
        language=said.language,
        decimal=said.decimal,
        cadence=said.cadence,
        owner=said.owner,
        licence=said.licence,
        rows_min=said.rows_min,
        rows_max=said.rows_max,
        enabled=said.enabled,
    )


def parse(  # noqa: PLR0913 - what a description is applied with
    snapshot: Snapshot, *, said: Description, codes: Codes, topic: Topic, name: str, area: str | None
) -> Parsed:
    """One observation per cell with a figure, in the contract's columns.

    Raises:
        SourceError: no such table, a column that is not described, or a label that has no code.
    """
    work = _Reading(snapshot, said, codes, topic, name, area)
    for table in said.tables:
        found = grid.grids(
            snapshot.path, name, sheet=table.sheet, pages=table.pages, table=table.table, delimiter=table.delimiter,
            encoding=table.encoding, lines_are_rows=table.lines_are_rows,
        )  # fmt: skip
        read_any = [work.table(each, table) for each in found]
        if not any(read_any):
            raise work.no_header(table, found)
    return work.parsed()


@dataclass
class _Reading:
    """One reading of a snapshot: the observations, what is in quarantine and what was ignored, so far."""

    snapshot: Snapshot
    said: Description
    codes: Codes
    topic: Topic
    name: str
    area: str | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    warnings: dict[str, None] = field(default_factory=dict)
    cache: dict[tuple[str, str, str], cell_reader.Cell] = field(default_factory=dict)

    def table(self, found: grid.Grid, table: Table) -> bool:
        """Read one table of the file; false where it has no such header."""
        for sheet in found.hidden:
            if sheet not in self.said.ignores and not table.sheet:
                self.warnings[
                    f"{self.name}: the hidden sheet {sheet!r} is not read; name it in `ignores` or `sheet`."
                ] = None
        if found.rows and found.rows[-1][0] in grid.SHEET_FULL:
            self.warnings[f"{self.name}: the sheet is full to its last row, so that rows may be missing."] = None
        start = self._header(found, table)
        if start is None:
            return False
        head, body = found.rows[start : start + table.header_rows], found.rows[start + table.header_rows :]
        names = list(table.names) or grid.labels(head)
        body = self._until(body, table)
        first, last = self._span(names, table)
        names = names[first:last]
        self._check_names(names, table)
        seen: set[tuple[str, ...]] = set()
        above: dict[str, str] = {}
        section = ""
        for number, texts in body:
            row = dict(zip(names, [*texts, *[""] * (last - len(texts))][first:last], strict=True))
            if any(texts[last:]) and len(texts) > len(names) + first and not table.last_column:
                raise self._error(f"{found.where} row {number}", f"{len(names)} cells", f"{len(texts)}",
                                  "The file may be cut or a cell shifted: look at that row.")  # fmt: skip
            filled = [text for text in row.values() if text]
            if not filled or list(row.values()) == [name.split("#")[0] for name in names]:
                continue  # the header again, on the next page
            if table.sections and len(filled) == 1:
                section = filled[0]
                continue
            for name in table.carry_down:
                above[name] = row[name] = row.get(name) or above.get(name, "")
            if table.repeats == "ignore" and tuple(row.values()) in seen:
                self.ignored["exact repeats"] += self._values(row, table)
                continue
            seen.add(tuple(row.values()))
            self._row(
                row | ({"sections": section} if table.sections else {}), f"{found.where} row {number}".strip(), table
            )
        return True

    def _header(self, found: grid.Grid, table: Table) -> int | None:
        if table.header_rows == 0:
            return 0
        words = table.header_words or [
            name for name, what in table.columns.items() if "|" not in name and "*" not in name and "#" not in name
        ]
        start = grid.header_at(found.rows, words)
        if start is None and not table.header_words:
            wanted = set(words)
            scores = [len(wanted & set(cells)) for _, cells in found.rows[:50]]
            best = max(scores, default=0)
            start = scores.index(best) if best and 2 * best >= len(wanted) else None
        return start

    def _until(self, body: grid.Rows, table: Table) -> grid.Rows:
        if table.until is None:
            return body
        end = next(
            (n for n, (_, cells) in enumerate(body) if any(cell.startswith(table.until) for cell in cells)), None
        )
        return body if end is None else body[:end]

    def _span(self, names: list[str], table: Table) -> tuple[int, int]:
        ends = []
        for name, default in ((table.first_column, 0), (table.last_column, len(names) - 1)):
            if name is not None and name not in names:
                raise self._error(f"{FILE}", f"a column {name!r}", ", ".join(map(repr, names[:5])), "Correct it.")
            ends.append(default if name is None else names.index(name))
        return ends[0], ends[1] + 1

    def _check_names(self, names: Sequence[str], table: Table) -> None:
        nameless = [name for name in names if not name]
        if unknown := [name for name in names if name and _spec(name, table) is None]:
            raise self._error(
                "columns", f"columns that {FILE} describes", ", ".join(map(repr, unknown[:5])),
                f'Add a line under [table.columns], such as "{unknown[0]}" = {{ ignore = "why" }}.',
            )  # fmt: skip
        if missing := [name for name in table.columns if "*" not in name and name not in names and name != "sections"]:
            raise self._error(
                "columns", f"a column {missing[0]!r}", ", ".join(map(repr, [n for n in names if n][:8])),
                f"If the producer renamed it, correct {FILE}.",
            )  # fmt: skip
        if nameless and not table.names:
            self.warnings[f"{self.name}: {len(nameless)} columns without a name are not read."] = None

    def _values(self, row: Mapping[str, str], table: Table) -> int:
        return sum(_is_value(_spec(name, table)) for name in row)

    def _row(self, row: Mapping[str, str], where: str, table: Table) -> None:
        specs = [(name, _spec(name, table)) for name in row]
        values = [(name, spec if isinstance(spec, dict) else {}) for name, spec in specs if _is_value(spec)]
        if why := next((each.because for each in table.leave_out if _leaves(each, row)), None):
            self.ignored[why] += len(values)
            return
        try:
            codes = self._codes(row, table)
        except Unclear as unclear:
            for name, _ in values:
                self._refuse(row, where, name, unclear.reason, str(unclear))
            return
        if codes is None:
            self.ignored["left out by codes.csv"] += len(values)
            return
        place = "|".join(
            row[name] for name in row if isinstance(_spec(name, table), str) and _spec(name, table) != "value"
        )
        for name, spec in values:
            self._cell(row, where, (name, spec, codes, place, table))

    def _codes(self, row: Mapping[str, str], table: Table) -> dict[str, str] | None:
        """The codes that the row's labels stand for; none where they are left out on purpose."""
        codes: dict[str, str] = {}
        dates: dict[str, str] = {}
        for name, text in row.items():
            spec = _spec(name, table)
            if not isinstance(spec, str) or spec == "value":
                continue
            if spec in {"period", "year", "part", "year_to"}:
                dates[spec] = self.codes.own(name, text, text)
                continue
            found = self.codes.of(name, spec, text)
            if found is None:
                return None
            codes |= found
        if dates:
            codes["time_period"] = self._period(dates)
        return codes

    def _period(self, said: Mapping[str, str]) -> str:
        try:
            if "period" in said:
                return period_words.read(said["period"], self.said.year_starts)
            if "year_to" in said:
                return period_words.up_to(said["year_to"])
            if "part" in said:
                return period_words.part_of(said["part"], period_words.read(said["year"]))
            return period_words.read(said["year"], self.said.year_starts)
        except (period_words.PeriodWordsError, KeyError) as error:
            raise Unclear("period_unclear", str(error)) from error

    def _cell(self, row: Mapping[str, str], where: str, cell: tuple[str, Any, dict[str, str], str, Table]) -> None:
        name, spec, codes, place, table = cell
        said = self.said
        fixed = {_AT.get(key, key): str(value).replace("{label}", name) for key, value in spec.items()
                 if key not in {"scale", "decimals", "rounded_to", "share_of", "complete"}}  # fmt: skip
        made = {
            "register": said.register_ or self.name, "indicator": said.indicator, "ref_area": self.area,
            "time_period": said.period, "unit": said.unit, **fixed, **codes,
        }  # fmt: skip
        if "period" in spec:
            try:
                made["time_period"] = period_words.read(str(made["time_period"]), said.year_starts)
            except period_words.PeriodWordsError as error:
                raise self._error(f"column {name!r}", "a period", repr(made["time_period"]), str(error)) from error
        try:
            made = self.codes.checked(made, name)
        except Unclear as unclear:
            self._refuse(row, where, name, unclear.reason, str(unclear))
            return
        if said.breaks and any(made["time_period"].startswith(each) for each in said.breaks):
            made.setdefault("obs_status", "B")
        unit = self.topic.units[made["unit"]]
        marks = _marks(said, spec)
        key = (row[name], made["unit"], name if spec else "")
        read_cell = self.cache.get(key)
        if read_cell is None:
            read_cell = self.cache[key] = cell_reader.read(row[name], marks, unit.kind, is_signed=unit.is_signed)
        if read_cell.is_missing:
            self.ignored["no figure in the cell"] += 1
            return
        if read_cell.problem:
            self._refuse(row, where, name, "no_figure", read_cell.problem)
            return
        share_of = spec.get("share_of")
        self.rows.append(
            made
            | {
                "says": row[name], "value": read_cell.value, "lower": read_cell.lower, "upper": read_cell.upper,
                "likely_lower": read_cell.likely_lower, "likely_upper": read_cell.likely_upper,
                "qualifier": read_cell.qualifier,
                "obs_status": read_cell.status or made.get("obs_status") or "A",
                "share_of": ";".join(f"{k}={v}" for k, v in sorted(share_of.items())) if share_of else None,
                "complete": " ".join(spec.get("complete") or said.complete),
                "locator": "|".join(filter(None, (place, name if spec else ""))),
                "add": table.add_rows,
            }
        )  # fmt: skip

    def _refuse(self, row: Mapping[str, str], where: str, name: str, reason: str, message: str) -> None:
        self.broken.append(
            {"source": self.name, "vintage": self._edition, "snapshot": self.snapshot.sha256,
             "locator": f"{where} {name}".strip(), "reason": reason, "message": f"{name}: {message}",
             "raw": json.dumps(dict(row), ensure_ascii=False)}
        )  # fmt: skip

    @property
    def _edition(self) -> str:
        return str(self.said.published) or f"{self.snapshot.fetched_at:%Y-%m-%d}"

    def parsed(self) -> Parsed:
        """What was read.

        Raises:
            SourceError: a label that nobody has looked at.
        """
        self.codes.refuse_unknown(self.name)
        used = len(self.rows)
        rows = _added(self.rows) if any(row["add"] for row in self.rows) else self.rows
        made = [self._observation(row) for row in _placed(rows)]
        numbers = dict.fromkeys(("value", "lower", "upper", "likely_lower", "likely_upper"), "float64")
        ignored = [
            {"source": self.name, "vintage": self._edition, "snapshot": self.snapshot.sha256, "reason": why, "rows": n}
            for why, n in self.ignored.items()
            if n
        ]
        return Parsed(
            pd.DataFrame(made, columns=list(columns(self.topic))).astype(numbers),
            pd.DataFrame(self.broken, columns=list(QUARANTINED)),
            pd.DataFrame(ignored, columns=list(IGNORED)),
            rows_in=used + len(self.broken) + sum(self.ignored.values()),
            rows_used=used,
            warnings=tuple(self.warnings),
        )

    def _observation(self, row: dict[str, Any]) -> dict[str, Any]:
        said = self.said
        return dict.fromkeys(self.topic.names, "_T") | row | {
            "source": self.name, "vintage": self._edition, "snapshot": self.snapshot.sha256, "share_base": None,
            "said_by": said.said_by or said.publisher, "published": str(said.published) or self._edition,
        }  # fmt: skip

    def no_header(self, table: Table, found: Sequence[grid.Grid]) -> SourceError:
        """The error of a file without the table described."""
        rows = [cells for each in found for _, cells in each.rows[:3]]
        shown = "; ".join(", ".join(filter(None, cells))[:60] for cells in rows[:2]) or "an empty file"
        wanted = ", ".join(table.header_words or list(table.columns)[:5])
        return self._error(
            "header", f"a row with {wanted}", shown, f"If the producer changed the table, correct {FILE}."
        )

    def _error(self, where: str, expected: str, got: str, advice: str) -> SourceError:
        return SourceError(f"{self.name}, {where}: expected {expected}, got {got}. {advice}")


def _spec(name: str, table: Table) -> str | dict[str, Any] | None:
    """What the description says of a column: by its name, or by a pattern with ``*``; none where it says nothing."""
    if name in table.columns:
        return table.columns[name]
    for pattern, said in table.columns.items():
        if "*" in pattern and _like(name, pattern):
            return said
    return None


def _like(name: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None


def _is_value(spec: str | dict[str, Any] | None) -> bool:
    return spec == "value" or (isinstance(spec, dict) and "ignore" not in spec)


def _leaves(each: Leave, row: Mapping[str, str]) -> bool:
    text = row.get(each.column, "")
    if each.is_ is not None:
        return text in each.is_
    if each.is_not is not None:
        return text not in each.is_not
    if each.has is not None:
        return any(part.casefold() in text.casefold() for part in each.has)
    return not any(part.casefold() in text.casefold() for part in each.has_not or ())


def _marks(said: Description, spec: Mapping[str, Any]) -> Marks:
    return Marks(
        said.decimal, said.thousands, said.missing, said.nil, said.marks, float(spec.get("scale", said.scale)),
        spec.get("decimals", said.decimals), spec.get("rounded_to", said.rounded_to),
    )  # fmt: skip


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a row is about: all but its number and place."""
    left = {
        "says",
        "value",
        "lower",
        "upper",
        "likely_lower",
        "likely_upper",
        "qualifier",
        "locator",
        "obs_status",
        "add",
    }
    return tuple(sorted((name, value) for name, value in row.items() if name not in left and value is not None))


def _added(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows about one quantity added up: the words are the numbers as printed, ``30 + 1``."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(_key(row) if row["add"] else (*_key(row), row["locator"]), []).append(row)
    made = []
    for group in groups.values():
        first = group[0]
        if len(group) == 1:
            made.append(first)
            continue
        values = [row["value"] for row in group]
        sums = {name: sum(row[name] for row in group) for name in ("lower", "upper", "likely_lower", "likely_upper")}
        made.append(
            first | sums | {
                "says": " + ".join(row["says"] for row in group),
                "value": None if any(value is None for value in values) else sum(values),
                "locator": first["locator"],
            }
        )  # fmt: skip
    return made


def _placed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with a place each: what is given twice at one place is told apart by its number."""
    seen: Counter[tuple[Any, ...]] = Counter()
    made = []
    for row in rows:
        place = row["locator"] or "table"
        key = (*_key(row), place)
        seen[key] += 1
        made.append(row | {"locator": place if seen[key] == 1 else f"{place} ({seen[key]})"})
    return made
