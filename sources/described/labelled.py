"""What the labels of a described table stand for: lines of `codes.csv`, codes themselves, or labels of code lists."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cuadra.checks.codelist import CodeError
from cuadra.checks.topic import Topic
from cuadra.sources.described.description import Description
from cuadra.sources.described.unknown import Unknown, error
from cuadra.sources.readers.period_words import plain
from cuadra.sources.source import SourceError

COLUMNS = ("column", "label", "code")
LEFT_OUT = "ignore"
"""The code of a label whose rows are left out on purpose."""

TOTALS = {
    "total",
    "all",
    "both sexes",
    "both",
    "totals",
    "grand total",
    "todos",
    "todas",
    "ambos",
    "ambos sexos",
    "overall",
    "t",
}
COLUMN_OF = {"area": "ref_area", "status": "obs_status", "period": "time_period"}


_DATE = re.compile(
    r"\d{4}-\d\d-\d\d( .*)?|\d{1,2}[-/. ][a-z]{3,4}\.?|[a-z]{3,4}\.?[-/. ]\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|4\d{4}",
    re.IGNORECASE,
)
"""A day, or the number that a spreadsheet keeps for one, where a label is expected."""


class Unclear(ValueError):  # noqa: N818 - it refuses a cell, not the source
    """A label or code with which a cell has no clear meaning; ``reason`` is a short name for the quarantine."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass
