"""What the figures of a row and of a column are about: the codes of their labels, and their period."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cuadra.sources.described.description import OF_CELL
from cuadra.sources.described.labelled import COLUMN_OF, Codes, Unclear
from cuadra.sources.described.layout import SECTIONS, Column, Layout, Row, without_number
from cuadra.sources.readers import period_words
from cuadra.sources.source import SourceError

DATES = ("period", "year", "part", "year_to")
"""What columns of dates hold."""


@dataclass
class Meaning:
    """The codes of one table's rows and columns; rows of the same labels are looked up once."""

    name: str
    codes: Codes
    year_starts: str
    found: Layout
    rows: dict[tuple[str, ...], dict[str, str] | Unclear | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the columns of labels."""
        self.labels = [(name, str(column.spec)) for name, column in self.found.columns.items() if column.is_label]
        if self.found.table.sections:
            self.labels.append((SECTIONS, self.found.table.sections))

    def texts(self, row: Row) -> tuple[str, ...]:
        """The labels of a row."""
        return tuple([row.texts[name] for name, _ in self.labels])

    def of_row(self, texts: tuple[str, ...]) -> dict[str, str] | Unclear | None:
        """The codes that the labels of a row stand for, or why that is unclear; none where they are left out."""
        if texts not in self.rows:
            try:
                self.rows[texts] = self._of_row(texts)
            except Unclear as unclear:
                self.rows[texts] = unclear
        return self.rows[texts]

    def _of_row(self, texts: tuple[str, ...]) -> dict[str, str] | None:
        codes: dict[str, str] = {}
        dates: dict[str, str] = {}
        for (name, spec), text in zip(self.labels, map(str, texts), strict=True):
            if spec in DATES:
                dates[spec] = self.codes.own(name, text, text)
                continue
            if (of_label := self.codes.of(name, spec, text)) is None:
                return None
            codes |= of_label
        if dates:
            codes["time_period"] = self.period(dates)
        return codes

    def of_column(self, name: str, column: Column) -> dict[str, str] | None:
        """The codes that all cells of a column share; none where codes.csv leaves its label out.

        Raises:
            SourceError: words that name no period, or a code that its list does not have.
        """
        spec = column.spec if isinstance(column.spec, Mapping) else {}
        made: dict[str, str] = {}
        for key, value in spec.items():
            if key in OF_CELL:
                continue
            text = str(value).replace("{label}", without_number(name))
            for place, star in enumerate(column.stars, 1):
                text = text.replace(f"{{{place}}}", star)
            if key == "period":
                try:
                    made["time_period"] = period_words.read(text, self.year_starts)
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
            else:
                made |= self.codes.known({COLUMN_OF.get(key, key): text}, name)
        return made

    def period(self, said: Mapping[str, str]) -> str:
        """The period that the columns of dates name together, by what each holds.

        Raises:
            Unclear: they name none.
        """
        try:
            if "period" in said:
                return period_words.read(said["period"], self.year_starts)
            if "year_to" in said:
                return period_words.up_to(said["year_to"])
            if "year" not in said:
                raise period_words.PeriodWordsError(
                    f"expected a year beside it, got {said['part']!r} alone. Describe one."
                )
            if "part" in said:
                return period_words.part_of(said["part"], period_words.read(said["year"]))
            return period_words.read(said["year"], self.year_starts)
        except period_words.PeriodWordsError as error:
            raise Unclear("period_unclear", str(error)) from error
