"""The rows of a described table: its header found, its columns named, sections and repeated headers taken out."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cuadra.sources.described.description import FILE, Leave, Table
from cuadra.sources.described.unknown import Unknown, error
from cuadra.sources.readers import grid
from cuadra.sources.readers.grid import Where
from cuadra.sources.readers.table import Rows
from cuadra.sources.source import SourceError

SECTIONS = "sections"
"""The name under which codes.csv has the labels of rows that head those below them."""

_HEADER_WITHIN = 60

Spec = str | Mapping[str, Any]


class Row(NamedTuple):
    """One row of a table: its number in the file, and its text by column."""

    number: int
    texts: Mapping[str, str]


class Column(NamedTuple):
    """What the description says of a column, and what the stars of its pattern stand for."""

    spec: Spec
    stars: tuple[str, ...] = ()

    @property
    def is_value(self) -> bool:
        """Whether its cells are figures."""
        return self.spec == "value" or (not isinstance(self.spec, str) and "ignore" not in self.spec)

    @property
    def is_label(self) -> bool:
        """Whether its cells say what the figures of the row are about."""
        return isinstance(self.spec, str) and self.spec != "value"


@dataclass
class Layout:
    """One table as the description has it; ``notes`` and ``ignored`` fill while its rows are read."""

    source: str
    table: Table
    where: str
    columns: Mapping[str, Column]
    body: Rows
    first: int
    last: int
    names: list[str]
    notes: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    @property
    def values(self) -> list[str]:
        """The columns whose cells are figures."""
        return [name for name, column in self.columns.items() if column.is_value]

    def rows(self) -> Iterator[Row]:
        """The rows with figures, in the order of the file.

        What has none is counted as ignored: notes below the table, headings, rows left out on purpose.

        Raises:
            SourceError: a row has more cells than there are columns.
        """
        section, above, values = "", dict[str, str](), self.values
        seen: set[tuple[str, ...]] = set()
        heads: list[int] = []
        header = [name.split("#")[0].rpartition(" | ")[2] for name in self.names]
        for number, cells in self.body:
            self._check_width(number, cells)
            texts = [*cells, *[""] * (self.last - len(cells))][self.first : self.last]
            filled = [text for text in texts if text]
            row = {name: text for name, text in zip(self.names, texts, strict=True) if name}
            if not filled or texts == header:
                continue  # the header again, on the next page
            if not any(row[name] for name in values):
                if self.table.sections and len(filled) == 1:
                    section = filled[0]
                else:
                    heads.append(number)
                    self._carry(row, above)
                continue
            self._note_heads(heads)
            heads.clear()
            self._carry(row, above)
            if self.table.sections:
                row[SECTIONS] = section
            if why := next((each.because for each in self.table.leave_out if _leaves(each, row)), None):
                self.ignored[why] += len(values)
            elif self.table.repeats == "ignore" and tuple(row.values()) in seen:
                self.ignored["exact repeats"] += len(values)
            else:
                seen.add(tuple(row.values()))
                yield Row(number, row)
        if heads:
            self.ignored["rows without figures below the table"] += len(heads)

    def _carry(self, row: dict[str, str], above: dict[str, str]) -> None:
        for name in self.table.carry_down:
            above[name] = row[name] = row.get(name) or above.get(name, "")

    def _check_width(self, number: int, cells: Sequence[str]) -> None:
        if self.table.last_column is None and any(cells[self.last :]):
            raise SourceError(
                f"{self.source}, {f'{self.where} row {number}'.strip()}: expected {len(self.names)} cells, got "
                f"{len(cells)}. The file may be cut or a cell shifted: compare that row with its header."
            )

    def _note_heads(self, heads: Sequence[int]) -> None:
        if not heads:
            return
        self.ignored["rows without figures"] += len(heads)
        self.notes.append(
            f"{self.source}, {f'{self.where} row {heads[0]}'.strip()}: a row without figures between others is not "
            f"read. If it is a heading of the rows below, declare `sections` in {FILE}."
        )


def layout(found: grid.Grid, table: Table, source: str) -> Layout | None:
    """The table of a grid; none where it has no such header.

    Raises:
        SourceError: a column that is not described, or one described that is not there.
    """
    start = _header(found.rows, table)
    if start is None:
        return None
    head, body = found.rows[start : start + table.header_rows], found.rows[start + table.header_rows :]
    names = list(table.names) or grid.labels(head)
    first, last = _span(names, table, source)
    names = names[first:last]
    columns = _columns(names, table, source)
    made = Layout(source, table, found.where, columns, _until(body, table), first, last, names)
    nameless = [place for place, name in enumerate(names) if not name]
    if any(len(cells) > first + place and cells[first + place] for _, cells in body for place in nameless):
        made.notes.append(f"{source}: {len(nameless)} columns without a name are not read.")
    if len(made.body) < len(body):
        made.ignored["rows below the table"] += len(body) - len(made.body)
    return made


def where_of(table: Table) -> Where:
    """Where in its file a table is looked for."""
    return Where(table.sheet, table.pages, table.table, table.delimiter, table.encoding, table.ruled,
                 table.lines_are_rows)  # fmt: skip


def no_header(table: Table, found: Sequence[grid.Grid], source: str) -> SourceError:
    """The error of a file without the table described."""
    rows = [cells for each in found for _, cells in each.rows[:3]]
    shown = "; ".join(", ".join(filter(None, cells))[:60] for cells in rows[:2]) or "an empty file"
    wanted = ", ".join(table.header_words or list(table.columns)[:5])
    return SourceError(
        f"{source}, header: expected a row with {wanted}, got {shown}. If the producer changed the table, "
        f"correct {FILE}."
    )


def _header(rows: Rows, table: Table) -> int | None:
    if table.header_rows == 0:
        return 0
    if table.header_words:
        return grid.header_at(rows, table.header_words)
    words = {part for name in table.columns if "*" not in name for part in name.split("#")[0].split(" | ")}
    if not words:
        return 0 if rows else None
    scores = [len(words & set(cells)) for _, cells in rows[:_HEADER_WITHIN]]
    best = max(scores, default=0)
    levels = [name.split("#")[0].split(" | ")[0] for name in table.columns if "*" not in name]
    enough = 2 * best >= len(set(levels))
    return scores.index(best) if best and enough else None


def _span(names: Sequence[str], table: Table, source: str) -> tuple[int, int]:
    ends = []
    for name, default in ((table.first_column, 0), (table.last_column, len(names) - 1)):
        if name is not None and name not in names:
            raise SourceError(
                f"{source}, {FILE}: expected a column {name!r}, got {', '.join(map(repr, names[:5]))}. Correct it."
            )
        ends.append(default if name is None else names.index(name))
    return ends[0], ends[1] + 1


def _columns(names: Sequence[str], table: Table, source: str) -> dict[str, Column]:
    found = {name: _column(name, table) for name in names if name}
    unknown = [name for name, column in found.items() if column is None]
    missing = [name for name in table.columns if "*" not in name and name not in names]
    if unknown and missing:
        raise error(
            f"{source}, columns: expected a column {missing[0]!r} as {FILE} describes it, got "
            f"{', '.join(map(repr, unknown[:5]))} in its place. Correct its name in {FILE}, if it is one of them; "
            f"`cuadra sources learn {source}` asks about what is new.",
            [Unknown("column", name) for name in unknown],
        )
    if unknown:
        raise error(
            f"{source}, columns: expected columns that {FILE} describes, got {', '.join(map(repr, unknown[:5]))}. "
            f'Add a line under [table.columns], such as "{unknown[0]}" = {{ ignore = "why" }}. '
            f"`cuadra sources learn {source}` asks and writes it.",
            [Unknown("column", name) for name in unknown],
        )
    if missing:
        raise SourceError(
            f"{source}, columns: expected a column {missing[0]!r}, got "
            f"{', '.join(map(repr, [name for name in names if name][:8]))}. If the producer renamed it, correct {FILE}."
        )
    columns = {name: column for name, column in found.items() if column is not None}
    for name in (*table.carry_down, *(each for leave in table.leave_out for each in leave.columns)):
        if name not in columns and name != SECTIONS:
            raise SourceError(
                f"{source}, {FILE}: expected `carry_down` and `leave_out` of columns of the table, got {name!r}. "
                "Correct it."
            )
    if not any(column.is_value for column in columns.values()):
        raise SourceError(f'{source}, {FILE}: expected a column of figures, such as "…" = "value", got none. Add it.')
    return columns


def without_number(name: str) -> str:
    """The name of a column as it is printed: of equal names, the second is called ``Total#2``."""
    return re.sub(r"#\d+$", "", name)


def _column(name: str, table: Table) -> Column | None:
    """What the description says of a column: by its name, or by the first pattern with ``*`` that fits it."""
    if name in table.columns:
        return Column(table.columns[name])
    printed = without_number(name)
    for pattern, said in table.columns.items():
        if "*" in pattern and (found := re.fullmatch("(.*)".join(map(re.escape, pattern.split("*"))), printed)):
            return Column(said, tuple(each.strip() for each in found.groups()))
    return None


def _until(body: Rows, table: Table) -> Rows:
    if table.until is None:
        return body
    end = next((n for n, (_, cells) in enumerate(body) if any(cell.startswith(table.until) for cell in cells)), None)
    return body if end is None else body[:end]


def _leaves(each: Leave, row: Mapping[str, str]) -> bool:
    text = " ".join(row.get(name, "") for name in each.columns)
    if each.is_ is not None:
        return text in each.is_
    if each.is_not is not None:
        return text not in each.is_not
    if each.has is not None:
        return any(part.casefold() in text.casefold() for part in each.has)
    return not any(part.casefold() in text.casefold() for part in each.has_not or ())
