"""Figures of a described table: each cell with a number becomes an observation, by the codes of its row and column.

Every cell is used, quarantined with its problem, or ignored for a reason that the description gives.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pandas as pd

from cuadra.checks.observation import columns
from cuadra.checks.topic import Topic, Unit
from cuadra.sources import scale_change
from cuadra.sources.described import gaps
from cuadra.sources.described.description import Description
from cuadra.sources.described.labelled import Codes, Unclear
from cuadra.sources.described.layout import Layout, Row
from cuadra.sources.described.meaning import Meaning
from cuadra.sources.described.sums import NUMBERS, Figure, added, placed, told_apart
from cuadra.sources.described.unknown import sign_of
from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import LANGUAGES, UnreadableFigureError
from cuadra.sources.readers.grid import Number
from cuadra.sources.reading import Numbers, declared
from cuadra.sources.scale_change import Cell
from cuadra.sources.source import IGNORED, QUARANTINED, Parsed, Snapshot, SourceError

_OF_WORKBOOK = {"decimal": ".", "thousands": ""}
"""How a number is written that the file holds as one."""


class ReadCell(NamedTuple):
    """What a cell says (see `NUMBERS`), or why it cannot be read: ``problem`` and its short ``reason``."""

    numbers: tuple[Any, ...] = ()
    status: str = ""
    reason: str = ""
    problem: str = ""


class Value(NamedTuple):
    """One column of figures: what its description says, and the codes of its cells; none where it is left out."""

    name: str
    spec: Mapping[str, Any]
    codes: Mapping[str, Any] | None
    share_of: str | None
    complete: str


@dataclass
class Reading:
    """One reading of a snapshot: the figures, what is in quarantine and what was ignored, so far."""

    snapshot: Snapshot
    said: Description
    codes: Codes
    topic: Topic
    name: str
    area: str | None
    figures: list[Figure] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    warnings: dict[str, None] = field(default_factory=dict)
    signs: Counter[tuple[str, bool]] = field(default_factory=Counter)
    cells: dict[tuple[str, type, str, str], ReadCell] = field(default_factory=dict)
    used: int = 0

    def __post_init__(self) -> None:
        """State what a figure is about where neither its row nor its column says so."""
        said = self.said
        self.order = (*self.topic.quantity, "unit")
        self.all_figures: dict[str, str | None] = {
            **dict.fromkeys(self.topic.names, "_T"),
            "register": said.register_ or self.name, "indicator": said.indicator, "ref_area": self.area,
            "time_period": said.period, "unit": said.unit,
        }  # fmt: skip

    def table(self, found: Layout, page: str) -> None:
        """Read one table of the file.

        Raises:
            SourceError: a code that its list does not have, or a quantity that is given twice.
        """
        figures: list[Figure] = []
        self.cells.clear()
        meaning = Meaning(self.name, self.codes, self.said.year_starts, found)
        values = [self.value(name, meaning, found) for name in found.values]
        for row in found.rows():
            texts = meaning.texts(row)
            codes = meaning.of_row(texts)
            if isinstance(codes, Unclear):
                for value in values:
                    self._refuse(row, found, value.name, codes.reason, str(codes))
                continue
            if codes is None:
                self.ignored["left out by codes.csv"] += len(values)
                continue
            place = "|".join(filter(None, texts))
            for value in values:
                if value.codes is None:
                    self.ignored["left out by codes.csv"] += 1
                elif figure := self._figure(row, found, value, {**value.codes, **codes}, (place, page)):
                    figures.append(figure)
        self.warnings |= dict.fromkeys(found.notes)
        self.ignored.update(found.ignored)
        made = added(figures) if found.table.add_rows else figures
        kept, again = told_apart(made, found, self.name)
        for figure in again:
            self._refuse(figure.row, found, figure.column, "given_twice", "expected each quantity once, got it again")
        self.used += len(figures) - len(again)
        self.figures += kept

    def value(self, name: str, meaning: Meaning, found: Layout) -> Value:
        """One column of figures, by its name.

        Raises:
            SourceError: words that name no period, or a code that its list does not have.
        """
        column = found.columns[name]
        spec = column.spec if isinstance(column.spec, Mapping) else {}
        codes = meaning.of_column(name, column)
        share_of = spec.get("share_of") or self.said.share_of
        return Value(
            name, spec, None if codes is None else {**self.all_figures, **codes},
            ";".join(f"{key}={code}" for key, code in sorted(share_of.items())) if share_of else None,
            " ".join(spec.get("complete") or self.said.complete),
        )  # fmt: skip

    def whole(self, value: Value, unit: str) -> str | None:
        """What a figure of this unit is of; what the description says of all concerns shares and rates only."""
        is_concerned = "share_of" in value.spec or self.topic.units[unit].kind in {"share", "rate"}
        return value.share_of if is_concerned else None

    def _figure(
        self, row: Row, found: Layout, value: Value, codes: dict[str, Any], where: tuple[str, str]
    ) -> Figure | None:
        """The figure of one cell; none where it has none or is in quarantine."""
        text = row.texts[value.name]
        if not (codes["indicator"] and codes["ref_area"] and codes["time_period"]):
            raise self.codes.missing(codes, value.name)
        codes["unit"] = codes["unit"] or self.topic.indicators[codes["indicator"]].unit
        cell = self._cell(text, codes["unit"], value)
        if cell.problem:
            self._refuse(row, found, value.name, cell.reason, cell.problem)
            return None
        if not cell.numbers:
            self.ignored["no figure in the cell"] += 1
            return None
        status = cell.status or codes.get("obs_status") or "A"
        if status == "A" and self.said.breaks and codes["time_period"].startswith(self.said.breaks):
            status = "B"
        return Figure(
            (*[codes[name] for name in self.order], self.whole(value, codes["unit"])), cell.numbers, str(text), status,
            value.complete, self._place(row, found, value, codes["time_period"], where), row, value.name,
        )  # fmt: skip

    def _place(self, row: Row, found: Layout, value: Value, period: str, where: tuple[str, str]) -> str:
        """Where the figure stands, in the same words in every edition: its observation is named by them."""
        place, page = where
        if found.table.place is None:
            return (f"{place}|{value.name}" if place else value.name) if value.spec else place or "table"
        words = {"period": period, "year": period[:4], "page": page, "column": value.name, **row.texts}
        try:
            return re.sub(r"\{([^{}]+)\}", lambda part: str(words[part[1]]), found.table.place)
        except KeyError as error:
            raise SourceError(
                f"{self.name}, place: expected columns of the table, or period, year, page, column, in braces, got "
                f"{error}. Correct source.toml."
            ) from error

    def _cell(self, text: str, unit: str, value: Value) -> ReadCell:
        key = (text, type(text), unit, value.name if value.spec else "")
        if key not in self.cells:
            self.cells[key] = self.read(text, self.topic.units[unit], value.spec)
        return self.cells[key]

    def read(self, text: str, unit: Unit, spec: Mapping[str, Any]) -> ReadCell:
        """What one cell says, by its column and unit."""
        said = self.said
        decimals = spec.get("decimals", said.decimals)
        shown = str(text)
        if type(text) is Number and decimals is not None and "." in text:
            # A workbook keeps more digits than it shows; the figure published is the one it shows.
            shown = f"{Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
        column = Numbers(**{key: spec[key] for key in ("scale", "decimals", "rounded_to") if key in spec})
        marks = _OF_WORKBOOK if type(text) is Number else {"decimal": said.decimal, "thousands": said.thousands}
        table = Numbers(scale=said.scale, decimals=said.decimals, rounded_to=said.rounded_to, **marks)
        language = said.language if said.language in LANGUAGES else "en"
        try:
            reading, status = read_cell(
                shown, Marks(said.missing, said.nil, said.marks, said.brackets), language,
                declared(column, table, unit),
            )  # fmt: skip
        except UnreadableFigureError as error:
            if error.code in {"sign", "no_number", "marks"} and (sign := sign_of(text)):
                self.signs[sign, any(each.isdigit() for each in text)] += 1
            reason = "no_number" if error.code == "sign" else error.code
            return ReadCell(reason=reason, problem=" ".join(str(error).split()))
        if reading is None:
            return ReadCell(status=status)
        if (reading.unit in {"percent", "ratio"}) != (unit.kind == "share"):
            return ReadCell(reason="unit", problem=f"{text!r}: expected a number in {unit.code}, got a {reading.unit}. "
                                                "Give the column its `unit`.")  # fmt: skip
        return ReadCell((reading.value, *reading.hard, *reading.likely, reading.qualifier), status)

    def _refuse(self, row: Row, found: Layout, name: str, reason: str, message: str) -> None:
        self.broken.append(
            {
                "source": self.name, "vintage": self.edition, "snapshot": self.snapshot.sha256,
                "locator": f"{found.where} row {row.number} {name}".strip(), "reason": reason,
                "message": f"{name}: {message}", "raw": json.dumps(row.texts, ensure_ascii=False),
            }
        )  # fmt: skip

    @property
    def edition(self) -> str:
        """What the edition is called."""
        return str(self.said.published) or f"{self.snapshot.fetched_at:%Y-%m-%d}"

    def parsed(self) -> Parsed:
        """What was read.

        Raises:
            SourceError: a label that nobody has given a code.
        """
        self.codes.refuse_unknown(self.name)
        self.note_signs()
        place = self.order.index("time_period")
        periods = {each.quantity[place] for each in self.figures}
        self.warnings |= dict.fromkeys(gaps.notes(periods, self.edition, self.name))
        self.warnings |= dict.fromkeys(scale_change.notes(self._cells(), self.name))
        facts = {"source": self.name, "vintage": self.edition, "snapshot": self.snapshot.sha256}
        ignored = [{**facts, "reason": why, "rows": count} for why, count in self.ignored.items() if count]
        return Parsed(
            self._frame(facts),
            pd.DataFrame(self.broken, columns=list(QUARANTINED)),
            pd.DataFrame(ignored, columns=list(IGNORED)),
            rows_in=self.used + len(self.broken) + sum(self.ignored.values()),
            rows_used=self.used,
            warnings=tuple(self.warnings),
        )

    def _cells(self) -> Iterator[Cell]:
        """The figures as their sizes are compared: those of one table, one after the other."""
        area, period = self.order.index("ref_area"), self.order.index("time_period")
        for each in self.figures:
            if each.numbers[0] is not None:
                about = tuple(code for place, code in enumerate(each.quantity) if place not in {area, period})
                yield Cell(f"row {each.row.number}", each.row.number, each.column, about, each.quantity[area],
                           each.quantity[period], each.numbers[0])  # fmt: skip

    def note_signs(self) -> None:
        """Note the signs that make cells no numbers, and that nobody has declared."""
        for (sign, is_beside), _ in self.signs.most_common(3):
            line = f'marks = {{ "{sign}" = "" }} for a footnote' if is_beside else f'missing = ["{sign}"]'
            self.warnings[
                f"{self.name}: expected signs that source.toml declares, got {sign!r}. Add e.g. {line}. "
                f"`cuadra sources learn {self.name}` asks and writes it."
            ] = None

    def _frame(self, facts: Mapping[str, str]) -> pd.DataFrame:
        figures = self.figures
        about = pd.DataFrame([each.quantity for each in figures], columns=[*self.order, "share_of"], dtype=object)
        numbers = pd.DataFrame([each.numbers for each in figures], columns=list(NUMBERS))
        return pd.DataFrame(
            {
                **facts, **about, **numbers.astype(dict.fromkeys(NUMBERS[:-1], "float64")), "share_base": None,
                "says": [each.says for each in figures], "obs_status": [each.status for each in figures],
                "complete": [each.complete for each in figures], "locator": list(placed(figures)),
                "said_by": self.said.said_by or self.said.publisher, "published": self.edition,
                "series": self.said.series, "repeats": None, "computed_from": None,
            },
            index=range(len(figures)),
        )[list(columns(self.topic))]  # fmt: skip
