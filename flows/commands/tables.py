"""What people and programs read: tables for a terminal, JSON for programs."""

import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from cuadra.flows.words.number import number
from cuadra.flows.words.plain import json_text, plain
from cuadra.flows.words.sentence import label, say
from cuadra.flows.words.vocabulary import text

Row = Mapping[str, Any]


def show(  # noqa: PLR0913 - one argument a thing, all by name
    rows: Sequence[Row],
    *,
    as_json: bool,
    language: str = "en",
    empty: str = "table.nothing",
    is_answer: bool = False,
    terminal: Console | None = None,
) -> None:
    """Print rows as a table, or as a JSON list.

    Args:
        rows: one mapping a row, all with the same keys.
        as_json: for programs, with names and numbers as they are.
        language: of headings and numbers.
        empty: the key of the text for no rows.
        is_answer: whether the rows answer a question in SQL, so that headings are its names.
        terminal: where to print; a new one if not given.
    """
    if as_json:
        typer.echo(as_text(list(rows)))
        return
    if not rows:
        typer.echo(say(language, empty))
        return
    headings = [plain(name) if is_answer else label(language, "column", name).replace("_", " ") for name in rows[0]]
    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(cell(value, language) for value in row.values()))
    (terminal or console()).print(table)


def as_text(value: object) -> str:
    """A value as JSON: infinities as null, times as ISO texts, Spanish letters as they are."""
    return json_text(json.dumps(_plain(value), ensure_ascii=False, indent=2, default=str))


def cell(value: object, language: str = "en") -> str:
    """A value as people read it; nothing for a missing one."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return text(language, "table.yes" if value else "table.no")
    return number(value, language) if isinstance(value, (int, float)) else plain(value)


def console() -> Console:
    """A terminal, or plain lines of full length where the output goes to a file."""
    terminal = Console(highlight=False, markup=False, emoji=False)
    return terminal if terminal.is_terminal else Console(highlight=False, markup=False, emoji=False, width=400)


def columns() -> int | None:
    """How many characters a line may have: as the terminal or ``COLUMNS`` says; none where neither does."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return shutil.get_terminal_size().columns
    return None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