class Codes:
    """The labels of one description; what nobody has described is gathered in ``unknown``, as lines to add."""

    where: str
    topic: Topic
    lines: Mapping[tuple[str, str], str]
    patterns: Sequence[tuple[str, re.Pattern[str], str]] = ()
    unknown: dict[str, Unknown] = field(default_factory=dict)
    cache: dict[tuple[str, str], dict[str, str] | None] = field(default_factory=dict)
    dates: int = 0

    @property
    def source(self) -> str:
        """The name of the source, which is its register too where it names none."""
        return self.where.split("/")[1]

    @classmethod
    def read(cls, folder: Path, topic: Topic) -> "Codes":
        """The lines of the ``codes.csv`` of a folder; it need not be there.

        Raises:
            SourceError: it is no CSV of columns, labels and codes, or has a line twice.
        """
        path, where = folder / "codes.csv", f"sources/{folder.name}/codes.csv"
        lines: dict[tuple[str, str], str] = {}
        patterns: list[tuple[str, re.Pattern[str], str]] = []
        if not path.exists():
            return cls(where, topic, lines)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                rows = list(reader)
                if tuple(reader.fieldnames or ())[:3] != COLUMNS:
                    raise SourceError(
                        f"{where}, line 1: expected {','.join(COLUMNS)}, got {reader.fieldnames}. Correct it."
                    )
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise SourceError(f"{where}: expected CSV in UTF-8, got {error}. Correct it.") from error
        for number, row in enumerate(rows, 2):
            if None in row or row["code"] is None:
                raise SourceError(
                    f"{where}, line {number}: expected {len(COLUMNS)} cells, got another number. Correct it."
                )
            key = row["column"].strip(), " ".join(row["label"].split())
            row["code"] = row["code"].strip()
            if key[1][:1] == "/" and key[1][-1:] == "/" and len(key[1]) > 1:
                patterns.append((key[0], _pattern(key[1], f"{where}, line {number}"), row["code"]))
                continue
            if row["code"] == "?":
                raise SourceError(f"{where}, line {number}: expected a code, got '?'. Write the code, or `{LEFT_OUT}`.")
            if lines.setdefault(key, row["code"]) != row["code"]:
                raise SourceError(
                    f"{where}, line {number}: expected each label once, got {key[1]!r} again. Remove one."
                )
        return cls(where, topic, lines, tuple(patterns))

    def fresh(self) -> "Codes":
        """The same lines for another reading, with nothing unknown yet."""
        return replace(self, unknown={}, cache={})

    def own(self, name: str, text: str, otherwise: str) -> str:
        """What `codes.csv` has for a label of this column, else the other text.

        Raises:
            Unclear: the line has no code, so that its rows go to quarantine.
        """
        code = self._line(name, name, text)
        if code == "":
            raise Unclear("label_unclear", f"expected a clear label, got {text!r}, which has no code in codes.csv")
        return otherwise if code is None else code

    def of(self, name: str, spec: str, text: str) -> dict[str, str] | None:
        """The codes that a label of a column stands for, by dimension; none where it is left out on purpose.

        Raises:
            Unclear: it has no code.
        """
        key = (name, text)
        if key not in self.cache:
            found = self._find(name, spec, text)
            self.cache[key] = found if found is None else self.known(found, name)
        return self.cache[key]

    def _find(self, name: str, spec: str, text: str) -> dict[str, str] | None:
        code = self._line(name, spec, text)
        if code == LEFT_OUT:
            return None
        if code == "":
            raise Unclear("label_unclear", f"expected a clear label, got {text!r}, which has no code in codes.csv")
        if code is None and not text and spec not in self.topic.names:
            raise Unclear(
                "label_empty", "expected a label, got an empty cell. Add the column to `carry_down` if it is merged"
            )
        if spec == "codes":
            if code is None:
                raise self._unknown(name, text, "sex=F age=_T", spec)
            return self._several(name, text, code)
        column = COLUMN_OF.get(spec, spec)
        if code is None:
            code = self._by_list(column, text)
        if code is None:
            raise self._unknown(name, text, "CODE", column)
        return {column: code}

    def _line(self, name: str, spec: str, text: str) -> str | None:
        for column in (name, spec):
            if (column, text) in self.lines:
                return self.lines[column, text]
        for column, pattern, code in self.patterns:
            if column in {name, spec} and pattern.fullmatch(text):
                return code.replace("{label}", text)
        for column in (name, spec):
            if (column, "*") in self.lines:
                return self.lines[column, "*"].replace("{label}", text)
        return None

    def _by_list(self, column: str, text: str) -> str | None:
        if not text:
            return None
        if column not in self.topic.code_lists:
            return text
        found = self.topic.code_list(column)
        if text in found.rows:
            return text
        words = plain(text)
        for code, row in found.rows.items():
            if any(key.startswith("label_") and label and plain(label) == words for key, label in row.items()):
                return code
        return "_T" if column in self.topic.names and words in TOTALS else None

    def _several(self, name: str, text: str, code: str) -> dict[str, str]:
        made = {}
        for part in code.split():
            column, mark, value = part.partition("=")
            if not mark:
                raise SourceError(
                    f"{self.where}, {name} {text!r}: expected codes such as 'sex=F age=_T', got {code!r}. Correct it."
                )
            made[COLUMN_OF.get(column, column)] = value
        return made

    def _unknown(self, name: str, text: str, example: str, dimension: str) -> Unclear:
        quoted = '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
        self.unknown[f"{name},{quoted},{example}"] = Unknown("label", text, name, dimension)
        self.dates += bool(_DATE.fullmatch(text))
        return Unclear("label_unknown", f"expected a label of codes.csv, got {text!r}")

    def refuse_unknown(self, source: str) -> None:
        """Refuse the source where labels were found that nobody has described.

        Raises:
            SourceError: the line shows the lines to add.
        """
        if not self.unknown:
            return
        lines, unknown = list(self.unknown), list(self.unknown.values())
        self.unknown = {}
        dates = " A date here may be what a spreadsheet made of '10-14'." if self.dates else ""
        more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
        raise error(
            f"{source}: expected labels of {self.where} or of a code list, got {len(lines)} others. Add lines such as "
            f"{'; '.join(map(repr, lines[:5]))}{more}; an empty code puts their rows into quarantine, "
            f"`{LEFT_OUT}` leaves them out. `cuadra sources learn {source}` asks and writes them.{dates}",
            unknown,
        )

    def known(self, made: dict[str, str], name: str) -> dict[str, str]:
        """The codes themselves, when their code lists have them.

        Raises:
            SourceError: one is not in its code list; the line names the nearest.
        """
        for column in ("register", "indicator", "ref_area", "unit", "obs_status", *self.topic.names):
            if column in made and not (column == "register" and made[column] == self.source):
                self._code(column, made, name)
        return made

    def missing(self, made: Mapping[str, Any], name: str) -> SourceError:
        """The error of a figure of which something is not said."""
        column = next(each for each in ("indicator", "ref_area", "time_period") if not made.get(each))
        people = {"ref_area": "area", "time_period": "period"}.get(column, column)
        return SourceError(
            f"{self.where.replace('codes.csv', 'source.toml')}, column {name!r}: expected {people}, got none. "
            f"Add `{people}`, for the whole table, for the column, or as a column of its own."
        )

    def _code(self, column: str, made: Mapping[str, Any], name: str) -> str:
        try:
            return self.topic.code_list(column).check(str(made[column]))
        except CodeError as error:
            raise SourceError(f"{self.where}, column {name!r}: {error}") from error


def _pattern(label: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(label[1:-1])
    except re.error as error:
        raise SourceError(
            f"{where}: expected a pattern between slashes, got {label!r} ({error}). Correct it."
        ) from error


def of_description(folder: Path, said: Description, topic: Topic) -> Codes:
    """The labels of a described source, its description's own codes checked as well.

    Raises:
        SourceError: a code that its code list does not have.
    """
    codes = Codes.read(folder, topic)
    facts = {"register": said.register_, "ref_area": said.area, "indicator": said.indicator, "unit": said.unit}
    for column, value in facts.items():
        if value:
            try:
                topic.code_list(column).check(value)
            except CodeError as error:
                raise SourceError(f"sources/{folder.name}/source.toml: {error}") from error
    return codes
