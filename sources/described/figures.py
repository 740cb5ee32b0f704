"""Figures of a described table: each cell with a number becomes an observation, by the codes of its row and column.

Every cell is used, quarantined with its problem, or ignored for a reason that the description gives.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pandas as pd

from cuadra.checks.observation import columns
from cuadra.checks.topic import Topic, Unit
from cuadra.sources.described.description import OF_CELL, Description
from cuadra.sources.described.labelled import COLUMN_OF, Codes, Unclear
from cuadra.sources.described.layout import SECTIONS, Column, Layout, Row
from cuadra.sources.described.sums import Figure, added, placed, told_apart
from cuadra.sources.reading import Numbers, declared
from cuadra.sources.readers import period_words
from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import LANGUAGES, UnreadableFigureError
from cuadra.sources.readers.grid import Number
from cuadra.sources.source import IGNORED, QUARANTINED, Parsed, Snapshot, SourceError

_DATES = ("period", "year", "part", "year_to")
_OF_WORKBOOK = {"decimal": ".", "thousands": ""}
"""How a number is written that the file holds as one."""

_SIGN = re.compile(r"[^\w\s.,-]+|[a-z]\b", re.IGNORECASE)


class _Cell(NamedTuple):
    """What a cell says, or why it cannot be read (``problem`` and its short ``reason``)."""

    numbers: Mapping[str, Any] = {}
    status: str = ""
    reason: str = ""
    problem: str = ""


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
    signs: Counter[str] = field(default_factory=Counter)
    cells: dict[tuple[str, type, str, str], _Cell] = field(default_factory=dict)
    used: int = 0

    def table(self, found: Layout, page: str) -> None:
        """Read one table of the file.

        Raises:
            SourceError: a code that its list does not have, or a quantity that is given twice.
        """
        figures: list[Figure] = []
        columns_ = [(name, column, self._fixed(name, column)) for name, column in found.columns.items()
                    if column.is_value]  # fmt: skip
        for row in found.rows():
            try:
                codes = self._codes(row, found)
            except Unclear as unclear:
                for name, _, _ in columns_:
                    self._refuse(row, found, name, unclear.reason, str(unclear))
                continue
            if codes is None:
                self.ignored["left out by codes.csv"] += len(columns_)
                continue
            for name, column, fixed in columns_:
                if fixed is None:
                    self.ignored["left out by codes.csv"] += 1
                elif figure := self._figure(row, found, (name, column), fixed | codes, page):
                    figures.append(figure)
        self.warnings |= dict.fromkeys(found.notes)
        self.ignored.update(found.ignored)
        self.used += len(figures)
        made = added(figures) if found.table.add_rows else figures
        kept, again = told_apart(made, found, self.name)
        for figure in again:
            self._refuse(figure.row, found, figure.column, "given_twice", "expected each quantity once, got it again")
        self.used -= len(again)
        self.figures += kept

    def _fixed(self, name: str, column: Column) -> dict[str, str] | None:
        """The codes that all cells of a column share; none where codes.csv leaves its label out."""
        spec = column.spec if isinstance(column.spec, Mapping) else {}
        made: dict[str, str] = {}
        for key, value in spec.items():
            if key in OF_CELL:
                continue
            text = str(value).replace("{label}", name)
            for place, star in enumerate(column.stars, 1):
                text = text.replace(f"{{{place}}}", star)
            if key == "period":
                try:
                    text = period_words.read(text, self.said.year_starts)
                except period_words.PeriodWordsError as error:
                    raise SourceError(f"{self.name}, column {name!r}, period: {error}") from error
            elif "{" in str(value):
                try:
                    found = self.codes.of(key, key, text)
                except Unclear:
                    continue  # gathered with the others, and refused at the end
                if found is None:
                    return None
                made |= found
                continue
            made[COLUMN_OF.get(key, key)] = text
        return made

    def _codes(self, row: Row, found: Layout) -> dict[str, str] | None:
        """The codes that the row's labels stand for; none where they are left out on purpose.

        Raises:
            Unclear: a label without a code, or words that name no period.
        """
        codes: dict[str, str] = {}
        dates: dict[str, str] = {}
        labels = [(name, column.spec) for name, column in found.columns.items() if column.is_label]
        if found.table.sections:
            labels.append((SECTIONS, found.table.sections))
        for name, spec in labels:
            text = str(row.texts[name])
            if spec in _DATES:
                dates[str(spec)] = self.codes.own(name, text, text)
                continue
            if (of_label := self.codes.of(name, str(spec), text)) is None:
                return None
            codes |= of_label
        if dates:
            codes["time_period"] = self._period(dates)
        return codes

    def _period(self, said: Mapping[str, str]) -> str:
        try:
            if "period" in said:
                return period_words.read(said["period"], self.said.year_starts)
            if "year_to" in said:
                return period_words.up_to(said["year_to"])
            if "year" not in said:
                raise period_words.PeriodWordsError(f"expected a year beside it, got {said['part']!r} alone. Describe one.")
            if "part" in said:
                return period_words.part_of(said["part"], period_words.read(said["year"]))
            return period_words.read(said["year"], self.said.year_starts)
        except period_words.PeriodWordsError as error:
            raise Unclear("period_unclear", str(error)) from error

    def _figure(
        self, row: Row, found: Layout, of: tuple[str, Column], codes: Mapping[str, str], page: str
    ) -> Figure | None:
        """The figure of one cell; none where it has none or is in quarantine."""
        (name, column), said = of, self.said
        spec = column.spec if isinstance(column.spec, Mapping) else {}
        made = {"register": said.register_ or self.name, "indicator": said.indicator, "ref_area": self.area,
                "time_period": said.period, "unit": said.unit, **codes}  # fmt: skip
        made = self.codes.checked(made, name)
        cell = self._cell(row.texts[name], made["unit"], name, spec)
        if cell.problem:
            self._refuse(row, found, name, cell.reason, cell.problem)
            return None
        if not cell.numbers:
            self.ignored["no figure in the cell"] += 1
            return None
        period = made["time_period"]
        is_break = any(period.startswith(each) for each in said.breaks)
        share_of = spec.get("share_of")
        quantity = {name: made.get(name, "_T") for name in (*self.topic.quantity, "unit")} | {
            "share_of": ";".join(f"{key}={code}" for key, code in sorted(share_of.items())) if share_of else None,
        }
        return Figure(
            quantity,
            {
                **cell.numbers, "says": str(row.texts[name]),
                "obs_status": cell.status or made.get("obs_status") or ("B" if is_break else "A"),
                "complete": " ".join(spec.get("complete") or said.complete),
            },
            self._place(row, found, name, spec, period, page), row, name,
        )  # fmt: skip

    def _place(  # noqa: PLR0913, PLR0917 - what a place is named by
        self, row: Row, found: Layout, name: str, spec: Mapping[str, Any], period: str, page: str
    ) -> str:
        """Where the figure stands, in the same words in every edition: its observation is named by them."""
        if found.table.place is None:
            labels = [str(row.texts[each]) for each, column in found.columns.items() if column.is_label]
            labels += [row.texts[SECTIONS]] if found.table.sections else []
            return "|".join(filter(None, [*labels, name if spec else ""])) or "table"
        words = {"period": period, "year": period[:4], "page": page, "column": name, **row.texts}
        try:
            return re.sub(r"\{([^{}]+)\}", lambda part: str(words[part[1]]), found.table.place)
        except KeyError as error:
            raise SourceError(
                f"{self.name}, place: expected columns of the table, or period, year, page, column, in braces, got "
                f"{error}. Correct source.toml."
            ) from error

    def _cell(self, text: str, unit: str, name: str, spec: Mapping[str, Any]) -> _Cell:
        key = (text, type(text), unit, name if spec else "")
        if key not in self.cells:
            self.cells[key] = self._read(text, self.topic.units[unit], spec)
        return self.cells[key]

    def _read(self, text: str, unit: Unit, spec: Mapping[str, Any]) -> _Cell:
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
            if error.code in {"sign", "no_number", "marks"}:
                self.signs.update(_SIGN.findall(text)[:1])
            reason = "no_number" if error.code == "sign" else error.code
            return _Cell(reason=reason, problem=" ".join(str(error).split()))
        if reading is None:
            return _Cell(status=status)
        is_share = reading.unit in {"percent", "ratio"}
        if is_share != (unit.kind == "share"):
            return _Cell(reason="unit", problem=f"{text!r}: expected a number in {unit.code}, got a {reading.unit}. "
                                                "Give the column its `unit`.")  # fmt: skip
        return _Cell(
            {
                "value": reading.value, "lower": reading.hard.lower, "upper": reading.hard.upper,
                "likely_lower": reading.likely.lower, "likely_upper": reading.likely.upper,
                "qualifier": reading.qualifier,
            },
            status,
        )  # fmt: skip

    def _refuse(self, row: Row, found: Layout, name: str, reason: str, message: str) -> None:  # noqa: PLR0913, PLR0917
        self.broken.append(
            {
                "source": self.name, "vintage": self._edition, "snapshot": self.snapshot.sha256,
                "locator": f"{found.where} row {row.number} {name}".strip(), "reason": reason,
                "message": f"{name}: {message}", "raw": json.dumps(row.texts, ensure_ascii=False),
            }
        )  # fmt: skip

    @property
    def _edition(self) -> str:
        return str(self.said.published) or f"{self.snapshot.fetched_at:%Y-%m-%d}"

    def parsed(self) -> Parsed:
        """What was read.

        Raises:
            SourceError: a label that nobody has given a code.
        """
        self.codes.refuse_unknown(self.name)
        for sign, count in self.signs.most_common(3):
            self.warnings[
                f"{self.name}: expected signs that source.toml declares, got {sign!r} in {count} cells. Add e.g. "
                f'marks = {{ "{sign}" = "" }} for a footnote, or missing = ["{sign}"].'
            ] = None
        facts = {
            "source": self.name, "vintage": self._edition, "snapshot": self.snapshot.sha256, "share_base": None,
            "said_by": self.said.said_by or self.said.publisher, "published": self._edition,
        }  # fmt: skip
        made = [{**facts, **figure.quantity, **figure.said, "locator": place} for figure, place in placed(self.figures)]
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
            rows_in=self.used + len(self.broken) + sum(self.ignored.values()),
            rows_used=self.used,
            warnings=tuple(self.warnings),
        )
