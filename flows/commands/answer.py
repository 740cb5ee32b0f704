"""An answer in SQL on its way: asked of a worker, and written row by row, never held as a whole."""

import contextlib
import csv
import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from cuadra.flows import questions
from cuadra.flows.commands.options import Format
from cuadra.flows.commands.tables import as_text
from cuadra.flows.settings import Settings
from cuadra.flows.words.plain import as_cell, as_markdown
from cuadra.flows.workers import ASKED, Limits, WorkerError
from cuadra.warehouse.query import QueryError

Row = dict[str, Any]

_MARGIN = 1.2
"""So much more than DuckDB's own limit a process may take: DuckDB does not count all it uses."""


@dataclass(frozen=True)
class Asking:
    """Who is asked, and what an answer may cost."""

    settings: Settings
    seconds: float

    def answer(self, sql: str) -> tuple[list[str], Iterator[Row]]:
        """The names of the columns, and the rows as they come.

        Raises:
            QueryError: the question is refused or wrong, or costs too much; also while the rows come.
        """
        items = self._items(sql)
        names = _unique(next(items))
        return names, (dict(zip(names, row, strict=True)) for rows in items for row in rows)

    def _items(self, sql: str) -> Iterator[list[Any]]:
        megabytes = self.settings.sql_megabytes
        with (
            self._in_words(),
            contextlib.closing(ASKED.stream(self._limits, questions.rows, self._publication, sql, megabytes)) as items,
        ):
            yield from items

    def parquet(self, sql: str, out: Path) -> None:
        """Write the answer to a file.

        Raises:
            QueryError: as `answer` does.
        """
        with self._in_words():
            megabytes = self.settings.sql_megabytes
            ASKED.call(self._limits, questions.parquet, self._publication, sql, megabytes, out.absolute())

    def names(self) -> list[str]:
        """What can be completed.

        Raises:
            PublicationError: nothing is published yet.
        """
        with self._in_words():
            return ASKED.call(self._limits, questions.names, self._publication)

    @property
    def _publication(self) -> Path:
        return self.settings.publication.absolute()

    @property
    def _limits(self) -> Limits:
        return Limits(self.seconds, int(self.settings.sql_megabytes * _MARGIN))

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except WorkerError as error:
            raise QueryError(f"SQL: {error}. Narrow the question.") from error
        except RuntimeError as error:  # what a worker cannot send as it is
            raise QueryError(f"SQL: expected an answer, got {error}. Write the question in another way.") from error


def write_rows(answer: tuple[list[str], Iterator[Row]], form: Format, file: TextIO, *, is_raw: bool = False) -> None:
    """Write rows as CSV, JSON or Markdown; in CSV for people no cell begins a formula."""
    names, rows = answer
    if form is Format.json:
        count = 0
        for count, row in enumerate(rows, start=1):
            text = as_text(row).replace("\n", "\n  ")
            file.write(f"{',' if count > 1 else '['}\n  {text}")
        file.write("\n]\n" if count else "[]\n")
    elif form is Format.csv:
        shown = str if is_raw else as_cell
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([shown(name) for name in names])
        writer.writerows([_cell(value, shown) for value in row.values()] for row in rows)
    else:
        file.write(f"| {' | '.join(map(as_markdown, names))} |\n| {' | '.join(['---'] * len(names))} |\n")
        for row in rows:
            file.write(f"| {' | '.join(str(_cell(value, as_markdown)) for value in row.values())} |\n")


def _cell(value: object, shown: Any) -> object:
    """Numbers as they are, nothing for what is missing, and all else as text."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, dict)):
        return shown(json.dumps(value, ensure_ascii=False, default=str))
    return shown(str(value))


def _unique(names: Sequence[str]) -> list[str]:
    """The names, with a number where one comes again."""
    made: list[str] = []
    for name in names:
        count, unique = 0, name
        while unique in made:
            count += 1
            unique = f"{name}_{count}"
        made.append(unique)
    return made


@contextlib.contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A file beside, which takes the place of the one named at the end, or is deleted when that is not reached."""
    aside = out.with_name(f".part-{os.getpid()}-{out.name}")
    try:
        yield aside
        os.replace(aside, out)
    finally:
        aside.unlink(missing_ok=True)
        aside.with_name(f"tmp_{aside.name}").unlink(missing_ok=True)
